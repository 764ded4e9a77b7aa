import { expect, test } from 'vitest'
import type { Picture } from '../picture.ts'
import { sideBySide } from './compare.ts'

const before: Picture = { width: 1, height: 2, channels: 4, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }
const after: Picture = { width: 1, height: 2, channels: 3, data: Uint8Array.of(9, 10, 11, 12, 13, 14) }

test('before, a white divider, after', () => {
  const out = sideBySide(before, after)
  expect(out).toMatchObject({ width: 4, height: 2, channels: 4 })
  const white = [255, 255, 255, 255, 255, 255, 255, 255]
  expect([...out.data]).toEqual([1, 2, 3, 4, ...white, 9, 10, 11, 255, 5, 6, 7, 8, ...white, 12, 13, 14, 255])
})

test('two opaque pictures give three channels, and the order is kept', () => {
  const out = sideBySide(after, after)
  expect(out.channels).toBe(3)
  expect([...out.data.subarray(0, 3)]).toEqual([9, 10, 11])
})

test('different sizes are refused', () => {
  expect(() => sideBySide(before, { ...after, height: 1 })).toThrow(
    /expected two pictures of one size, given 1 x 2 and 1 x 1/,
  )
})
