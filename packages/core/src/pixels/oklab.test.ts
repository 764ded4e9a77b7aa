import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Picture } from '../picture.ts'
import { toPicture, toPlanes } from './oklab.ts'

const pixel = (...data: number[]): Picture => ({ width: 1, height: 1, channels: 3, data: Uint8Array.from(data) })

// The published values of CSS Color 4's reference implementation.
test.each([
  ['white', [255, 255, 255], [1, 0, 0]],
  ['red', [255, 0, 0], [0.62796, 0.22486, 0.12585]],
  ['green', [0, 255, 0], [0.86644, -0.23389, 0.1795]],
  ['blue', [0, 0, 255], [0.45201, -0.03246, -0.31153]],
])('%s has its published OKLab', (_, rgb, lab) => {
  const { l, a, b } = toPlanes(pixel(...rgb))
  for (const [i, plane] of [l, a, b].entries()) expect(plane[0]).toBeCloseTo(lab[i], 3)
})

test('bytes survive the round trip, within one step', () => {
  fc.assert(
    fc.property(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)), (rgb) => {
      const { data } = toPicture(toPlanes(pixel(...rgb)))
      for (const [i, v] of rgb.entries()) expect(Math.abs(data[i] - v)).toBeLessThanOrEqual(1)
    }),
  )
})

test.each([
  [60, 120, 200],
  [200, 150, 40],
  [70, 150, 60],
  [170, 60, 150],
])('a colour too vivid for sRGB, with the hue of %i, %i, %i, keeps hue and lightness and loses chroma', (...rgb) => {
  const planes = toPlanes(pixel(...rgb))
  const vivid = toPlanes(toPicture({ ...planes, a: planes.a.map((v) => v * 4), b: planes.b.map((v) => v * 4) }))
  expect(Math.hypot(vivid.a[0], vivid.b[0])).toBeGreaterThan(0.95 * Math.hypot(planes.a[0], planes.b[0]))
  expect(Math.atan2(vivid.b[0], vivid.a[0])).toBeCloseTo(Math.atan2(planes.b[0], planes.a[0]), 1)
  expect(vivid.l[0]).toBeCloseTo(planes.l[0], 2)
})

test('alpha is ignored', () => {
  const opaque = toPlanes(pixel(10, 200, 30))
  const clear = toPlanes({ width: 1, height: 1, channels: 4, data: Uint8Array.of(10, 200, 30, 0) })
  expect([clear.l[0], clear.a[0], clear.b[0]]).toEqual([opaque.l[0], opaque.a[0], opaque.b[0]])
})
