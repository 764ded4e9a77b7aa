/** Irises' colours from photos that are painted for it: the hue that is there, or the brown that is likelier. */
import { describe, expect, test } from 'vitest'
import { EYES } from '../landmarks/topology.ts'
import { type Lab, labOf } from '../regions/lab.ts'
import type { Rgb } from './canvas.ts'
import { lumaOf, rgbOf } from './colour.ts'
import { cover } from './coverage.ts'
import { irisColours } from './iris-colours.ts'
import type { Subject } from './subject.ts'
import { testSubject } from './testing.ts'

const FAIR: Lab = [78, 12, 14]
const DARK: Lab = [45, 16, 20]

/** A photo with this skin, with whites in the eyes and irises of this colour, brighter and darker in places. */
const photographed = (iris: Lab, skin: Lab, changes: Partial<Subject> = {}): Subject => {
  const subject = testSubject(changes)
  const { size, photo, points, irises } = subject
  const data = new Uint8Array(photo.data.length)
  const put = (at: number, colour: Lab): void =>
    data.set(
      rgbOf(colour).map((value) => Math.round(255 * value)),
      at,
    )
  for (let at = 0; at < data.length; at += 3) put(at, skin)
  for (const eye of [0, 1] as const) {
    const { upperLid, lowerLid } = EYES[eye]
    const {
      x,
      y,
      width,
      height,
      data: shares,
    } = cover([[...upperLid, ...lowerLid.toReversed()].map((i) => points[i])], photo)
    for (let i = 0; i < width * height; i++) {
      if (shares[i] < 0.2) continue
      const [column, row] = [x + (i % width), y + Math.floor(i / width)]
      const distance = Math.hypot(column + 0.5 - irises[eye].x, row + 0.5 - irises[eye].y) / irises[eye].radius
      const colour: Lab =
        distance > 1.05 ? [80, 2, 3] : distance < 0.4 ? [5, 0, 0] : column % 5 === 0 ? [90, 0, 0] : iris
      put(3 * (row * size + column), colour)
    }
  }
  return { ...subject, photo: { ...photo, data } }
}

const hueOf = (colour: Rgb): number => {
  const [, a, b] = labOf(...colour)
  return ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360
}

describe('the person’s own', () => {
  test.each<[string, Lab, Lab, number, number]>([
    ['blue', [42, -4, -18], FAIR, 225, 280],
    ['grey, which reads as blue', [40, -3, 1], FAIR, 225, 270],
    ['green', [40, -12, 10], FAIR, 110, 170],
    ['brown', [30, 14, 18], FAIR, 35, 75],
    ['almost black', [6, 1, -2], FAIR, 40, 75],
    ['a blue sky in dark eyes', [24, 0, -8], DARK, 40, 75],
  ])('%s', (_, iris, skin, from, to) => {
    const { mid } = irisColours(photographed(iris, skin))
    expect(hueOf(mid)).toBeGreaterThan(from)
    expect(hueOf(mid)).toBeLessThan(to)
  })

  test('dark eyes are drawn darker than light ones', () => {
    const level = (iris: Lab): number => lumaOf(irisColours(photographed(iris, FAIR)).mid)
    expect(level([36, 14, 18])).toBeGreaterThan(level([12, 8, 10]) + 0.05)
  })

  test('of a black and white photo are grey', () => {
    const subject = photographed([30, 0, 0], [70, 0, 0])
    const { regions } = subject
    const colours = irisColours({ ...subject, regions: { ...regions, signs: { ...regions.signs, grey: true } } })
    for (const tone of Object.values(colours) as Rgb[]) expect(Math.max(...tone) - Math.min(...tone)).toBeLessThan(0.08)
  })

  test.each<[string, Partial<Subject>]>([
    ['that cannot be seen', { eyes: [0, 0] }],
    ['of a few pixels of the picture, however large they are drawn,', { detail: 16 }],
  ])('%s are brown', (_, changes) => {
    const hue = hueOf(irisColours({ ...photographed([42, -4, -18], FAIR), ...changes }).mid)
    expect(hue).toBeGreaterThan(40)
    expect(hue).toBeLessThan(75)
  })
})

describe('tones', () => {
  const all = (eyeColour: Rgb): Rgb[] => {
    const subject = testSubject()
    const { pupil, rim, dark, mid, glow } = irisColours({ ...subject, options: { ...subject.options, eyeColour } })
    return [pupil, rim, dark, mid, glow]
  }

  test.each<Rgb>([
    [0.8, 0.1, 0.2],
    [0.2, 0.4, 0.8],
    [0.4, 0.7, 0.3],
    [0, 0, 0],
    [1, 1, 1],
  ])('of %d, %d, %d go from dark to light, none black', (...colour) => {
    const lumas = all(colour).map(lumaOf)
    expect(lumas.toSorted((a, b) => a - b)).toEqual(lumas)
    expect(lumas[0]).toBeGreaterThan(0.05)
  })

  test('keep the hue that was asked for', () => {
    const asked: Rgb = [0.55, 0.2, 0.6]
    expect(Math.abs(hueOf(all(asked)[3]) - hueOf(asked))).toBeLessThan(4)
  })
})
