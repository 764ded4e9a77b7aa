/** Arrow keys among many boxes: where they lead, and that they lead everywhere. */
import type { Box } from '@animegan/core'
import { expect, it } from 'vitest'
import { neighbour } from './neighbour.ts'

const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']
/** Ten columns, eight rows, a little askew, from left to right as faces are. */
const crowd = Array.from({ length: 80 }, (_, i): Box => {
  const [column, row] = [Math.floor(i / 8), i % 8]
  return { x: 100 * column + 7 * row, y: 100 * row + 5 * column, width: 40, height: 50 }
})

it('leads to the next box in each direction, not to a nearer one beside the way', () => {
  expect(keys.map((key) => neighbour(crowd, 27, key))).toEqual([19, 35, 26, 28])
  expect([neighbour(crowd, 27, 'Home'), neighbour(crowd, 27, 'End')]).toEqual([0, 79])
  expect([neighbour(crowd, 27, 'PageUp'), neighbour(crowd, 27, 'PageDown')]).toEqual([26, 28])
  expect(neighbour(crowd, 27, 'a')).toBeUndefined()
  expect(neighbour(crowd, 0, 'ArrowUp')).toBeUndefined()
})

it('leads to every box of a crowd', () => {
  const reached = new Set([0])
  for (const from of reached) for (const key of keys) reached.add(neighbour(crowd, from, key) ?? from)
  expect(reached.size).toBe(80)
})
