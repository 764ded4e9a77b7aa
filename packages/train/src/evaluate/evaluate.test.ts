/** The evaluation on a style that does nothing, whose figures are known, and on files that cannot be read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '@animegan/core'
import * as ort from 'onnxruntime-node'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { localEngine, randomStyle } from '../../../core/src/testing.ts'
import { nodePictures } from '../../../node/src/train/pictures.ts'
import { random } from '../random.ts'
import { compactVgg } from '../testing.ts'
import { evaluate } from './evaluate.ts'

const folder = mkdtempSync(join(tmpdir(), 'animegan-evaluate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** An engine on which every style gives the picture back, `change`d. */
const pretending = (change: (level: number) => number): Engine => {
  const real = localEngine(ort)
  return {
    ...real,
    load: async (model) => {
      const session = await real.load(model)
      return {
        ...session,
        run: async (feeds) => {
          const { picture } = feeds
          if (!picture) return session.run(feeds)
          return { result: { ...picture, data: (picture.data as Uint8Array).map(change) } }
        },
      }
    },
  }
}

const photos: string[] = []
const art: string[] = []
beforeAll(async () => {
  for (let i = 0; i < 5; i++) {
    const { below } = random(9, i)
    const noise = Buffer.from(Array.from({ length: 70 * 50 * 3 }, () => 40 + below(100)))
    const blocks = await sharp(Buffer.from(Array.from({ length: 7 * 5 * 3 }, () => below(256))), {
      raw: { width: 7, height: 5, channels: 3 },
    })
      .resize(70, 50, { kernel: 'nearest' })
      .raw()
      .toBuffer()
    for (const [name, data, list] of [
      ['photo', noise, photos],
      ['art', blocks, art],
    ] as const) {
      if (name === 'art' && i === 4) continue
      const path = join(folder, `${name}${i}.png`)
      await sharp(data, { raw: { width: 70, height: 50, channels: 3 } }).toFile(path)
      list.push(path)
    }
  }
})

const evaluateWith = (change: (level: number) => number, some: Partial<Parameters<typeof evaluate>[0]> = {}) =>
  evaluate({
    style: randomStyle('live'),
    engine: pretending(change),
    pictures: nodePictures,
    features: compactVgg(),
    photos,
    styleImages: art,
    ...some,
  })

it('finds that a style that does nothing does nothing', async () => {
  const { measures, ...rest } = await evaluateWith((level) => level)
  expect(rest).toEqual({ photos: 5, styleImages: 4, skipped: [] })
  expect(measures.styleDistance).toEqual(measures.photoDistance)
  expect(measures.photoDistance.value).toBeGreaterThan(0)
  expect(measures.distanceRatio).toEqual({ value: 1, error: 0 })
  expect(measures.edgeSimilarity.value).toBeCloseTo(1, 9)
  expect(measures.colourShift).toEqual({ value: 0, error: 0 })
  expect(measures.ink).toEqual({ value: 0, error: 0 })
  expect(measures.flatness).toEqual(measures.photoFlatness)
  expect(measures.textureLeft).toEqual({ value: 1, error: 0 })
})

it('measures no texture for a style that removes it, and gives no figure if the photos have none', async () => {
  const { measures } = await evaluateWith(() => 100)
  expect(measures.textureLeft).toEqual({ value: 0, error: 0 })
  expect(measures.flatness).toEqual({ value: 1, error: 0 })
  expect(measures.photoFlatness.value).toBeLessThan(0.1)
  const flat = join(folder, 'flat.png')
  await sharp({ create: { width: 70, height: 50, channels: 3, background: 'gray' } }).toFile(flat)
  const without = await evaluateWith((level) => level, { photos: [flat, flat, photos[0]] })
  expect(without.measures.textureLeft).toBeUndefined()
})

it('sees a brightening as a shift of colour, not of contours', async () => {
  const { measures } = await evaluateWith((level) => level + 60)
  expect(measures.edgeSimilarity.value).toBeCloseTo(1, 9)
  expect(measures.colourShift.value).toBeGreaterThan(10)
})

it('measures the photos as they are, and the results as they come', async () => {
  const { measures: same } = await evaluateWith((level) => level)
  const { measures } = await evaluateWith((level) => (level > 90 ? 220 : 20))
  expect(measures.photoDistance).toEqual(same.photoDistance)
  expect(measures.edgeSimilarity.value).toBeLessThan(0.95)
  expect(measures.styleDistance.value).not.toBeCloseTo(same.styleDistance.value, 3)
  expect(measures.distanceRatio.value).toBeCloseTo(measures.styleDistance.value / measures.photoDistance.value, 9)
})

it('finds pictures near themselves', async () => {
  const { measures } = await evaluateWith((level) => level, { photos: art })
  expect(measures.photoDistance.value).toBeLessThan(0.05)
})

it('leaves out what cannot be read, names it, and tells the observer of every file', async () => {
  const broken = join(folder, 'broken.png')
  writeFileSync(broken, 'no picture')
  const seen: string[] = []
  let ended = 0
  const { skipped, photos: count } = await evaluate(
    {
      style: randomStyle('live'),
      engine: pretending((level) => level),
      pictures: nodePictures,
      features: compactVgg(),
      photos: [broken, ...photos],
      styleImages: art,
    },
    { begin: (path) => seen.push(path), end: () => ended++ },
  )
  expect(count).toBe(5)
  expect(skipped.map(({ path }) => path)).toEqual([broken])
  expect(skipped[0].reason).toMatch(/unsupported/)
  expect(seen).toEqual([...art, broken, ...photos])
  expect(ended).toBe(10)
})

it('does not take a failing engine for unreadable pictures', async () => {
  const engine = pretending((level) => level)
  const failing: Engine = {
    ...engine,
    load: async (model) => {
      const session = await engine.load(model)
      return {
        ...session,
        run: (feeds) => (feeds.picture ? Promise.reject(new Error('out of memory')) : session.run(feeds)),
      }
    },
  }
  await expect(evaluateWith((level) => level, { engine: failing })).rejects.toThrow('out of memory')
})
