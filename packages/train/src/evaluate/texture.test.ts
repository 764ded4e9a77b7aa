/** Texture left of known noise: its energy is the square of its strength. */
import { type Picture, toPicture } from '@animegan/core'
import { expect, it } from 'vitest'
import { random } from '../random.ts'
import { grey } from './testing.ts'
import { textureLeft } from './texture.ts'

const [width, height] = [480, 320]

/** A picture of lightness alone. */
const lightness = (of: (x: number, y: number) => number): Picture => {
  const l = Float32Array.from({ length: width * height }, (_, i) => of(i % width, Math.floor(i / width)))
  return toPicture({ width, height, l, a: new Float32Array(l.length), b: new Float32Array(l.length) })
}
const { normal } = random(6)
const noise = Float32Array.from({ length: width * height }, normal)
/** Noise of a strength, on the left of the picture, over slow shading and a bold contour. */
const scene = (strength: number, where: (x: number) => number = (x) => (x < 240 ? 1 : 0)) =>
  lightness((x, y) => 0.4 + x / 2000 + (y > 150 ? 0.15 : 0) + strength * where(x) * noise[y * width + x])
const photo = scene(0.04)

it('all of it is left in the same picture, none in one that is flat or shaded', () => {
  expect(textureLeft(photo, photo)).toBe(1)
  expect(textureLeft(photo, scene(0))).toBeLessThan(0.002)
  expect(
    textureLeft(
      photo,
      lightness(() => 0.5),
    ),
  ).toBe(0)
})

it.each([0.25, 0.5, 1.5])('%d times the strength is its square', (factor) => {
  const left = textureLeft(photo, scene(0.04 * factor)) ?? 0
  expect(left / factor ** 2).toBeGreaterThan(0.9)
  expect(left / factor ** 2).toBeLessThan(1.1)
})

it('is of where the photo has texture, and not of what is drawn elsewhere', () => {
  expect(
    textureLeft(
      photo,
      scene(0.04, () => 1),
    ),
  ).toBeCloseTo(1, 2)
  expect(
    textureLeft(
      photo,
      scene(0.04, (x) => (x < 120 ? 1 : 0)),
    ),
  ).toBeCloseTo(0.5, 1)
})

it('is not of shading, tone, or lines that are drawn across', () => {
  const lines = lightness((x, y) => 0.4 + x / 2000 + (x % 30 < 3 ? -0.3 : 0) + (y > 150 ? 0.2 : 0))
  expect(textureLeft(photo, lines)).toBeLessThan(0.02)
  const brighter = lightness((x, y) => 0.5 + (x < 240 ? 0.04 : 0) * noise[y * width + x])
  expect(textureLeft(photo, brighter)).toBeGreaterThan(0.9)
})

it('is unknown where there is none: no contour or gradient is texture', () => {
  expect(textureLeft(scene(0), photo)).toBeUndefined()
  expect(textureLeft(scene(0.002), photo)).toBeUndefined()
  expect(
    textureLeft(
      grey(1, 1, () => 3),
      grey(1, 1, () => 9),
    ),
  ).toBeUndefined()
  expect(
    textureLeft(
      grey(900, 2, () => 3),
      grey(900, 2, () => 9),
    ),
  ).toBeUndefined()
  expect(() =>
    textureLeft(
      photo,
      grey(1, 1, () => 3),
    ),
  ).toThrow('textureLeft: expected two pictures of one size')
})
