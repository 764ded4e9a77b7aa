/** Ink of drawn lines of known area, and of things that are not ink. The radius is a 256th of the long side. */
import { expect, it } from 'vitest'
import { random } from '../random.ts'
import { ink } from './ink.ts'
import { grey } from './testing.ts'

const [width, height] = [512, 256] // radius 2: closes gaps of up to 4 pixels
const plain = grey(width, height, () => 160)
const share = (level: (x: number, y: number) => number): number => ink(plain, grey(width, height, level))

it.each([1, 2, 3, 4])('a line of %i pixels is ink all over', (thick) => {
  expect(share((x) => (x >= 200 && x < 200 + thick ? 60 : 160))).toBeCloseTo(thick / width, 9)
  expect(share((_, y) => (y >= 100 && y < 100 + thick ? 60 : 160))).toBeCloseTo(thick / height, 9)
})

it('a bar of 5 pixels is not ink, nor is a bright line or one that is hardly darker', () => {
  expect(share((x) => (x >= 200 && x < 205 ? 60 : 160))).toBe(0)
  expect(share((x) => (x >= 200 && x < 203 ? 240 : 160))).toBe(0)
  expect(share((x) => (x >= 200 && x < 203 ? 140 : 160))).toBe(0)
  expect(share((x) => (x < 256 ? 20 : 240))).toBe(0)
})

it('slanted lines, curves and specks are ink', () => {
  const slanted = share((x, y) => (Math.abs(x - y - 100) < 2 ? 60 : 160))
  expect(slanted).toBeCloseTo((3 * 256) / (width * height), 3)
  const ring = share((x, y) => (Math.abs(Math.hypot(x - 250, y - 128) - 80) < 1.5 ? 60 : 160))
  expect(ring * width * height).toBeGreaterThan(0.95 * 3 * 2 * Math.PI * 80)
  expect(share((x, y) => (x % 64 > 60 && y % 64 > 60 && x < 500 && y < 250 ? 60 : 160))).toBeCloseTo(
    (9 * 7 * 3) / (width * height),
    9,
  )
})

it('does not count lines of the photo, even darkened or moved by a pixel', () => {
  const lines = (level: number, by = 0) => grey(width, height, (x) => ((x - by) % 40 > 36 && x < 500 ? level : 160))
  expect(ink(lines(60), lines(60))).toBe(0)
  expect(ink(lines(60), lines(50))).toBe(0)
  expect(ink(lines(60), lines(60, 1))).toBe(0)
  expect(ink(lines(60), lines(60, 10))).toBeGreaterThan(0.05)
  // A faint line that is drawn black is new.
  expect(ink(lines(150), lines(20))).toBeGreaterThan(0.05)
})

it('hardly counts noise, and scales with the picture', () => {
  const { normal } = random(4)
  expect(share(() => 160 + 4 * normal())).toBeLessThan(1e-3)
  const half = ink(
    grey(256, 128, () => 160),
    grey(256, 128, (x) => (x >= 100 && x < 102 ? 60 : 160)),
  )
  expect(half).toBeCloseTo(2 / 256, 9)
  const bar = grey(256, 128, (x) => (x >= 100 && x < 103 ? 60 : 160))
  expect(
    ink(
      grey(256, 128, () => 160),
      bar,
    ),
  ).toBe(0)
})

it('accepts any size, and refuses two different ones', () => {
  const tiny = grey(1, 1, () => 9)
  expect(ink(tiny, tiny)).toBe(0)
  expect(() => ink(tiny, plain)).toThrow('ink: expected two pictures of one size, given 1 x 1 and 512 x 256')
})
