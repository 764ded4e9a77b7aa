import { describe, expect, test } from 'vitest'
import { type Candidate, moved, overlapOf, suppress, tiltOf, withoutNested } from './candidate.ts'

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
  ])('is shared by joint area', (a, b, share) => {
    expect(overlapOf(a.box, b.box)).toBeCloseTo(share, 12)
  })
})

describe('weighted suppression', () => {
  test('averages what overlaps by score and keeps the best score', () => {
    const [one, ...rest] = suppress([candidate(0.25, 4, 0, 10), candidate(0.75, 0, 0, 10)], 9)
    expect(rest).toEqual([])
    expect(one.score).toBe(0.75)
    expect(one.box).toEqual({ x: 1, y: 0, width: 10, height: 10 })
    expect(one.points[2].x).toBeCloseTo(3, 12)
  })

  test('leaves apart what overlaps less, best first, and no more than was asked for', () => {
    const far = [candidate(0.5, 0, 0, 10), candidate(0.9, 20, 0, 10), candidate(0.7, 8, 0, 10)]
    expect(suppress(far, 9).map(({ score }) => score)).toEqual([0.9, 0.7, 0.5])
    expect(suppress(far, 2).map(({ score }) => score)).toEqual([0.9, 0.7])
  })
})

test('of boxes one within the other the better one stays; neighbours that touch both do', () => {
  const face = candidate(0.9, 0, 0, 100)
  const inside = candidate(0.6, 20, 30, 40)
  const half = candidate(0.7, 90, 20, 40)
  expect(withoutNested([inside, face, half])).toEqual([face, half])
  const around = candidate(0.55, -50, -50, 300)
  expect(withoutNested([around, face])).toEqual([face])
})

test('a moved box stays upright while its points turn', () => {
  const turned = moved(candidate(1, 0, 0, 4), 2, ({ x, y }) => ({ x: 10 - 2 * y, y: 2 * x }))
  expect(turned.box).toEqual({ x: 2, y: 0, width: 8, height: 8 })
  expect(turned.points[1]).toEqual({ x: 10, y: 2 })
  expect(tiltOf(turned.points[0], turned.points[1])).toBeCloseTo(Math.PI / 2, 12)
})
