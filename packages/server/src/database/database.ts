/**
 * A Postgres, embedded or elsewhere, behind one pool of `pg`. A statement waits while the database cannot be reached,
 * such as during its restart; one that was sent and not answered fails, and only its caller knows whether to repeat it.
 * Knows no tables.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { AnimeganError } from '@animegan/graph/error'
import { reasonOf } from '@animegan/node/text'
import pg from 'pg'
import { type Embedded, startEmbedded } from './embedded.ts'

/** Sends one statement, or several without values. The first type parameter is that of a row. */
export type Query = <Row = object>(text: string, values?: readonly unknown[]) => Promise<{ rows: Row[] }>

/** A database. */
export interface Database {
  readonly query: Query
  /** Runs statements in one transaction, which is rolled back if `work` rejects. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>
  /** Whether it answers now. */
  answers(): Promise<boolean>
  /** The embedded database's process; undefined for one elsewhere. */
  readonly pid: number | undefined
  /** Closes the connections, and ends the embedded database; call it once. */
  close(): Promise<void>
}

/** Where the database is: an address such as `postgres://user@host/name`, or a folder for the embedded one. */
export type DatabasePlace = { readonly url: string } | { readonly folder: string }

/** How long a statement waits for a connection, in milliseconds. */
const PATIENCE = 5000
/** Postgres cleans its tables by itself, PGlite does not, in milliseconds. */
const VACUUM_EVERY = 600_000
/** Codes with which a connection is refused because a server starts or ends. */
const NOT_THERE = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03'])

/** Opens a database. Rejects with a one-line error if it cannot be reached, with `busy` if another process has it. */
export const openDatabase = async (place: DatabasePlace, tell: (line: string) => void): Promise<Database> => {
  const embedded = 'folder' in place ? await startEmbedded(place.folder, tell) : undefined
  const pool = new pg.Pool(
    // PGlite has one session: two connections would see each other's statements.
    embedded ? { ...embedded.address, max: 1 } : { connectionString: (place as { url: string }).url, max: 8 },
  )
  // A connection that breaks while idle is replaced when it is next needed.
  pool.on('error', () => {})
  // One that breaks during a statement rejects that statement, too.
  pool.on('connect', (client) => client.on('error', () => {}))
  const database = databaseOf(pool, embedded)
  try {
    await database.query('select 1')
  } catch (error) {
    await database.close()
    throw new AnimeganError('bad-argument', `--database: expected a Postgres that answers: ${reasonOf(error)}`)
  }
  return database
}

const databaseOf = (pool: pg.Pool, embedded: Embedded | undefined): Database => {
  const connect = async (): Promise<pg.PoolClient> => {
    const until = Date.now() + PATIENCE
    for (;;) {
      try {
        return await pool.connect()
      } catch (error) {
        if (!isGone(error) || Date.now() > until) throw error
        await sleep(50)
      }
    }
  }
  const using = async <T>(work: (query: Query) => Promise<T>): Promise<T> => {
    const client = await connect()
    let failed = true
    try {
      const result = await work((text, values) => client.query(text, values as unknown[]) as never)
      failed = false
      return result
    } finally {
      // After an error, the connection may be broken or inside a transaction.
      client.release(failed)
    }
  }
  const vacuum =
    embedded && setInterval(() => void using((query) => query('vacuum analyze')).catch(() => {}), VACUUM_EVERY)
  vacuum?.unref()
  return {
    query: (text, values) => using((query) => query(text, values)),
    transaction: (work) =>
      using(async (query) => {
        await query('begin')
        const result = await work(query)
        await query('commit')
        return result
      }),
    answers: () =>
      pool.query('select 1').then(
        () => true,
        () => false,
      ),
    get pid() {
      return embedded?.pid
    },
    close: async () => {
      clearInterval(vacuum)
      await pool.end()
      await embedded?.close()
    },
  }
}

/** Whether an error says that the database cannot be reached at the moment. */
export const isGone = (error: unknown): boolean => {
  const { code, message = '' } = (error ?? {}) as { code?: string; message?: string }
  return NOT_THERE.has(code ?? '') || /connection terminated|client has encountered a connection error/i.test(message)
}
