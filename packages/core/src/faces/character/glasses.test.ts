/** Glasses whose frames and lenses are known: where they are drawn, what gaps in the mask do, and in which tones. */
import { describe, expect, test } from 'vitest'
import type { Point } from '../face.ts'
import { toHead } from '../landmarks/head.ts'
import type { Canvas } from './canvas.ts'
import { lumaOf } from './colour.ts'
import { drawEye } from './eye.ts'
import { drawGlasses } from './glasses.ts'
import { type LensShape, lensShapes } from './lens-shape.ts'
import type { Subject } from './subject.ts'
import { both, colourAt, differenceOf, drawnBy, placesWhere, spectacled, testCanvas, testSubject } from './testing.ts'

/** Moves that enlarge by 1.6 what is around each eye's middle, and leave the nose where it is. */
const largeEyes =
  ({ head, irises }: Subject) =>
  (point: Point): Point => {
    const { x } = toHead(head, point)
    const eye = irises[x < 0 ? 0 : 1]
    const share = 0.6 * Math.min(1, Math.abs(x) / 0.1)
    return { x: point.x + share * (point.x - eye.x), y: point.y + share * (point.y - eye.y) }
  }

describe('glasses', () => {
  test('clear ones keep the eyes and draw a ring where the frame is', () => {
    const subject = spectacled(false)
    const canvas = drawnBy(subject, drawGlasses)
    const [r, g, b] = subject.skin.lit
    const { glasses } = subject.regions
    const dark = placesWhere(canvas, (colour) => lumaOf(colour) < 0.35)
    const onFrame = dark.filter(({ x, y }) => glasses.data[Math.floor(y) * subject.size + Math.floor(x)] > 0)
    let frame = 0
    for (const share of glasses.data) frame += share
    expect(onFrame.length).toBeGreaterThan(0.7 * frame)
    for (const eye of [0, 1] as const) {
      const { x, y } = subject.irises[eye]
      const at = 3 * (Math.floor(y) * subject.size + Math.floor(x))
      const glint = canvas.data[at] - r + canvas.data[at + 1] - g + canvas.data[at + 2] - b
      expect(glint).toBeGreaterThan(-0.01)
    }
  })

  test('gaps in what was seen of a frame are closed', () => {
    const subject = spectacled(false)
    const { regions, size, head } = subject
    const broken = regions.glasses.data.map((share, i) => {
      const { x, y } = toHead(head, { x: i % size, y: Math.floor(i / size) })
      return Math.abs(Math.abs(x) - 0.3) < 0.1 && y > 0.2 ? 0 : share
    })
    const masked = { ...subject, regions: { ...regions, glasses: { ...regions.glasses, data: broken } } }
    const [whole, mended] = [subject, masked].map((drawn) => drawnBy(drawn, drawGlasses))
    const inkOf = (canvas: Canvas): number => placesWhere(canvas, (colour) => lumaOf(colour) < 0.35).length
    expect(broken.reduce((sum, share) => sum + share, 0)).toBeLessThan(
      0.92 * regions.glasses.data.reduce((a, b) => a + b, 0),
    )
    expect(inkOf(mended)).toBeGreaterThan(0.95 * inkOf(whole))
  })

  test('what is hidden of one lens is taken from the other', () => {
    const subject = spectacled(false)
    const { regions, size, head } = subject
    const { data } = regions.glasses
    const below = data.map((share, i) => {
      const { x, y } = toHead(head, { x: i % size, y: Math.floor(i / size) })
      return x < -0.05 && y > 0.1 ? share : 0
    })
    const masked = { ...regions, glasses: { ...regions.glasses, data: data.map((share, i) => share - below[i]) } }
    const canvas = drawnBy({ ...subject, regions: masked }, drawGlasses)
    const dark = placesWhere(canvas, (colour) => lumaOf(colour) < 0.4)
    const mended = dark.filter(({ x, y }) => below[Math.floor(y) * size + Math.floor(x)] > 0)
    expect(mended.length).toBeGreaterThan(0.6 * below.reduce((sum, share) => sum + share, 0))
  })

  test('dark ones cover the eyes in two tones', () => {
    const subject = spectacled(true)
    const canvas = drawnBy(subject, (on, of) => {
      both(drawEye)(on, of)
      drawGlasses(on, of)
    })
    expect(differenceOf(canvas, drawnBy(subject, drawGlasses))).toBe(0)
    const { data, width } = canvas
    const tones = new Map<string, number>()
    for (const { x, y } of subject.irises) {
      for (let dy = -10; dy <= 14; dy++) {
        for (let dx = -10; dx <= 10; dx++) {
          const at = 3 * ((Math.floor(y) + dy) * width + Math.floor(x) + dx)
          const tone = Array.from(data.subarray(at, at + 3), (value) => Math.round(value * 100)).join()
          tones.set(tone, (tones.get(tone) ?? 0) + 1)
        }
      }
    }
    const counts = [...tones.values()].toSorted((a, b) => b - a)
    const all = counts.reduce((sum, count) => sum + count, 0)
    expect(counts[0] / all).toBeGreaterThan(0.3)
    expect((counts[0] + counts[1]) / all).toBeGreaterThan(0.5)
    // The lower one is the lighter.
    const { x, y } = subject.irises[0]
    const lumaAt = (units: number): number => lumaOf(colourAt(canvas, { x: x + 6, y: y + units * subject.head.unit }))
    expect(lumaAt(0.22)).toBeGreaterThan(lumaAt(-0.1) + 0.02)
  })

  test('large eyes do not bring the lenses together', () => {
    const subject = spectacled(true)
    const grown = lensShapes({ ...subject, toDrawn: largeEyes(subject) })
    const inmost = grown.map((lens, eye) => {
      const edge = Array.from({ length: 60 }, (_, i) => toHead(subject.head, lens.at((i * Math.PI) / 30, 0)).x)
      return eye === 0 ? Math.max(...edge) : Math.min(...edge)
    })
    expect(inmost[1] - inmost[0]).toBeGreaterThan(0.09)
    const own = lensShapes(subject)
    const widthOf = (lens: LensShape): number =>
      Math.abs(toHead(subject.head, lens.at(0, 0)).x - toHead(subject.head, lens.at(Math.PI, 0)).x)
    expect(widthOf(grown[0])).toBeGreaterThan(0.99 * widthOf(own[0]))
  })

  test('where there are none, none are drawn', () => {
    expect(differenceOf(drawnBy(testSubject(), drawGlasses), testCanvas(testSubject()))).toBe(0)
  })
})
