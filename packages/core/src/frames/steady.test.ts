import { describe, expect, it } from 'vitest'
import type { Picture } from '../picture.ts'
import { largestDifference, randomNumbers } from '../pixels/testing.ts'
import { halve, lumaOf, pyramidOf } from './luma.ts'
import { type Steadied, steady } from './steady.ts'
import { noisy, scene, squaredDifference } from './testing.ts'

const brightness = (picture: Picture) => pyramidOf(halve(lumaOf(picture)))

const filtered = (results: readonly Picture[], sources: readonly Picture[]): Picture[] => {
  const out: Picture[] = []
  let past: Steadied | undefined
  for (const [i, result] of results.entries()) {
    past = steady(result, brightness(sources[i]), past)
    out.push(past.result)
  }
  return out
}

const frames = (count: number, at: (i: number) => Picture): Picture[] => Array.from({ length: count }, (_, i) => at(i))

describe('steady', () => {
  it.each([
    ['still', 0, 0],
    ['panned by whole pixels', 4, -2],
    ['panned between pixels', 1.3, 0.6],
  ])('removes flicker from content %s, and keeps the picture', (_, x, y) => {
    const sources = frames(12, (i) => scene(160, 96, i * x, i * y))
    const noisyResults = sources.map((picture, i) => noisy(picture, 12, i + 1))
    const last = filtered(noisyResults, sources).at(-1)!
    const before = squaredDifference(noisyResults.at(-1)!, sources.at(-1)!)
    // A share of 27/32 of the past leaves 1/12 of the noise's variance; a pan brings in pixels with little or no past.
    expect(squaredDifference(last, sources.at(-1)!)).toBeLessThan(0.3 * before)
  })

  it('ignores differences that a shift of a third of a pixel explains', () => {
    /**
     * Slopes of 12 levels per pixel, pairs of rows shifted back or forth by 0.6; at half size by 0.3, with 24 levels
     * per pixel.
     */
    const shakes = randomNumbers(48, 1)
    const shaken = (i: number): Picture => {
      const data = Uint8Array.from({ length: 160 * 96 * 3 }, (_, k) => {
        const [x, y] = [Math.floor(k / 3) % 160, Math.floor(k / 480)]
        const moved = x + (shakes[y >> 1] > 0 === i % 2 > 0 ? 0.6 : 0)
        return Math.round(10 + 12 * Math.abs((moved % 30) - 15) + 4 * Math.abs((y % 30) - 15))
      })
      return { width: 160, height: 96, channels: 3, data }
    }
    const still = { ...scene(160, 96), data: new Uint8Array(160 * 96 * 3).fill(128) }
    const results = frames(12, (i) => noisy(still, 12, i + 1))
    const last = filtered(results, frames(12, shaken)).at(-1)!
    // A share of 27/32 of the past everywhere leaves 1/12 of the variance of noise.
    expect(squaredDifference(last, still)).toBeLessThan(squaredDifference(results.at(-1)!, still) / 11)
  })

  it('leaves no trail where a pan brings in new content', () => {
    const sources = frames(8, (i) => scene(160, 96, 8 * i, 0))
    const last = filtered(sources, sources).at(-1)!
    // Compares only the results' last 8 columns, which are new.
    const column = (picture: Picture): Picture => {
      const data = new Uint8Array(8 * 96 * 3)
      for (let y = 0; y < 96; y++) data.set(picture.data.subarray((y * 160 + 152) * 3, (y * 160 + 160) * 3), y * 24)
      return { width: 8, height: 96, channels: 3, data }
    }
    expect(largestDifference(column(last), column(sources.at(-1)!))).toBeLessThanOrEqual(12)
  })

  it('leaves no trace of an object that moved away', () => {
    const at = (left: number): Picture => {
      const data = new Uint8Array(160 * 96 * 3).fill(90)
      for (let y = 30; y < 60; y++) data.fill(200, (y * 160 + left) * 3, (y * 160 + left + 30) * 3)
      return { width: 160, height: 96, channels: 3, data }
    }
    const sources = frames(8, (i) => at(10 + 9 * i))
    const out = filtered(sources, sources)
    for (const [i, { data }] of out.entries()) {
      const left = 10 + 9 * i
      let worst = 0
      for (let y = 0; y < 96; y++) {
        for (let x = 0; x < 160; x++) {
          // The outline may soften by a pixel or two.
          if (x > left - 3 && x < left + 33 && y > 26 && y < 64) continue
          worst = Math.max(worst, Math.abs(data[(y * 160 + x) * 3] - 90))
        }
      }
      expect(worst).toBeLessThanOrEqual(1)
    }
  })

  it('takes new content unchanged, even at an undetected cut', () => {
    const sources = [
      scene(96, 64, 0, 0, 1),
      { ...scene(96, 64, 0, 0, 2), data: scene(96, 64, 0, 0, 2).data.map((value) => value / 4) },
    ]
    const results = [scene(96, 64, 0, 0, 3), scene(96, 64, 0, 0, 4)]
    const [, out] = filtered(results, sources)
    const kept = out.data.filter((value, i) => value === results[1].data[i]).length
    expect(kept / out.data.length).toBeGreaterThan(0.95)
  })

  it('starts with the result itself, also after a change of size', () => {
    const sources = [scene(96, 64), scene(64, 64), scene(64, 64)]
    const results = sources.map((picture, i) => noisy(picture, 12, i))
    const [first, second, third] = filtered(results, sources)
    expect(first).toBe(results[0])
    expect(second).toBe(results[1])
    expect(largestDifference(third, results[2])).toBeGreaterThan(0)
  })

  it('converges to a still result, up to rounding', () => {
    const source = scene(64, 64)
    const [from, to] = [noisy(source, 20, 1), noisy(source, 20, 2)]
    const results = [from, ...frames(40, () => to)]
    const out = filtered(
      results,
      results.map(() => source),
    )
    // 5/32 of three levels is less than half of one.
    expect(largestDifference(out.at(-1)!, to)).toBeLessThanOrEqual(3)
  })

  it.each([
    [1, 1],
    [17, 9],
    [9, 33],
    [131, 67],
  ])('handles moving pictures of %i x %i', (width, height) => {
    const sources = frames(3, (i) => scene(width, height, 3.4 * i, -2.6 * i))
    for (const [i, picture] of filtered(sources, sources).entries()) {
      const unmoved = i === 0 ? 1 : squaredDifference(sources[i - 1], sources[i])
      expect(squaredDifference(picture, sources[i])).toBeLessThan(0.3 * unmoved)
    }
  })

  it('leaves pixels unmixed that are not opaque, or were not', () => {
    const source = scene(48, 32)
    /** Opaque on the left, transparent on the right, alternating in the middle. */
    const opaque = (x: number, i: number): boolean => x < 16 || (x < 32 && i % 2 === 0)
    const results = frames(4, (i) => {
      const data = new Uint8Array(48 * 32 * 4)
      const colours = noisy(source, 9, i).data
      for (let p = 0; p < 48 * 32; p++) {
        data.set(colours.subarray(3 * p, 3 * p + 3), 4 * p)
        data[4 * p + 3] = opaque(p % 48, i) ? 255 : 254 - i
      }
      return { width: 48, height: 32, channels: 4 as const, data }
    })
    const last = filtered(results, [source, source, source, source]).at(-1)!
    const filteredBytes = { opaque: 0, clear: 0 }
    for (let i = 0; i < last.data.length; i++) {
      const same = last.data[i] === results[3].data[i]
      if (!same) filteredBytes[(i >> 2) % 48 >= 16 ? 'clear' : 'opaque']++
    }
    expect(filteredBytes.clear).toBe(0)
    expect(filteredBytes.opaque).toBeGreaterThan(16 * 32)
  })
})
