import { expect, test } from 'vitest'
import type { Picture } from '../picture.ts'
import { isRepeat } from './repeat.ts'
import { noisy, scene } from './testing.ts'

test('a repeat is the same picture, up to a level', () => {
  const picture = scene(32, 16)
  expect(isRepeat(picture, picture)).toBe(true)
  expect(isRepeat({ ...picture, data: picture.data.slice() }, picture)).toBe(true)
  expect(isRepeat(noisy(picture, 1, 1), picture)).toBe(true)
  for (const by of [2, -2]) {
    for (const at of [0, 700, picture.data.length - 1]) {
      const data = picture.data.slice()
      data[at] = picture.data[at] + by
      expect(isRepeat({ ...picture, data }, picture)).toBe(false)
    }
  }
})

test('pictures of other sizes or channels are not repeats, even if all are black', () => {
  const black = (width: number, height: number, channels: 3 | 4 = 3): Picture => ({
    width,
    height,
    channels,
    data: new Uint8Array(width * height * channels),
  })
  for (const [one, other] of [
    [black(4, 6), black(6, 4)],
    [black(4, 6), black(4, 7)],
    [black(4, 6), black(5, 6)],
    [black(4, 6), black(4, 6, 4)],
    [black(8, 6), black(6, 6, 4)],
  ]) {
    expect(isRepeat(one, other)).toBe(false)
    expect(isRepeat(other, one)).toBe(false)
  }
})
