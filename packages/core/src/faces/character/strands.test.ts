/** Strands of stripes whose direction is known. */
import { describe, expect, test } from 'vitest'
import { randomNumbers } from '../../pixels/testing.ts'
import type { Plane } from '../regions/plane.ts'
import { alongStrands, strandsOf } from './strands.ts'

const SIZE = 96
const plane = (value: (x: number, y: number, i: number) => number): Plane => ({
  width: SIZE,
  height: SIZE,
  data: Float32Array.from({ length: SIZE * SIZE }, (_, i) => value(i % SIZE, Math.floor(i / SIZE), i)),
})
const everywhere = plane(() => 1)
const middle = 48 * SIZE + 48

describe('the direction of stripes', () => {
  test.each([0, 30, 90, 135])('at %i degrees', (degrees) => {
    const angle = (degrees * Math.PI) / 180
    const stripes = plane((x, y) => 50 + 20 * Math.sin(0.6 * (x * Math.sin(angle) - y * Math.cos(angle))))
    const { x, y } = strandsOf(stripes, everywhere, 3)
    expect(Math.abs(x[middle] * Math.cos(angle) + y[middle] * Math.sin(angle))).toBeGreaterThan(0.99)
  })
})

describe('means along them', () => {
  const stripes = plane((x) => 50 + 20 * Math.sin(0.6 * x))
  const noise = randomNumbers(SIZE * SIZE, 3)

  test('take away noise and leave the stripes', () => {
    const strands = strandsOf(stripes, everywhere, 3)
    const noisy = plane((_x, _y, i) => stripes.data[i] + 20 * noise[i])
    const clean = alongStrands(noisy, strands, 12).data
    let [before, after] = [0, 0]
    for (let y = 20; y < 76; y++) {
      for (let i = y * SIZE + 20; i < y * SIZE + 76; i++) {
        before += (noisy.data[i] - stripes.data[i]) ** 2
        after += (clean[i] - stripes.data[i]) ** 2
      }
    }
    expect(after).toBeLessThan(before / 4)
  })

  test('far from the mass change nothing', () => {
    const left = plane((x) => Number(x < 20))
    const data = alongStrands(
      plane((_x, _y, i) => noise[i]),
      strandsOf(stripes, left, 2),
      8,
    ).data
    for (let y = 0; y < SIZE; y++) expect(data[y * SIZE + 80]).toBe(noise[y * SIZE + 80])
    expect(data[middle - 40]).not.toBe(noise[middle - 40])
  })
})
