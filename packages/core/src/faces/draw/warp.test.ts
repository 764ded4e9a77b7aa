import { expect, it } from 'vitest'
import type { Picture } from '../../picture.ts'
import { testPicture } from '../../pixels/testing.ts'
import { warp } from './warp.ts'

const shifted = (picture: Picture, dx: number, dy: number): Picture =>
  warp(picture, picture.width, picture.height, (y, xs, ys) => {
    for (let x = 0; x < xs.length; x++) {
      xs[x] = x + dx
      ys[x] = y + dy
    }
  })

it('copies what does not move, with or without alpha', () => {
  const picture = testPicture(19, 13)
  expect(shifted(picture, 0, 0).data).toEqual(picture.data)
  const alpha = testPicture(19, 13, 4)
  expect(shifted(alpha, 0, 0).data).toEqual(alpha.data.filter((_, i) => i % 4 < 3))
})

it('mirrors beyond the border, on every side and at any distance', () => {
  const picture = testPicture(7, 5)
  const fold = (i: number, n: number): number => {
    let k = i
    while (k < 0 || k >= n) k = k < 0 ? -k : 2 * (n - 1) - k
    return k
  }
  for (const [dx, dy] of [
    [-3, 2],
    [40, -33],
    [5, 4],
  ] as const) {
    const { data } = shifted(picture, dx, dy)
    for (let y = 0; y < 5; y++) {
      for (let x = 0; x < 7; x++) {
        const from = (fold(y + dy, 5) * 7 + fold(x + dx, 7)) * 3
        expect([...data.subarray((y * 7 + x) * 3, (y * 7 + x) * 3 + 3)]).toEqual([
          ...picture.data.subarray(from, from + 3),
        ])
      }
    }
  }
})

it('is Catmull-Rom in between: exact for a parabola, away from the border', () => {
  const parabola = (x: number, y: number): number => 20 + 0.2 * x * x + 0.15 * y * y + 0.1 * x * y
  const data = Uint8Array.from({ length: 24 * 20 * 3 }, (_, i) =>
    Math.round(parabola(Math.floor(i / 3) % 24, Math.floor(i / 72))),
  )
  const moved = shifted({ width: 24, height: 20, channels: 3, data }, 0.3, 0.6)
  for (let y = 2; y < 16; y++) {
    for (let x = 2; x < 20; x++) {
      // One level for rounding the input (weights sum up to 1.27 squared), half a level for rounding the output.
      expect(Math.abs(moved.data[(y * 24 + x) * 3] - parabola(x + 0.3, y + 0.6))).toBeLessThan(1.4)
    }
  }
})
