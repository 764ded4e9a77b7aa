/** Remembering: what is redrawn and what is not, counted at the stylizer. */

import { expect, it } from 'vitest'
import type { Picture } from './picture.ts'
import { remembering } from './remembering.ts'
import type { Stylizer } from './stylizer.ts'
import { testPicture } from './testing.ts'

/** A stylizer that returns the negative and counts calls. */
const counting = (): Stylizer & { count: number } => {
  const stylizer = {
    count: 0,
    stylize: async (picture: Picture) => {
      stylizer.count++
      return { ...picture, data: picture.data.map((value) => 255 - value) }
    },
  }
  return stylizer as unknown as Stylizer & { count: number }
}

it('draws the same picture once, and again when a byte, its shape or an option differs', async () => {
  const stylizer = counting()
  const remembered = remembering(stylizer)
  const picture = testPicture(40, 30)
  const { signal } = new AbortController()
  const first = await remembered.stylize(picture, { effectSize: 40, signal })
  expect(await remembered.stylize({ ...picture, data: picture.data.slice() }, { effectSize: 40 })).toBe(first)
  expect(stylizer.count).toBe(1)
  const other = { ...picture, data: picture.data.with(7, picture.data[7]! ^ 1) }
  expect((await remembered.stylize(other, { effectSize: 40 })).data).toEqual(other.data.map((value) => 255 - value))
  await remembered.stylize({ ...picture, width: 30, height: 40 }, { effectSize: 40 })
  await remembered.stylize(picture, { effectSize: 32 })
  expect(stylizer.count).toBe(4)
})

it('drops the oldest when there are many, and does not remember failures', async () => {
  const stylizer = counting()
  const remembered = remembering(stylizer)
  const large = (value: number): Picture => ({
    width: 1024,
    height: 1024,
    channels: 3,
    data: new Uint8Array(3 << 20).fill(value),
  })
  for (let value = 0; value < 7; value++) await remembered.stylize(large(value))
  expect(stylizer.count).toBe(7)
  await remembered.stylize(large(6))
  expect(stylizer.count).toBe(7)
  await remembered.stylize(large(0))
  expect(stylizer.count).toBe(8)

  stylizer.stylize = async () => {
    throw new Error('gone')
  }
  await expect(remembered.stylize(testPicture(8, 8))).rejects.toThrow('gone')
  stylizer.stylize = async (picture) => picture
  await expect(remembered.stylize(testPicture(8, 8))).resolves.toBeDefined()
})
