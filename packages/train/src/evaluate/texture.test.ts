/** Texture left of known noise: energy is the square of its amplitude. */
import { type Picture, toPicture } from '@animegan/core'
import { expect, it } from 'vitest'
import { random } from '../random.ts'
import { grey } from './testing.ts'
import { textureLeft } from './texture.ts'

const [width, height] = [480, 320]

/** A grey picture from a function that gives lightness. */
const lightness = (of: (x: number, y: number) => number): Picture => {
  const l = Float32Array.from({ length: width * height }, (_, i) => of(i % width, Math.floor(i / width)))
  return toPicture({ width, height, l, a: new Float32Array(l.length), b: new Float32Array(l.length) })
}
const { normal } = random(6)
const noise = Float32Array.from({ length: width * height }, normal)
/** Noise of a given amplitude on the left half of the picture, over slow shading and a bold contour. */
const scene = (strength: number, where: (x: number) => number = (x) => (x < 240 ? 1 : 0)) =>
  lightness((x, y) => 0.4 + x / 2000 + (y > 150 ? 0.15 : 0) + strength * where(x) * noise[y * width + x])
const photo = scene(0.04)

it('is 1 for the same picture, 0 for a flat or shaded one', () => {
  expect(textureLeft(photo, photo)).toBe(1)
  expect(textureLeft(photo, scene(0))).toBeLessThan(0.002)
  expect(
    textureLeft(
      photo,
      lightness(() => 0.5),
    ),
  ).toBe(0)
})

it.each([0.25, 0.5, 1.5])('noise of %d times the amplitude has the square of that as its energy', (factor) => {
  const left = textureLeft(photo, scene(0.04 * factor)) ?? 0
  expect(left / factor ** 2).toBeGreaterThan(0.9)
  expect(left / factor ** 2).toBeLessThan(1.1)
})

it('is measured where the photo has texture, and nowhere else', () => {
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

it('ignores shading, tone, and lines drawn across', () => {
  const lines = lightness((x, y) => 0.4 + x / 2000 + (x % 30 < 3 ? -0.3 : 0) + (y > 150 ? 0.2 : 0))
  expect(textureLeft(photo, lines)).toBeLessThan(0.02)
  const brighter = lightness((x, y) => 0.5 + (x < 240 ? 0.04 : 0) * noise[y * width + x])
  expect(textureLeft(photo, brighter)).toBeGreaterThan(0.9)
})

it('is undefined if the photo has no texture; contours and gradients are none', () => {
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
