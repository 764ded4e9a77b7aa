/** Random crops of pictures whose colours encode pixel positions. */
import type { Picture } from '@animegan/core'
import { describe, expect, it } from 'vitest'
import { nodePictures } from '../../../node/src/train/pictures.ts'
import { random } from '../random.ts'
import { drawCrop } from './crops.ts'
import { chart } from './testing.ts'

const { resize } = nodePictures

describe('a crop', () => {
  it('at scale 1 copies pixels, mirrored half of the time, from all over the picture', async () => {
    const lefts: number[] = []
    let mirrored = 0
    for (let draw = 0; draw < 60; draw++) {
      const crop = await drawCrop(chart(100, 80), random(5, draw), { size: 32, scale: [1, 1], flip: true }, resize)
      const own = crop.data
      const flipped = own[0] > own[3]
      if (flipped) mirrored++
      const left = flipped ? own[31 * 3] : own[0]
      lefts.push(left)
      for (let i = 0; i < 32 * 32; i++) {
        const x = flipped ? 31 - (i % 32) : i % 32
        expect([own[i * 3], own[i * 3 + 1]]).toEqual([left + x, own[1] + Math.floor(i / 32)])
      }
    }
    expect(mirrored).toBeGreaterThan(15)
    expect(mirrored).toBeLessThan(45)
    expect(Math.min(...lefts)).toBeLessThan(10)
    expect(Math.max(...lefts)).toBeGreaterThan(58)
  })

  it('reduces within its range of scales, and enlarges a picture that is too small', async () => {
    const widthOf = async (picture: Picture, scale: readonly [number, number], draw: number): Promise<number> => {
      const crop = await drawCrop(picture, random(6, draw), { size: 32, scale, flip: false }, resize)
      const row = crop.data.subarray(0, 32 * 3)
      return (row[31 * 3] - row[0]) * (32 / 31)
    }
    const widths = await Promise.all(Array.from({ length: 40 }, (_, draw) => widthOf(chart(100, 80), [0.5, 2], draw)))
    expect(Math.min(...widths)).toBeGreaterThan(14)
    expect(Math.min(...widths)).toBeLessThan(20)
    expect(Math.max(...widths)).toBeGreaterThan(50)
    expect(Math.max(...widths)).toBeLessThan(67)
    expect(await widthOf(chart(20, 16), [1, 1], 0)).toBeCloseTo(16, -1)
  })
})
