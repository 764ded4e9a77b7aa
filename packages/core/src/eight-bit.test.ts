/** Styles in 8 bits on a real engine: how close they come to floats, and what calibration writes into the style. */
import { type NetworkStyle, readStyle, type Style, writeStyle } from '@animegan/models'
import * as ort from 'onnxruntime-node'
import { afterAll, describe, expect, it } from 'vitest'
import { calibrate } from './eight-bit.ts'
import { levelScalesOf } from './level-scales.ts'
import { balance } from './pixels/balance.ts'
import { extractRgb } from './pixels/pad.ts'
import type { Precision } from './precision.ts'
import { frozenModel, measuringModel, quantizedModel, wholeModel } from './program.ts'
import { createStylizer } from './stylizer.ts'
import { largestDifference, localEngine, randomStyle, testPicture } from './testing.ts'

const engine = localEngine(ort)
afterAll(() => engine.close())

const live = randomStyle('live')
const picture = testPicture(96, 64)
const feed = { dtype: 'uint8' as const, shape: [1, 64, 96, 3], data: extractRgb(picture, 0, 0, 96, 64) }

/** Random styles calibrated on the picture, each once: for animegan-v2 that takes seconds. */
const known = new Map<'live' | 'animegan-v2', Promise<NetworkStyle>>()
const calibrated = (architecture: 'live' | 'animegan-v2'): Promise<NetworkStyle> => {
  const found = known.get(architecture) ?? calibrate(randomStyle(architecture), engine, [picture])
  known.set(architecture, found)
  return found
}

const run = async (model: Uint8Array) => {
  const session = await engine.load(model)
  try {
    return await session.run({ picture: feed })
  } finally {
    await session.close()
  }
}

const decibels = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length)
  const squares = Array.from(a, (level, i) => (level - b[i]) ** 2)
  return 10 * Math.log10(255 ** 2 / (squares.reduce((sum, square) => sum + square, 0) / squares.length))
}

describe('calibrate', () => {
  it('live in 8 bits is within 35 dB of its float version, and the style can be written and read', async () => {
    const progress: number[] = []
    const style = await calibrate(live, engine, [picture, testPicture(50, 70)], {
      onProgress: (done) => progress.push(done),
    })
    expect(progress).toEqual([1 / 3, 2 / 3, 1])
    const again = readStyle(writeStyle(style))
    expect(again.metadata).toEqual(style.metadata)
    const scales = levelScalesOf(again) ?? []
    const [float, eight] = [await run(wholeModel(style)), await run(quantizedModel(style, scales))]
    expect(decibels(float.result.data as Uint8Array, eight.result.data as Uint8Array)).toBeGreaterThan(35)
  })

  it('animegan-v2, its statistics frozen, 30 dB', async () => {
    const style = await calibrated('animegan-v2')
    const statistics = await run(measuringModel(style) ?? new Uint8Array())
    const float = await run(frozenModel(style, statistics))
    const eight = await run(quantizedModel(style, levelScalesOf(style) ?? [], statistics))
    expect(decibels(float.result.data as Uint8Array, eight.result.data as Uint8Array)).toBeGreaterThan(30)
  })

  it('flat vivid colours stay what they are in floats, although no photo had any', async () => {
    const flat = (colour: readonly number[]) => ({
      ...picture,
      data: picture.data.map((_, i) => colour[i % picture.channels]),
    })
    const style = await calibrate(live, engine, [flat([60, 60, 60])])
    const drawn = async (precision: Precision) => {
      const stylizer = await createStylizer(style, engine, { precision })
      try {
        return await stylizer.stylize(flat([255, 20, 40]))
      } finally {
        await stylizer.close()
      }
    }
    expect(largestDifference(await drawn('int8'), await drawn('fp32'))).toBeLessThan(8)
  })

  it('measures after light correction, on what the network sees', async () => {
    const dark = { ...picture, data: picture.data.map((level) => level / 4) }
    const balanced: Style = { ...live, metadata: { balance: '1' } }
    const [wanted, found, unlit] = await Promise.all([
      calibrate(live, engine, [balance(dark)]),
      calibrate(balanced, engine, [dark]),
      calibrate(live, engine, [dark]),
    ])
    expect(found.metadata.levels).toBe(wanted.metadata.levels)
    expect(found.metadata.levels).not.toBe(unlit.metadata.levels)
  })

  it('refuses what it cannot do', async () => {
    await expect(calibrate(live, engine, [])).rejects.toThrow('expected pictures to measure on')
    await expect(calibrate(randomStyle('animegan-v3'), engine, [picture])).rejects.toMatchObject({
      code: 'unsupported',
    })
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(calibrate(live, engine, [picture], { signal })).rejects.toThrow('enough')
  })
})

describe('a stylizer in 8 bits', () => {
  it.each(['live', 'animegan-v2'] as const)('%s: close to floats, and tiles without a seam', async (architecture) => {
    const style = await calibrated(architecture)
    const large = architecture === 'live' ? testPicture(480, 360) : picture
    let tiles = 0
    const run = async (memory: number, precision: 'fp32' | 'int8') => {
      tiles = 0
      const stylizer = await createStylizer(style, engine, { memory, precision })
      try {
        return await stylizer.stylize(large, { onProgress: () => tiles++ })
      } finally {
        await stylizer.close()
      }
    }
    const [float, eight] = [await run(512, 'fp32'), await run(512, 'int8')]
    expect(decibels(eight.data, float.data)).toBeGreaterThan(30)
    expect(largestDifference(eight, float)).toBeGreaterThan(0)
    if (architecture === 'live') {
      expect(largestDifference(await run(16, 'int8'), eight)).toBe(0)
      expect(tiles).toBe(8)
    }
  })

  it('is chosen for a calibrated style without normalisation, on an engine with kernels for it; otherwise floats are', async () => {
    const ready = await calibrated('live')
    const styled = async (style: Style, precision?: Precision, on = engine) => {
      const stylizer = await createStylizer(style, on, { precision })
      try {
        return await stylizer.stylize(picture)
      } finally {
        await stylizer.close()
      }
    }
    const [float, eight] = [await styled(live), await styled(ready, 'int8')]
    expect(largestDifference(float, eight)).toBeGreaterThan(0)
    expect(largestDifference(await styled(ready, 'auto'), eight)).toBe(0)
    expect(largestDifference(await styled(live, 'auto'), float)).toBe(0)
    expect(largestDifference(await styled(ready), eight)).toBe(0)
    expect(largestDifference(await styled(ready, 'fp32'), float)).toBe(0)
    expect(largestDifference(await styled(ready, 'auto', { ...engine, eightBits: false }), float)).toBe(0)
    const normalised = await calibrated('animegan-v2')
    expect(largestDifference(await styled(normalised, 'auto'), await styled(randomStyle('animegan-v2')))).toBe(0)
    const wrong = { ...live, metadata: { levels: '[]x' } }
    await expect(createStylizer(wrong, engine, { precision: 'auto' })).rejects.toMatchObject({ code: 'bad-weights' })
  })

  it('needs a style that is calibrated', async () => {
    await expect(createStylizer(live, engine, { precision: 'int8' })).rejects.toThrow(
      'expected one calibrated for 8 bits, found one that is not; calibrate it (animegan calibrate)',
    )
  })
})
