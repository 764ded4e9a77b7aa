/** Colour shift against published OKLab colours, and what must not count: texture, lines, the size of the picture. */
import type { Picture } from '@animegan/core'
import { expect, it } from 'vitest'
import { random } from '../random.ts'
import { colourShift } from './colour-shift.ts'

type Rgb = readonly [number, number, number]

const picture = (width: number, height: number, colour: (x: number, y: number) => Rgb): Picture => {
  const data = Uint8Array.from(
    Array.from({ length: width * height }, (_, i) => colour(i % width, Math.floor(i / width))).flat(),
  )
  return { width, height, channels: 3, data }
}
const plain = (colour: Rgb, width = 50, height = 40): Picture => picture(width, height, () => colour)

/** Colours in OKLab as CSS Color 4 gives them for sRGB's corners. */
const published: Record<string, readonly [Rgb, Rgb]> = {
  black: [
    [0, 0, 0],
    [0, 0, 0],
  ],
  white: [
    [255, 255, 255],
    [1, 0, 0],
  ],
  red: [
    [255, 0, 0],
    [0.62796, 0.22486, 0.12585],
  ],
  lime: [
    [0, 255, 0],
    [0.86644, -0.23389, 0.1795],
  ],
  blue: [
    [0, 0, 255],
    [0.45201, -0.03246, -0.31153],
  ],
}

it.each([
  ['black', 'white'],
  ['red', 'lime'],
  ['blue', 'white'],
  ['red', 'blue'],
])('from %s to %s is as far as published', (from, to) => {
  const [one, p] = published[from]
  const [other, q] = published[to]
  expect(colourShift(plain(one), plain(other))).toBeCloseTo(100 * Math.hypot(...p.map((value, i) => value - q[i])), 2)
})

it('is a mean over the picture, not a difference of means', () => {
  const left = picture(64, 32, (x) => (x < 32 ? [0, 0, 0] : [255, 255, 255]))
  const right = picture(64, 32, (x) => (x < 32 ? [255, 255, 255] : [0, 0, 0]))
  expect(colourShift(left, right)).toBeCloseTo(100, 3)
  expect(colourShift(left, plain([0, 0, 0], 64, 32))).toBeCloseTo(50, 3)
})

it('does not mind how pixels lie within a cell, and does mind a tint', () => {
  const { below } = random(3)
  const [width, height] = [320, 200]
  const texture = picture(width, height, (x, y) => [x % 200, y, below(256)])
  // Every cell is 10 x 10 pixels; each row of ten within a cell is turned round.
  const turned = picture(width, height, (x, y) => {
    const at = (y * width + x - (x % 10) + 9 - (x % 10)) * 3
    return [texture.data[at], texture.data[at + 1], texture.data[at + 2]]
  })
  expect(texture.data).not.toEqual(turned.data)
  expect(colourShift(texture, turned)).toBeLessThan(1e-4)
  const tinted = { ...texture, data: texture.data.map((value, i) => (i % 3 === 2 ? value * 0.8 : value)) }
  expect(colourShift(texture, tinted)).toBeGreaterThan(2)
})

it('takes any size, and only one', () => {
  for (const [width, height] of [
    [1, 1],
    [3, 500],
    [33, 31],
  ] as const) {
    const shift = colourShift(plain([0, 0, 0], width, height), plain([255, 255, 255], width, height))
    expect(shift).toBeCloseTo(100, 3)
  }
  expect(() => colourShift(plain([0, 0, 0], 3, 4), plain([0, 0, 0], 4, 3))).toThrow('given 3 x 4 and 4 x 3')
})
