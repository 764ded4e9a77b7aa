import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Picture } from '@animegan/core'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { random } from '../random.ts'
import { teacherPresets } from './presets.ts'
import { teach } from './teach.ts'
import { paint } from './testing.ts'

const styles = Object.keys(teacherPresets) as (keyof typeof teacherPresets)[]

/** A bit of everything: an edge, a disc, stripes, dots, a gradient. */
const scene = (size: number): Picture =>
  paint(size, size, (x, y) => {
    if (Math.hypot(x - size * 0.35, y - size * 0.4) < size * 0.2) return [230, 180, 150]
    if (y > size * 0.75) return random(1, x >> 1, y >> 1).uniform() < 0.5 ? [60, 110, 40] : [100, 140, 60]
    if (x > size * 0.8) return (x >> 2) % 2 ? [40, 40, 50] : [200, 200, 190]
    return [100 + (80 * x) / size, 150 + (50 * y) / size, 220]
  })

/** Root mean square difference of bytes. */
const difference = (a: Uint8Array, b: Uint8Array): number =>
  Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / a.length)

const transposed = ({ width, height, data }: Picture): Picture =>
  paint(height, width, (x, y) => {
    const i = (x * width + y) * 3
    return [data[i], data[i + 1], data[i + 2]]
  })

describe.each(styles)('%s', (style) => {
  const options = teacherPresets[style]

  it('keeps a constant picture constant, also at borders, with no line', () => {
    for (const rgb of [
      [200, 200, 200],
      [90, 140, 60],
      [235, 190, 165],
    ] as const) {
      const { data } = teach(
        paint(40, 30, () => rgb),
        options,
      )
      for (let i = 3; i < data.length; i++) expect(Math.abs(data[i] - data[i % 3])).toBeLessThanOrEqual(1)
      if (options.night === 0) expect(Math.max(...data.subarray(0, 3))).toBeGreaterThan(0.6 * Math.max(...rgb))
    }
  })

  it('gives the same bytes again, and does not change the photo', () => {
    const photo = scene(64)
    const kept = photo.data.slice()
    expect(teach(photo, options).data).toEqual(teach(photo, options).data)
    expect(photo.data).toEqual(kept)
  })

  it('has no preferred direction: the transposed photo gives the transposed drawing', () => {
    const photo = scene(96)
    const one = transposed(teach(photo, options)).data
    const other = teach(transposed(photo), options).data
    expect(difference(one, other)).toBeLessThan(3)
  })

  it("is local: changes 90 pixels away, within a network's reach, have no visible effect", () => {
    const size = 180
    const photo = scene(size)
    const changed = { ...photo, data: photo.data.slice() }
    for (let y = 0; y < size; y++) changed.data.fill(7, y * size * 3, (y * size + 40) * 3)
    const one = teach(photo, options).data
    const other = teach(changed, options).data
    let most = 0
    for (let y = 0; y < size; y++)
      for (let i = (y * size + 130) * 3; i < (y + 1) * size * 3; i++) most = Math.max(most, Math.abs(one[i] - other[i]))
    expect(most).toBeLessThanOrEqual(2)
  })

  it('is stable: faint noise changes the drawing little', () => {
    const photo = scene(96)
    const noisy = { ...photo, data: photo.data.map((v, i) => Math.min(255, Math.max(0, v + random(9, i).normal()))) }
    expect(difference(teach(noisy, options).data, teach(photo, options).data)).toBeLessThan(6)
  })

  it.each([
    [1, 1],
    [1, 9],
    [5, 2],
  ])('draws a photo of %i x %i', (width, height) => {
    const { data } = teach(
      paint(width, height, () => [90, 120, 150]),
      options,
    )
    expect(data).toHaveLength(width * height * 3)
  })
})

it('flattens a real photo without black strokes', async ({ skip }) => {
  const file = new URL('../../../../../shared/data/photos/kodak/kodim13.jpg', import.meta.url)
  if (!existsSync(file)) skip('../shared/data/photos is missing')
  const size = 256
  const data = new Uint8Array(
    await sharp(fileURLToPath(file)).resize(size, size, { fit: 'cover' }).removeAlpha().raw().toBuffer(),
  )
  const painting = teach({ width: size, height: size, channels: 3, data }, teacherPresets.sora).data
  /** Mean change from a pixel to the next at scales finer than four pixels: texture. */
  const texture = (pixels: Uint8Array): number => {
    let sum = 0
    for (let i = 6; i < pixels.length - 6; i++) sum += Math.abs(2 * pixels[i] - pixels[i - 6] - pixels[i + 6])
    return sum / pixels.length
  }
  const black = (pixels: Uint8Array): number => {
    let count = 0
    for (let i = 0; i < pixels.length; i += 3) if (Math.max(pixels[i], pixels[i + 1], pixels[i + 2]) < 40) count++
    return count / (pixels.length / 3)
  }
  expect(texture(painting)).toBeLessThan(0.7 * texture(data))
  expect(black(painting)).toBeLessThan(black(data))
})

it.each([
  [{ brush: 2.5 }, 'teacher.brush: expected a whole number from 1 to 8, found 2.5'],
  [{ gamma: Number.NaN }, 'teacher.gamma: expected a number from 0.5 to 2, found null'],
  [{ vibrance: undefined }, 'teacher.vibrance: expected a number from 0 to 4, found undefined'],
  [{ tones: '7' }, 'teacher.tones: expected a whole number from 0 to 16, found "7"'],
])('refuses %j', (wrong, message) => {
  const options = { ...teacherPresets.sora, ...wrong } as typeof teacherPresets.sora
  expect(() => teach(scene(8), options)).toThrow(message)
})
