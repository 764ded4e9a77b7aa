/** For tests only: a temporary folder with small pictures, and the built command run in it as a process. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { floats, input, sizeOf } from '@animegan/graph'
import { parametersOf, vgg, writeSafetensors } from '@animegan/models'
import sharp from 'sharp'

const bin = fileURLToPath(new URL('../bin/animegan.js', import.meta.url))

/** The outcome of a process. */
export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** How to run the command. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: Buffer
  /** Called with the standard error so far, whenever it grows. */
  readonly watch?: (stderr: string, kill: (signal: NodeJS.Signals) => void) => void
  /** The user that runs the process; default: the current one. */
  readonly uid?: number
  /** Whether to close standard output at its first bytes, as `head` does. */
  readonly closeOutput?: boolean
  /** Called once the process runs. */
  readonly started?: (kill: (signal: NodeJS.Signals) => void) => unknown
}

/** A new temporary folder. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'animegan-cli-'))

  constructor() {
    if (!existsSync(fileURLToPath(new URL('../dist/main.js', import.meta.url)))) {
      throw new Error('the command is not built: npm run build')
    }
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names)
  }

  /** Files below a folder, sorted. */
  files(within = ''): string[] {
    return readdirSync(this.path(within), { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.path(within).length + 1))
      .sort()
  }

  /** Makes a picture with a gradient, in the format of its name. */
  async picture(name: string, width = 48, height = 32): Promise<string> {
    const data = Buffer.alloc(width * height * 3, 128)
    for (let i = 0; i < width * height; i++) {
      data[3 * i] = (255 * (i % width)) / width
      data[3 * i + 1] = (255 * Math.floor(i / width)) / height
    }
    const path = this.path(name)
    await sharp(data, { raw: { width, height, channels: 3 } }).toFile(path)
    return path
  }

  /** Runs the command in the folder. */
  run(
    args: readonly string[],
    { env = {}, input, watch, uid, closeOutput, started }: RunOptions = {},
  ): Promise<Outcome> {
    const cache = this.path('.cache')
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: this.folder,
      env: { ...process.env, ANIMEGAN_CACHE: cache, ...env },
      ...(uid !== undefined && { uid }),
    })
    const stdout: Buffer[] = []
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.push(chunk)
      if (closeOutput) child.stdout.destroy()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk
      watch?.(stderr, (signal) => child.kill(signal))
    })
    started?.((signal) => child.kill(signal))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    return new Promise((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal, stdout: Buffer.concat(stdout), stderr }))
    })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Compact VGG with random weights, by the names of its file; what is learned with it does not matter here. */
export const compactFeatures = (): Uint8Array => {
  const last = vgg(input('x', [1, 3, 32, 32]), 'compact', 'conv4_4').get('conv4_4')!
  const tensors = [...parametersOf([last])].map(([name, { shape }], index) => {
    const spread = Math.sqrt(6 / sizeOf((shape as number[]).slice(1)))
    const data = Float32Array.from(
      { length: sizeOf(shape as number[]) },
      (_, i) => spread * Math.sin(i * 12.9898 + index),
    )
    return [name.replace('_', ''), floats(data, shape as number[])] as const
  })
  return writeSafetensors(new Map(tensors), {})
}
