import { expect, test } from 'vitest'
import { bell, blur, gaussian } from './blur.ts'
import { doubled, halved } from './half.ts'

test('a dot becomes the kernel, which sums to 1 and has the variance of its Gaussian', () => {
  const size = 31
  const dot = new Float32Array(size * size)
  dot[15 * size + 15] = 1
  const out = blur(dot, size, size, gaussian(2))
  let sum = 0
  let variance = 0
  for (const [i, v] of out.entries()) {
    sum += v
    variance += v * ((i % size) - 15) ** 2
  }
  expect(sum).toBeCloseTo(1, 5)
  // 4, minus the tails that are cut off beyond two and a half sigma.
  expect(variance).toBeGreaterThan(3.4)
  expect(variance).toBeLessThan(4)
})

test.each([
  ['gaussian', gaussian(1.5)],
  ['bell', bell(3)],
])('%s: a constant stays, also at borders, and a ramp stays a ramp inside', (_, kernel) => {
  for (const v of blur(new Float32Array(12 * 7).fill(0.7), 12, 7, kernel)) expect(v).toBeCloseTo(0.7, 6)
  const ramp = Float32Array.from({ length: 400 }, (_, i) => (i % 20) + 2 * Math.floor(i / 20))
  const out = blur(ramp, 20, 20, kernel)
  for (let y = 5; y < 15; y++) for (let x = 5; x < 15; x++) expect(out[y * 20 + x]).toBeCloseTo(x + 2 * y, 4)
})

test('a bell is zero beyond its reach', () => {
  const row = new Float32Array(20).fill(0, 0, 10).fill(1, 10)
  const out = blur(row, 20, 1, bell(3))
  expect([...out.subarray(0, 7)]).toEqual(Array(7).fill(0))
  expect(out[7]).toBeGreaterThan(0)
})

test.each([
  [16, 12],
  [15, 11],
  [1, 1],
])('%i x %i: halved and doubled, a constant stays and a ramp is unchanged inside', (width, height) => {
  const constant = new Float32Array(width * height).fill(0.3)
  for (const v of doubled(halved(constant, width, height), width, height)) expect(v).toBeCloseTo(0.3, 6)
  const ramp = Float32Array.from({ length: width * height }, (_, i) => 3 * (i % width) - Math.floor(i / width))
  const back = doubled(halved(ramp, width, height), width, height)
  for (let y = 3; y < height - 3; y++)
    for (let x = 3; x < width - 3; x++) expect(back[y * width + x]).toBeCloseTo(3 * x - y, 4)
})
