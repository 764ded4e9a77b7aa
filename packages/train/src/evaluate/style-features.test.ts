/**
 * Style statistics with compact VGG-19 against PyTorch's on the same picture, and what they must and must not tell apart.
 * Skipped where ../shared/data/features is missing.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Engine, Picture } from '@animegan/core'
import { type FeatureWeights, importFeatures, readWeights } from '@animegan/models'
import * as ort from 'onnxruntime-node'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localEngine } from '../../../core/src/testing.ts'
import { nodePictures } from '../../../node/src/train/pictures.ts'
import { type Crops, distance, distanceEstimate, kernelMatrix } from './kernel-distance.ts'
import { type StyleFeatures, styleFeatures } from './style-features.ts'

const shared = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url))
const file = `${shared}features/compact-vgg19/compact-vgg19.pth`
const present = existsSync(file)

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * b[i], 0) / a.length

const scaled = async ({ data, ...size }: Picture, width: number, height: number): Promise<Picture> => {
  const { data: bytes } = await sharp(data, { raw: size })
    .resize(width, height, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width, height, channels: 3, data: new Uint8Array(bytes) }
}

describe.skipIf(!present)('style features (skipped where ../shared/data/features is missing)', () => {
  let engine: Engine
  let weights: FeatureWeights
  let features: StyleFeatures
  beforeAll(async () => {
    engine = localEngine(ort)
    weights = importFeatures(readWeights(readFileSync(file)).tensors)
    features = await styleFeatures(weights, engine, nodePictures.resize)
  })
  afterAll(async () => {
    await features.close()
    await engine.close()
  })

  /** 400 x 320, so that crops are the picture's own pixels. */
  const pattern: Picture = {
    width: 400,
    height: 320,
    channels: 3,
    data: Uint8Array.from({ length: 400 * 320 * 3 }, (_, i) => {
      const [x, y, c] = [Math.floor(i / 3) % 400, Math.floor(i / 1200), i % 3]
      return x * (3 + c) + y * 7 + (Math.floor(x / 25) ^ Math.floor(y / 20)) * 31 + c * 40
    }),
  }

  it('are those of PyTorch', async () => {
    const crops = await features.measure(pattern)
    expect(crops.map((vector) => vector.length)).toEqual(Array(6).fill(480))
    // torch 2.15, float64, crops of 160 px at x 0, 120, 240 and y 0, 160.
    const some = [0, 20, 50, 200, 300, 479].map((i) => crops[0][i])
    for (const [i, wanted] of [1.9458, 1.18102, 1.80255, 0.86287, 1.29928, 0].entries()) {
      expect(some[i]).toBeCloseTo(wanted, 3)
    }
    const others = crops.slice(1).map((vector) => cosine(crops[0], vector))
    for (const [i, wanted] of [0.987419, 0.997792, 0.999616, 0.987129, 0.997318].entries()) {
      expect(others[i]).toBeCloseTo(wanted, 4)
    }
  })

  it('hardly change with the size of the picture or its contrast', async () => {
    const [crops] = await features.measure(pattern)
    const [large] = await features.measure(await scaled(pattern, 1200, 960))
    expect(cosine(crops, large)).toBeGreaterThan(0.99)
    const [faint] = await features.measure({ ...pattern, data: pattern.data.map((value) => 96 + value / 4) })
    const [blurred] = await features.measure(await scaled(await scaled(pattern, 50, 40), 400, 320))
    expect(cosine(crops, faint)).toBeGreaterThan(cosine(crops, blurred))
  })

  it.each([
    [1, 1],
    [3000, 1],
    [2, 40],
  ])('take %i x %i pixels', async (width, height) => {
    const data = new Uint8Array(width * height * 3).fill(255)
    const crops = await features.measure({ width, height, channels: 3, data })
    for (const vector of crops) expect(vector.every(Number.isFinite)).toBe(true)
  })

  const folder = (name: string): string => `${shared}${name}`
  const sets = ['style/sora', 'style/cel', 'style/pepper', 'photos/hires'].map(folder)
  const real = describe.skipIf(!sets.every(existsSync))
  real('of pictures in a style (skipped where ../shared/data is missing)', () => {
    const measureSome = async (name: string): Promise<Crops[]> => {
      const { pictures } = await nodePictures.find(folder(name))
      const some: Crops[] = []
      for (let i = 0; i < 24; i++) {
        const path = pictures[Math.floor((i * pictures.length) / 24)]
        some.push(await features.measure(await nodePictures.read(path, 1024)))
      }
      return some
    }
    const apart = (a: readonly Crops[], b: readonly Crops[]) =>
      distanceEstimate(distance(kernelMatrix(a, a), kernelMatrix(b, b), kernelMatrix(a, b)))
    let photos: readonly Crops[]
    beforeAll(async () => {
      photos = await measureSome('photos/hires')
    }, 300_000)

    it.each(['style/sora', 'style/cel', 'style/pepper'])(
      '%s tell them from photos, and not one half from the other',
      async (name) => {
        const art = await measureSome(name)
        const halves = apart(
          art.filter((_, i) => i % 2 === 0),
          art.filter((_, i) => i % 2 === 1),
        )
        const whole = apart(photos, art)
        expect(whole.value).toBeGreaterThan(2 * whole.error)
        expect(Math.abs(halves.value)).toBeLessThan(2 * halves.error)
        expect(whole.value - halves.value).toBeGreaterThan(2 * Math.hypot(whole.error, halves.error))
      },
      300_000,
    )
  })
})
