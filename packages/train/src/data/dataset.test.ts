/** Data sets of pictures drawn here: what is found, what a batch holds, and that nothing but the options decides it. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { balance, type Picture, resample } from '@animegan/core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { random } from '../random.ts'
import type { PictureKind } from '../step/step.ts'
import { teach, teacherPresets } from '../teacher/index.ts'
import { drawCrop } from './crops.ts'
import { createDataset, type DatasetOptions } from './dataset.ts'
import { paintings } from './paintings.ts'
import { pictureCache } from './picture-cache.ts'
import { decodePicture, findPictures } from './pictures.ts'
import { drawView, viewScales } from './views.ts'

/** A picture whose red and green say where a pixel is. */
const chart = (width: number, height: number, blue = 0): Picture => {
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) data.set([i % width, Math.floor(i / width), blue], i * 3)
  return { width, height, channels: 3, data }
}

const png = ({ width, height, channels, data }: Picture) => sharp(data, { raw: { width, height, channels } }).png()

let folder: string
let photos: string
let art: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'animegan-dataset-'))
  photos = join(folder, 'photos')
  art = join(folder, 'art')
  mkdirSync(join(photos, 'inside', 'deeper'), { recursive: true })
  mkdirSync(join(photos, '.hidden'))
  mkdirSync(art)
  await png(chart(100, 80)).toFile(join(photos, 'b.png'))
  await png(chart(100, 80)).toFile(join(photos, 'Z.png'))
  await png(chart(90, 120))
    .jpeg()
    .toFile(join(photos, 'inside', 'deeper', 'a.jpg'))
  await png(chart(90, 120)).toFile(join(photos, '.hidden', 'secret.png'))
  writeFileSync(join(photos, 'notes.txt'), 'not a picture')
  writeFileSync(join(photos, 'cut.png'), (await png(chart(100, 80)).toBuffer()).subarray(0, 300))
  symlinkSync(join(photos, 'b.png'), join(photos, 'link.png'))
  symlinkSync(photos, join(photos, 'inside', 'loop'))
  for (const blue of [100, 200]) await png(chart(128, 128, blue)).toFile(join(art, `${blue}.png`))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a folder', () => {
  it('gives its pictures in one order, and names what is none', async () => {
    const { pictures, skipped } = await findPictures(photos)
    expect(pictures.map((path) => path.slice(photos.length + 1))).toEqual([
      'Z.png',
      'b.png',
      'inside/deeper/a.jpg',
      'link.png',
    ])
    expect(skipped.map(({ path }) => path.slice(photos.length + 1))).toEqual(['cut.png', 'notes.txt'])
    for (const { reason } of skipped) expect(reason).toMatch(/^[^\n]{5,80}$/)
  })

  it('without pictures is refused', async () => {
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    await expect(findPictures(empty)).rejects.toThrow('expected pictures, found no files')
    await expect(findPictures(join(folder, 'none'))).rejects.toThrow('expected a folder of pictures, found ENOENT')
    await expect(findPictures(join(photos, 'b.png'))).rejects.toThrow('expected a folder of pictures, found a file')
  })
})

it('decodes upright, on white, reduced', async () => {
  const path = join(folder, 'turned.png')
  const pixels = { width: 40, height: 20, channels: 4 as const }
  await sharp({ create: { ...pixels, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
    .withMetadata({ orientation: 6 })
    .png()
    .toFile(path)
  const picture = await decodePicture(path, 20)
  expect([picture.width, picture.height, picture.channels]).toEqual([10, 20, 3])
  expect(new Set(picture.data)).toEqual(new Set([255]))
  expect((await decodePicture(path, 400)).height).toBe(40)
})

describe('a crop', () => {
  it('at scale 1 is pixels of the picture, mirrored half of the time, at places all over', async () => {
    const lefts: number[] = []
    let mirrored = 0
    for (let draw = 0; draw < 60; draw++) {
      const crop = await drawCrop(chart(100, 80), random(5, draw), { size: 32, scale: [1, 1], flip: true })
      const own = crop.data
      const flipped = own[0] > own[3]
      if (flipped) mirrored++
      const left = flipped ? own[31 * 3] : own[0]
      lefts.push(left)
      for (let i = 0; i < 32 * 32; i++) {
        const x = flipped ? 31 - (i % 32) : i % 32
        expect([own[i * 3], own[i * 3 + 1]]).toEqual([left + x, own[1] + Math.floor(i / 32)])
      }
    }
    expect(mirrored).toBeGreaterThan(15)
    expect(mirrored).toBeLessThan(45)
    expect(Math.min(...lefts)).toBeLessThan(10)
    expect(Math.max(...lefts)).toBeGreaterThan(58)
  })

  it('reduces within its range of scales, and enlarges a picture that is too small', async () => {
    const widthOf = async (picture: Picture, scale: readonly [number, number], draw: number): Promise<number> => {
      const crop = await drawCrop(picture, random(6, draw), { size: 32, scale, flip: false })
      const row = crop.data.subarray(0, 32 * 3)
      return (row[31 * 3] - row[0]) * (32 / 31)
    }
    const widths = await Promise.all(Array.from({ length: 40 }, (_, draw) => widthOf(chart(100, 80), [0.5, 2], draw)))
    expect(Math.min(...widths)).toBeGreaterThan(14)
    expect(Math.min(...widths)).toBeLessThan(20)
    expect(Math.max(...widths)).toBeGreaterThan(50)
    expect(Math.max(...widths)).toBeLessThan(67)
    expect(await widthOf(chart(20, 16), [1, 1], 0)).toBeCloseTo(16, -1)
  })
})

describe('a view', () => {
  const rule = { size: 32, scale: [0.5, 1] as const }

  it('has sizes in equal ratios, from the least that holds a square', () => {
    const [least, middle, most] = viewScales(chart(128, 96), rule)
    expect([least, middle, most]).toEqual([0.5, Math.sqrt(0.5), 1])
    expect(viewScales(chart(100, 40), rule)[0]).toBeCloseTo(0.8, 6)
    for (const scale of viewScales(chart(20, 16), rule)) expect(scale).toBeCloseTo(2, 6)
  })

  it('is a square of the photo in good light, and the same square of its painting', async () => {
    const original = chart(128, 96, 90)
    const painted: Picture[] = []
    // A painting that says where its pixels are.
    const paint = async (photo: Picture) => {
      painted.push(photo)
      return chart(photo.width, photo.height)
    }
    const places = new Set<string>()
    let mirrored = 0
    for (let draw = 0; draw < 40; draw++) {
      const { photo, target } = await drawView(original, random(3, draw), rule, paint)
      const whole = painted.at(-1)!
      expect(whole.data).toEqual(balance(resample(original, whole.width, whole.height)).data)
      const pixels = target!.data
      const [x, y] = [pixels[0], pixels[1]]
      places.add(`${whole.width} ${x} ${y}`)
      if (pixels[3] < x) mirrored++
      for (let i = 0; i < 32 * 32; i++) {
        const at = 3 * ((pixels[3 * i + 1] % whole.height) * whole.width + pixels[3 * i])
        expect(photo.data.subarray(3 * i, 3 * i + 3)).toEqual(whole.data.subarray(at, at + 3))
      }
      const alone = await drawView(original, random(3, draw), rule, undefined)
      expect(alone.photo.data).toEqual(photo.data)
    }
    expect(new Set(painted.map(({ width }) => width))).toEqual(new Set([64, 91, 128]))
    expect(places.size).toBeGreaterThan(30)
    expect(mirrored).toBeGreaterThan(8)
    expect(mirrored).toBeLessThan(32)
  })
})

describe('paintings', () => {
  const photo = chart(24, 18, 60)

  it('are kept in a folder, by photo and teacher, and read again', async () => {
    const at = join(folder, 'paintings')
    const files = () => readdirSync(at, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const one = await paintings(teacherPresets.sora, at)(photo)
    expect(one).toEqual(teach(photo, teacherPresets.sora))
    expect(files()).toHaveLength(1)
    const [{ parentPath, name }] = files()
    // What is read is the file, and what is damaged is painted anew.
    await sharp({ create: { width: 24, height: 18, channels: 3, background: '#123456' } })
      .png()
      .toFile(join(parentPath, name))
    expect((await paintings(teacherPresets.sora, at)(photo)).data.subarray(0, 3)).toEqual(
      Uint8Array.of(0x12, 0x34, 0x56),
    )
    writeFileSync(join(parentPath, name), 'none')
    expect(await paintings(teacherPresets.sora, at)(photo)).toEqual(one)
    await paintings(teacherPresets.cel, at)(photo)
    await paintings(teacherPresets.sora, at)(chart(24, 18, 61))
    expect(files()).toHaveLength(3)
  })

  it('asked for twice at once are painted once', async () => {
    const paint = paintings(teacherPresets.sora, join(folder, 'at-once'))
    expect(paint(photo)).toBe(paint(photo))
    await paint(photo)
  })
})

it('a cache keeps what was used last, within its bytes', async () => {
  const decoded: string[] = []
  const cache = pictureCache(2 * 300, async (path) => {
    decoded.push(path)
    if (path === 'bad') throw new Error('no')
    return chart(10, 10)
  })
  for (const path of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(path)
  expect(decoded.join('')).toBe('abcb')
  expect(cache.bytes).toBe(600)
  await Promise.all([cache.get('d'), cache.get('d')])
  expect(decoded.join('')).toBe('abcbd')
  await expect(cache.get('bad')).rejects.toThrow('no')
  await expect(cache.get('bad')).rejects.toThrow('no')
  expect(decoded.filter((path) => path === 'bad').length).toBe(2)
})

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
    const dataset = await createDataset(options(over))
    try {
      const made = []
      for (const step of steps) made.push(await dataset.batch(step, kinds))
      return made
    } finally {
      await dataset.close()
    }
  }

  it('makes the same batch for a step, whatever the threads and the order', async () => {
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

  it('makes the kinds that are asked for, the same whatever else is made', async () => {
    const [, all] = await batches({}, [0, 1])
    const dataset = await createDataset(options())
    await dataset.batch(0, ['style'])
    const photo = await dataset.batch(1, ['photo'])
    const smooth = await dataset.batch(1, ['smooth'])
    await dataset.close()
    expect({ ...photo, ...smooth }).toEqual({ photo: all.photo, smooth: all.smooth })
  })

  it('holds samples out where there are enough photos', async () => {
    const few = await createDataset(options({ holdOut: 2 }))
    await few.close()
    expect([few.photos, few.samples.photos.length, few.samples.styles.length]).toEqual([4, 2, 2])
    const many = join(folder, 'many')
    mkdirSync(many)
    for (let blue = 0; blue < 10; blue++) await png(chart(40, 40, blue * 20)).toFile(join(many, `${blue}.png`))
    const dataset = await createDataset(options({ photos: [{ path: many }], holdOut: 1, photoScale: [1, 1] }))
    expect([dataset.photos, dataset.samples.photos]).toEqual([9, [join(many, '5.png')]])
    const seen = new Set<number>()
    for (let step = 0; step < 40; step++) {
      const { photo } = await dataset.batch(step, ['photo'])
      for (const at of [0, 1]) seen.add(photo![at * 32 * 32 * 3 + 2])
    }
    await dataset.close()
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 20, 40, 60, 80, 120, 140, 160, 180])
  })

  it('refuses options out of range, calls after its end, and a picture that went away', async () => {
    await expect(createDataset(options({ batch: 0 }))).rejects.toThrow('expected batch to be a whole number from 1 up')
    await expect(createDataset(options({ photoScale: [1, 0.5] }))).rejects.toThrow('data set: expected photoScale')
    const gone = join(folder, 'gone')
    mkdirSync(gone)
    await png(chart(40, 40)).toFile(join(gone, 'x.png'))
    const dataset = await createDataset(options({ photos: [{ path: gone }] }))
    rmSync(join(gone, 'x.png'))
    await expect(dataset.batch(0, ['photo'])).rejects.toThrow(
      /x\.png: expected a picture as there was at the start, found none/,
    )
    await dataset.close()
    await expect(dataset.batch(1, ['photo'])).rejects.toThrow('it was closed')
  })
})
