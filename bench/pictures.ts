/**
 * Benchmarks whole pictures: the share of time outside the network, the visibility of tiles, and the command as a
 * process.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Engine, loadStyle, type Style } from '@animegan/core'
import { createStylizer, frozenModel, type Statistics } from '@animegan/core/parts'
import type { Value } from '@animegan/graph'
import { networkStyle } from '@animegan/models'
import { decodePicture, encodePicture, nodeEngine } from 'animegan'
import sharp from 'sharp'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** The example photo. */
export const photo = join(root, 'examples/street.jpg')
const command = join(root, 'packages/cli/bin/animegan.js')

/** The example photo, enlarged to a size, as a JPEG. */
export const enlarged = async (width: number, height: number, path: string): Promise<void> => {
  await sharp(photo, { limitInputPixels: false })
    .resize(width, height, { fit: 'cover' })
    .jpeg({ quality: 92 })
    .toFile(path)
}

/** The embedded style. */
export const sora = (): Style => loadStyle(readFileSync(join(root, 'packages/node/styles/sora.safetensors')))

/** The embedded style, changed so that its network sees every pixel of a picture, however large. */
export const soraOfEveryPixel = (): Style => {
  const style = sora()
  const { effectSize: _, ...metadata } = style.metadata
  return { ...style, metadata }
}

/** An engine that records its busy time and the statistics it measured. */
const watched = (engine: Engine) => {
  const account = { busy: 0, until: 0, statistics: undefined as Statistics | undefined }
  const load: Engine['load'] = async (model) => {
    const session = await engine.load(model)
    return {
      ...session,
      run: async (feeds: Readonly<Record<string, Value>>) => {
        const asked = performance.now()
        const result = await session.run(feeds)
        // Runs are queued, so a run's time counts from the end of the previous one.
        const now = performance.now()
        account.busy += now - Math.max(asked, account.until)
        account.until = now
        if (!('result' in result)) account.statistics = result
        return result
      },
    }
  }
  return { engine: { ...engine, load } satisfies Engine, account }
}

/** Time of a photo from file to file, in milliseconds, and the share spent outside the network. */
export const endToEnd = async (path: string, style: Style): Promise<{ total: number; glue: number }> => {
  const { engine, account } = watched(await nodeEngine({ backend: 'cpu' }))
  const stylizer = await createStylizer(style, engine)
  await stylizer.stylize({ width: 64, height: 64, channels: 3, data: new Uint8Array(64 * 64 * 3) })
  account.busy = 0
  const start = performance.now()
  const decoded = await decodePicture(await readFile(path), path)
  const styled = await stylizer.stylize(decoded.frames[0])
  await encodePicture([styled], { format: 'jpeg', name: path }, decoded)
  const total = performance.now() - start
  await engine.close()
  return { total, glue: (total - account.busy) / total }
}

/**
 * The largest difference, in levels, between a picture computed in tiles and whole, with the same statistics if the
 * network has any.
 */
export const seam = async (path: string, style: Style, memory: number): Promise<number> => {
  const { engine, account } = watched(await nodeEngine({ backend: 'cpu' }))
  const { frames } = await decodePicture(await readFile(path), path)
  const picture = frames[0]
  const { width, height } = picture
  const tiled = await (await createStylizer(style, engine, { memory })).stylize(picture, {
    effectSize: Math.max(width, height),
  })
  let whole: Uint8Array
  if (account.statistics) {
    const session = await engine.load(frozenModel(networkStyle(style), account.statistics))
    const { result } = await session.run({
      picture: { dtype: 'uint8', shape: [1, height, width, 3], data: picture.data },
    })
    whole = result.data as Uint8Array
  } else {
    whole = (
      await (
        await createStylizer(style, engine, { memory: 2 ** 15 })
      ).stylize(picture, { effectSize: Math.max(width, height) })
    ).data
  }
  await engine.close()
  return tiled.data.reduce((most, level, i) => Math.max(most, Math.abs(level - whole[i])), 0)
}

/** The resources a process used. */
export interface ProcessCost {
  /** Milliseconds from start to end. */
  readonly wall: number
  /** Peak resident memory in MiB, from the kernel. */
  readonly peak: number
}

/** Runs a program as a process. */
export const runProcess = async (args: readonly string[]): Promise<ProcessCost> => {
  const start = performance.now()
  const [file, ...rest] = args as [string, ...string[]]
  const child = spawn(file, rest, { stdio: 'ignore' })
  let peak = 0
  const watch = setInterval(() => {
    try {
      peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? peak)
    } catch {
      // It is gone.
    }
  }, 20)
  const code = await new Promise((resolve) => child.on('exit', resolve))
  clearInterval(watch)
  if (code !== 0) throw new Error(`${args.join(' ')}: exit code ${code}`)
  return { wall: performance.now() - start, peak: peak / 1024 }
}

/** The command as users run it, for `runProcess`. */
export const animegan = (...args: readonly string[]): readonly string[] => [command, ...args]

/** User CPU time of a process in milliseconds, from the shell. */
export const userTime = async (args: readonly string[]): Promise<number> => {
  const shell = spawn('bash', ['-c', 'TIMEFORMAT=%U; time "$@" > /dev/null', '-', process.execPath, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  for await (const chunk of shell.stderr) text += chunk
  return Number(text.trim().split('\n').at(-1)) * 1000
}
