/**
 * Whether a redrawn face lies exactly where it is in the photo, to a fraction of a pixel. The network here only inverts
 * tones, so the expected face is known at every pixel, however it was cut, turned, shrunk, drawn and put back.
 */
import { describe, expect, it } from 'vitest'
import { scene } from '../../frames/testing.ts'
import type { Picture } from '../../picture.ts'
import type { Stylizer } from '../../stylizer.ts'
import type { Face, Point } from '../face.ts'
import { faceAt } from '../testing.ts'
import { type Alignment, alignFace, toFrame, toPicture } from './alignment.ts'
import { proportionsOf, toPhoto } from './proportions.ts'
import { redrawFace } from './redraw.ts'
import { regionOf } from './region.ts'

const negative = (picture: Picture): Picture => ({
  ...picture,
  data: picture.data.map((value, i) => (i % picture.channels === 3 ? value : 255 - value)),
})

const network = { stylize: async (picture: Picture) => negative(picture) } as unknown as Stylizer

/** Draws a face over the photo's negative, in which the face is painted over up to its cheeks. */
const redrawn = async (photo: Picture, face: Face, faceSize: number, amount = 0, weight = 1) => {
  const alignment = alignFace(face)!
  const region = regionOf(alignment, photo, faceSize)!
  const around = negative(photo)
  const picture = { ...around, data: around.data.slice() }
  for (let i = 0; i < picture.data.length; i += picture.channels) {
    if (isInner(alignment, i / picture.channels, picture.width)) picture.data.fill(128, i, i + 3)
  }
  const proportions = proportionsOf(face, alignment, amount)
  await redrawFace(network, photo, picture, { alignment, region, proportions, weight, neighbours: [] }, {})
  return { picture, around, alignment, proportions, region }
}

/** Whether a pixel is within one eye distance of the face's centre: under every mask and inside every rim. */
const isInner = (alignment: Alignment, pixel: number, width: number): boolean => {
  const { x, y } = toFrame(alignment, { x: (pixel % width) + 0.5, y: Math.floor(pixel / width) + 0.5 })
  return Math.hypot(x, y - 0.35) < 0.95
}

/**
 * The shift between `picture` and `wanted` within the face, in pixels: the one whose first-order effect explains their
 * difference best (Lucas & Kanade, 1981). Also the mean absolute difference, in levels.
 */
const displacement = (picture: Picture, wanted: Picture, alignment: Alignment) => {
  const { width, height, channels } = wanted
  let [xx, xy, yy, bx, by, sum, count] = [0, 0, 0, 0, 0, 0, 0]
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      if (!isInner(alignment, y * width + x, width)) continue
      const at = (dx: number, dy: number): number => wanted.data[((y + dy) * width + x + dx) * channels]
      const [gx, gy] = [(at(1, 0) - at(-1, 0)) / 2, (at(0, 1) - at(0, -1)) / 2]
      const difference = at(0, 0) - picture.data[(y * width + x) * channels]
      xx += gx * gx
      xy += gx * gy
      yy += gy * gy
      bx += gx * difference
      by += gy * difference
      sum += Math.abs(difference)
      count++
    }
  }
  const determinant = xx * yy - xy * xy
  return { x: (yy * bx - xy * by) / determinant, y: (xx * by - xy * bx) / determinant, mean: sum / count }
}

const size = { width: 220, height: 210 }
const waves = scene(size.width, size.height)
/** Waves, opaque, with or without alpha. */
const photoOf = (channels: 3 | 4): Picture => ({
  ...size,
  channels,
  data: Uint8Array.from({ length: size.width * size.height * channels }, (_, i) =>
    i % channels === 3 ? 255 : waves.data[Math.floor(i / channels) * 3 + (i % channels)],
  ),
})

describe('a redrawn face lies where it is in the photo', () => {
  it.each([
    ['upright', faceAt(110, 100, 28), 146, 3],
    ['upright, in a photo with alpha', faceAt(110, 100, 28), 146, 4],
    ['between pixels', faceAt(110.4, 99.7, 28.3), 150, 3],
    ['slightly tilted, not turned for the network', faceAt(110, 100, 28, 0.15), 146, 3],
    ['tilted, and turned upright for the network', faceAt(110, 100, 28, 0.7), 146, 3],
    ['upside down', faceAt(110, 100, 28, 3), 146, 3],
    ['cut by the left and upper border', faceAt(20, 30, 28), 146, 3],
    ['cut by the right and lower border, with alpha', faceAt(205, 185, 28, -0.4), 146, 4],
    ['seen by the network at half its size', faceAt(110, 100, 40), 104, 3],
    ['seen by the network at twice its size', faceAt(110, 100, 14), 250, 3],
  ] as const)('%s', async (_, face, faceSize, channels) => {
    const { picture, around, alignment } = await redrawn(photoOf(channels), face, faceSize)
    const { x, y, mean } = displacement(picture, around, alignment)
    expect(Math.hypot(x, y)).toBeLessThan(0.05)
    expect(mean).toBeLessThan(1)
    // There is no trace of the join either: around the face the two pictures are equal.
    const outside = picture.data.reduce((most, value, i) => {
      if (isInner(alignment, Math.floor(i / channels), size.width)) return most
      return Math.max(most, Math.abs(value - around.data[i]))
    }, 0)
    expect(outside).toBeLessThanOrEqual(4)
  })

  it('with proportions, it lies where they move it', async () => {
    const level = (x: number, y: number): number => 128 + 50 * Math.sin(x / 4 + y / 9) + 50 * Math.cos(y / 4 - x / 11)
    /** Computed pixel by pixel from the photo position that each position shows. */
    const drawn = (moved: (place: Point) => Point): Picture => {
      const data = new Uint8Array(size.width * size.height * 3)
      for (let i = 0; i < size.width * size.height; i++) {
        const { x, y } = moved({ x: (i % size.width) + 0.5, y: Math.floor(i / size.width) + 0.5 })
        data.fill(Math.round(level(x, y)), i * 3, i * 3 + 3)
      }
      return { ...size, channels: 3, data }
    }
    const photo = drawn((place) => place)
    const face = faceAt(110.3, 95.6, 36, 0.3)
    const { picture, alignment, proportions } = await redrawn(photo, face, 187, 1)
    const wanted = drawn((place) => toPicture(alignment, toPhoto(proportions, toFrame(alignment, place))))
    const { x, y, mean } = displacement(picture, negative(wanted), alignment)
    expect(Math.hypot(x, y)).toBeLessThan(0.05)
    expect(mean).toBeLessThan(1.5)
    expect(displacement(picture, negative(photo), alignment).mean).toBeGreaterThan(5 * mean)
  })
})

it('a face is blended in by its weight', async () => {
  const face = faceAt(110, 100, 28)
  const whole = await redrawn(photoOf(3), face, 146)
  const half = await redrawn(photoOf(3), face, 146, 0, 0.5)
  const worst = whole.picture.data.reduce((most, value, i) => {
    const before = isInner(whole.alignment, Math.floor(i / 3), size.width) ? 128 : whole.around.data[i]
    return Math.max(most, Math.abs(half.picture.data[i] - (value + before) / 2))
  }, 0)
  expect(worst).toBeLessThanOrEqual(1)
})
