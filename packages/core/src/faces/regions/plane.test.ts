import { expect, test } from 'vitest'
import { resizePlane } from './plane.ts'

test('doubled by hand: middles between middles, the border repeated', () => {
  const plane = { width: 2, height: 1, data: Float32Array.of(0, 4) }
  expect(resizePlane(plane, 4, 2)).toEqual({ width: 4, height: 2, data: Float32Array.of(0, 1, 3, 4, 0, 1, 3, 4) })
  expect(resizePlane(plane, 2, 1)).toEqual(plane)
  expect([...resizePlane({ width: 1, height: 1, data: Float32Array.of(7) }, 3, 1).data]).toEqual([7, 7, 7])
})
