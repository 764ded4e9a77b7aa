/** For tests only: a database (Debian's Postgres where it is installed, else the embedded one) and pictures. */
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { ffmpeg, hasJudges } from '../../video/src/testing.ts'
import type { DatabasePlace } from './database/database.ts'

const debian = '/usr/lib/postgresql'
const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []

/** Whether a Postgres is installed that tests can start. */
export const hasPostgres: boolean = versions.length > 0

/** A database for tests, empty. */
export interface TestDatabase {
  readonly place: DatabasePlace
  /** Ends the server at once and starts it again on the same files; only for an installed Postgres. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** Starts a database in a temporary folder. */
export const testDatabase = async (): Promise<TestDatabase> => {
  const folder = mkdtempSync(join(tmpdir(), 'animegan-postgres-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  if (!hasPostgres) return { place: { folder }, restart: async () => {}, close: async () => remove() }
  const bin = join(debian, versions[0], 'bin')
  // Postgres refuses to run for root.
  const user = process.getuid?.() === 0 ? idsOf('postgres') : undefined
  if (user) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '-N'], {
    ...user,
    cwd: folder,
    stdio: 'ignore',
  })
  const start = async () => {
    const flags = ['-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'max_connections=50']
    const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, ...flags], {
      ...user,
      cwd: folder,
      stdio: 'ignore',
    })
    while (!existsSync(join(folder, '.s.PGSQL.5432'))) await new Promise((resolve) => setTimeout(resolve, 50))
    return server
  }
  const stop = (signal: NodeJS.Signals): Promise<void> =>
    new Promise((resolve) => {
      server.once('exit', () => resolve())
      server.kill(signal)
    })
  let server = await start()
  return {
    place: { url: `postgres://postgres@/postgres?host=${encodeURIComponent(folder)}` },
    restart: async () => {
      await stop('SIGQUIT')
      server = await start()
    },
    close: async () => {
      await stop('SIGINT')
      remove()
    },
  }
}

const idsOf = (name: string): { uid: number; gid: number } => {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`))
  const [, , uid, gid] = (line ?? 'nobody:x:65534:65534').split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

/** A folder that is removed with everything in it by `remove`. */
export const temporaryFolder = (): { readonly path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'animegan-service-'))
  mkdirSync(path, { recursive: true })
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/**
 * Uploads that are no whole pictures or clips: files of every format that is read, cut off, with lengths and sizes in their
 * headers that lie, or with other bytes here and there. The same ones each time.
 */
export const hostileUploads = async (count: number): Promise<Buffer[]> => {
  const source = sharp({ create: { width: 40, height: 30, channels: 3, background: '#883322' } })
  const seeds: Buffer[] = await Promise.all(
    (['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const).map((format) =>
      source.clone().toFormat(format).toBuffer(),
    ),
  )
  seeds.push(
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'),
  )
  const fixtures = fileURLToPath(new URL('../../pictures/fixtures/', import.meta.url))
  for (const name of ['plain.heic', 'plain.jxl', 'plain.jp2', 'moving.png']) seeds.push(readFileSync(fixtures + name))
  if (hasJudges) {
    const clip = ['-f', 'lavfi', '-i', 'testsrc2=size=32x32:rate=5', '-t', '2', '-pix_fmt', 'yuv420p']
    seeds.push(ffmpeg(...clip, '-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4', '-'))
    seeds.push(ffmpeg(...clip, '-f', 'matroska', '-'), ffmpeg(...clip, '-f', 'mpegts', '-'))
  }
  let state = 7
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) % below
  }
  return Array.from({ length: count }, (_, n) => {
    const bytes = Buffer.from(seeds[n % seeds.length])
    const kind = random(3)
    if (kind === 0) return bytes.subarray(0, 1 + random(bytes.length))
    const header = Math.min(bytes.length - 4, 120)
    // Lengths and sizes in the header are what readers trust.
    if (kind === 1) bytes.writeUInt32BE(0xffffffff >>> random(32), random(header))
    else for (let i = 0; i < 8; i++) bytes[random(bytes.length)] = random(256)
    return bytes
  })
}
