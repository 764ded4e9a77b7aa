import { describe, expect, test } from 'vitest'
import { testPicture } from '../../testing.ts'
import { cutSquare, fromPiece, fromQuarterTurned, quarterTurned } from './crop.ts'

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
  test('at their own size and upright they are the pixels', () => {
    const out = new Uint8Array(8 * 8 * 3)
    cutSquare(picture, { middle: { x: 9, y: 7 }, side: 8, turn: 0 }, 8, out, 0)
    const piece = { width: 8, height: 8, channels: 3, data: out } as const
    expect(pixel(piece, 0, 0)).toEqual(pixel(picture, 5, 3))
    expect(pixel(piece, 7, 2)).toEqual(pixel(picture, 12, 5))
  })

  test('a square turned by a quarter shows the picture turned back', () => {
    const out = new Uint8Array(8 * 8 * 3)
    const square = { middle: { x: 9, y: 7 }, side: 8, turn: Math.PI / 2 }
    cutSquare(picture, square, 8, out, 0)
    const piece = { width: 8, height: 8, channels: 3, data: out } as const
    const from = fromPiece(square, 8)({ x: 2.5, y: 0.5 })
    expect(pixel(piece, 2, 0)).toEqual(pixel(picture, Math.round(from.x - 0.5), Math.round(from.y - 0.5)))
    expect(from.x).toBeCloseTo(12.5, 9)
  })

  test('beyond the picture is black, and far beyond it too', () => {
    const out = new Uint8Array(4 * 4 * 3).fill(9)
    cutSquare(picture, { middle: { x: -100, y: 1e9 }, side: 4, turn: 1 }, 4, out, 0)
    expect(Math.max(...out)).toBe(0)
  })
})
