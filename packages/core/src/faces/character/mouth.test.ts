/** Mouths of every opening: what is seen in them, and how red the lips are. */
import { describe, expect, test } from 'vitest'
import { fromHead, toHead } from '../landmarks/head.ts'
import type { Canvas, Rgb } from './canvas.ts'
import { lumaOf } from './colour.ts'
import { drawMouth } from './mouth.ts'
import type { Subject } from './subject.ts'
import { drawnBy, maskOf, placesWhere, testSubject } from './testing.ts'

describe('the mouth', () => {
  /** The recorded smile, its lips apart by so much in units of the head, and as many of its teeth seen, from above. */
  const mouthOf = (gap: number, teeth = 0): Subject => {
    const subject = testSubject()
    const { head } = subject
    const points = [...subject.points]
    const middle = { x: (points[13].x + points[14].x) / 2, y: (points[13].y + points[14].y) / 2 }
    const inner: readonly (readonly number[])[] = [
      [191, 80, 81, 82, 13, 312, 311, 310, 415],
      [95, 88, 178, 87, 14, 317, 402, 318, 324],
    ]
    inner.forEach((ids, side) => {
      ids.forEach((i, k) => {
        const t = Math.sin((Math.PI * (k + 1)) / 10)
        const place = fromHead(
          { ...head, origin: middle },
          { x: toHead({ ...head, origin: middle }, points[i]).x, y: (side - 0.5) * gap * t },
        )
        points[i] = { ...place, z: points[i].z }
      })
    })
    const made = testSubject({ points })
    const at = toHead(made.head, middle)
    return {
      ...made,
      regions: {
        ...made.regions,
        teeth: maskOf(made, ({ y }) => y > at.y - gap / 2 && y < at.y + (teeth - 0.5) * gap),
      },
    }
  }
  const isWhite = (colour: Rgb): boolean => Math.min(...colour) > 0.85
  const isDark = ([r, g, b]: Rgb): boolean => r < 0.55 && g < 0.25 && b < 0.25

  test('shows teeth only where the photo has them', () => {
    const [with_, without] = [mouthOf(0.12, 1), mouthOf(0.12, 0)].map((subject) => drawnBy(subject, drawMouth))
    expect(placesWhere(with_, isWhite).length).toBeGreaterThan(60)
    expect(placesWhere(without, isWhite)).toEqual([])
    expect(placesWhere(without, isDark).length).toBeGreaterThan(100)
  })

  test('shows upper teeth above a dark', () => {
    const subject = mouthOf(0.24, 0.4)
    const canvas = drawnBy(subject, drawMouth)
    const lowest = (holds: (colour: Rgb) => boolean): number =>
      Math.max(...placesWhere(canvas, holds).map(({ y }) => y))
    const height = 0.24 * subject.head.unit
    expect(lowest(isWhite)).toBeLessThan(lowest(isDark) - 0.25 * height)
    // And the tongue, redder and lighter than the dark.
    expect(placesWhere(canvas, ([r, g]) => r > 0.75 && g < 0.55).length).toBeGreaterThan(20)
  })

  test('closed has neither', () => {
    const [shut, almost] = [0.005, 0.054].map((gap) => drawnBy(mouthOf(gap, 1), drawMouth))
    for (const canvas of [shut, almost]) expect(placesWhere(canvas, isWhite)).toEqual([])
    // Nor a dark between the lips: what is dark is as thin as a line.
    const isDeep = (colour: Rgb): boolean => lumaOf(colour) < 0.45
    expect(placesWhere(almost, isDeep).length).toBeLessThan(1.15 * placesWhere(shut, isDeep).length)
  })

  test('opens in small steps', () => {
    const canvases = Array.from({ length: 31 }, (_, i) => drawnBy(mouthOf(0.04 + 0.003 * i), drawMouth))
    const steps = canvases.slice(1).map((canvas, i) => {
      let sum = 0
      for (let k = 0; k < canvas.data.length; k++) sum += Math.abs(canvas.data[k] - canvases[i].data[k])
      return sum
    })
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length
    expect(Math.max(...steps)).toBeLessThan(3.5 * mean)
  })

  test('is as red as the photo’s', () => {
    const subject = testSubject()
    const painted: Subject = {
      ...subject,
      photo: { ...subject.photo, data: subject.photo.data.map((_, i) => [190, 20, 110][i % 3]) },
    }
    const redOf = (canvas: Canvas): number => placesWhere(canvas, ([r, g]) => r > g + 0.3).length
    expect(redOf(drawnBy(painted, drawMouth))).toBeGreaterThan(2 * redOf(drawnBy(subject, drawMouth)) + 40)
  })
})
