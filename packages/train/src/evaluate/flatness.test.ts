/** Flatness of pictures whose flat areas are known. The radius is a 256th of the long side. */
import { type Picture, toPicture } from '@animegan/core'
import { expect, it } from 'vitest'
import { random } from '../random.ts'
import { flatness } from './flatness.ts'
import { grey } from './testing.ts'

const [width, height] = [512, 256] // radius 2, windows of 5

/** OKLab planes from functions of the position. */
const planes = (
  of: (x: number, y: number) => readonly [number, number, number],
  width = 512,
  height = 256,
): Picture => {
  const values = Array.from({ length: width * height }, (_, i) => of(i % width, Math.floor(i / width)))
  const [l, a, b] = [0, 1, 2].map((axis) => Float32Array.from(values, (value) => value[axis]))
  return toPicture({ width, height, l, a, b })
}

it('flat fills and gradients of lightness and colour are flat', () => {
  expect(flatness(grey(width, height, () => 77))).toBe(1)
  expect(flatness(planes((x, y) => [0.3 + x / 1500 + y / 900, 0, 0]))).toBe(1)
  expect(flatness(planes((x, y) => [0.7, 0.05 - x / 6000, y / 4000]))).toBe(1)
  expect(flatness(grey(width, height, (x) => 60 + x / 4))).toBe(1)
})

it('steep gradients are flat too, whichever way they go', () => {
  const ramp = (across: number, down: number) =>
    flatness(planes((x, y) => [0.15 + (across * x) / 32 + (down * y) / 16, 0, 0], 32, 16))
  for (const [across, down] of [
    [0.8, 0],
    [0, 0.8],
    [0.4, 0.4],
  ]) {
    expect(ramp(across, down)).toBe(1)
  }
})

it('around a step, all windows are flat except those that contain it', () => {
  // The windows that contain both sides are centred on the two columns on either side of the step.
  const flat = flatness(grey(width, height, (x) => (x < 200 ? 80 : 140)))
  expect(flat).toBeCloseTo((width - 4 - 4) / (width - 4), 9)
  const pale = flatness(planes((x) => [0.7, x < 200 ? 0 : 0.08, 0]))
  expect(pale).toBeCloseTo((width - 4 - 4) / (width - 4), 9)
})

it('weak noise is flat, strong noise is not', () => {
  const noisy = (spread: number): number => {
    const { normal } = random(8)
    return flatness(planes(() => [0.6 + spread * normal(), 0, 0]))
  }
  // The residual has 22 of 25 degrees of freedom.
  expect(noisy(0.005)).toBeGreaterThan(0.99)
  expect(noisy(0.02)).toBeLessThan(0.01)
  expect(noisy(0.01 / Math.sqrt(22 / 25))).toBeGreaterThan(0.4)
  expect(noisy(0.01 / Math.sqrt(22 / 25))).toBeLessThan(0.65)
})

it('adds up the residuals of the three axes', () => {
  const noisy = (l: number, a: number, b: number): number => {
    const { normal } = random(2)
    return flatness(planes((x) => [0.6 + x / 3000 + l * normal(), a * normal(), b * normal()]))
  }
  for (const alone of [noisy(0.007, 0, 0), noisy(0, 0.007, 0), noisy(0, 0, 0.007)]) expect(alone).toBeGreaterThan(0.95)
  expect(noisy(0.007, 0.007, 0.007)).toBeLessThan(0.2)
})

it('scales with the picture, and accepts any size', () => {
  const stripes = (scale: number) =>
    grey(512 * scale, 256 * scale, (x) => 100 + 20 * (Math.floor(x / (40 * scale)) % 2))
  expect(flatness(stripes(2))).toBeCloseTo(flatness(stripes(1)), 2)
  for (const [w, h] of [
    [1, 1],
    [2, 600],
  ]) {
    expect(flatness(grey(w, h, (x, y) => (x * 90 + y * 50) % 256))).toBe(1)
  }
  expect(flatness(grey(3, 3, (x) => (x === 1 ? 0 : 255)))).toBe(0)
})
