/** An eye's geometry: lids that meet, open as drawn eyes are, and are alike where they should be. */
import { describe, expect, test } from 'vitest'
import { EYES } from '../landmarks/topology.ts'
import { eyeShape, opennessOf } from './eye-shape.ts'
import type { Subject } from './subject.ts'
import { testSubject } from './testing.ts'

/** The recorded face with lids at a share of their distance. */
const lidded = (share: number, eyes: readonly (0 | 1)[] = [0, 1]): Subject => {
  const points = [...testSubject().points]
  for (const eye of eyes) {
    const { upperLid, lowerLid } = EYES[eye]
    for (let i = 1; i < upperLid.length - 1; i++) {
      const [up, low] = [points[upperLid[i]], points[lowerLid[i]]]
      points[upperLid[i]] = {
        x: low.x + (up.x - low.x) * share,
        y: low.y + (up.y - low.y) * share,
        z: low.z + (up.z - low.z) * share,
      }
    }
  }
  return testSubject({ points })
}

const heightOf = (subject: Subject, eye: 0 | 1 = 0): number => {
  const { upper, lower } = eyeShape(subject, eye)
  return Math.max(...lower.map(({ y }, i) => y - upper[i].y))
}

test('openness is the lids’ distance by the eye’s width', () => {
  const whole = opennessOf(testSubject(), 0)
  expect(whole).toBeGreaterThan(0.15)
  expect(whole).toBeLessThan(0.45)
  expect(opennessOf(lidded(0.4), 0)).toBeCloseTo(0.4 * whole, 3)
})

describe('lids', () => {
  test('are drawn further apart than they are, more so in larger proportions', () => {
    const subject = testSubject()
    const own = { ...subject, options: { ...subject.options, proportions: 0 } }
    expect(heightOf(own)).toBeGreaterThan(1.1 * opennessOf(subject, 0))
    expect(heightOf(subject)).toBeGreaterThan(1.1 * heightOf(own))
  })

  test('meet before the landmarks do, and are one curve then', () => {
    const subject = lidded(0.15)
    expect(opennessOf(subject, 0)).toBeGreaterThan(0.02)
    expect(heightOf(subject)).toBeCloseTo(0, 9)
    expect(eyeShape(subject, 0).closed).toBe(1)
  })

  test('close in small steps', () => {
    const heights = Array.from({ length: 81 }, (_, i) => heightOf(lidded(1 - i / 80)))
    for (let i = 1; i < heights.length; i++) {
      expect(heights[i]).toBeLessThanOrEqual(heights[i - 1] + 1e-9)
      expect(heights[i - 1] - heights[i]).toBeLessThan(0.06 * heights[0])
    }
    expect(heights[80]).toBeCloseTo(0, 9)
  })

  test('never cross', () => {
    for (const share of [1, 0.6, 0.45, 0.3, 0.1]) {
      const { upper, lower, crease } = eyeShape(lidded(share), 1)
      upper.forEach(({ y }, i) => {
        expect(lower[i].y).toBeGreaterThanOrEqual(y - 1e-9)
        expect(crease[i].y).toBeLessThan(y)
      })
    }
  })

  test('of a closed eye bow downwards, unless the person’s bow upwards', () => {
    const bowOf = (lift: number): number => {
      const { points } = lidded(0.02)
      const moved = points.map((point, i) => {
        const k = EYES[0].lowerLid.indexOf(i) >= 0 ? EYES[0].lowerLid.indexOf(i) : EYES[0].upperLid.indexOf(i)
        return k > 0 && k < 8 ? { ...point, y: point.y + lift * Math.sin((Math.PI * k) / 8) } : point
      })
      return eyeShape(testSubject({ points: moved }), 0).upper[24].y
    }
    expect(bowOf(0)).toBeGreaterThan(0.03)
    expect(bowOf(-7)).toBeLessThan(-0.03)
  })
})

describe('two eyes', () => {
  test('that do the same are drawn more alike than they are', () => {
    // One a little narrower than the other, as landmarks err.
    const subject = lidded(0.9, [1])
    const apart = (of: Subject): number => Math.abs(heightOf(of, 0) - heightOf(of, 1))
    expect(apart(subject)).toBeLessThan(0.8 * apart({ ...subject, eyes: [1, 0] }))
  })

  test('that do not are left as they are', () => {
    expect(heightOf(lidded(0, [0]), 0)).toBeCloseTo(0, 9)
    expect(heightOf(lidded(0, [0]), 1)).toBeCloseTo(heightOf({ ...testSubject(), eyes: [0, 1] }, 1), 6)
  })

  test('do not squint: irises are as far out as in', () => {
    const subject = testSubject()
    const [right, left] = subject.irises
    const crossed: Subject = {
      ...subject,
      irises: [
        { ...right, x: right.x + 3 },
        { ...left, x: left.x - 3 },
      ],
    }
    const inwards = (of: Subject): number => eyeShape(of, 0).iris.x + eyeShape(of, 1).iris.x
    expect(inwards(crossed)).toBeCloseTo(inwards(subject), 6)
    expect(inwards(subject)).toBeCloseTo(0.97, 2)
  })
})
