/**
 * Views of pictures whose colours encode pixel positions: their sizes, their light, and the matching square of the
 * painting.
 */
import { balance, type Picture, resample } from '@animegan/core'
import { describe, expect, it } from 'vitest'
import { random } from '../random.ts'
import { chart } from './testing.ts'
import { drawView, viewScales } from './views.ts'

describe('a view', () => {
  const rule = { size: 32, scale: [0.5, 1] as const }

  it('has sizes in equal ratios, from the smallest that holds a square', () => {
    const [least, middle, most] = viewScales(chart(128, 96), rule)
    expect([least, middle, most]).toEqual([0.5, Math.sqrt(0.5), 1])
    expect(viewScales(chart(100, 40), rule)[0]).toBeCloseTo(0.8, 6)
    for (const scale of viewScales(chart(20, 16), rule)) expect(scale).toBeCloseTo(2, 6)
  })

  it('is a square of the light-corrected photo, and the same square of its painting', async () => {
    const original = chart(128, 96, 90)
    const painted: Picture[] = []
    // A painting whose colours encode pixel positions.
    const paint = async (photo: Picture) => {
      painted.push(photo)
      return chart(photo.width, photo.height)
    }
    const places = new Set<string>()
    let mirrored = 0
    for (let draw = 0; draw < 40; draw++) {
      const { photo, target } = await drawView(original, random(3, draw), rule, paint)
      const whole = painted.at(-1)!
      expect(whole.data).toEqual(balance(resample(original, whole.width, whole.height)).data)
      const pixels = target!.data
      const [x, y] = [pixels[0], pixels[1]]
      places.add(`${whole.width} ${x} ${y}`)
      if (pixels[3] < x) mirrored++
      for (let i = 0; i < 32 * 32; i++) {
        const at = 3 * ((pixels[3 * i + 1] % whole.height) * whole.width + pixels[3 * i])
        expect(photo.data.subarray(3 * i, 3 * i + 3)).toEqual(whole.data.subarray(at, at + 3))
      }
      const alone = await drawView(original, random(3, draw), rule, undefined)
      expect(alone.photo.data).toEqual(photo.data)
    }
    expect(new Set(painted.map(({ width }) => width))).toEqual(new Set([64, 91, 128]))
    expect(places.size).toBeGreaterThan(30)
    expect(mirrored).toBeGreaterThan(8)
    expect(mirrored).toBeLessThan(32)
  })
})
