/** Proportions of a real face: what grows, what shrinks, what stays; and that pictures go where points do. */
import { describe, expect, test } from 'vitest'
import { fromHead, toHead } from '../landmarks/head.ts'
import { CHIN, EYES, LIPS } from '../landmarks/topology.ts'
import { proportionsOf } from './proportions.ts'
import { testSubject } from './testing.ts'

const { points, head, size } = testSubject()
const at = (strength: number, eyes: readonly [number, number] = [1, 1]) =>
  proportionsOf(points, head, size, strength, eyes)
const distance = (from: number, to: number, strength: number, eyes?: readonly [number, number]): number => {
  const { toDrawn } = at(strength, eyes)
  const [a, b] = [points[from], points[to]].map(toDrawn)
  return Math.hypot(a.x - b.x, a.y - b.y)
}
const growth = (from: number, to: number, strength = 1, eyes?: readonly [number, number]): number =>
  distance(from, to, strength, eyes) / distance(from, to, 0)

describe('points', () => {
  test('eyes grow by a quarter or more, mouth and jaw shrink, the chin rises', () => {
    const [outer, inner] = [EYES[0].outer, EYES[0].inner]
    expect(growth(outer, inner)).toBeGreaterThan(1.2)
    expect(growth(outer, inner)).toBeLessThan(1.4)
    expect(growth(LIPS.outerUpper[0], LIPS.outerUpper[10])).toBeLessThan(0.97)
    expect(growth(172, 397)).toBeLessThan(0.95)
    const chin = at(1).toDrawn(points[CHIN])
    expect(toHead(head, chin).y).toBeLessThan(toHead(head, points[CHIN]).y - 0.03)
  })

  test('half the strength is half the way', () => {
    const [outer, inner] = [EYES[1].outer, EYES[1].inner]
    expect(growth(outer, inner, 0.5) - 1).toBeCloseTo((growth(outer, inner) - 1) / 2, 1)
  })

  test('an eye that is not drawn does not grow', () => {
    expect(growth(EYES[0].outer, EYES[0].inner, 1, [0, 1])).toBeCloseTo(1, 1)
  })

  test('a neck moves with the chin just below it, and stays in its collar', () => {
    const { toDrawn } = at(1)
    const chin = toHead(head, points[CHIN])
    const movedAt = (below: number): number => {
      const place = fromHead(head, { x: chin.x + 0.4, y: chin.y + below })
      const drawn = toDrawn(place)
      return Math.hypot(drawn.x - place.x, drawn.y - place.y) / head.unit
    }
    expect(movedAt(0)).toBeGreaterThan(0.05)
    expect(movedAt(0.46)).toBe(0)
  })

  test('without strength, and far from the face, nothing moves', () => {
    const { toDrawn } = at(0)
    expect(points.map(toDrawn)).toEqual(points.map(({ x, y }) => ({ x, y })))
    const far = { x: 3, y: 250 }
    const moved = at(1).toDrawn(far)
    expect(Math.hypot(moved.x - far.x, moved.y - far.y)).toBeLessThan(0.5)
  })
})

describe('planes', () => {
  test.each([256, 128])('of %i pixels: at a drawn place lies what was at its place in the photo', (side) => {
    const scale = side / size
    const { toDrawn, warp } = at(1)
    for (const axis of ['x', 'y'] as const) {
      const data = Float32Array.from({ length: side * side }, (_, i) =>
        axis === 'x' ? (i % side) + 0.5 : Math.floor(i / side) + 0.5,
      )
      const warped = warp({ width: side, height: side, data }).data
      for (const i of [1, 13, 33, 133, 152, 172, 159, 145, 397]) {
        const drawn = toDrawn(points[i])
        const [column, row] = [Math.floor(drawn.x * scale), Math.floor(drawn.y * scale)]
        expect(Math.abs(warped[row * side + column] - points[i][axis] * scale)).toBeLessThan(1.2)
      }
    }
  })

  test('without strength are themselves', () => {
    const plane = { width: 8, height: 8, data: new Float32Array(64) }
    expect(at(0).warp(plane)).toBe(plane)
  })
})
