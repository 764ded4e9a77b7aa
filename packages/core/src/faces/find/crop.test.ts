import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Picture } from '../../picture.ts'
import { testPicture } from '../../pixels/testing.ts'
import { cutSquare, fromPiece, fromQuarterTurned, quarterTurned, type Square } from './crop.ts'

/** Evenly spread, in thousandths: nearly all numbers of `fc.double` are close to 0. */
const number = (min: number, max: number) => fc.integer({ min: min * 1000, max: max * 1000 }).map((n) => n / 1000)
const picture = testPicture(24, 16)
const pixel = ({ width, data, channels }: typeof picture, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3),
]

describe('quarter turns', () => {
  test.each([0, 1, 2, 3])('%i of them, pixel for pixel', (turns) => {
    const turned = quarterTurned(picture, turns)
    const back = fromQuarterTurned(turns, picture.width, picture.height)
    for (const [x, y] of [
      [0, 0],
      [5, 3],
      [turned.width - 1, turned.height - 1],
    ] as const) {
      const from = back({ x: x + 0.5, y: y + 0.5 })
      expect(pixel(turned, x, y)).toEqual(pixel(picture, from.x - 0.5, from.y - 0.5))
    }
  })

  test('one is clockwise', () => {
    const corner = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 1, 1, 2, 2, 2) } as const
    expect([...quarterTurned(corner, 1).data]).toEqual([1, 1, 1, 2, 2, 2])
    expect([...quarterTurned(corner, 3).data]).toEqual([2, 2, 2, 1, 1, 1])
  })
})

describe('squares', () => {
  test('at original size and upright they are the exact pixels', () => {
    const out = new Uint8Array(8 * 8 * 3)
    cutSquare(picture, { middle: { x: 9, y: 7 }, side: 8, turn: 0 }, 8, out, 0)
    const piece = { width: 8, height: 8, channels: 3, data: out } as const
    expect(pixel(piece, 0, 0)).toEqual(pixel(picture, 5, 3))
    expect(pixel(piece, 7, 2)).toEqual(pixel(picture, 12, 5))
  })

  test('a square turned by a quarter shows the picture turned the other way', () => {
    const out = new Uint8Array(8 * 8 * 3)
    const square = { middle: { x: 9, y: 7 }, side: 8, turn: Math.PI / 2 }
    cutSquare(picture, square, 8, out, 0)
    const piece = { width: 8, height: 8, channels: 3, data: out } as const
    const from = fromPiece(square, 8)({ x: 2.5, y: 0.5 })
    expect(pixel(piece, 2, 0)).toEqual(pixel(picture, Math.round(from.x - 0.5), Math.round(from.y - 0.5)))
    expect(from.x).toBeCloseTo(12.5, 9)
  })

  const anySquare = fc.record({
    middle: fc.record({ x: number(-10, 34), y: number(-10, 26) }),
    side: number(2, 30),
    turn: number(-3.2, 3.2),
  })
  const pieceOf = (from: Picture, square: Square, size: number): Uint8Array => {
    const out = new Uint8Array(size * size * 3)
    cutSquare(from, square, size, out, 0)
    return out
  }

  test('is bilinear between pixels: exact where colours change evenly, for any size and rotation', () => {
    const level = (x: number, y: number, c: number): number => 20 + [3, 1, 2][c] * x + [1, 4, 2][c] * y
    for (const channels of [3, 4] as const) {
      const data = Uint8Array.from({ length: 40 * 30 * channels }, (_, i) => {
        const [c, x, y] = [i % channels, Math.floor(i / channels) % 40, Math.floor(i / channels / 40)]
        return c === 3 ? 255 : level(x + 0.5, y + 0.5, c)
      })
      const even: Picture = { width: 40, height: 30, channels, data }
      fc.assert(
        fc.property(number(14, 26), number(14, 16), number(3, 18), number(-3.2, 3.2), (x, y, side, turn) => {
          const square = { middle: { x, y }, side, turn }
          const out = pieceOf(even, square, 7)
          const place = fromPiece(square, 7)
          for (let i = 0; i < 49; i++) {
            const at = place({ x: (i % 7) + 0.5, y: Math.floor(i / 7) + 0.5 })
            // The picture is rounded down by half a level, the piece by half a level either way.
            for (let c = 0; c < 3; c++) expect(Math.abs(out[3 * i + c] - level(at.x, at.y, c))).toBeLessThan(1.01)
          }
        }),
      )
    }
  })

  test('at half the size averages 2 x 2 pixels', () => {
    const out = pieceOf(picture, { middle: { x: 10, y: 8 }, side: 12, turn: 0 }, 6)
    out.forEach((value, i) => {
      const [c, x, y] = [i % 3, 4 + 2 * (Math.floor(i / 3) % 6), 2 + 2 * Math.floor(i / 18)]
      const four = [
        pixel(picture, x, y)[c],
        pixel(picture, x + 1, y)[c],
        pixel(picture, x, y + 1)[c],
        pixel(picture, x + 1, y + 1)[c],
      ]
      expect(Math.abs(value - four.reduce((sum, level) => sum + level, 0) / 4)).toBeLessThanOrEqual(0.5)
    })
  })

  test('past the border continues in black', () => {
    const [width, height] = [picture.width + 60, picture.height + 60]
    const wide: Picture = { width, height, channels: 3, data: new Uint8Array(width * height * 3) }
    for (let y = 0; y < picture.height; y++) {
      const row = picture.data.subarray(y * picture.width * 3, (y + 1) * picture.width * 3)
      wide.data.set(row, ((y + 30) * width + 30) * 3)
    }
    fc.assert(
      fc.property(anySquare, ({ middle, side, turn }) => {
        const moved = { middle: { x: middle.x + 30, y: middle.y + 30 }, side, turn }
        const [out, wanted] = [pieceOf(picture, { middle, side, turn }, 9), pieceOf(wide, moved, 9)]
        expect(out.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i])), 0)).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('is written at the offset, and nowhere else', () => {
    const square = { middle: { x: 9, y: 7 }, side: 8, turn: 0 }
    const out = new Uint8Array(4 * 4 * 3 + 10).fill(7)
    cutSquare(picture, square, 4, out, 5)
    expect([...out]).toEqual([...Array(5).fill(7), ...pieceOf(picture, square, 4), ...Array(5).fill(7)])
  })

  test('outside the picture is black, also far outside', () => {
    const out = new Uint8Array(4 * 4 * 3).fill(9)
    cutSquare(picture, { middle: { x: -100, y: 1e9 }, side: 4, turn: 1 }, 4, out, 0)
    expect(Math.max(...out)).toBe(0)
  })
})
