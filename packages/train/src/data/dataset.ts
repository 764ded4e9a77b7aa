/**
 * A data set: batches of random crops of photos and style pictures, made ahead of the trainer by workers. The same
 * options and files give the same batch for a step, for any number of workers and order of calls. batches.ts makes the
 * batches.
 */
import { AnimeganError } from '@animegan/graph'
import type { Pictures, Skipped } from '../pictures.ts'
import type { RetouchOptions } from '../retouch/retouch.ts'
import type { TeacherOptions } from '../teacher/index.ts'
import { type BatchPool, createBatchPool } from './batch-pool.ts'
import type { StartBatchWorker } from './batch-worker.ts'
import type { BatchPlan } from './batches.ts'

export interface DatasetOptions {
  /**
   * Folders of photos. `weight` (default 1) says how often each photo of a folder is sampled, relative to those of
   * other folders.
   */
  readonly photos: readonly { readonly path: string; readonly weight?: number }[]
  /** A folder of pictures in the style to learn; ten are enough. */
  readonly style: string
  /** Pictures of each kind in a batch, and their side in pixels, from 3 up. */
  readonly batch: number
  readonly size: number
  /** A whole number; another one gives other crops. */
  readonly seed: number
  /** The range of factors that crops are scaled by: 0.5 takes squares of twice the side and reduces them. */
  readonly photoScale: readonly [number, number]
  readonly styleScale: readonly [number, number]
  /** Paints the targets. */
  readonly teacher?: TeacherOptions
  /** Whether photos are shown in balanced light; always with a teacher. Default: as they are. */
  readonly balanced?: boolean
  /** Filters for photos' regions, and for results that are retouched. */
  readonly retouch?: RetouchOptions
  /** Number of photos to hold out as samples, if there are ten times as many; default: none. */
  readonly holdOut?: number
  /** Share of pixels of the smooth pictures to turn white, as AnimeGANv3 does for Shinkai (0.1); default: none. */
  readonly salt?: number
  /** Number of workers that make batches; default 1. */
  readonly workers?: number
  /** Bytes of decoded pictures that all workers together cache. */
  readonly cacheBytes: number
}

/** What a data set needs from the platform. */
export interface DatasetTools {
  readonly pictures: Pictures
  readonly startWorker: StartBatchWorker
}

/** The batches, with `target` only if there is a teacher, and their sources. */
export interface Dataset extends BatchPool {
  /** How many photos and style pictures there are. */
  readonly photos: number
  readonly styles: number
  /** Photos held out from training, and as many style pictures, which are not held out; spread over the folders. */
  readonly samples: { readonly photos: readonly string[]; readonly styles: readonly string[] }
  /** `count` photos (or all, if there are fewer) spread over the folders, held out or not. */
  somePhotos(count: number): readonly string[]
  /** `count` style pictures (or all, if there are fewer), spread over the folder. */
  someStyles(count: number): readonly string[]
  /** Files of the folders that cannot be used. */
  readonly skipped: readonly Skipped[]
}

/**
 * Opens a data set. Rejects with an `AnimeganError` of one line for a folder without pictures, or an option out of
 * range (`bad-argument`).
 */
export const createDataset = async (options: DatasetOptions, tools: DatasetTools): Promise<Dataset> => {
  check(options)
  const { workers = 1, photos, salt = 0, holdOut = 0, ...rest } = options
  const { pictures: files, startWorker } = tools
  const style = await files.find(options.style)
  const groups = []
  for (const { path, weight = 1 } of photos) groups.push({ ...(await files.find(path)), weight })
  const all = groups.flatMap(({ pictures }) => pictures)
  const samples = { photos: spread(all, holdOut), styles: spread(style.pictures, holdOut) }
  const heldOut = new Set(all.length >= 10 * holdOut ? samples.photos : [])
  const trained = groups.map(({ pictures, weight }) => ({
    pictures: pictures.filter((path) => !heldOut.has(path)),
    weight,
  }))
  const plan: BatchPlan = {
    ...rest,
    photos: trained.filter(({ pictures }) => pictures.length > 0),
    style: style.pictures,
    salt,
    cacheBytes: Math.floor(options.cacheBytes / workers),
  }
  const pool = createBatchPool(
    Array.from({ length: workers }, () => startWorker(plan)),
    options.batch,
  )
  return {
    photos: all.length - heldOut.size,
    styles: style.pictures.length,
    samples,
    somePhotos: (count) => spread(all, count),
    someStyles: (count) => spread(style.pictures, count),
    skipped: [...groups.flatMap(({ skipped }) => skipped), ...style.skipped],
    async batch(step, kinds) {
      if (!isCount(step, 0)) throw new RangeError(`data set: expected step to be a whole number, found ${step}`)
      if (kinds.includes('target') && !plan.teacher)
        throw new RangeError('data set: expected a teacher, as targets are asked for, found none')
      return pool.batch(step, kinds)
    },
    retouch: pool.retouch,
    close: pool.close,
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
    if (!met) throw new AnimeganError('bad-argument', `data set: expected ${name} to be ${expected}, found ${found}`)
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
