import { expect, test } from 'vitest'
import { isRepeat } from './repeat.ts'
import { noisy, scene } from './testing.ts'

test('a repeat is the same picture, up to a level', () => {
  const picture = scene(32, 16)
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

test('pictures of other sizes are no repeats', () => {
  const black = (width: number, height: number) => ({
    width,
    height,
    channels: 3 as const,
    data: new Uint8Array(width * height * 3),
  })
  expect(isRepeat(black(4, 6), black(6, 4))).toBe(false)
})
