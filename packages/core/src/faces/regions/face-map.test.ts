import { expect, test } from 'vitest'
import { coverOutlines, distancesFrom } from './face-map.ts'

/** A square from (4, 4) to (12, 12) on a canvas of 16. */
const square = [
  { x: 4, y: 4 },
  { x: 12, y: 4 },
  { x: 12, y: 12 },
  { x: 4, y: 12 },
]
const outline = [0, 1, 2, 3]

test('distances from an outline, by hand: next to a side, past a corner, inside', () => {
  const distances = distancesFrom(square, outline, 16)
  const at = (column: number, row: number): number => distances[row * 16 + column]
  expect(at(13, 8)).toBeCloseTo(1.5, 5)
  expect(at(13, 13)).toBeCloseTo(Math.hypot(1.5, 1.5), 5)
  expect(at(7, 5)).toBeCloseTo(-1.5, 5)
  expect(at(7, 7)).toBeCloseTo(-3.5, 5)
})

test('overlapping outlines count once', () => {
  const { data } = coverOutlines(square, [outline, outline.toReversed(), [0, 1, 2]], 16)
  expect(data.reduce((sum, share) => sum + share, 0)).toBeCloseTo(64, 4)
})
