/**
 * The process of the embedded database: Postgres as WASM (PGlite) behind a socket, for exactly one folder. It holds
 * the folder's lock, because PGlite takes none and two openers lose each other's rows. Knows nothing of jobs.
 *
 * Started by embedded.ts with the folder and the socket's path, or a port, as arguments. Ends when its parent does.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AnimeganError } from '@animegan/graph/error'
import { takeLock } from '@animegan/node/lock'
import { reasonOf } from '@animegan/node/text'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

/** What this process tells its parent. One that ends after `opening` and says nothing more found a damaged folder. */
export type DatabaseReport =
  /** It has the lock and now reads the files of a database that was there before. */
  | { readonly type: 'opening' }
  | { readonly type: 'ready' }
  /** It ends for a reason that says nothing about the files, such as a full disk. */
  | { readonly type: 'failed'; readonly reason: string }

/** An earlier process of the same folder ends within this time after its parent, in milliseconds. */
const PREDECESSOR_ENDS_WITHIN = 10_000

const [folder, socket] = process.argv.slice(2)
const report = (message: DatabaseReport): Promise<void> =>
  new Promise((resolve) => {
    if (process.send) process.send(message, () => resolve())
    else resolve()
  })

/** Takes the lock of the folder, waiting for a predecessor whose parent was killed to end. */
const lock = async (): Promise<() => Promise<void>> => {
  const until = Date.now() + PREDECESSOR_ENDS_WITHIN
  for (;;) {
    try {
      return await takeLock(join(folder, 'database.lock'), 'in use')
    } catch (error) {
      if (!(error instanceof AnimeganError && error.code === 'busy') || Date.now() > until) throw error
      await sleep(100)
    }
  }
}

const fail = async (error: unknown): Promise<never> => {
  await report({ type: 'failed', reason: reasonOf(error) })
  process.exit(1)
}

// Without its parent nobody would close the database: the files are consistent at any moment, so it ends at once.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
// Ctrl-C reaches the whole group of processes; the parent decides when this one ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})

const release = await lock().catch(fail)
const data = join(folder, 'data')
if (existsSync(join(data, 'PG_VERSION'))) await report({ type: 'opening' })
const database = await PGlite.create(data).catch((error) => {
  if (error?.code) return fail(error)
  throw error
})
// The pool's connections take turns on PGlite's one session, so the parent's pool has one connection.
const server = new PGLiteSocketServer({
  db: database,
  ...(/^\d+$/.test(socket) ? { host: '127.0.0.1', port: Number(socket) } : { path: socket }),
  maxConnections: 8,
})
await server.start()
await report({ type: 'ready' })

process.on('message', async (message) => {
  if (message !== 'close') return
  await server.stop()
  await database.close()
  await release()
  process.exit(0)
})
