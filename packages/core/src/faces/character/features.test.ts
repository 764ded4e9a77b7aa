/** What holds for every feature of a face: nothing without trust, mirrored mirrored, never black, no wide lines, the same again. */
import { describe, expect, test } from 'vitest'
import { drawBrow } from './brow.ts'
import type { Rgb } from './canvas.ts'
import { lumaOf } from './colour.ts'
import { drawEye } from './eye.ts'
import { drawGlasses } from './glasses.ts'
import { drawJaw } from './jaw.ts'
import { drawLinesOfAge } from './lines-of-age.ts'
import { drawMouth } from './mouth.ts'
import { drawNose } from './nose.ts'
import type { Subject } from './subject.ts'
import {
  both,
  type Draw,
  darkestLuma,
  differenceOf,
  drawnBy,
  folded,
  halfDrawn,
  mirrored,
  spectacled,
  testCanvas,
  testSubject,
  thicknessOf,
} from './testing.ts'

const features: readonly (readonly [name: string, draw: Draw, subject: Subject])[] = [
  ['eyes', both(drawEye), testSubject()],
  ['brows', both(drawBrow), testSubject()],
  ['the nose', drawNose, testSubject()],
  ['the mouth', drawMouth, testSubject()],
  ['the jaw', drawJaw, testSubject()],
  ['clear glasses', drawGlasses, spectacled(false)],
  ['dark glasses', drawGlasses, spectacled(true)],
  ['lines of age', drawLinesOfAge, folded()],
]

describe.each(features)('%s', (_, draw, subject) => {
  test('is drawn', () => {
    expect(differenceOf(drawnBy(subject, draw), testCanvas(subject))).toBeGreaterThan(0.1)
  })

  test('is not, where nothing is trusted; by half where half is', () => {
    expect(differenceOf(drawnBy({ ...subject, sure: 0 }, draw), testCanvas(subject))).toBe(0)
    const half = drawnBy({ ...subject, sure: 0.5 }, draw)
    expect(differenceOf(half, halfDrawn(subject, draw))).toBeLessThan(1e-5)
  })

  test('is mirrored where the head is', () => {
    expect(differenceOf(drawnBy(subject, draw), drawnBy(mirrored(subject), draw), true)).toBeLessThan(0.03)
  })

  test('is never black', () => {
    const dark: Partial<Subject> = {
      skin: { lit: [0.25, 0.16, 0.12], shade: [0.18, 0.1, 0.08], line: [0.13, 0.07, 0.06] },
      hair: [0.02, 0.02, 0.02],
      photo: { ...subject.photo, data: subject.photo.data.map((value) => value >> 4) },
    }
    expect(darkestLuma(drawnBy({ ...subject, ...dark }, draw))).toBeGreaterThan(0.05)
  })

  test('is the same every time', () => {
    expect(differenceOf(drawnBy(subject, draw), drawnBy(subject, draw))).toBe(0)
  })
})

describe('lines', () => {
  const isLine = (subject: Subject) => (colour: Rgb) => {
    const { lit, line } = subject.skin
    return lumaOf(colour) < (lumaOf(lit) + lumaOf(line)) / 2
  }

  test.each<readonly [string, Draw]>([
    ['the nose', drawNose],
    ['the jaw', drawJaw],
    ['lines of age', drawLinesOfAge],
  ])('%s: thin ones', (name, draw) => {
    const subject = name === 'lines of age' ? folded() : testSubject()
    // A pixel more, for its edges.
    expect(thicknessOf(drawnBy(subject, draw), isLine(subject))).toBeLessThanOrEqual(0.03 * subject.head.unit + 1)
  })

  test('twice as wide cover about twice as much', () => {
    const subject = testSubject()
    const inkOf = (lineWidth: number): number => {
      const { data } = drawnBy({ ...subject, look: { ...subject.look, lineWidth } }, drawJaw)
      return data.reduce((sum, value, i) => sum + subject.skin.lit[i % 3] - value, 0)
    }
    expect(inkOf(2) / inkOf(1)).toBeCloseTo(2, 1)
  })
})
