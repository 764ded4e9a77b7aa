/** Data sets of generated pictures, made by threads: the content of a batch, and that only the options decide it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Picture } from '@animegan/core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batchThreads } from '../../../node/src/train/batch-threads.ts'
import { nodePictures } from '../../../node/src/train/pictures.ts'
import type { PictureKind, Results } from '../batch.ts'
import { regionMeans } from '../retouch/felzenszwalb.ts'
import { type RetouchOptions, retouch } from '../retouch/retouch.ts'
import { splitResults } from '../retouch/split.ts'
import { teacherPresets } from '../teacher/index.ts'
import { createDataset, type DatasetOptions } from './dataset.ts'
import { chart } from './testing.ts'

const png = ({ width, height, channels, data }: Picture) => sharp(data, { raw: { width, height, channels } }).png()

const filters: RetouchOptions = {
  photo: { scale: 5, sigma: 0.8, smallest: 50 },
  result: { scale: 5, sigma: 0.8, smallest: 100 },
  revision: { lightness: 5, colour: 6, patch: 5, search: 7, flatness: 0.005 },
}

let folder: string
let photos: string
let art: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'animegan-dataset-'))
  photos = join(folder, 'photos')
  art = join(folder, 'art')
  mkdirSync(photos)
  mkdirSync(art)
  for (const name of ['a', 'b', 'c']) await png(chart(100, 80)).toFile(join(photos, `${name}.png`))
  await png(chart(90, 120)).jpeg().toFile(join(photos, 'd.jpg'))
  for (const blue of [100, 200]) await png(chart(128, 128, blue)).toFile(join(art, `${blue}.png`))
})
afterAll(() => rmSync(folder, { recursive: true }))

const open = (options: DatasetOptions) =>
  createDataset(options, { pictures: nodePictures, startWorker: batchThreads(join(folder, 'paintings')) })

describe('a data set', () => {
  const options = (over: Partial<DatasetOptions> = {}): DatasetOptions => ({
    photos: [{ path: photos }],
    style: art,
    batch: 2,
    size: 32,
    seed: 1,
    photoScale: [0.5, 1],
    styleScale: [0.5, 1],
    cacheBytes: 1e6,
    ...over,
  })
  const batches = async (
    over: Partial<DatasetOptions>,
    steps: readonly number[],
    kinds: readonly PictureKind[] = ['photo', 'style', 'smooth'],
  ) => {
    const dataset = await open(options(over))
    try {
      const made = []
      for (const step of steps) made.push(await dataset.batch(step, kinds))
      return made
    } finally {
      await dataset.close()
    }
  }

  it('makes the same batch for a step, for any number of threads and any order', async () => {
    const ahead = await batches({}, [0, 1, 2])
    const [third, first] = await batches({ workers: 2, cacheBytes: 0 }, [2, 0])
    expect(first).toEqual(ahead[0])
    expect(third).toEqual(ahead[2])
    expect(ahead[1].photo).not.toEqual(ahead[0].photo)
    const [other] = await batches({ seed: 2 }, [0])
    expect(other.photo).not.toEqual(first.photo)
  })

  it('has photos, art, smoothed art, and targets if there is a teacher', async () => {
    const all = ['photo', 'target', 'style', 'smooth'] as const
    const [batch] = await batches({ teacher: teacherPresets.cel }, [0], all)
    expect(Object.keys(batch)).toEqual(all)
    for (const pixels of Object.values(batch)) expect(pixels.length).toBe(2 * 32 * 32 * 3)
    const blues = (pixels: Uint8Array) => new Set(pixels.filter((_, i) => i % 3 === 2))
    expect(blues(batch.style!).isSubsetOf?.(new Set([100, 200])) ?? true).toBe(true)
    expect(Math.max(...blues(batch.photo!))).toBeLessThan(60)
    expect(batch.target).not.toEqual(batch.photo)
    await expect(batches({}, [0], all)).rejects.toThrow('expected a teacher, as targets are asked for, found none')
  })

  it('makes the requested kinds, independent of what else is made', async () => {
    const [, all] = await batches({}, [0, 1])
    const dataset = await open(options())
    await dataset.batch(0, ['style'])
    const photo = await dataset.batch(1, ['photo'])
    const smooth = await dataset.batch(1, ['smooth'])
    await dataset.close()
    expect({ ...photo, ...smooth }).toEqual({ photo: all.photo, smooth: all.smooth })
  })

  it('has superpixels of photos, and retouches results, each picture by itself', async () => {
    const dataset = await open(options({ retouch: filters, workers: 2 }))
    const regions = await dataset.batch(0, ['photo-regions', 'photo'])
    const length = 32 * 32 * 3
    const results: Results = {
      'result-regions': Uint8Array.from({ length: 2 * length }, (_, i) => (i * 37) % 251),
      'revised-result': Uint8Array.from({ length: 2 * length }, (_, i) => (i * 53) % 249),
    }
    const retouched = await dataset.retouch(0, results)
    await dataset.close()
    const whole = (data: Uint8Array) => ({ width: 32, height: 32, channels: 3 as const, data })
    for (const place of [0, 1]) {
      const part = <T extends Uint8Array | Float32Array>(of: T) => of.slice(place * length, (place + 1) * length)
      expect(part(regions['photo-regions']!)).toEqual(
        regionMeans(whole(part(regions.photo!) as Uint8Array), filters.photo).data,
      )
      const one = retouch(splitResults(results, 2)[place], 32, filters)
      expect(part(retouched['result-regions']!)).toEqual(one['result-regions'])
      expect(part(retouched['revised-result']!)).toEqual(one['revised-result'])
    }
    await expect(batches({}, [0], ['photo-regions'])).rejects.toThrow(
      'expected filters, as photo-regions are asked for',
    )
  })

  it('holds samples out where there are enough photos', async () => {
    const few = await open(options({ holdOut: 2 }))
    await few.close()
    expect([few.photos, few.samples.photos.length, few.samples.styles.length]).toEqual([4, 2, 2])
    const many = join(folder, 'many')
    mkdirSync(many)
    for (let blue = 0; blue < 10; blue++) await png(chart(40, 40, blue * 20)).toFile(join(many, `${blue}.png`))
    const dataset = await open(options({ photos: [{ path: many }], holdOut: 1, photoScale: [1, 1] }))
    expect([dataset.photos, dataset.samples.photos]).toEqual([9, [join(many, '5.png')]])
    expect(dataset.somePhotos(2)).toEqual([join(many, '2.png'), join(many, '7.png')])
    expect(dataset.somePhotos(40)).toHaveLength(10)
    const seen = new Set<number>()
    for (let step = 0; step < 40; step++) {
      const { photo } = await dataset.batch(step, ['photo'])
      for (const at of [0, 1]) seen.add(photo![at * 32 * 32 * 3 + 2])
    }
    await dataset.close()
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 20, 40, 60, 80, 120, 140, 160, 180])
  })

  it('refuses options out of range, calls after closing, and a picture that disappeared', async () => {
    await expect(open(options({ batch: 0 }))).rejects.toThrow('expected batch to be a whole number from 1 up')
    await expect(open(options({ photoScale: [1, 0.5] }))).rejects.toThrow('data set: expected photoScale')
    const gone = join(folder, 'gone')
    mkdirSync(gone)
    await png(chart(40, 40)).toFile(join(gone, 'x.png'))
    const dataset = await open(options({ photos: [{ path: gone }] }))
    rmSync(join(gone, 'x.png'))
    await expect(dataset.batch(0, ['photo'])).rejects.toThrow(
      /x\.png: expected a picture as there was at the start, found none/,
    )
    await dataset.close()
    await expect(dataset.batch(1, ['photo'])).rejects.toThrow('it was closed')
  })
})
