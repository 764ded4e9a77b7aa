/** Hair and headgear of small made-up heads: 4 pixels above the brows, 2 below. */
import { expect, test } from 'vitest'
import { settleHeadgear } from './headgear.ts'

const y = Float32Array.of(-1, -1, -0.6, -0.4, 0.3, 0.6)
const settled = (headgear: readonly number[]) =>
  settleHeadgear(
    { hair: Float32Array.from(headgear, (share) => 1 - share), headgear: Float32Array.from(headgear) },
    { y },
  )

test('what looks like hair at the brim and the back of a cap is cap; hair below the brows stays', () => {
  const { hair, headgear } = settled([0.9, 0.8, 0.4, 0.3, 0, 0])
  expect([...headgear]).toEqual([1, 1, 1, 1, 0, 0])
  expect([...hair]).toEqual([0, 0, 0, 0, 1, 1])
})

test('what looks like a cap in a fringe is hair; a scarf below the brows stays', () => {
  const { hair, headgear } = settled([0.2, 0.1, 0.7, 0.6, 0, 1])
  expect([...hair]).toEqual([1, 1, 1, 1, 1, 0])
  expect([...headgear]).toEqual([0, 0, 0, 0, 0, 1])
})
