import fc from 'fast-check'
import { expect, it } from 'vitest'
import { faceAt } from '../testing.ts'
import { alignFace, toFrame, toPicture } from './alignment.ts'

/** Evenly spread, in thousandths: nearly all numbers of `fc.double` are close to 0. */
const number = (min: number, max: number) => fc.integer({ min: min * 1000, max: max * 1000 }).map((n) => n / 1000)

it('puts the eyes on a level line one unit apart, whatever the position, size and tilt of the head', () => {
  fc.assert(
    fc.property(number(-50, 4000), number(-50, 4000), number(5, 900), number(-3.1, 3.1), (x, y, unit, tilt) => {
      const face = faceAt(x, y, unit, tilt)
      const alignment = alignFace(face)!
      expect(alignment.unit).toBeCloseTo(unit, 6)
      const [right, left, mouth] = [face.rightEye, face.leftEye, face.mouth].map((point) => toFrame(alignment, point))
      expect(right.x).toBeCloseTo(-0.5, 6)
      expect(left.x).toBeCloseTo(0.5, 6)
      expect(right.y).toBeCloseTo(0, 6)
      expect(left.y).toBeCloseTo(0, 6)
      expect([mouth.x, mouth.y]).toEqual([expect.closeTo(0, 6), expect.closeTo(1.05, 6)])
    }),
  )
})

it('maps to the picture and back', () => {
  fc.assert(
    fc.property(number(-3, 3), number(-3, 3), number(-3, 3), (x, y, tilt) => {
      const alignment = alignFace(faceAt(300, 200, 40, tilt))!
      const point = toFrame(alignment, toPicture(alignment, { x, y }))
      expect(point.x).toBeCloseTo(x, 9)
      expect(point.y).toBeCloseTo(y, 9)
    }),
  )
})

it('works for a head seen from the side, whose eyes coincide', () => {
  const at = (x: number, y: number) => ({ x, y })
  const profile = { ...faceAt(100, 100, 40), rightEye: at(100, 100), leftEye: at(100, 100), mouth: at(100, 140) }
  expect(alignFace(profile)).toEqual({ origin: { x: 100, y: 100 }, unit: 36, cos: 1, sin: 0 })
})

it('is undefined for degenerate key points', () => {
  const nowhere = { x: 10, y: 10 }
  const face = { ...faceAt(10, 10, 5), rightEye: nowhere, leftEye: nowhere, mouth: nowhere }
  expect(alignFace(face)).toBeUndefined()
  expect(alignFace({ ...face, mouth: { x: Number.NaN, y: 3 } })).toBeUndefined()
  expect(alignFace({ ...face, mouth: { x: Number.POSITIVE_INFINITY, y: 3 } })).toBeUndefined()
})
