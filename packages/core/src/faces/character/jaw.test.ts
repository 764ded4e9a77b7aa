/** The jaw, and what hides it. */
import { describe, expect, test } from 'vitest'
import { toHead } from '../landmarks/head.ts'
import { lumaOf } from './colour.ts'
import { drawJaw } from './jaw.ts'
import type { Subject } from './subject.ts'
import { drawnBy, maskOf, placesWhere, testSubject, turned } from './testing.ts'

describe('the jaw', () => {
  test('of a turned head is not drawn across its far cheek', () => {
    const inkAt = (degrees: number): [far: number, near: number] => {
      const subject = turned(degrees)
      const { head } = subject
      const ink = placesWhere(drawnBy(subject, drawJaw), (colour) => lumaOf(colour) < 0.7)
      const cheeks = ink.map((place) => toHead(head, place)).filter(({ y }) => y < 0.85)
      const middle = toHead(head, subject.points[152]).x
      return [cheeks.filter(({ x }) => x > middle).length, cheeks.filter(({ x }) => x < middle).length]
    }
    const [left, right] = inkAt(0)
    expect(Math.min(left, right)).toBeGreaterThan(20)
    const [far, near] = inkAt(30)
    expect(far).toBeLessThan(0.2 * left)
    expect(near).toBeGreaterThan(0.7 * right)
  })

  test('is not drawn through a beard or hair', () => {
    const subject = testSubject()
    const inkOf = (changes: Partial<Subject['regions']>): number => {
      const { data } = drawnBy({ ...subject, regions: { ...subject.regions, ...changes } }, drawJaw)
      return data.reduce((sum, value, i) => sum + subject.skin.lit[i % 3] - value, 0)
    }
    const everywhere = maskOf(subject, () => true)
    expect(inkOf({ beard: everywhere })).toBeLessThan(0.3 * inkOf({}))
    expect(inkOf({ hair: everywhere })).toBeLessThan(0.01)
  })
})
