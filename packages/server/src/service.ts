/**
 * The service as a whole: `serve` is API, page, workers and queue in one process and its children; `work` is workers
 * only, for a queue elsewhere. Both can be asked to end, and then finish or give back what they do.
 */
import { mkdir, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Style } from '@animegan/core'
import { AnimeganError } from '@animegan/graph/error'
import { knownStyles, readStyleAt } from '@animegan/node'
import type { Blobs } from './blobs/blobs.ts'
import { openBlobs } from './blobs/open-blobs.ts'
import { type Database, type DatabasePlace, openDatabase } from './database/database.ts'
import { createApp } from './http/app.ts'
import { createMetrics, type Metrics } from './http/metrics.ts'
import { findPage } from './page/page-files.ts'
import { openQueue, type Queue } from './queue/queue.ts'
import { openTracing, type Tracing } from './tracing.ts'
import { createArtist } from './work/artist.ts'
import { startWorker, type Worker } from './work/worker.ts'

/** What servers and workers have in common. */
export interface ServiceOptions {
  /** A Postgres elsewhere, as `postgres://...`. Default: an embedded one below `state`. */
  readonly database?: string | undefined
  /** `s3://bucket/prefix`, or a folder. Default: one below `state`. */
  readonly blobs?: string | undefined
  /** Pictures that are drawn at a time. */
  readonly workers: number
  /** Threads for each. */
  readonly threads: number
  /** The most memory for drawing one picture, in MiB. */
  readonly memory: number
  /** Receives lines for the user. */
  readonly tell: (line: string) => void
}

export interface ServeOptions extends ServiceOptions {
  readonly host: string
  readonly port: number
  /** The folder of everything that has no place elsewhere. */
  readonly state: string
  /** The longest estimated wait, in seconds. */
  readonly maxWait: number
  /** Jobs of a client in an hour. */
  readonly quota: number
  /** How long results are kept, in seconds. */
  readonly keep: number
  /** The largest upload, in bytes. */
  readonly maxBytes: number
  /** The most pixels of a picture, of all frames together. */
  readonly maxPixels: number
  /** The most seconds of a clip; 0: no clips. */
  readonly maxSeconds: number
  /** Keys of clients; default: everybody may use it. */
  readonly keys?: readonly string[] | undefined
  /** Proxies before the service, whose word is taken for the client's address. */
  readonly proxies: number
  /** Whether the page offers visitors with slow devices to draw here. */
  readonly offers: boolean
  readonly version: string
  /** Called with the address once jobs may be sent; the workers may still be loading. */
  readonly onListening?: ((url: string) => void) | undefined
}

export interface WorkOptions extends ServiceOptions {
  readonly database: string
  readonly blobs: string
}

/** Something that runs until it is closed. */
export interface Running {
  /** Ends it: what is in work is finished, or given back after so many milliseconds. */
  close(milliseconds: number): Promise<void>
}

export interface Service extends Running {
  readonly url: string
  /** The process of the embedded database. */
  readonly databasePid: number | undefined
}

/** How often results whose time is over are looked for, in milliseconds. */
const SWEEP_EVERY = 60_000
/** How often counts are told, in milliseconds. */
const TELL_EVERY = 60_000
/** Ten seconds for 10 kB: slower than any line. */
const UPLOAD_SPAN = 10_000
/** Ten minutes for the largest upload: half a megabit a second. */
const UPLOAD_WHOLE = 600_000
/** Reading a header takes less than this, in MiB. */
const INSPECTOR_MEMORY = 1024

/** Starts the service. Rejects with one line if the database, the store or the port cannot be had. */
export const serve = async (options: ServeOptions): Promise<Service> => {
  const { state, tell } = options
  const closing: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    for (const each of closing.splice(0).reverse()) await each()
  }
  try {
    await mkdir(state, { recursive: true })
    const uploads = join(state, 'uploads')
    const { database, queue, blobs } = await openParts(
      options.blobs ?? join(state, 'blobs'),
      options.database ? { url: options.database } : { folder: join(state, 'database') },
      tell,
      closing,
    )
    // Whatever an earlier process was receiving.
    await rm(uploads, { recursive: true, force: true })
    await mkdir(uploads, { recursive: true })
    const page = findPage()
    if (!page) tell('there is no page here: it is built by npm run build -w @animegan/web')
    const metrics = createMetrics()
    const tracing = await openTracing()
    closing.push(tracing.close)
    const inspector = createArtist({ threads: 1, memory: INSPECTOR_MEMORY })
    inspector.start()
    closing.push(inspector.close)
    const workers: Worker[] = []
    const app = await createApp({
      queue,
      blobs,
      inspector,
      metrics,
      tracing,
      uploads,
      styles: await loadStyles(tell),
      page,
      offers: options.offers,
      keys: options.keys,
      proxies: options.proxies,
      version: options.version,
      limits: {
        bytes: options.maxBytes,
        pixels: options.maxPixels,
        seconds: options.maxSeconds,
        longest: options.maxWait,
        quota: options.quota,
        keep: options.keep,
        span: UPLOAD_SPAN,
        whole: UPLOAD_WHOLE,
      },
      answers: database.answers,
      onAdmitted: () => {
        for (const worker of workers) worker.wake()
      },
    })
    closing.push(() => app.close())
    await app.listen({ host: options.host, port: options.port }).catch((error) => {
      const why = error.code === 'EADDRINUSE' ? 'the port is taken; choose another with --port' : error.message
      throw new AnimeganError('busy', `${options.host}:${options.port}: cannot be served: ${why}`)
    })
    const { port } = app.server.address() as AddressInfo
    const url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`
    options.onListening?.(url)
    workers.push(...(await startWorkers(options, queue, blobs, metrics, tracing)))
    const sweeping = setInterval(() => void sweep(queue, blobs).catch(() => {}), SWEEP_EVERY)
    closing.push(() => clearInterval(sweeping))
    const telling = setInterval(() => void tellCounts(queue, metrics, tell), TELL_EVERY)
    closing.push(() => clearInterval(telling))
    return {
      url,
      get databasePid() {
        return database.pid
      },
      close: async (milliseconds) => {
        await Promise.all([...workers.map((worker) => worker.stop(milliseconds)), app.close()])
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Starts workers for a queue elsewhere. Rejects with one line if the database or the store cannot be had. */
export const work = async (options: WorkOptions): Promise<Running> => {
  const closing: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    for (const each of closing.splice(0).reverse()) await each()
  }
  try {
    const { queue, blobs } = await openParts(options.blobs, { url: options.database }, options.tell, closing)
    const tracing = await openTracing()
    closing.push(tracing.close)
    const workers = await startWorkers(options, queue, blobs, createMetrics(), tracing)
    return {
      close: async (milliseconds) => {
        await Promise.all(workers.map((worker) => worker.stop(milliseconds)))
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Opens the store, the database and the queue. */
const openParts = async (
  blobsAt: string,
  place: DatabasePlace,
  tell: (line: string) => void,
  closing: (() => unknown)[],
): Promise<{ database: Database; queue: Queue; blobs: Blobs }> => {
  const blobs = await openBlobs(blobsAt)
  const database = await openDatabase(place, tell)
  closing.push(database.close)
  const queue = await openQueue(database)
  closing.push(queue.close)
  return { database, queue, blobs }
}

const startWorkers = async (
  { workers, threads, memory }: ServiceOptions,
  queue: Queue,
  blobs: Blobs,
  metrics: Metrics,
  tracing: Tracing,
): Promise<Worker[]> => {
  const started = await Promise.allSettled(
    Array.from({ length: workers }, () =>
      startWorker({ queue, blobs, artist: { threads, memory }, tracing, onEnd: metrics.ended }),
    ),
  )
  const running = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const failed = started.find((each) => each.status === 'rejected')
  if (!failed) return running
  await Promise.all(running.map((worker) => worker.stop(0)))
  throw failed.reason
}

/** Deletes the blobs of jobs whose time is over, and of uploads that were never admitted. */
export const sweep = async (queue: Queue, blobs: Blobs): Promise<void> => {
  for (const id of await queue.expired()) {
    await blobs.remove(id)
    await queue.forget(id)
  }
}

/** The installed styles that can be read. */
const loadStyles = async (tell: (line: string) => void): Promise<Map<string, Style>> => {
  const styles = new Map<string, Style>()
  for (const place of await knownStyles()) {
    try {
      styles.set(place.name, await readStyleAt(place))
    } catch (error) {
      tell((error as Error).message)
    }
  }
  return styles
}

let last = ''

/** Tells counts, where they changed. */
const tellCounts = async (queue: Queue, metrics: Metrics, tell: (line: string) => void): Promise<void> => {
  const { admitted, refused, done, failed } = await metrics.counts()
  const load = await queue.load().catch(() => undefined)
  const waiting = load ? `, ${load.pictures} waiting` : ''
  const line = `${admitted} jobs admitted, ${refused} refused, ${done} done, ${failed} failed${waiting}`
  if (line !== last) tell(line)
  last = line
}
