import { expect, test } from 'vitest'
import { random } from '../random.ts'
import { blur, gaussian } from './blur.ts'
import { boxBlur, surroundings, wideBlur } from './wide.ts'

test.each([2, 3.3, 8])('a dot becomes a bell of sigma %s', (sigma) => {
  const size = 81
  const dot = new Float32Array(size * size)
  dot[40 * size + 40] = 1
  const out = boxBlur(dot, size, size, sigma)
  let [sum, variance, fourth] = [0, 0, 0]
  for (const [i, v] of out.entries()) {
    const x = (i % size) - 40
    sum += v
    variance += v * x ** 2
    fourth += v * x ** 4
  }
  expect(sum).toBeCloseTo(1, 4)
  expect(Math.sqrt(variance)).toBeCloseTo(sigma, 1)
  // A Gaussian's kurtosis is 3, one box's 1.8, that of three boxes 2.6.
  expect(fourth / variance ** 2).toBeGreaterThan(2.5)
})

test('a constant stays, also at borders, at any size', () => {
  for (const [width, height] of [
    [1, 1],
    [5, 3],
    [40, 2],
  ])
    for (const v of wideBlur(new Float32Array(width * height).fill(0.7), width, height, 9))
      expect(v).toBeCloseTo(0.7, 5)
})

test('is close to the true Gaussian of noise', () => {
  const [width, height] = [90, 70]
  const noise = Float32Array.from({ length: width * height }, (_, i) => random(1, i).uniform())
  const truth = blur(noise, width, height, gaussian(6))
  const nearly = wideBlur(noise, width, height, 6)
  for (let y = 15; y < 55; y++)
    for (let x = 15; x < 75; x++) expect(Math.abs(nearly[y * width + x] - truth[y * width + x])).toBeLessThan(0.015)
})

test('surroundings are a wide mean that stops at a border', () => {
  const [width, height] = [80, 40]
  const grain = (i: number): number => 0.02 * (random(1, i).uniform() - 0.5)
  const plane = Float32Array.from({ length: width * height }, (_, i) => (i % width < 40 ? 0.2 : 0.8) + grain(i))
  const around = surroundings(plane, width, height, 5, 0.06)
  const plain = boxBlur(plane, width, height, 5)
  for (const [x, own] of [
    [34, 0.2],
    [44, 0.8],
  ]) {
    expect(Math.abs(around[20 * width + x] - own)).toBeLessThan(0.02)
    expect(Math.abs(plain[20 * width + x] - own)).toBeGreaterThan(0.08)
  }
  // Far from the border it is the mean, without the grain.
  expect(Math.abs(around[20 * width + 10] - 0.2)).toBeLessThan(0.004)
})
