/** The search for one patch, compared with a slow and simple one: every position tried, every pixel by definition. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lumaOf, type Plane } from './luma.ts'
import { patchSearch } from './patch-search.ts'
import { scene } from './testing.ts'

const [width, height] = [30, 26]
const plane = (x: number, y: number, w = width, h = height): Plane => lumaOf(scene(w, h, x, y))

/** The value of a plane between pixel centres, edge pixels repeated. */
const valueAt = ({ width: w, height: h, data }: Plane, x: number, y: number): number => {
  const at = (i: number, j: number): number =>
    data[Math.min(h - 1, Math.max(0, j)) * w + Math.min(w - 1, Math.max(0, i))]
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [u, v] = [x - left, y - top]
  const above = (1 - u) * at(left, top) + u * at(left + 1, top)
  const below = (1 - u) * at(left, top + 1) + u * at(left + 1, top + 1)
  return (1 - v) * above + v * below
}

describe('patchSearch', () => {
  it('returns the mean absolute difference at any position, up to 8 pixels past the edge', () => {
    const [from, to] = [plane(0, 0), plane(3, 1)]
    const search = patchSearch(from, to)
    const shift = fc.integer({ min: -40_000, max: 40_000 }).map((n) => n / 1000)
    fc.assert(
      fc.property(fc.nat(width - 8), fc.nat(height - 8), shift, shift, (x, y, u, v) => {
        const atX = Math.min(width, Math.max(-8, x + u))
        const atY = Math.min(height, Math.max(-8, y + v))
        let sum = 0
        const moved: number[] = []
        for (let j = 0; j < 8; j++) {
          for (let i = 0; i < 8; i++) {
            moved.push(valueAt(to, atX + i, atY + j))
            sum += Math.abs(moved.at(-1)! - from.data[(y + j) * width + x + i])
          }
        }
        expect(search.difference(x, y, u, v)).toBeCloseTo(sum / 64, 6)
        search.moved.forEach((value, i) => {
          expect(value).toBeCloseTo(moved[i], 3)
        })
      }),
    )
  })

  it.each([
    [0.4, -0.7],
    [-1.6, 1.2],
    [2.3, 0.8],
  ])(
    'finds a patch moved by (%f, %f), as close as the best of all positions, and returns the squared difference there',
    (u, v) => {
      const [from, to] = [plane(u, v), plane(0, 0)]
      const search = patchSearch(from, to)
      /** The mean squared difference with means removed, of the patch at (10, 9). */
      const errorAt = (du: number, dv: number): number => {
        const residuals = Array.from({ length: 64 }, (_, k) => {
          const [i, j] = [10 + (k % 8), 9 + Math.floor(k / 8)]
          return valueAt(to, i + du, j + dv) - from.data[j * width + i]
        })
        const mean = residuals.reduce((sum, value) => sum + value, 0) / 64
        return residuals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 64
      }
      search.search(10, 9, 0, 0, 12)
      const { found } = search
      expect(Math.hypot(found.u - u, found.v - v)).toBeLessThan(0.3)
      expect(found.error).toBeCloseTo(errorAt(found.u, found.v), 4)
      let least = Number.POSITIVE_INFINITY
      for (let dv = -3; dv <= 3; dv += 0.1)
        for (let du = -3; du <= 3; du += 0.1) least = Math.min(least, errorAt(du, dv))
      // Rounding leaves a quarter of a squared level, which is good enough.
      expect(found.error).toBeLessThan(Math.max(0.25, 1.2 * least))
    },
  )

  it('does not take a change of light for motion', () => {
    const from = plane(0, 0)
    const brighter = patchSearch(from, { ...from, data: from.data.map((value) => Math.min(255, value + 20)) })
    brighter.search(10, 9, 0, 0, 8)
    expect([brighter.found.u, brighter.found.v]).toEqual([0, 0])
    expect(brighter.found.error).toBeLessThan(0.01)
    expect(brighter.difference(10, 9, 0, 0)).toBeCloseTo(20, 6)
  })

  it('with no step evaluates only the start', () => {
    const search = patchSearch(plane(1, 1), plane(0, 0))
    search.search(4, 5, 0.25, -0.5, 0)
    expect([search.found.u, search.found.v]).toEqual([0.25, -0.5])
  })

  it('returns how distinctive a patch is: between half and all of the structure tensor’s smaller eigenvalue', () => {
    const from = plane(0, 0)
    const search = patchSearch(from, from)
    for (const [x, y] of [
      [0, 0],
      [22, 18],
      [7, 11],
      [13, 4],
    ] as const) {
      search.search(x, y, 0, 0, 0)
      const gradients = Array.from({ length: 64 }, (_, k) => {
        const [i, j] = [x + (k % 8), y + Math.floor(k / 8)]
        // Central differences, edge pixels repeated.
        return [
          (valueAt(from, i + 1, j) - valueAt(from, i - 1, j)) / 2,
          (valueAt(from, i, j + 1) - valueAt(from, i, j - 1)) / 2,
        ] as const
      })
      const mean = (read: (gradient: readonly [number, number]) => number): number =>
        gradients.reduce((sum, gradient) => sum + read(gradient), 0)
      const [sx, sy] = [mean(([a]) => a) / 64, mean(([, b]) => b) / 64]
      const [xx, xy, yy] = [
        64 + mean(([a]) => (a - sx) ** 2),
        mean(([a, b]) => (a - sx) * (b - sy)),
        64 + mean(([, b]) => (b - sy) ** 2),
      ]
      const smaller = (xx + yy) / 2 - Math.hypot((xx - yy) / 2, xy)
      expect(search.found.texture).toBeLessThanOrEqual(smaller + 1e-6)
      expect(search.found.texture).toBeGreaterThanOrEqual(smaller / 2 - 1e-6)
      expect(search.found.texture).toBeCloseTo((xx * yy - xy * xy) / (xx + yy), 6)
    }
  })

  it('leaves a flat patch in place, and handles planes smaller than a patch', () => {
    const flat: Plane = { width, height, data: new Uint8Array(width * height).fill(90) }
    const search = patchSearch(flat, plane(0, 0))
    search.search(10, 9, 1, -1, 5)
    expect([search.found.u, search.found.v]).toEqual([1, -1])
    const small = patchSearch(plane(0, 0, 3, 5), plane(0, 0, 3, 5))
    expect([small.across, small.down]).toEqual([3, 5])
    small.search(0, 0, 0, 0, 5)
    expect([small.found.u, small.found.v, small.found.error]).toEqual([0, 0, 0])
  })
})
