/** Drawing with a share of the strength, beside the mean of the canvas before and after. */
import { expect, test } from 'vitest'
import { type Canvas, fade, glaze, paint } from './canvas.ts'
import { type Coverage, cover } from './coverage.ts'

const SIZE = 16
const canvas = (): Canvas => ({
  width: SIZE,
  height: SIZE,
  data: Float32Array.from({ length: SIZE * SIZE * 3 }, (_, i) => ((i * 37) % 101) / 101),
})
const square = (from: number, to: number): Coverage =>
  cover(
    [
      [
        { x: from, y: from },
        { x: to, y: from },
        { x: to, y: to },
        { x: from, y: to },
      ],
    ],
    canvas(),
  )

const drawing = (on: Canvas): void => {
  paint(on, square(2.5, 9), [1, 0, 0.5], 0.8)
  fade(on, 0.25, (inner) => paint(inner, square(7, 13.2), [0, 1, 0]))
  glaze(on, square(4, 8), [0.5, 0.6, 0.7])
}

test.each([0.5, 0.1])('%f of a drawing, another faded one within it: that share of every change', (amount) => {
  const [before, whole, part] = [canvas(), canvas(), canvas()]
  drawing(whole)
  fade(part, amount, drawing)
  for (let i = 0; i < part.data.length; i++) {
    expect(part.data[i]).toBeCloseTo(before.data[i] + (whole.data[i] - before.data[i]) * amount, 6)
  }
})

test('nothing and all of a drawing', () => {
  const [none, all, whole] = [canvas(), canvas(), canvas()]
  fade(none, 0, drawing)
  fade(all, 1, drawing)
  drawing(whole)
  expect(none).toEqual(canvas())
  expect(all).toEqual(whole)
})
