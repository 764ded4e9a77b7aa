/** Brows by the thickness that is painted into a photo, and their place above the eyes. */
import { describe, expect, test } from 'vitest'
import { toHead } from '../landmarks/head.ts'
import { EYES } from '../landmarks/topology.ts'
import { drawBrow } from './brow.ts'
import { lumaOf } from './colour.ts'
import type { Subject } from './subject.ts'
import { both, drawnBy, maskOf, placesWhere, testSubject } from './testing.ts'

describe('brows', () => {
  /** A subject with brows painted into the photo, so many units of the head thick. */
  const browed = (thickness: number): Subject => {
    const subject = testSubject()
    const { head, points } = subject
    const spines = [
      [70, 63, 105, 66, 107, 46, 53, 52, 65, 55],
      [300, 293, 334, 296, 336, 276, 283, 282, 295, 285],
    ].map((ids) =>
      [0, 1, 2, 3, 4].map((k) => {
        const [a, b] = [toHead(head, points[ids[k]]), toHead(head, points[ids[k + 5]])]
        return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
      }),
    )
    const mask = maskOf(subject, (place) =>
      spines.some((spine) =>
        spine.slice(1).some((to, k) => {
          const from = spine[k]
          const t = (place.x - from.x) / (to.x - from.x)
          return t >= 0 && t <= 1 && Math.abs(place.y - from.y - t * (to.y - from.y)) < thickness / 2
        }),
      ),
    )
    return {
      ...subject,
      lightness: { ...subject.lightness, data: subject.lightness.data.map((value, i) => (mask.data[i] ? 20 : value)) },
      photo: {
        ...subject.photo,
        data: subject.photo.data.map((value, i) => (mask.data[Math.floor(i / 3)] ? 60 : value)),
      },
    }
  }
  const inkOf = (subject: Subject): number =>
    placesWhere(drawnBy(subject, both(drawBrow)), (colour) => lumaOf(colour) < 0.5).length

  test('are thick where the person’s are', () => {
    expect(inkOf(browed(0.08))).toBeGreaterThan(1.3 * inkOf(browed(0.03)))
  })

  test('stay clear of the eyes', () => {
    const subject = testSubject()
    const lids = new Set(EYES.flatMap(({ upperLid }) => upperLid.slice(1, -1)))
    // Larger eyes push them up.
    const large: Subject = {
      ...subject,
      drawn: subject.points.map((point, i) => (lids.has(i) ? { x: point.x, y: point.y - 14 } : point)),
    }
    const lowestOf = (drawn: Subject): number =>
      Math.max(...placesWhere(drawnBy(drawn, both(drawBrow)), (colour) => lumaOf(colour) < 0.5).map(({ y }) => y))
    expect(lowestOf(large)).toBeLessThan(lowestOf(subject))
  })
})
