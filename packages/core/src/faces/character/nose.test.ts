/** Noses from the front and from the side. */
import { describe, expect, test } from 'vitest'
import { lumaOf } from './colour.ts'
import { drawNose } from './nose.ts'
import type { Subject } from './subject.ts'
import { drawnBy, placesWhere, turned } from './testing.ts'

describe('the nose', () => {
  const heightOf = (subject: Subject): number => {
    const ys = placesWhere(drawnBy(subject, drawNose), (colour) => lumaOf(colour) < 0.6).map(({ y }) => y)
    return (Math.max(...ys) - Math.min(...ys)) / subject.head.unit
  }

  test('from the front is one short stroke, turned it has a bridge', () => {
    const straight = turned(0)
    expect(Math.abs(straight.head.yaw)).toBeLessThan(2)
    expect(heightOf(straight)).toBeLessThan(0.1)
    for (const degrees of [-30, 30]) expect(heightOf(turned(degrees))).toBeGreaterThan(0.2)
  })
})
