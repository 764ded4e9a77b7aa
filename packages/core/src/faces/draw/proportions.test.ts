import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Face } from '../face.ts'
import { faceAt } from '../testing.ts'
import { alignFace, toPicture } from './alignment.ts'
import { proportionsOf, toDrawing, toPhoto } from './proportions.ts'

/** Evenly spread, in thousandths: nearly all numbers of `fc.double` are close to 0. */
const number = (min: number, max: number) => fc.integer({ min: min * 1000, max: max * 1000 }).map((n) => n / 1000)
/** Faces with detector noise: no point is exactly where it should be. */
const anyFace: fc.Arbitrary<Face> = fc
  .tuple(number(20, 400), number(-3, 3), fc.array(number(-0.2, 0.2), { minLength: 8, maxLength: 8 }))
  .map(([unit, tilt, moves]) => {
    const face = faceAt(500, 400, unit, tilt)
    const shaken = (point: { x: number; y: number }, i: number) => ({
      x: point.x + unit * moves[2 * i],
      y: point.y + unit * moves[2 * i + 1],
    })
    return {
      ...face,
      rightEye: shaken(face.rightEye, 0),
      leftEye: shaken(face.leftEye, 1),
      nose: shaken(face.nose, 2),
      mouth: shaken(face.mouth, 3),
    }
  })
const of = (face: Face, strength: number) => proportionsOf(face, alignFace(face)!, strength)
const front = of(faceAt(0, 0, 100), 1)

describe('the warp of proportions', () => {
  it('has a correct inverse', () => {
    fc.assert(
      fc.property(anyFace, number(0, 1), number(-2.5, 2.5), number(-2.5, 2.5), (face, strength, x, y) => {
        const warp = of(face, strength)
        for (const back of [toDrawing(warp, toPhoto(warp, { x, y })), toPhoto(warp, toDrawing(warp, { x, y }))]) {
          expect(back.x).toBeCloseTo(x, 7)
          expect(back.y).toBeCloseTo(y, 7)
        }
      }),
    )
  })

  it('never folds over: its Jacobian, by differences, is above 0 everywhere', () => {
    fc.assert(
      fc.property(anyFace, (face) => {
        const warp = of(face, 1)
        const h = 1e-5
        let least = Number.POSITIVE_INFINITY
        for (let y = -1.2; y <= 2.6; y += 0.05) {
          for (let x = -1.9; x <= 1.9; x += 0.05) {
            const [a, b] = [toPhoto(warp, { x: x - h, y }), toPhoto(warp, { x: x + h, y })]
            const [c, d] = [toPhoto(warp, { x, y: y - h }), toPhoto(warp, { x, y: y + h })]
            least = Math.min(least, ((b.x - a.x) * (d.y - c.y) - (b.y - a.y) * (d.x - c.x)) / (4 * h * h))
          }
        }
        expect(least).toBeGreaterThan(0.05)
      }),
      { numRuns: 15 },
    )
  })

  it('leaves hair and background in place, to the last bit', () => {
    for (let y = -2.6; y <= 2.8; y += 0.05) {
      for (let x = -2.6; x <= 2.6; x += 0.05) {
        const outside = y < -0.55 || y > 2.3 || Math.abs(x) > 1.45 || (Math.abs(x) > 1.05 && y < 0.7)
        if (outside) expect(toPhoto(front, { x, y })).toEqual({ x, y })
      }
    }
  })

  it('makes eyes larger, nose and mouth smaller, the chin narrower', () => {
    const size = (x: number, y: number, dx: number, dy: number): number => {
      const [from, to] = [toDrawing(front, { x: x - dx, y: y - dy }), toDrawing(front, { x: x + dx, y: y + dy })]
      return Math.hypot(to.x - from.x, to.y - from.y) / (2 * Math.hypot(dx, dy))
    }
    for (const eye of [-0.5, 0.5]) {
      expect(size(eye, 0, 0.12, 0)).toBeGreaterThan(1.3)
      expect(size(eye, 0, 0, 0.05)).toBeGreaterThan(1.6)
    }
    expect(size(0, 0.6, 0.1, 0)).toBeLessThan(0.9)
    expect(size(0, 1.05, 0.25, 0)).toBeLessThan(0.9)
    expect(size(0, 1.5, 0.7, 0)).toBeLessThan(0.9)
  })

  it('is the identity at 0 and for a head seen from the side', () => {
    expect(of(faceAt(0, 0, 50), 0)).toEqual([])
    const face = faceAt(100, 100, 50)
    const aside = { ...face, nose: toPicture(alignFace(face)!, { x: 0.7, y: 0.6 }) }
    expect(of(aside, 1)).toEqual([])
  })

  it('refuses an invalid strength', () => {
    expect(() => of(faceAt(0, 0, 50), 1.5)).toThrow('proportions: expected a number from 0 to 1, given 1.5')
    expect(() => of(faceAt(0, 0, 50), Number.NaN)).toThrow('given NaN')
  })
})
