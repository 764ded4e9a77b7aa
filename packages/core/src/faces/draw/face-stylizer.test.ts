/**
 * Faces redrawn on a real engine by networks with random weights: the content is meaningless, the positions are not.
 */
import * as node from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Picture } from '../../picture.ts'
import { createStylizer, type Stylizer } from '../../stylizer.ts'
import { largestDifference, localEngine, randomStyle, testPicture } from '../../testing.ts'
import { faceAt } from '../testing.ts'
import { type FaceStylizer, faceSizeOf, faceStylizerOf, type WeightedFace } from './face-stylizer.ts'

const engine = localEngine(node)
const style = { ...randomStyle('live'), metadata: { faceSize: '96' } }
let stylizer: Stylizer
let faces: FaceStylizer
beforeAll(async () => {
  stylizer = await createStylizer(style, engine)
  faces = faceStylizerOf(stylizer, style)
})
afterAll(() => engine.close())

/** The pixels that differ, as offsets from a point. */
const changed = (a: Picture, b: Picture, x: number, y: number): { distance: number; count: number } => {
  let [distance, count] = [0, 0]
  for (let i = 0; i < a.data.length; i += a.channels) {
    const same = a.data.subarray(i, i + a.channels).every((value, c) => value === b.data[i + c])
    if (same) continue
    const pixel = i / a.channels
    distance = Math.max(distance, Math.hypot((pixel % a.width) + 0.5 - x, Math.floor(pixel / a.width) + 0.5 - y))
    count++
  }
  return { distance, count }
}

/** The styled picture, and a copy of it with the faces redrawn. */
const redraw = async (picture: Picture, given: readonly WeightedFace[], options = {}) => {
  const styled = await stylizer.stylize(picture)
  const copy = { ...styled, data: styled.data.slice() }
  const result = await faces.redraw(picture, copy, given, options)
  expect(result.picture).toBe(copy)
  return { styled, ...result }
}

describe('redraw', () => {
  it('changes the face and no byte outside its mask, with and without alpha', async () => {
    for (const channels of [3, 4] as const) {
      const { styled, picture } = await redraw(testPicture(220, 200, channels), [faceAt(110, 90, 30)])
      const { distance, count } = changed(styled, picture, 110, 90 + 0.35 * 30)
      expect(count).toBeGreaterThan(30 * 30 * 3)
      expect(distance).toBeLessThan(30 * (2.1 + 0.36 / 2))
      if (channels === 4) {
        expect(picture.data.every((value, i) => i % 4 < 3 || value === styled.data[i])).toBe(true)
      }
    }
  })

  it('returns the same picture when there is nothing to do', async () => {
    const at = faceAt(110, 90, 30)
    const point = { x: 5, y: 5 }
    for (const [given, options] of [
      [[], {}],
      [[{ ...at, weight: 0 }], {}],
      [[{ ...at, weight: Number.NaN }], {}],
      [[at], { strength: 0 }],
      [[faceAt(110, 90, 3)], {}],
      [[faceAt(-900, 90, 30)], {}],
      [[{ ...at, rightEye: point, leftEye: point, mouth: point }], {}],
    ] as const) {
      const { styled, picture, redrawn } = await redraw(testPicture(220, 200), given, options)
      expect(largestDifference(picture, styled)).toBe(0)
      expect(redrawn).toEqual([])
    }
  })

  it('does no work where the style drew the face at about its best size, unless proportions are wanted', async () => {
    const whole = faceAt(110, 90, 96 / 5.2)
    expect((await redraw(testPicture(220, 200), [whole])).redrawn).toEqual([])
    expect((await redraw(testPicture(220, 200), [faceAt(110, 90, (96 / 5.2) * 1.2)])).redrawn).toEqual([])
    expect((await redraw(testPicture(220, 200), [whole], { proportions: 0.35 })).redrawn).toEqual([whole])
    // The network saw the picture, and so the face, at half its size.
    expect((await redraw(testPicture(220, 200), [whole], { effectSize: 110 })).redrawn).toEqual([whole])
  })

  it('does not enlarge faces for the network unless allowed', async () => {
    const sides: number[] = []
    const watching: Stylizer = {
      ...stylizer,
      stylize: (picture, options) => {
        sides.push(picture.width)
        return stylizer.stylize(picture, options)
      },
    }
    const photo = testPicture(120, 100)
    for (const enlarge of [true, false]) {
      const styled = await stylizer.stylize(photo)
      await faceStylizerOf(watching, style).redraw(photo, styled, [faceAt(60, 40, 8)], { proportions: 1, enlarge })
    }
    const [enlarged, own] = sides
    expect(enlarged).toBeGreaterThan(own)
    // The crop from hair to chin is between 4 and 6 times the distance between the eyes.
    expect(own).toBeGreaterThanOrEqual(4 * 8)
    expect(own).toBeLessThanOrEqual(6 * 8)
  })

  it('blends the face in by its weight', async () => {
    const face = faceAt(110, 90, 30)
    const picture = testPicture(220, 200)
    const { styled, picture: full } = await redraw(picture, [face])
    const { picture: half } = await redraw(picture, [{ ...face, weight: 0.5 }])
    const mean = full.data.map((value, i) => (value + styled.data[i]) / 2)
    expect(largestDifference(half, { ...half, data: mean })).toBeLessThanOrEqual(1)
  })

  it('gives the same bytes for any order of the faces', async () => {
    const given = [faceAt(70, 80, 24), faceAt(130, 90, 30), faceAt(60, 150, 24), faceAt(180, 60, 12)]
    const picture = testPicture(220, 200)
    const { picture: one, redrawn } = await redraw(picture, given, { proportions: 0.5 })
    const { picture: other } = await redraw(picture, given.toReversed(), { proportions: 0.5 })
    expect(largestDifference(one, other)).toBe(0)
    expect(redrawn).toHaveLength(4)
  })

  it('handles faces cut by any border, upside down, and larger than the picture', async () => {
    for (const face of [
      faceAt(2, 60, 30),
      faceAt(118, 60, 30, 0.6),
      faceAt(60, -10, 30),
      faceAt(60, 98, 30, Math.PI),
      faceAt(60, 40, 160),
    ]) {
      const { styled, picture } = await redraw(testPicture(120, 100), [face], { proportions: 1 })
      expect(largestDifference(styled, picture)).toBeGreaterThan(20)
    }
  })

  it('finds the faces of the original in a result of another size', async () => {
    const original = testPicture(440, 400)
    const styled = await stylizer.stylize(original, { size: 220 })
    const copy = { ...styled, data: styled.data.slice() }
    const { picture } = await faces.redraw(original, copy, [faceAt(220, 180, 60)])
    const { distance, count } = changed(styled, picture, 110, 90 + 0.35 * 30)
    expect(count).toBeGreaterThan(30 * 30 * 3)
    expect(distance).toBeLessThan(30 * (2.1 + 0.36 / 2))
  })

  it('pulls colours towards those around: a network with its own statistics leaves no tint in the face', async () => {
    const other = { ...randomStyle('animegan-v2'), metadata: { faceSize: '96' } }
    const own = await createStylizer(other, engine)
    // Grey except for a bright band far from the face, which changes the whole picture's statistics but not the face's.
    const data = Uint8Array.from({ length: 240 * 240 * 3 }, (_, i) =>
      i < 240 * 60 * 3 ? 250 : 110 + ((i * 7919) % 13),
    )
    const picture: Picture = { width: 240, height: 240, channels: 3, data }
    const styled = await own.stylize(picture)
    const copy = { ...styled, data: styled.data.slice() }
    const { picture: joined, redrawn } = await faceStylizerOf(own, other).redraw(picture, copy, [faceAt(120, 150, 30)])
    expect(redrawn).toHaveLength(1)
    const mean = ({ data }: Picture, c: number): number => {
      let sum = 0
      for (let y = 145; y < 175; y++) for (let x = 105; x < 135; x++) sum += data[(y * 240 + x) * 3 + c]
      return sum / 900
    }
    const alone = await own.stylize({ width: 64, height: 64, channels: 3, data: data.slice(-64 * 64 * 3) })
    const shift = Math.max(...[0, 1, 2].map((c) => Math.abs(mean(styled, c) - alone.data[(32 * 64 + 32) * 3 + c])))
    expect(shift).toBeGreaterThan(8)
    for (const c of [0, 1, 2]) expect(Math.abs(mean(joined, c) - mean(styled, c))).toBeLessThan(shift / 3)
    await own.close()
  })

  it('stops when aborted', async () => {
    const signal = AbortSignal.abort(new Error('aborted'))
    await expect(redraw(testPicture(220, 200), [faceAt(110, 90, 30)], { signal })).rejects.toThrow('aborted')
  })
})

describe('portrait', () => {
  it('is square, at least 512 pixels, with the face upright in the middle', async () => {
    const tilted = faceAt(300, 260, 40, 0.8)
    // A photo whose colours encode positions: red across, green down.
    const data = Uint8Array.from({ length: 600 * 520 * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % 600, Math.floor(i / 1800)]
      return [(x * 255) / 600, (y * 255) / 520, 128][i % 3]
    })
    const picture: Picture = { width: 600, height: 520, channels: 3, data }
    const portrait = await faces.portrait(picture, tilted, { proportions: 0, strength: 0 })
    expect([portrait.width, portrait.height, portrait.channels]).toEqual([512, 512, 3])
    const at = (x: number, y: number) => {
      const i = (Math.round(y) * 512 + Math.round(x)) * 3
      return { x: (portrait.data[i] * 600) / 255, y: (portrait.data[i + 1] * 520) / 255 }
    }
    const unit = 512 / 5.2
    const eyes = 256 - 0.1 * unit
    for (const [found, wanted] of [
      [at(256 - unit / 2, eyes), tilted.rightEye],
      [at(256 + unit / 2, eyes), tilted.leftEye],
      [at(256, eyes + 1.05 * unit), tilted.mouth],
    ] as const) {
      expect(Math.hypot(found.x - wanted.x, found.y - wanted.y)).toBeLessThan(3)
    }
  })

  it('has the requested size, and moves inwards at a border', async () => {
    const picture = testPicture(300, 300)
    expect((await faces.portrait(picture, faceAt(150, 120, 30), { size: 200 })).width).toBe(200)
    const near = await faces.portrait(picture, faceAt(70, 60, 30), { strength: 0, proportions: 0, size: 156 })
    // All of it comes from the photo: the square from (0, 0).
    const corner = Uint8Array.from({ length: 156 * 3 }, (_, i) => picture.data[i])
    const row = near.data.subarray(0, 156 * 3)
    expect(Math.max(...row.map((value, i) => Math.abs(value - corner[i])))).toBeLessThan(60)
  })

  it('limits memory for a face far larger than the picture, and refuses a degenerate one', async () => {
    const large = await faces.portrait(testPicture(200, 100), faceAt(100, 50, 5000))
    expect(large.width).toBe(512)
    const nowhere = { x: 10, y: 10 }
    const none = { ...faceAt(10, 10, 5), rightEye: nowhere, leftEye: nowhere, mouth: nowhere }
    await expect(faces.portrait(testPicture(64, 64), none)).rejects.toThrow('expected a face with eyes and mouth apart')
  })
})

it('a style states the size at which it draws faces best; invalid values are ignored', () => {
  expect(faceSizeOf(style)).toBe(96)
  for (const faceSize of ['', 'NaN', '-5', '1e9']) expect(faceSizeOf({ ...style, metadata: { faceSize } })).toBe(384)
})
