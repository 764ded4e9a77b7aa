/** Where portraits are cut, and that every pixel equals the photo's at its position. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Picture } from '../../picture.ts'
import type { Point } from '../face.ts'
import { faceAt } from '../testing.ts'
import { alignFace, toPicture } from './alignment.ts'
import { cutPortrait, portraitCropOf } from './portrait.ts'
import { proportionsOf, toPhoto } from './proportions.ts'

/** Evenly spread, in thousandths: nearly all numbers of `fc.double` are close to 0. */
const number = (min: number, max: number) => fc.integer({ min: min * 1000, max: max * 1000 }).map((n) => n / 1000)
const level = ({ x, y }: Point): number => 128 + 50 * Math.sin(x / 7 + y / 19) + 50 * Math.cos(y / 8 - x / 23)
const photoOf = (width: number, height: number, channels: 3 | 4 = 3): Picture => {
  const data = new Uint8Array(width * height * channels)
  for (let i = 0; i < width * height; i++) {
    const value = Math.round(level({ x: (i % width) + 0.5, y: Math.floor(i / width) + 0.5 }))
    data.fill(value, i * channels, i * channels + 3)
    if (channels === 4) data[i * channels + 3] = 255
  }
  return { width, height, channels, data }
}
/** The corners of a crop, in the picture. */
const cornersOf = (alignment: ReturnType<typeof alignFace> & {}, { x, y }: Point, half: number): Point[] =>
  [-half, half].flatMap((dx) => [-half, half].map((dy) => toPicture(alignment, { x: x + dx, y: y + dy })))

describe('the crop', () => {
  it('with room around is 5.2 units from hair to chin, its centre a tenth below the eyes', () => {
    const face = faceAt(500, 500, 60, 0.4)
    const crop = portraitCropOf(face, alignFace(face)!, { ...photoOf(1, 1), width: 1000, height: 1000 })
    expect(crop.centre.x).toBeCloseTo(0, 9)
    expect(crop.centre.y).toBeCloseTo(0.1, 9)
    expect(crop.halfSide).toBe(2.6)
    expect(crop.side).toBe(312)
  })

  it('moves a little away from where the nose points, so that a head turned aside is whole', () => {
    const face = faceAt(500, 500, 60)
    const aside = (by: number): number => {
      const turned = { ...face, nose: { x: face.nose.x + 60 * by, y: face.nose.y } }
      return portraitCropOf(turned, alignFace(turned)!, { ...photoOf(1, 1), width: 1000, height: 1000 }).centre.x
    }
    expect(aside(0.3)).toBeCloseTo(-0.36, 9)
    expect(aside(-0.3)).toBeCloseTo(0.36, 9)
    expect(aside(1)).toBeCloseTo(-0.7, 9)
    expect(aside(-1)).toBeCloseTo(0.7, 9)
  })

  it('lies inside the picture wherever an upright crop with a half side of 1.6 units can', () => {
    const picture = { ...photoOf(1, 1), width: 400, height: 300 }
    fc.assert(
      fc.property(number(0, 400), number(0, 300), number(8, 60), (x, y, unit) => {
        const face = faceAt(x, y, unit)
        const alignment = alignFace(face)!
        const { centre, halfSide, side } = portraitCropOf(face, alignment, picture)
        expect(side).toBe(Math.round(2 * halfSide * unit))
        expect(halfSide).toBeLessThanOrEqual(2.6)
        expect(halfSide).toBeGreaterThan(1.6 - 1e-9)
        const corners = cornersOf(alignment, centre, halfSide)
        for (const [axis, most] of [
          ['x', 400],
          ['y', 300],
        ] as const) {
          const places = corners.map((corner) => corner[axis])
          const [least, greatest] = [Math.min(...places), Math.max(...places)]
          if (3.2 * unit <= most) {
            expect(least).toBeGreaterThanOrEqual(-1.001)
            expect(greatest).toBeLessThanOrEqual(most + 1.001)
          } else expect(halfSide).toBeLessThan(1.71)
          // It moves no further inwards than needed, so one side is then at a border.
          const moved = toPicture(alignment, centre)[axis] - toPicture(alignment, { x: 0, y: 0.1 })[axis]
          if (Math.abs(moved) > 1e-6) expect(Math.min(Math.abs(least), Math.abs(greatest - most))).toBeLessThan(1e-6)
        }
        // It narrows only where it must.
        if (5.2 * unit <= 300) expect(halfSide).toBe(2.6)
      }),
    )
  })

  it('of a face far larger than the picture has at most one and a half times its long side', () => {
    const face = faceAt(50, 40, 900)
    expect(portraitCropOf(face, alignFace(face)!, { ...photoOf(1, 1), width: 100, height: 80 }).side).toBe(150)
  })
})

describe('the cut pixels', () => {
  it.each([
    ['upright', faceAt(150, 130, 40), 0, 3],
    ['tilted', faceAt(150, 130, 30, 0.7), 0, 4],
    ['with proportions', faceAt(150, 130, 40, -0.2), 1, 3],
    ['near the corner', faceAt(62, 60, 24, 0.1), 0, 3],
  ] as const)('%s equal the photo at every pixel', (_, face, amount, channels) => {
    const photo = photoOf(300, 280, channels)
    const alignment = alignFace(face)!
    const proportions = proportionsOf(face, alignment, amount)
    const crop = portraitCropOf(face, alignment, photo)
    const side = Math.round(1.5 * crop.side)
    const portrait = cutPortrait(photo, alignment, proportions, crop, side)
    expect([portrait.width, portrait.height]).toEqual([side, side])
    let worst = 0
    for (let i = 0; i < side * side; i++) {
      const place = {
        x: crop.centre.x + (((i % side) + 0.5) / side - 0.5) * 2 * crop.halfSide,
        y: crop.centre.y + ((Math.floor(i / side) + 0.5) / side - 0.5) * 2 * crop.halfSide,
      }
      const source = toPicture(alignment, toPhoto(proportions, place))
      const inside = source.x > 2 && source.y > 2 && source.x < 298 && source.y < 278
      if (inside) worst = Math.max(worst, Math.abs(portrait.data[3 * i] - level(source)))
    }
    // One level for rounding before and after, plus the error of cubic interpolation on the waves.
    expect(worst).toBeLessThan(2)
  })

  it('beyond the photo continue softly from its border', () => {
    const face = faceAt(20, 50, 60)
    const grey = { ...photoOf(120, 100), data: new Uint8Array(120 * 100 * 3).fill(77) }
    const alignment = alignFace(face)!
    const portrait = cutPortrait(grey, alignment, [], { centre: { x: 0, y: 0.1 }, halfSide: 2.6, side: 312 }, 64)
    expect(portrait.data.every((value) => Math.abs(value - 77) <= 1)).toBe(true)
    // Transparent pixels are filled from their surroundings, too.
    const data = Uint8Array.from({ length: 120 * 100 * 4 }, (_, i) => (i % 4 === 3 ? 255 : 77))
    for (let y = 30; y < 60; y++) data.fill(0, (y * 120 + 10) * 4, (y * 120 + 50) * 4)
    const holed = cutPortrait(
      { ...grey, channels: 4, data },
      alignment,
      [],
      { centre: { x: 0, y: 0.1 }, halfSide: 2.6, side: 312 },
      64,
    )
    expect(holed.data.every((value) => Math.abs(value - 77) <= 1)).toBe(true)
  })
})
