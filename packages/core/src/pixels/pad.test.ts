import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Picture } from '../picture.ts'
import { extractRgb, mirror } from './pad.ts'

/** The slow, simple reference: walks back and forth one step at a time. */
function bounce(i: number, n: number): number {
  let at = 0
  let step = 1
  for (let k = 0; k < i; k++) {
    if (n === 1) return 0
    if (at + step < 0 || at + step >= n) step = -step
    at += step
  }
  return at
}

test('mirror walks back and forth without repeating the edge', () => {
  for (let n = 1; n < 6; n++) for (let i = 0; i < 30; i++) expect(mirror(i, n)).toBe(bounce(i, n))
})

test('every pixel of a rectangle is the mirrored pixel of the picture', () => {
  const size = fc.integer({ min: 1, max: 7 })
  const from = fc.integer({ min: 0, max: 12 })
  fc.assert(
    fc.property(
      size,
      size,
      fc.constantFrom<3 | 4>(3, 4),
      from,
      from,
      size,
      size,
      (width, height, channels, x, y, w, h) => {
        const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 37) & 255)
        const picture: Picture = { width, height, channels, data }
        const out = extractRgb(picture, x, y, w, h)
        expect(out.length).toBe(w * h * 3)
        for (let i = 0; i < out.length; i++) {
          const px = bounce(x + (Math.floor(i / 3) % w), width)
          const py = bounce(y + Math.floor(i / 3 / w), height)
          expect(out[i]).toBe(data[(py * width + px) * channels + (i % 3)])
        }
      },
    ),
  )
})

test('a rectangle before the first pixel is refused', () => {
  const picture: Picture = { width: 1, height: 1, channels: 3, data: new Uint8Array(3) }
  expect(() => extractRgb(picture, -1, 0, 1, 1)).toThrow(/expected .* given 1 x 1 at \(-1, 0\)/)
})
