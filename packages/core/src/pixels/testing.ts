/**
 * Pictures for tests, and their comparison, apart from testing.ts so that a test of pixels alone loads no graph and no
 * network. Not part of the package.
 */
import type { Picture } from '../picture.ts'

/** Numbers from -1 to 1, the same for the same seed. */
export const randomNumbers = (count: number, seed: number): Float32Array => {
  let state = seed >>> 0
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state / 2 ** 32) * 2 - 1
  })
}

/** A picture of waves and noise. */
export const testPicture = (width: number, height: number, channels: 3 | 4 = 3): Picture => {
  const noise = randomNumbers(width * height * channels, 7)
  const data = Uint8Array.from(noise, (value, i) => {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)]
    return 128 + 60 * Math.sin(x / 9 + (i % channels)) + 50 * Math.cos(y / 13) + 15 * value
  })
  return { width, height, channels, data }
}

/** The largest difference of two pictures of one size, in levels of 255. */
export const largestDifference = (a: Picture, b: Picture): number => {
  if (a.width !== b.width || a.height !== b.height || a.channels !== b.channels) return Number.POSITIVE_INFINITY
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i])), 0)
}
