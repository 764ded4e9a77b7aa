/**
 * `serve` and `worker`: run the service until a signal ends them. What is in work then is finished, or given back to the
 * queue. Standard output gets the address; standard error, counts.
 */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { describeError } from '@animegan/node'
import { type Running, serve, work } from '@animegan/server'
import { expected } from '../usage.ts'

/** The options of `worker`. */
export interface WorkerFlags {
  readonly database?: string
  readonly blobs?: string
  readonly workers?: number
  readonly threads?: number
  readonly memory: number
}

/** The options of `serve`. Times are in seconds and hours, sizes in megabytes and megapixels. */
export interface ServeFlags extends WorkerFlags {
  readonly host: string
  readonly port: number
  readonly state: string
  readonly maxWait: number
  readonly quota: number
  readonly keep: number
  readonly maxSize: number
  readonly maxPixels: number
  readonly maxSeconds: number
  readonly keys?: string
  readonly proxies: number
  readonly offer?: true
  readonly version: string
}

/** Signals to end; what is in work has this long, in milliseconds, and a second signal ends it at once. */
const GRACE = 25_000
/** A picture is drawn faster by more cores, but no longer twice as fast by twice as many. */
const CORES_EACH = 4

/** Runs the service. Returns the exit code once a signal has ended it. */
export const serveCommand = async (flags: ServeFlags): Promise<number> => {
  if (flags.offer && flags.keys !== undefined) throw expected('--offer', 'no --keys, as the page has none', 'both')
  const keys = flags.keys === undefined ? undefined : await readKeys(flags.keys)
  return untilSignal(
    serve({
      ...flags,
      ...share(flags),
      keys,
      keep: flags.keep * 3600,
      maxBytes: flags.maxSize * 1e6,
      maxPixels: flags.maxPixels * 1e6,
      offers: flags.offer ?? false,
      tell,
      onListening: (url) => process.stdout.write(`${url}/\n`),
    }),
  )
}

/** Runs workers. Returns the exit code once a signal has ended them. */
export const workerCommand = async ({ database, blobs, ...flags }: WorkerFlags): Promise<number> => {
  if (database === undefined) throw expected('--database', 'the address of the queue, such as postgres://...', 'none')
  if (blobs === undefined) throw expected('--blobs', 'where the pictures are, such as s3://BUCKET', 'none')
  return untilSignal(work({ ...flags, ...share(flags), database, blobs, tell }))
}

const tell = (line: string): void => {
  process.stderr.write(`animegan: ${line}\n`)
}

/** Divides the cores among the workers. */
const share = ({ workers, threads }: WorkerFlags): { workers: number; threads: number } => {
  const cores = availableParallelism()
  const several = workers ?? Math.max(1, Math.floor(cores / (threads ?? CORES_EACH)))
  return { workers: several, threads: threads ?? Math.max(1, Math.floor(cores / Math.max(1, several))) }
}

/** The keys in a file: one a line; lines that begin with # are comments. */
const readKeys = async (path: string): Promise<string[]> => {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw new Error(describeError(error, path))
  })
  const keys = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (keys.length === 0) throw expected(`--keys ${path}`, 'a key a line', 'none')
  return keys
}

/** Waits for a signal, which may come before all is started, and ends what runs. */
const untilSignal = (starting: Promise<Running>): Promise<number> =>
  new Promise((resolve, reject) => {
    starting.catch(reject)
    let asked = false
    const end = (): void => {
      if (asked) process.exit(1)
      asked = true
      starting.then((running) => running.close(GRACE)).then(() => resolve(0), reject)
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end)
  })
