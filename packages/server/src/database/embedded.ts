/**
 * The embedded database: starts the process that serves a folder, starts it again when it dies, and sets a damaged
 * folder aside. Callers see a Postgres behind a socket. One folder has one server (the lock says so).
 */
import { type ChildProcess, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AnimeganError } from '@animegan/graph/error'
import { takeLock } from '@animegan/node/lock'
import { builtFile } from '../built-file.ts'
import type { DatabaseReport } from './pglite-process.ts'

/** A running embedded database. */
export interface Embedded {
  /** Where it is reached, for `pg`. */
  readonly address: { readonly host: string; readonly port: number; readonly user: string; readonly database: string }
  /** The number of its process, which changes when it was started again. */
  readonly pid: number | undefined
  /** Ends the process; call it once. */
  close(): Promise<void>
}

/** Part of the socket's name, as Postgres makes it. */
const PORT = 5432
/** How often a folder has to fail before it counts as damaged. */
const ATTEMPTS = 2

/**
 * Serves the database in a folder, which is created if needed. Rejects with `busy` if another process serves it.
 *
 * @param tell receives a line for the user when a damaged folder was set aside or the process was started again
 */
export const startEmbedded = async (folder: string, tell: (line: string) => void): Promise<Embedded> => {
  await mkdir(folder, { recursive: true })
  const release = await takeLock(join(folder, 'serve.lock'), 'in use').catch((error) => {
    throw error instanceof AnimeganError ? new AnimeganError(error.code, `${folder}: ${error.message}`) : error
  })
  // The path of a socket has at most about 100 letters, so it is not in the folder.
  const sockets = await mkdtemp(join(tmpdir(), 'animegan-db-'))
  const socket = join(sockets, `.s.PGSQL.${PORT}`)
  // Windows has no sockets in folders: there, every user of the machine can reach the database.
  const port = process.platform === 'win32' ? await freePort() : undefined
  let child: ChildProcess | undefined
  let closing = false

  const start = async (): Promise<void> => {
    for (let failures = 0; ; ) {
      await rm(socket, { force: true })
      const started = fork(builtFile(import.meta.url, 'database/pglite-process.js'), [folder, String(port ?? socket)], {
        // Not this process's own flags, which say how tests find the sources.
        execArgv: [],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      })
      child = started
      const end = await beginning(started)
      if (end.type === 'ready') {
        started.once('exit', () => {
          if (!closing) void restart()
        })
        return
      }
      if (end.type === 'failed') throw new AnimeganError('busy', `${folder}: the database cannot start: ${end.reason}`)
      if (++failures < ATTEMPTS) continue
      failures = 0
      tell(`the database in ${folder} is damaged and was set aside as ${await setAside(folder)}: a new one is begun`)
    }
  }

  const restart = async (): Promise<void> => {
    tell('the database process ended and is started again')
    while (!closing) {
      try {
        return await start()
      } catch (error) {
        tell((error as Error).message)
        await sleep(1000)
      }
    }
  }

  const cleanUp = async (): Promise<void> => {
    await rm(sockets, { recursive: true, force: true })
    await release()
  }

  try {
    await start()
  } catch (error) {
    await cleanUp()
    throw error
  }
  return {
    address: {
      host: port === undefined ? sockets : '127.0.0.1',
      port: port ?? PORT,
      user: 'postgres',
      database: 'postgres',
    },
    get pid() {
      return child?.pid
    },
    close: async () => {
      closing = true
      if (child?.connected) {
        const exited = new Promise((resolve) => child?.once('exit', resolve))
        child.send('close')
        const late = setTimeout(() => child?.kill('SIGKILL'), 10_000)
        await exited
        clearTimeout(late)
      }
      await cleanUp()
    },
  }
}

/** How a process began. One that ends by itself while it reads the files of an earlier database found them damaged. */
const beginning = (child: ChildProcess): Promise<Exclude<DatabaseReport, { type: 'opening' }> | { type: 'damaged' }> =>
  new Promise((resolve) => {
    let opening = false
    child.on('message', (message: DatabaseReport) => {
      if (message.type === 'opening') opening = true
      else resolve(message)
    })
    child.once('exit', (code, signal) => {
      if (opening && signal !== 'SIGKILL') resolve({ type: 'damaged' })
      else resolve({ type: 'failed', reason: `its process ended with ${signal ?? `exit code ${code}`}` })
    })
  })

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

/** Renames the folder of the data; returns its new name. */
const setAside = async (folder: string): Promise<string> => {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  let name = `data.damaged-${stamp}`
  for (let n = 2; existsSync(join(folder, name)); n++) name = `data.damaged-${stamp}-${n}`
  await rename(join(folder, 'data'), join(folder, name))
  return name
}
