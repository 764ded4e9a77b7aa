/** For tests only: a database (Debian's Postgres where it is installed, else the embedded one) and pictures. */
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
