import { describe, expect, it } from 'vitest'
import { testPicture } from '../pixels/testing.ts'
import { halve, lumaOf, pyramidOf } from './luma.ts'

describe('lumaOf', () => {
  it.each([3, 4] as const)('is BT.601 luma to a level, of %i channels', (channels) => {
    const picture = testPicture(13, 7, channels)
    const { width, height, data } = lumaOf(picture)
    expect([width, height, data.length]).toEqual([13, 7, 91])
    data.forEach((value, i) => {
      const [r, g, b] = picture.data.subarray(i * channels)
      expect(Math.abs(value - (0.299 * r + 0.587 * g + 0.114 * b))).toBeLessThanOrEqual(1)
    })
  })

  it('of a grey is the grey itself, from black to white', () => {
    const data = Uint8Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3))
    expect([...lumaOf({ width: 256, height: 1, channels: 3, data }).data]).toEqual([...Array(256).keys()])
  })
})

describe('halve', () => {
  it.each([
    [8, 6],
    [7, 5],
    [1, 4],
    [5, 1],
    [1, 1],
  ])('%i x %i halved is the means of 2 x 2, the last row and column repeated', (width, height) => {
    const plane = lumaOf(testPicture(width, height))
    const at = (x: number, y: number): number => plane.data[Math.min(y, height - 1) * width + Math.min(x, width - 1)]
    const half = halve(plane)
    expect([half.width, half.height]).toEqual([Math.ceil(width / 2), Math.ceil(height / 2)])
    expect(half.data).toHaveLength(half.width * half.height)
    half.data.forEach((value, i) => {
      const [x, y] = [2 * (i % half.width), 2 * Math.floor(i / half.width)]
      expect(value).toBe(Math.round((at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4))
    })
  })
})

it('a pyramid is halved as long as its short side keeps 24 pixels', () => {
  const sizes = (width: number, height: number): number[][] =>
    pyramidOf({ width, height, data: new Uint8Array(width * height) }).map((plane) => [plane.width, plane.height])
  expect(sizes(47, 400)).toEqual([[47, 400]])
  expect(sizes(48, 400)).toEqual([
    [48, 400],
    [24, 200],
  ])
  expect(sizes(400, 97)).toEqual([
    [400, 97],
    [200, 49],
    [100, 25],
  ])
  expect(sizes(1, 1)).toEqual([[1, 1]])
})
