import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Box } from '../face.ts'
import { type Candidate, moved, overlapOf, suppress, tiltOf, toFace, withoutNested } from './candidate.ts'

const candidate = (score: number, x: number, y: number, side: number): Candidate => ({
  score,
  box: { x, y, width: side, height: side },
  points: Array.from({ length: 6 }, (_, i) => ({ x: x + i, y })),
})

describe('overlap', () => {
  test.each([
    [candidate(1, 0, 0, 2), candidate(1, 0, 0, 2), 1],
    [candidate(1, 0, 0, 2), candidate(1, 1, 0, 2), 2 / 6],
    [candidate(1, 0, 0, 2), candidate(1, 2, 0, 2), 0],
    [candidate(1, 0, 0, 4), candidate(1, 1, 1, 2), 4 / 16],
    [candidate(1, 0, 0, 0), candidate(1, 0, 0, 0), 0],
  ])('is intersection over union', (a, b, share) => {
    expect(overlapOf(a.box, b.box)).toBeCloseTo(share, 12)
  })
})

test('the overlap of boxes with whole-number sides equals counting their cells', () => {
  const side = fc.integer({ min: 0, max: 7 })
  const box = fc.record({ x: side, y: side, width: side, height: side })
  const cells = ({ x, y, width, height }: Box): Set<number> =>
    new Set(Array.from({ length: width * height }, (_, i) => (x + (i % width)) * 100 + y + Math.floor(i / width)))
  fc.assert(
    fc.property(box, box, (a, b) => {
      const [one, other] = [cells(a), cells(b)]
      const shared = [...one].filter((cell) => other.has(cell)).length
      expect(overlapOf(a, b)).toBeCloseTo(shared === 0 ? 0 : shared / (one.size + other.size - shared), 12)
    }),
  )
})

describe('weighted suppression', () => {
  test('averages overlapping candidates by score and keeps the best score', () => {
    const [one, ...rest] = suppress([candidate(0.25, 4, 0, 10), candidate(0.75, 0, 0, 10)], 9)
    expect(rest).toEqual([])
    expect(one.score).toBe(0.75)
    expect(one.box).toEqual({ x: 1, y: 0, width: 10, height: 10 })
    expect(one.points[2].x).toBeCloseTo(3, 12)
  })

  test('averages every number, weighted by score', () => {
    const any = fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000)
    fc.assert(
      fc.property(fc.array(fc.tuple(any, any, any, any, any), { minLength: 2, maxLength: 5 }), (numbers) => {
        // Boxes of about 100 pixels within a pixel of each other are one face.
        const near = numbers.map(
          ([score, x, y, width, height]): Candidate => ({
            score: 0.1 + score,
            box: { x, y, width: 100 + width, height: 100 + height },
            points: [
              { x: 3 * x, y: 5 * y },
              { x: 7 * width, y: height },
            ],
          }),
        )
        const total = near.reduce((sum, { score }) => sum + score, 0)
        const mean = (read: (one: Candidate) => number): number =>
          near.reduce((sum, one) => sum + (one.score / total) * read(one), 0)
        const [one, ...others] = suppress(near, 9)
        expect(others).toEqual([])
        expect(one.score).toBe(Math.max(...near.map(({ score }) => score)))
        for (const read of [
          ({ box }: Candidate) => box.x,
          ({ box }: Candidate) => box.y,
          ({ box }: Candidate) => box.width,
          ({ box }: Candidate) => box.height,
          ({ points }: Candidate) => points[0].x,
          ({ points }: Candidate) => points[0].y,
          ({ points }: Candidate) => points[1].x,
          ({ points }: Candidate) => points[1].y,
        ]) {
          expect(read(one)).toBeCloseTo(mean(read), 9)
        }
      }),
    )
  })

  test('happens from an overlap of 0.3', () => {
    // Two of 10 by 10 that share 5 by 10 have a third in common, those that share 4 by 10 a quarter.
    const beside = (by: number): number => suppress([candidate(0.9, 0, 0, 10), candidate(0.5, by, 0, 10)], 9).length
    expect([beside(5), beside(6)]).toEqual([1, 2])
  })

  test('keeps candidates with less overlap separate, best first, and returns no more than requested', () => {
    const far = [candidate(0.5, 0, 0, 10), candidate(0.9, 20, 0, 10), candidate(0.7, 8, 0, 10)]
    expect(suppress(far, 9)).toEqual([far[1], far[2], far[0]])
    expect(suppress(far, 2).map(({ score }) => score)).toEqual([0.9, 0.7])
  })
})

test('of nested boxes the better one stays; touching neighbours both stay', () => {
  const face = candidate(0.9, 0, 0, 100)
  const inside = candidate(0.6, 20, 30, 40)
  const half = candidate(0.7, 90, 20, 40)
  expect(withoutNested([inside, face, half])).toEqual([face, half])
  const around = candidate(0.55, -50, -50, 300)
  expect(withoutNested([around, face])).toEqual([face])
})

test('a moved box stays upright while its points rotate', () => {
  const turned = moved(candidate(1, 0, 0, 4), 2, ({ x, y }) => ({ x: 10 - 2 * y, y: 2 * x }))
  expect(turned.box).toEqual({ x: 2, y: 0, width: 8, height: 8 })
  expect(turned.points[1]).toEqual({ x: 10, y: 2 })
  expect(tiltOf(turned.points[0], turned.points[1])).toBeCloseTo(Math.PI / 2, 12)
})

test('a face has the six points by their names', () => {
  const points = Array.from({ length: 6 }, (_, i) => ({ x: i, y: 10 * i }))
  const box = { x: 1, y: 2, width: 3, height: 4 }
  expect(toFace({ score: 0.5, box, points })).toEqual({
    score: 0.5,
    box,
    ...{ rightEye: points[0], leftEye: points[1], nose: points[2] },
    ...{ mouth: points[3], rightEar: points[4], leftEar: points[5] },
  })
})

test('two boxes are nested when two fifths of the smaller one lie in the other', () => {
  const apart = (by: number, side: number): number =>
    withoutNested([candidate(0.9, 0, 0, 100), candidate(0.5, by, 0, side)]).length
  // Of a box of 20 columns, 10 or 7 are inside; the same with the roles swapped, the large one having the lower score.
  expect([apart(90, 20), apart(93, 20), apart(-10, 20), apart(-13, 20)]).toEqual([1, 2, 1, 2])
  expect(withoutNested([candidate(0.5, 0, 0, 100), candidate(0.9, 90, 0, 20)])).toHaveLength(1)
  expect(withoutNested([candidate(0.5, 0, 0, 100), candidate(0.9, 93, 0, 20)])).toHaveLength(2)
  // Side by side or one below the other, they share nothing.
  expect(withoutNested([candidate(0.9, 0, 0, 10), candidate(0.8, 10, 0, 10), candidate(0.7, 0, 50, 10)])).toHaveLength(
    3,
  )
})

test('the tilt is that of the line from eye to eye, in any position', () => {
  for (const turn of [-2.5, -0.3, 0, 1, 3]) {
    const [x, y] = [40 + 7 * Math.cos(turn), 90 + 7 * Math.sin(turn)]
    expect(tiltOf({ x: 40, y: 90 }, { x, y })).toBeCloseTo(turn, 12)
  }
})
