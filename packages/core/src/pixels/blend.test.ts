import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Picture } from '../picture.ts'
import { blend, fillTransparent, withAlpha } from './blend.ts'

function picture(width: number, height: number, channels: 3 | 4): fc.Arbitrary<Picture> {
  const n = width * height * channels
  return fc.uint8Array({ minLength: n, maxLength: n }).map((data) => ({ width, height, channels, data }))
}

const pair = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.constantFrom<3 | 4>(3, 4))
  .chain(([w, h, c]) => fc.tuple(picture(w, h, c), picture(w, h, c)))

test('strength 1 is the styled bytes, 0 the original bytes', () => {
  fc.assert(
    fc.property(pair, ([original, styled]) => {
      expect(blend(original, { ...styled, data: styled.data.slice() }, 1).data).toEqual(styled.data)
      expect(blend(original, { ...styled, data: styled.data.slice() }, 0).data).toEqual(original.data)
    }),
  )
})

test('in between, every byte is the exact mixture, rounded', () => {
  fc.assert(
    fc.property(pair, fc.double({ min: 0, max: 1, noNaN: true }), ([original, styled], strength) => {
      const before = styled.data.slice()
      const out = blend(original, styled, strength)
      expect(out.data).toBe(styled.data)
      out.data.forEach((v, i) => {
        const exact = original.data[i] + (before[i] - original.data[i]) * strength
        expect(Math.abs(v - exact)).toBeLessThanOrEqual(0.51)
      })
    }),
  )
})

test('an opaque styled picture mixes with an original that has alpha', () => {
  const original: Picture = { width: 1, height: 1, channels: 4, data: Uint8Array.of(0, 100, 200, 7) }
  const styled: Picture = { width: 1, height: 1, channels: 3, data: Uint8Array.of(100, 100, 100) }
  const out = blend(original, styled, 0.5)
  expect([...out.data]).toEqual([50, 100, 150])
  expect([...withAlpha(out, original).data]).toEqual([50, 100, 150, 7])
  expect(withAlpha(out, out)).toBe(out)
})

test('mismatched pictures are refused', () => {
  const one: Picture = { width: 1, height: 1, channels: 3, data: new Uint8Array(3) }
  const two: Picture = { width: 2, height: 1, channels: 3, data: new Uint8Array(6) }
  expect(() => blend(one, two, 0.5)).toThrow(/expected two pictures of one size, given 1 x 1 and 2 x 1/)
  expect(() => blend(one, one, 1.5)).toThrow(/expected a strength from 0 to 1, given 1.5/)
  expect(() => blend(one, one, Number.NaN)).toThrow(/given NaN/)
})

test('opaque pixels keep their bytes, and filled ones stay within the range of the visible colours', () => {
  const sized = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .chain(([w, h]) => picture(w, h, 4))
  const alphas = fc.array(fc.constantFrom(0, 0, 0, 128, 255), { minLength: 81, maxLength: 81 })
  fc.assert(
    fc.property(sized, alphas, (from, alpha) => {
      for (let i = 0; i < from.width * from.height; i++) from.data[i * 4 + 3] = alpha[i]
      const out = fillTransparent(from).data
      for (let c = 0; c < 3; c++) {
        const visible: number[] = []
        for (let i = 0; i < from.width * from.height; i++) if (alpha[i] > 0) visible.push(from.data[i * 4 + c])
        for (let i = 0; i < from.width * from.height; i++) {
          const v = out[i * 3 + c]
          if (alpha[i] === 255) expect(v).toBe(from.data[i * 4 + c])
          else if (visible.length === 0) expect(v).toBe(0)
          else expect(v >= Math.min(...visible) && v <= Math.max(...visible)).toBe(true)
        }
      }
    }),
  )
})

test('filling ignores hidden colours under transparency, is close to its neighbours, and smooth', () => {
  const size = 64
  const data = new Uint8Array(size * size * 4)
  for (let i = 0; i < size * size; i++) {
    const x = i % size
    // Left third red, right third blue, and a fully transparent bright green in between.
    data.set(x < 20 ? [200, 0, 0, 255] : x >= 44 ? [0, 0, 200, 255] : [0, 255, 0, 0], i * 4)
  }
  const out = fillTransparent({ width: size, height: size, channels: 4, data }).data
  for (let x = 0; x < size; x++) expect(out[(32 * size + x) * 3 + 1]).toBe(0)
  expect(out[(32 * size + 21) * 3]).toBeGreaterThan(150)
  expect(out[(32 * size + 42) * 3 + 2]).toBeGreaterThan(150)
  for (let x = 1; x < size; x++) {
    expect(Math.abs(out[(32 * size + x) * 3] - out[(32 * size + x - 1) * 3])).toBeLessThan(60)
  }
})

test('three channels pass through without a copy', () => {
  const opaque: Picture = { width: 1, height: 1, channels: 3, data: new Uint8Array(3) }
  expect(fillTransparent(opaque)).toBe(opaque)
})
