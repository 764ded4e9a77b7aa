import { expect, test } from 'vitest'
import { cutPlane, halfPlane, numberAt, resizePlane } from './plane.ts'

test('doubled by hand: interpolated between centres, the border repeated', () => {
  const plane = { width: 2, height: 1, data: Float32Array.of(0, 4) }
  expect(resizePlane(plane, 4, 2)).toEqual({ width: 4, height: 2, data: Float32Array.of(0, 1, 3, 4, 0, 1, 3, 4) })
  expect(resizePlane(plane, 2, 1)).toEqual(plane)
  expect([...resizePlane({ width: 1, height: 1, data: Float32Array.of(7) }, 3, 1).data]).toEqual([7, 7, 7])
})

test('a number between pixels, of one channel of two, the border repeated', () => {
  const pixels = { width: 2, height: 2, data: Uint8Array.of(0, 100, 8, 108, 4, 104, 20, 120) }
  expect(numberAt(pixels, 0.25, 0.5, 2, 0)).toBeCloseTo(0.5 * 2 + 0.5 * 8, 12)
  expect(numberAt(pixels, 0.25, 0.5, 2, 1)).toBeCloseTo(105, 12)
  expect([numberAt(pixels, -3, 9, 2), numberAt(pixels, 1, 1, 2), numberAt(pixels, 5, 0.5, 2)]).toEqual([4, 20, 14])
})

test('halved: means of two by two', () => {
  const plane = { width: 4, height: 2, data: Float32Array.of(1, 3, 0, 0, 5, 7, 0, 8) }
  expect(halfPlane(plane)).toEqual({ width: 2, height: 1, data: Float32Array.of(4, 2) })
})

test('a square of the picture that a plane covers', () => {
  // A slope over a picture of 800 by 400: the plane's value is the picture's x, its pixels 100 apart.
  const plane = { width: 8, height: 4, data: Float32Array.from({ length: 32 }, (_, i) => 50 + 100 * (i % 8)) }
  const cut = cutPlane(plane, { width: 800, height: 400 }, { x: 200, y: 100, side: 200 }, 4)
  expect([...cut.data.subarray(0, 4)]).toEqual([225, 275, 325, 375])
  expect([...cut.data.subarray(12)]).toEqual([225, 275, 325, 375])
})
