/**
 * A data set: batches of random crops of photos and style pictures, made ahead of the trainer in worker threads. The
 * same options and files give the same batch for a step, whatever the number of threads and the order of the calls. What
 * is in a batch is batches.ts's business.
 */
import { Worker } from 'node:worker_threads'
import type { PictureKind } from '../step/step.ts'
import type { TeacherOptions } from '../teacher/index.ts'
import type { Batch } from '../trainer.ts'
import type { BatchOrder, Plan } from './batches.ts'
import { findPictures, type Skipped } from './pictures.ts'
import type { Reply } from './worker.ts'

export interface DatasetOptions {
  /** Folders of photos. `weight` (default 1) is how often each photo of a folder is drawn, relative to those of others. */
  readonly photos: readonly { readonly path: string; readonly weight?: number }[]
  /** A folder of pictures in the style to learn; ten will do. */
  readonly style: string
  /** Pictures of each kind in a batch, and their side in pixels, from 3 up. */
  readonly batch: number
  readonly size: number
  /** A whole number; another one draws other crops. */
  readonly seed: number
  /** The range of factors that crops are scaled by: 0.5 takes squares of twice the side and reduces them. */
  readonly photoScale: readonly [number, number]
  readonly styleScale: readonly [number, number]
  /** Draws the targets. */
  readonly teacher?: TeacherOptions
  /** Folder where the teacher's paintings are kept; default: none, they are painted for each crop. */
  readonly paintings?: string
  /** Photos to leave out as samples, if there are ten times as many; default: none. */
  readonly holdOut?: number
  /** Share of the smooth pictures' pixels to make white, as AnimeGANv3 does for Shinkai (0.1); default: none. */
  readonly salt?: number
  /** Threads; default 1. */
  readonly workers?: number
  /** Bytes of decoded pictures that all threads together keep. */
  readonly cacheBytes: number
}

export interface Dataset {
  /** How many photos and style pictures there are. */
  readonly photos: number
  readonly styles: number
  /** Photos that are not trained on, and as many style pictures, which are; from all over the folders. */
  readonly samples: { readonly photos: readonly string[]; readonly styles: readonly string[] }
  /** Files of the folders that cannot be used. */
  readonly skipped: readonly Skipped[]
  /**
   * The pictures of a step, to keep: of the kinds that are named, `target` only where there is a teacher. Steps may be
   * asked for in any order; one after the other, of the same kinds, is fastest.
   */
  batch(step: number, kinds: readonly PictureKind[]): Promise<Batch>
  /** Ends the threads; batches that were not begun are refused. */
  close(): Promise<void>
}

/** Opens a data set. Throws an error of one line for a folder without pictures, or an option out of range. */
export const createDataset = async (options: DatasetOptions): Promise<Dataset> => {
  check(options)
  const { workers: threads = 1, photos, salt = 0, holdOut = 0, ...rest } = options
  const style = await findPictures(options.style)
  const groups = []
  for (const { path, weight = 1 } of photos) groups.push({ ...(await findPictures(path)), weight })
  const all = groups.flatMap(({ pictures }) => pictures)
  const samples = { photos: spread(all, holdOut), styles: spread(style.pictures, holdOut) }
  const heldOut = new Set(all.length >= 10 * holdOut ? samples.photos : [])
  const trained = groups.map(({ pictures, weight }) => ({
    pictures: pictures.filter((path) => !heldOut.has(path)),
    weight,
  }))
  const plan: Plan = {
    ...rest,
    photos: trained.filter(({ pictures }) => pictures.length > 0),
    style: style.pictures,
    salt,
    cacheBytes: Math.floor(options.cacheBytes / threads),
  }
  return {
    photos: all.length - heldOut.size,
    styles: style.pictures.length,
    samples,
    skipped: [...groups.flatMap(({ skipped }) => skipped), ...style.skipped],
    ...startWorkers(plan, threads),
  }
}

/** `count` of the items, or all, at equal distances. */
const spread = <T>(items: readonly T[], count: number): T[] => {
  const most = Math.min(count, items.length)
  return Array.from({ length: most }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / most)])
}

const isCount = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least

const check = (options: DatasetOptions): void => {
  const { photos, batch, size, seed, workers = 1, cacheBytes, salt = 0, holdOut = 0 } = options
  const expect = (met: boolean, name: string, expected: string, found: unknown): void => {
    if (!met) throw new RangeError(`data set: expected ${name} to be ${expected}, found ${found}`)
  }
  expect(photos.length > 0, 'photos', 'at least one folder', 'none')
  for (const { path, weight = 1 } of photos)
    expect(weight > 0 && weight < Infinity, `the weight of ${path}`, 'a number above 0', weight)
  expect(isCount(batch, 1), 'batch', 'a whole number from 1 up', batch)
  expect(isCount(size, 3), 'size', 'a whole number from 3 up', size)
  expect(Number.isSafeInteger(seed), 'seed', 'a whole number', seed)
  expect(isCount(workers, 1), 'workers', 'a whole number from 1 up', workers)
  expect(cacheBytes >= 0, 'cacheBytes', 'a number from 0 up', cacheBytes)
  expect(isCount(holdOut, 0), 'holdOut', 'a whole number', holdOut)
  expect(salt >= 0 && salt <= 1, 'salt', 'a number from 0 to 1', salt)
  for (const name of ['photoScale', 'styleScale'] as const) {
    const [least, most] = options[name]
    expect(0 < least && least <= most && most < Infinity, name, 'two numbers above 0, the first not larger', [
      least,
      most,
    ])
  }
}

/** A batch that was ordered. */
interface Order extends BatchOrder {
  readonly promise: Promise<Batch>
  resolve(batch: Batch): void
  reject(reason: Error): void
}

const orderOf = (what: BatchOrder): Order => {
  let resolve = (_batch: Batch): void => {}
  let reject = (_reason: Error): void => {}
  const promise = new Promise<Batch>((resolve_, reject_) => {
    resolve = resolve_
    reject = reject_
  })
  // Nobody may ever call for a batch that was ordered ahead.
  promise.catch(() => {})
  return { ...what, promise, resolve, reject }
}

/**
 * Threads that take orders as they get free. A thread keeps the process alive only while it is making a batch, and is
 * not ended in the middle of one.
 */
const startWorkers = (plan: Plan, count: number): Pick<Dataset, 'batch' | 'close'> => {
  // Tests run the sources, but a worker thread needs what was built, of all packages.
  const file = import.meta.url.endsWith('.ts') ? '../../dist/data/worker.js' : './worker.js'
  const begin = (): Worker => new Worker(new URL(file, import.meta.url), { workerData: plan, execArgv: [] })
  const workers = Array.from({ length: count }, begin)
  const most = count + 2
  /** Batches ordered ahead, by step: waiting, being made or made. */
  const ahead = new Map<number, Order>()
  const waiting = new Set<Order>()
  const making = new Map<Worker, Order>()
  let over: Error | undefined

  const order = (what: BatchOrder): Order => {
    const placed = orderOf(what)
    waiting.add(placed)
    return placed
  }

  const handOut = (): void => {
    for (const worker of workers) {
      const [next] = waiting
      if (!next) return
      if (making.has(worker)) continue
      waiting.delete(next)
      making.set(worker, next)
      worker.ref()
      worker.postMessage({ step: next.step, kinds: next.kinds } satisfies BatchOrder)
    }
  }

  const end = (reason: Error): void => {
    over ??= reason
    for (const { reject } of waiting) reject(over)
    waiting.clear()
    ahead.clear()
  }

  for (const worker of workers) {
    worker.unref()
    worker.on('message', (reply: Reply) => {
      const made = making.get(worker)!
      making.delete(worker)
      worker.unref()
      if ('batch' in reply) made.resolve(reply.batch)
      else made.reject(new Error(reply.error))
      handOut()
    })
    const gone = (reason: Error): void => {
      end(reason)
      for (const { reject } of making.values()) reject(reason)
      making.clear()
    }
    worker.on('error', (error) => gone(new Error(`data set: a thread failed: ${error.message}`, { cause: error })))
    worker.on('exit', (code) => gone(new Error(`data set: a thread ended unexpectedly (exit code ${code})`)))
  }

  return {
    async batch(step, kinds) {
      if (over) throw over
      if (!isCount(step, 0)) throw new RangeError(`data set: expected step to be a whole number, found ${step}`)
      if (kinds.includes('target') && !plan.teacher)
        throw new RangeError('data set: expected a teacher, as targets are asked for, found none')
      const wanted = kinds.join()
      for (const stale of ahead.values()) {
        if (stale.step >= step && stale.step <= step + most && stale.kinds.join() === wanted) continue
        ahead.delete(stale.step)
        waiting.delete(stale)
      }
      const { promise } = ahead.get(step) ?? order({ step, kinds })
      ahead.delete(step)
      for (let next = step + 1; next <= step + most; next++)
        if (!ahead.has(next)) ahead.set(next, order({ step: next, kinds }))
      handOut()
      return promise
    },
    async close() {
      end(new Error('data set: expected no more calls, as it was closed'))
      await Promise.allSettled([...making.values()].map(({ promise }) => promise))
      await Promise.all(
        workers.map((worker) => {
          worker.ref()
          return worker.terminate()
        }),
      )
    },
  }
}
