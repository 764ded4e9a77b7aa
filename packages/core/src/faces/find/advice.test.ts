/**
 * Advice on faces in synthetic pictures, varying blur, brightness and position one at a time. detector.test.ts has real
 * photos.
 */
import { describe, expect, it } from 'vitest'
import type { Picture } from '../../picture.ts'
import { resample } from '../../pixels/resample.ts'
import { testPicture } from '../../pixels/testing.ts'
import type { Face } from '../face.ts'
import { faceAt } from '../testing.ts'
import { adviseFaces } from './advice.ts'

const size = { width: 300, height: 260 }
/** Squares of two tones as sharp as can be, 5 pixels each. */
const sharp: Picture = {
  ...size,
  channels: 3,
  data: Uint8Array.from({ length: size.width * size.height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % size.width, Math.floor(i / 3 / size.width)]
    return (Math.floor(x / 5) + Math.floor(y / 5)) % 2 === 0 ? 90 : 200
  }),
}
const lit = (picture: Picture, level: (value: number) => number): Picture => ({
  ...picture,
  data: picture.data.map(level),
})
const boxed = (x: number, y: number, side: number): Face => ({
  ...faceAt(x + side / 2, y + side / 2, side / 2.2),
  box: { x, y, width: side, height: side },
})
const advice = (picture: Picture, face: Face): readonly string[] => adviseFaces(picture, [face])[0]?.advice ?? []

describe('advice on a face', () => {
  it('is empty where nothing is wrong', () => {
    expect(adviseFaces(sharp, [boxed(100, 80, 100), boxed(10, 10, 60)])).toEqual([])
  })

  it('below 48 pixels it is small', () => {
    expect(advice(sharp, boxed(100, 80, 47))).toEqual(['face-small'])
    expect(advice(sharp, boxed(100, 80, 48))).toEqual([])
  })

  it('it is cut where more than 12 % of its width lies beyond any border', () => {
    const [right, bottom] = [size.width - 100, size.height - 100]
    for (const [x, y] of [
      [-1, 0],
      [0, -1],
      [1, 0],
      [0, 1],
    ] as const) {
      const at = (by: number): Face =>
        boxed(x < 0 ? -by : x > 0 ? right + by : 100, y < 0 ? -by : y > 0 ? bottom + by : 80, 100)
      expect(advice(sharp, at(13)), `${x} ${y}`).toContain('face-cut')
      expect(advice(sharp, at(11)), `${x} ${y}`).not.toContain('face-cut')
    }
  })

  it('it is dark where half of it lies below 32 and nearly all below 90; blur is then not reported', () => {
    const [dark, flat] = [lit(sharp, (value) => value / 10), lit(sharp, () => 5)]
    expect(advice(dark, boxed(100, 80, 100))).toEqual(['face-dark'])
    expect(advice(flat, boxed(100, 80, 100))).toEqual(['face-dark'])
    // A dark room with a lamp in a tenth of it.
    const lamp = lit(dark, (value) => value)
    for (let y = 80; y < 180; y++) lamp.data.fill(230, (y * size.width + 170) * 3, (y * size.width + 200) * 3)
    expect(advice(lamp, boxed(100, 80, 100))).not.toContain('face-dark')
  })

  it('it is blurred where it has no sharp edge, unless it is small', () => {
    const soft = resample(resample(testPicture(size.width, size.height), 20, 17), size.width, size.height)
    expect(advice(soft, boxed(100, 80, 100))).toEqual(['face-blurred'])
    expect(advice(soft, boxed(100, 80, 48))).toEqual(['face-blurred'])
    expect(advice(soft, boxed(100, 80, 40))).toEqual(['face-small'])
  })

  it("measures each face's own box, keeps the given order, and lists the most serious problem first", () => {
    const half = { ...sharp, data: sharp.data.slice() }
    for (let y = 0; y < size.height; y++) {
      const row = half.data.subarray(y * size.width * 3, (y * size.width + 150) * 3)
      row.set(row.map((value) => value / 10))
    }
    const [left, right, cut] = [boxed(30, 80, 100), boxed(180, 80, 100), boxed(-20, 100, 40)]
    expect(adviseFaces(half, [cut, right, left])).toEqual([
      { face: cut, advice: ['face-cut', 'face-small', 'face-dark'] },
      { face: left, advice: ['face-dark'] },
    ])
  })
})
