/** Eyes measured on what was drawn: where the iris is, what is missing in a closed one, and how dark and how wide it all is. */
import { describe, expect, test } from 'vitest'
import { fromHead } from '../landmarks/head.ts'
import { EYES } from '../landmarks/topology.ts'
import type { Canvas, Rgb } from './canvas.ts'
import { lumaOf } from './colour.ts'
import { drawEye } from './eye.ts'
import { eyeShape } from './eye-shape.ts'
import { locate, place } from './frame.ts'
import type { Subject } from './subject.ts'
import {
  colourAt,
  darkestLuma,
  differenceOf,
  drawnBy,
  halfDrawn,
  mirrored,
  placesWhere,
  testCanvas,
  testSubject,
} from './testing.ts'

const drawEyes = (canvas: Canvas, subject: Subject): void => {
  for (const eye of [0, 1] as const) drawEye(canvas, subject, eye)
}

/** Eyes of a colour that nothing else in a face has. */
const GREEN: Rgb = [0.1, 0.62, 0.15]
const isGreen = ([r, g, b]: Rgb): boolean => g > r + 0.06 && g > b + 0.06

const withGreen = (changes: Partial<Subject> = {}): Subject => {
  const subject = testSubject(changes)
  return { ...subject, options: { ...subject.options, eyeColour: GREEN } }
}

/** A subject that looks to a side: both irises moved by that many units of the head. */
const looking = (dx: number, dy = 0): Subject => {
  const subject = withGreen()
  const { head } = subject
  const moved = subject.irises.map((iris) => {
    const { x, y } = fromHead({ ...head, origin: iris }, { x: dx, y: dy })
    return { ...iris, x, y }
  })
  return { ...subject, irises: moved as unknown as Subject['irises'] }
}

/** A subject whose lids are brought together, 0 as they are to 1 wholly, of the eyes given. */
const closing = (amount: number, eyes: readonly (0 | 1)[] = [0, 1]): Subject => {
  const points = [...withGreen().points]
  for (const eye of eyes) {
    const { upperLid, lowerLid } = EYES[eye]
    upperLid.slice(1, -1).forEach((up, i) => {
      const low = lowerLid[i + 1]
      const [a, b] = [points[up], points[low]]
      const move = (from: typeof a, to: typeof a, share: number) => ({
        x: from.x + (to.x - from.x) * share,
        y: from.y + (to.y - from.y) * share,
        z: from.z,
      })
      points[up] = move(a, b, 0.85 * amount)
      points[low] = move(b, a, 0.15 * amount)
    })
  }
  return withGreen({ points })
}

describe('the iris', () => {
  test.each([-0.05, -0.02, 0, 0.02, 0.05])('is where the gaze is, moved %d units to the side', (dx) => {
    const subject = looking(dx)
    for (const eye of [0, 1] as const) {
      const canvas = testCanvas(subject)
      drawEye(canvas, subject, eye)
      const { frame } = eyeShape(subject, eye)
      const xs = placesWhere(canvas, isGreen).map((point) => locate(frame, point).x)
      const drawn = (Math.min(...xs) + Math.max(...xs)) / 2
      expect(Math.abs(drawn - locate(frame, subject.irises[eye]).x)).toBeLessThan(0.1)
    }
  })

  test('looks up and down', () => {
    const heightOf = (dy: number): number => {
      const subject = looking(0, dy)
      const canvas = drawnBy(subject, drawEyes)
      // The lids cut the iris: its lights tell where it is.
      const ys = placesWhere(canvas, (colour) => Math.min(...colour) > 0.97).map(({ y }) => y)
      return ys.reduce((sum, y) => sum + y, 0) / ys.length
    }
    expect(heightOf(-0.04)).toBeLessThan(heightOf(0) - 0.3)
    expect(heightOf(0.04)).toBeGreaterThan(heightOf(0) + 0.3)
  })

  test('is taller than wide, dark above and light below', () => {
    const subject = withGreen()
    const { frame, iris } = eyeShape(subject, 0)
    expect(iris.ry).toBeGreaterThan(1.05 * iris.rx)
    const canvas = drawnBy(subject, drawEyes)
    // Away from the pupil and the two lights.
    const at = (u: number, v: number): number =>
      lumaOf(colourAt(canvas, place(frame, { x: iris.x + u * iris.rx, y: iris.y + v * iris.ry })))
    expect(at(0, 0.62)).toBeGreaterThan(at(0, -0.6) + 0.15)
  })

  test('has its light on the side that the light comes from, in both eyes', () => {
    for (const x of [-0.7, 0.7]) {
      const subject = withGreen({ light: { x, y: -0.6 } })
      for (const eye of [0, 1] as const) {
        const canvas = testCanvas(subject)
        drawEye(canvas, subject, eye)
        const { frame, iris } = eyeShape(subject, eye)
        const middle = place(frame, iris)
        const reach = 0.7 * iris.rx * Math.hypot(frame.across.x, frame.across.y)
        const lights = placesWhere(canvas, (colour) => Math.min(...colour) > 0.985).filter(
          (point) => Math.hypot(point.x - middle.x, point.y - middle.y) < reach,
        )
        const mean = lights.reduce((sum, point) => sum + point.x, 0) / lights.length
        expect(Math.sign(mean - middle.x)).toBe(Math.sign(x))
      }
    }
  })
})

describe('a closed eye', () => {
  test('has no iris and no white, but a line', () => {
    const subject = closing(1)
    const canvas = drawnBy(subject, drawEyes)
    expect(placesWhere(canvas, isGreen)).toEqual([])
    expect(placesWhere(canvas, (colour) => Math.min(...colour) > 0.9)).toEqual([])
    expect(placesWhere(canvas, (colour) => lumaOf(colour) < 0.3).length).toBeGreaterThan(30)
  })

  test('of a wink leaves the other open', () => {
    const subject = closing(1, [0])
    const canvas = drawnBy(subject, drawEyes)
    const xs = placesWhere(canvas, isGreen).map(({ x }) => x)
    expect(xs.length).toBeGreaterThan(50)
    expect(Math.min(...xs)).toBeGreaterThan(subject.head.origin.x)
  })

  test('is reached in small steps', () => {
    const steps = Array.from({ length: 21 }, (_, i) => closing(i / 20))
    const counts = steps.map((subject) => placesWhere(drawnBy(subject, drawEyes), isGreen).length)
    expect(counts[20]).toBe(0)
    for (let i = 1; i < counts.length; i++) {
      expect(Math.abs(counts[i] - counts[i - 1])).toBeLessThan(0.25 * counts[0])
    }
    expect(counts.filter((count) => count > 0.1 * counts[0] && count < 0.6 * counts[0]).length).toBeGreaterThan(1)
  })
})

describe('of both eyes', () => {
  test('nothing is drawn where nothing is trusted, half where half is', () => {
    const subject = withGreen()
    for (const nothing of [
      { ...subject, sure: 0 },
      { ...subject, eyes: [0, 0] as const },
      { ...subject, regions: { ...subject.regions, signs: { ...subject.regions.signs, darkLenses: true } } },
    ]) {
      expect(differenceOf(drawnBy(nothing, drawEyes), testCanvas(subject))).toBe(0)
    }
    const half = drawnBy({ ...subject, sure: 0.5 }, drawEyes)
    expect(differenceOf(half, halfDrawn(subject, drawEyes))).toBeLessThan(1e-6)
  })

  test('the mirror image is drawn as one', () => {
    const subject = withGreen()
    expect(differenceOf(drawnBy(subject, drawEyes), drawnBy(mirrored(subject), drawEyes), true)).toBeLessThan(0.02)
  })

  test('nothing is black, whatever the skin and the hair', () => {
    const dark = withGreen({
      skin: { lit: [0.25, 0.16, 0.12], shade: [0.18, 0.1, 0.08], line: [0.1, 0.06, 0.05] },
      hair: [0.02, 0.02, 0.02],
    })
    expect(
      darkestLuma(drawnBy({ ...dark, options: { ...dark.options, eyeColour: [0, 0, 0] } }, drawEyes)),
    ).toBeGreaterThan(0.05)
  })

  test('all of it lies around the eyes', () => {
    const subject = withGreen({ softness: 1 })
    const canvas = drawnBy(subject, drawEyes)
    const [r, g, b] = subject.skin.lit.map(Math.fround)
    for (const point of placesWhere(canvas, (colour) => colour[0] !== r || colour[1] !== g || colour[2] !== b)) {
      const nearest = Math.min(
        ...([0, 1] as const).map((eye) => {
          const { frame, width } = eyeShape(subject, eye)
          const { x, y } = locate(frame, point)
          return (Math.hypot(x - 0.5, y) * width) / subject.head.unit
        }),
      )
      expect(nearest).toBeLessThan(0.4)
    }
  })

  test('the same every time', () => {
    expect(differenceOf(drawnBy(withGreen(), drawEyes), drawnBy(withGreen(), drawEyes))).toBe(0)
  })
})
