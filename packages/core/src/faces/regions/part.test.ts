/** Parts of pictures beside the whole ones: the same numbers where they are wanted. */
import { expect, test } from 'vitest'
import { testPicture } from '../../pixels/testing.ts'
import { boxAround, boxWithin } from './box.ts'
import { blur } from './filters.ts'
import { lightnessOf } from './lab.ts'
import { inWhole, partOf } from './part.ts'

const picture = testPicture(60, 44, 3)
const { width, height } = picture

test.each([
  ['in the middle', [20, 15], [33, 30]],
  ['at a corner', [0, 0], [9, 7]],
  ['beyond the border', [50, 40], [75, 60]],
])('a blurred part %s', (_, [left, top], [right, bottom]) => {
  const sigma = 1.6
  const box = { left, top, right, bottom }
  const around = boxWithin(box, Math.ceil(3 * sigma), picture)
  const part = partOf(picture, around)
  const size = { width: part.width, height: part.height }
  const { data } = inWhole(blur({ ...size, data: lightnessOf(part) }, sigma), around, picture)
  const whole = blur({ width, height, data: lightnessOf(picture) }, sigma).data
  for (let y = top; y < Math.min(bottom, height); y++) {
    for (let x = left; x < Math.min(right, width); x++) expect(data[y * width + x]).toBe(whole[y * width + x])
  }
  expect(data.filter((value) => value > 0).length).toBeLessThanOrEqual(part.width * part.height)
})

test('the box around places has the pixels that they lie in', () => {
  const box = boxAround([
    { x: 3.2, y: 9 },
    { x: 1, y: 4.9 },
  ])
  expect(box).toEqual({ left: 1, top: 4, right: 4, bottom: 10 })
  expect(boxWithin({ left: 90, top: 90, right: 99, bottom: 99 }, 2, picture)).toEqual({
    left: width,
    top: height,
    right: width,
    bottom: height,
  })
})
