/** The pipeline on real engines: onnxruntime-node, and onnxruntime-web's WASM. */
import * as node from 'onnxruntime-node'
import * as web from 'onnxruntime-web'
import { afterAll, describe, expect, it } from 'vitest'
import { closeable } from './closing.ts'
import type { Engine } from './engine.ts'
import type { Picture } from './picture.ts'
import { balance, sceneOf } from './pixels/balance.ts'
import { extractRgb } from './pixels/pad.ts'
import { frozenModel, measuringModel } from './program.ts'
import { createStylizer, effectSizes, fitLongSide, type StyledPart, type StylizeOptions } from './stylizer.ts'
import { largestDifference, localEngine, randomStyle, testPicture } from './testing.ts'

const engine = localEngine(node)
afterAll(() => engine.close())

const live = randomStyle('live')

const stylize = async (picture = testPicture(96, 64), options: StylizeOptions = {}, memory?: number, on = engine) => {
  const stylizer = await createStylizer(live, on, memory === undefined ? {} : { memory })
  try {
    return await stylizer.stylize(picture, options)
  } finally {
    await stylizer.close()
  }
}

it('gives the same in two steps as in one, at any strength, repeatedly', async () => {
  const stylizer = await createStylizer(live, engine)
  for (const picture of [testPicture(70, 50), testPicture(70, 50, 4)]) {
    const drawing = await stylizer.draw(picture, { effectSize: 48 })
    for (const strength of [0.3, 1, 0, 0.3]) {
      const once = await stylizer.stylize(picture, { effectSize: 48, strength })
      expect(largestDifference(drawing.mix(strength), once)).toBe(0)
    }
  }
  await stylizer.close()
})

/** The square in the middle. */
const middleOf = (picture: Picture): Picture => {
  const { width, height } = picture
  const side = Math.min(width, height)
  const data = extractRgb(picture, (width - side) / 2, (height - side) / 2, side, side)
  return { width: side, height: side, channels: 3, data }
}

/** The deviation of the Laplacian of a picture's green. */
const laplacianOf = ({ width, height, channels, data }: Picture): number => {
  const at = (x: number, y: number): number => data[(y * width + x) * channels + 1]
  const values: number[] = []
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++)
      values.push(4 * at(x, y) - at(x - 1, y) - at(x + 1, y) - at(x, y - 1) - at(x, y + 1))
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

describe('a style that balances', () => {
  const style = { ...live, metadata: { balance: '1' } }
  /** A picture in dim, warm light. */
  const dim = (() => {
    const { data, ...size } = testPicture(96, 64)
    return { ...size, data: data.map((v, i) => v * [0.6, 0.55, 0.45][i % 3]) }
  })()

  it("shows the network the corrected picture, by the shot's measurements if given", async () => {
    const stylizer = await createStylizer(style, engine)
    const styled = await stylizer.stylize(dim)
    expect(largestDifference(styled, await stylize(balance(dim)))).toBe(0)
    expect(largestDifference(styled, await stylize(dim))).toBeGreaterThan(0)
    const other = testPicture(96, 64)
    const shot = await stylizer.frozen((await stylizer.measure(other))!)
    const held = await shot.stylize(dim)
    expect(largestDifference(held, await stylize(balance(dim, sceneOf(other))))).toBe(0)
    expect(largestDifference(await stylizer.stylize(dim, { scene: sceneOf(other) }), held)).toBe(0)
    await shot.close()
    // The shot is over, but the stylizer is still in use.
    expect(largestDifference(await stylizer.stylize(dim), styled)).toBe(0)
    await stylizer.close()
  })

  it('is marked by 1 only; other styles measure no light', async () => {
    await expect(createStylizer({ ...live, metadata: { balance: 'yes' } }, engine)).rejects.toThrow(
      "expected balance to be 1 or left out, found 'yes'",
    )
    const plain = await createStylizer(live, engine)
    expect(await plain.measure(dim)).toBeUndefined()
    await plain.close()
  })
})

describe('stylize', () => {
  it('gives a picture of the same size that is not the original, the same bytes each time', async () => {
    const picture = testPicture(97, 61)
    const [first, second] = [await stylize(picture), await stylize(picture)]
    expect([first.width, first.height, first.channels]).toEqual([97, 61, 3])
    expect(largestDifference(first, picture)).toBeGreaterThan(20)
    expect(largestDifference(first, second)).toBe(0)
  })

  it('computes tiles without a seam: live in small tiles equals live whole', async () => {
    const picture = testPicture(600, 450)
    let steps = 0
    // Three by three tiles, of 352 x 304 pixels with 112 of overlap, so one has neighbours on all sides.
    const parts: StyledPart[] = []
    const options = { onProgress: () => steps++, onPart: (part: StyledPart) => parts.push(part) }
    const tiled = await stylize(picture, options, 20)
    expect(steps).toBe(9)
    // The parts that are shown meanwhile cover the result, each pixel once.
    const covered = { ...tiled, data: new Uint8Array(tiled.data.length) }
    for (const { x, y, of, picture: part } of parts) {
      expect(of).toEqual({ width: 600, height: 450 })
      for (let row = 0; row < part.height; row++) {
        const line = part.data.subarray(row * part.width * 3, (row + 1) * part.width * 3)
        covered.data.set(line, ((y + row) * 600 + x) * 3)
      }
    }
    expect(parts.reduce((sum, { picture: { width, height } }) => sum + width * height, 0)).toBe(600 * 450)
    expect(largestDifference(covered, tiled)).toBe(0)
    expect(largestDifference(tiled, await stylize(picture))).toBeLessThanOrEqual(1)
  })

  it('computes tiles without a seam: AnimeGANv2 with frozen statistics', async () => {
    const style = randomStyle('animegan-v2')
    const picture = testPicture(320, 240)
    const stylizer = await createStylizer(style, engine, { memory: 48 })
    let steps = 0
    const tiled = await stylizer.stylize(picture, { onProgress: () => steps++ })
    expect(steps).toBeGreaterThan(1)
    // The reference: the same statistics, measured by the stylizer on its shrunken copy, but the picture in one run.
    const seen: Record<string, unknown>[] = []
    const spy: Engine = {
      ...engine,
      load: async (model) => {
        const session = await engine.load(model)
        return {
          run: async (feeds) => {
            const values = await session.run(feeds)
            if (!('result' in values)) seen.push(values)
            return values
          },
          ...closeable(session.close),
        }
      },
      ...closeable(async () => {}),
    }
    await (await createStylizer(style, spy, { memory: 48 })).stylize(picture)
    expect(seen).toHaveLength(1)
    const session = await engine.load(frozenModel(style, seen[0] as never))
    const { result } = await session.run({
      picture: { dtype: 'uint8', shape: [1, 240, 320, 3], data: picture.data },
    })
    expect(largestDifference(tiled, { ...picture, data: result.data as Uint8Array })).toBeLessThanOrEqual(1)
  }, 120_000)

  it('measures the same statistics that the whole network uses', async () => {
    const style = randomStyle('animegan-v2')
    const picture = testPicture(64, 64)
    const feeds = { picture: { dtype: 'uint8' as const, shape: [1, 64, 64, 3], data: picture.data } }
    const statistics = await (await engine.load(measuringModel(style)!)).run(feeds)
    const { result } = await (await engine.load(frozenModel(style, statistics))).run(feeds)
    const whole = await (await createStylizer(style, engine)).stylize(picture)
    expect(largestDifference(whole, { ...picture, data: result.data as Uint8Array })).toBeLessThanOrEqual(1)
  })

  it.each([
    [1, 1],
    [3, 200],
    [33, 35],
  ])('takes a picture of %i x %i', async (width, height) => {
    const result = await stylize(testPicture(width, height))
    expect([result.width, result.height]).toEqual([width, height])
  })

  it('strength 0 is the original, and values in between lie in between', async () => {
    const picture = testPicture(40, 40)
    const [none, half, all] = [
      await stylize(picture, { strength: 0 }),
      await stylize(picture, { strength: 0.5 }),
      await stylize(picture),
    ]
    expect(largestDifference(none, picture)).toBe(0)
    const expected = Uint8Array.from(picture.data, (value, i) => Math.round((value + all.data[i]) / 2))
    expect(largestDifference(half, { ...picture, data: expected })).toBeLessThanOrEqual(1)
  })

  it('keeps transparency', async () => {
    const picture = testPicture(40, 30, 4)
    const result = await stylize(picture)
    expect(result.channels).toBe(4)
    for (let i = 3; i < result.data.length; i += 4) expect(result.data[i]).toBe(picture.data[i])
  })

  it("size sets the long side of the result, effect size only that of the network's input", async () => {
    const picture = testPicture(120, 80)
    const sized = await stylize(picture, { size: 60 })
    expect([sized.width, sized.height]).toEqual([60, 40])
    const bold = await stylize(picture, { effectSize: 48 })
    expect([bold.width, bold.height]).toEqual([120, 80])
    expect(largestDifference(bold, await stylize(picture))).toBeGreaterThan(5)
    const fine = await stylize(picture, { effectSize: 240 })
    expect([fine.width, fine.height]).toEqual([120, 80])
  })

  it("a style's own effect size is for larger pictures only", async () => {
    const own = async (effectSize: string, picture: Picture) => {
      const stylizer = await createStylizer({ ...live, metadata: { effectSize } }, engine)
      const result = await stylizer.stylize(picture)
      await stylizer.close()
      return result
    }
    const [large, small] = [testPicture(120, 80), testPicture(48, 32)]
    // A short side of 48, as 64 x 48 has.
    expect(largestDifference(await own('64', large), await stylize(large, { effectSize: 72 }))).toBe(0)
    expect(largestDifference(await own('64', small), await stylize(small))).toBe(0)
    await expect(own('wide', small)).rejects.toThrow("expected an effectSize of 32 or more, found 'wide'")
  })

  it.each([
    ['4:3, the reference shape', 4000, 3000, 1280, 960],
    ['upright', 3000, 4000, 960, 1280],
    ['square', 4000, 4000, 960, 960],
    ['wide', 3840, 2160, 1707, 960],
    ['panorama', 12000, 1500, 7680, 960],
    ['just small enough', 1280, 960, 1280, 960],
    ['a long strip', 900, 7200, 900, 7200],
  ])('the network sees every shape as it sees a square of it: %s', (_, width, height, seenWidth, seenHeight) => {
    const seenOf = effectSizes({ ...live, metadata: { effectSize: '1280' } })
    const seen = fitLongSide(width, height, seenOf({ width, height }))
    expect(seen).toEqual({ width: seenWidth, height: seenHeight })
    expect(seenOf({ width, height }, 700)).toBe(700)
    expect(effectSizes(live)({ width, height })).toBe(Math.max(width, height))
  })

  it.each([
    ['a panorama', 360, 60],
    ['a strip', 60, 360],
  ])('%s is drawn as boldly and crisply as its middle square alone', async (_, width, height) => {
    const whole = testPicture(width, height)
    const stylizer = await createStylizer({ ...live, metadata: { effectSize: '64' } }, engine)
    const [drawn, alone] = [await stylizer.stylize(whole), await stylizer.stylize(middleOf(whole))]
    await stylizer.close()
    expect(laplacianOf(middleOf(drawn)) / laplacianOf(alone)).toBeCloseTo(1, 1)
  })

  it('stops when aborted', async () => {
    await expect(stylize(testPicture(64, 64), { signal: AbortSignal.abort(new Error('aborted')) })).rejects.toThrow(
      'aborted',
    )
  })

  it('the WASM engine gives the picture of the native one (within 1 of 255)', async () => {
    const wasm = localEngine(web)
    const picture = testPicture(64, 48)
    const result = await stylize(picture, {}, undefined, wasm)
    expect(largestDifference(result, await stylize(picture))).toBeLessThanOrEqual(1)
    await wasm.close()
  })
})

describe('engine', () => {
  it('says why a model is refused', async () => {
    await expect(engine.load(new Uint8Array([1, 2, 3]))).rejects.toThrow(/protobuf|parse|load/i)
  })

  it('refuses work after it is closed', async () => {
    const closed = localEngine(node)
    await closed.close()
    await expect(closed.load(new Uint8Array())).rejects.toThrow('closed')
  })
})
