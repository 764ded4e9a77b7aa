/**
 * Test clips with known motion: a smooth texture given by a formula, so it can be drawn at any sub-pixel position. Not
 * part of the package.
 */
import type { Picture } from '../picture.ts'
import { randomNumbers } from '../pixels/testing.ts'
import type { Frame } from './frame.ts'

/**
 * Waves of many lengths drawn from `seed`, longer ones stronger, as in photos, seen from (x, y): pixel (i, j) shows the
 * formula at (i + x, j + y).
 */
export const scene = (width: number, height: number, x = 0, y = 0, seed = 1): Picture => {
  const numbers = randomNumbers(64, seed * 7919)
  const data = new Uint8Array(width * height * 3)
  for (let j = 0, o = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      for (let c = 0; c < 3; c++, o++) {
        let value = 128
        for (let wave = 0; wave < 10; wave++) {
          const octave = wave % 5
          const [a, b, phase] = [numbers[wave * 4], numbers[wave * 4 + 1], numbers[wave * 4 + 2] * Math.PI]
          value += 7 * 2 ** (octave / 2) * Math.sin(0.7 * 2 ** -octave * (a * (i + x) + b * (j + y)) + phase + 0.3 * c)
        }
        data[o] = Math.min(255, Math.max(0, Math.round(value)))
      }
    }
  }
  return { width, height, channels: 3, data }
}

/** The picture with noise of up to `spread` levels either way, evenly spread. */
export const noisy = (picture: Picture, spread: number, seed: number): Picture => {
  const noise = randomNumbers(picture.data.length, seed)
  const data = picture.data.map((value, i) => Math.min(255, Math.max(0, Math.round(value + spread * noise[i]))))
  return { ...picture, data }
}

/** Mean squared difference of two pictures, in levels. */
export const squaredDifference = (a: Picture, b: Picture): number =>
  a.data.reduce((sum, value, i) => sum + (value - b.data[i]) ** 2, 0) / a.data.length

/** The pictures as a clip of 25 frames per second; `log` records the calls to it. */
export async function* clip(
  pictures: Iterable<Picture>,
  log: (event: 'asked' | 'ended') => void = () => {},
): AsyncGenerator<Frame, void, undefined> {
  try {
    let index = 0
    for (const picture of pictures) {
      log('asked')
      yield { picture, timestamp: index / 25, duration: 0.04 }
      index++
    }
  } finally {
    log('ended')
  }
}
