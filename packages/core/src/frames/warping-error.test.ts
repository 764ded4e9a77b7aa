import { describe, expect, it } from 'vitest'
import type { Picture } from '../picture.ts'
import { noisy, scene } from './testing.ts'
import { warpingError } from './warping-error.ts'

const pan = (count: number): Picture[] => Array.from({ length: count }, (_, i) => scene(128, 96, 1.5 * i, -0.75 * i))
const brighter = (picture: Picture, by: number): Picture => ({
  ...picture,
  data: picture.data.map((value) => value + by),
})

describe('warpingError', () => {
  it('is almost zero for a pan, whose motion explains everything', () => {
    const { source } = warpingError(pan(3), pan(3))
    // Rounding alone leaves about 1/6 of a squared level.
    expect(source).toBeLessThan(1.5 / 255 ** 2)
  })

  it('is the square of the flicker, along the motion', () => {
    const results = pan(3).map((picture, i) => brighter(picture, i % 2 === 0 ? 0 : 10))
    const { result, source } = warpingError(results, pan(3))
    expect(result - source).toBeCloseTo((10 / 255) ** 2, 4)
  })

  it('counts noise as twice its variance, minus what the flow follows and interpolation smooths', () => {
    const still = scene(128, 96)
    const sources = [still, still, still]
    const results = sources.map((picture, i) => noisy(picture, 9, i + 1))
    const { result, source } = warpingError(results, sources)
    const variance = 9 ** 2 / 3 / 255 ** 2
    expect(source).toBe(0)
    expect(result / (2 * variance)).toBeGreaterThan(0.95)
    expect(result / (2 * variance)).toBeLessThan(1.05)
  })

  it('leaves out content that is hidden or uncovered', () => {
    const background = scene(128, 96)
    const at = (left: number): Picture => {
      const data = background.data.slice()
      const object = scene(24, 24, 0, 0, 5)
      for (let y = 0; y < 24; y++) data.set(object.data.subarray(y * 72, y * 72 + 72), ((y + 36) * 128 + left) * 3)
      return { ...background, data }
    }
    const clip = [at(40), at(45), at(50)]
    const plain = clip
      .slice(1)
      .reduce((sum, { data }, i) => sum + data.reduce((all, value, k) => all + (value - clip[i].data[k]) ** 2, 0), 0)
    const { source } = warpingError(clip, clip)
    expect(source).toBeLessThan((0.05 * plain) / 2 / background.data.length / 255 ** 2)
  })

  it('refuses pictures that cannot be compared', () => {
    expect(() => warpingError([scene(8, 8)], [scene(8, 8)])).toThrow('given 1 and 1')
    expect(() => warpingError([scene(8, 8), scene(8, 9)], [scene(8, 8), scene(8, 8)])).toThrow('one of 8 x 9')
  })
})
