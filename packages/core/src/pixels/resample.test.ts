import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Picture } from '../picture.ts'
import { resample } from './resample.ts'

const kernels = {
  lanczos: (x: number) => {
    if (x === 0) return 1
    return Math.abs(x) < 3
      ? ((Math.sin(Math.PI * x) / (Math.PI * x)) * Math.sin((Math.PI * x) / 3)) / ((Math.PI * x) / 3)
      : 0
  },
  cubic: (x: number) => {
    const t = Math.abs(x)
    if (t < 1) return 1.5 * t ** 3 - 2.5 * t ** 2 + 1
    return t < 2 ? -0.5 * t ** 3 + 2.5 * t ** 2 - 4 * t + 2 : 0
  },
}

/** The slow, simple reference: for each pixel, the weighted mean of all source pixels, in doubles. */
function reference(picture: Picture, width: number, height: number): number[] {
  const weight = (i: number, j: number, from: number, to: number) => {
    const distance = (i + 0.5) * (from / to) - (j + 0.5)
    return to < from ? kernels.lanczos((distance * to) / from) : kernels.cubic(distance)
  }
  const out: number[] = []
  const c = picture.channels
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sum = [0, 0, 0, 0, 0]
      for (let j = 0; j < picture.height; j++) {
        for (let i = 0; i < picture.width; i++) {
          const w = weight(x, i, picture.width, width) * weight(y, j, picture.height, height)
          const at = (j * picture.width + i) * c
          const alpha = c === 4 ? picture.data[at + 3] / 255 : 1
          for (let k = 0; k < 3; k++) sum[k] += w * alpha * picture.data[at + k]
          sum[3] += w * alpha
          sum[4] += w
        }
      }
      const alpha = (sum[3] / sum[4]) * 255
      const hold = (v: number) => Math.min(255, Math.max(0, v))
      for (let k = 0; k < 3; k++) out.push(alpha < 0.5 ? 0 : hold(sum[k] / sum[3]))
      if (c === 4) out.push(hold(alpha))
    }
  }
  return out
}

const size = fc.integer({ min: 1, max: 14 })

test('equals the reference up to rounding, both ways, with and without alpha', () => {
  fc.assert(
    fc.property(
      size,
      size,
      fc.constantFrom<3 | 4>(3, 4),
      size,
      size,
      fc.infiniteStream(fc.nat(255)),
      (w, h, channels, tw, th, bytes) => {
        const data = Uint8Array.from({ length: w * h * channels }, () => bytes.next().value)
        // Alpha is kept away from 0, where colours are a quotient of two small numbers.
        if (channels === 4) for (let i = 3; i < data.length; i += 4) data[i] = 128 + (data[i] >> 1)
        const picture: Picture = { width: w, height: h, channels, data }
        const out = resample(picture, tw, th)
        expect(out).toMatchObject({ width: tw, height: th, channels })
        const want = reference(picture, tw, th)
        out.data.forEach((v, i) => {
          expect(Math.abs(v - want[i])).toBeLessThanOrEqual(0.51)
        })
      },
    ),
    { numRuns: 200 },
  )
})

test('a flat picture stays flat', () => {
  fc.assert(
    fc.property(size, size, size, size, fc.nat(255), (w, h, tw, th, v) => {
      const out = resample({ width: w, height: h, channels: 3, data: new Uint8Array(w * h * 3).fill(v) }, tw, th)
      expect(out.data.every((b) => b === v)).toBe(true)
    }),
  )
})

test('colours under transparent pixels do not bleed', () => {
  const data = new Uint8Array(64 * 64 * 4)
  for (let i = 0; i < 64 * 64; i++) data.set(i % 64 < 31 ? [0, 200, 0, 255] : [255, 0, 255, 0], i * 4)
  for (const n of [20, 100]) {
    const out = resample({ width: 64, height: 64, channels: 4, data }, n, n)
    for (let i = 0; i < n * n * 4; i += 4) {
      if (out.data[i + 3] === 0) continue
      expect([out.data[i], out.data[i + 1], out.data[i + 2]]).toEqual([0, 200, 0])
    }
  }
})

test('at its own size returns the picture itself, and refuses an empty size', () => {
  const picture: Picture = { width: 2, height: 1, channels: 3, data: new Uint8Array(6) }
  expect(resample(picture, 2, 1)).toBe(picture)
  expect(() => resample(picture, 0, 4)).toThrow(/expected a width and height of whole pixels, given 0 x 4/)
})
