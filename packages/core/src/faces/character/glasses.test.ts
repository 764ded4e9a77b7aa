/** Glasses whose frames and lenses are known: where they are drawn, what gaps in the mask do, and in which tones. */
import { describe, expect, test } from 'vitest'
import { toHead } from '../landmarks/head.ts'
import type { Canvas } from './canvas.ts'
import { lumaOf } from './colour.ts'
import { drawEye } from './eye.ts'
import { drawGlasses } from './glasses.ts'
import { both, colourAt, differenceOf, drawnBy, placesWhere, spectacled, testCanvas, testSubject } from './testing.ts'

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

  test('where there are none, none are drawn', () => {
    expect(differenceOf(drawnBy(testSubject(), drawGlasses), testCanvas(testSubject()))).toBe(0)
  })
})
