/** A real face's landmarks that tremble, move and blink. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { randomNumbers } from '../../pixels/testing.ts'
import { irisOf, type Landmarks, type Point3 } from './landmarker.ts'
import { SteadyLandmarks } from './steady-landmarks.ts'
import { EYES } from './topology.ts'

const { points: numbers } = JSON.parse(readFileSync(new URL('fixtures/landmarks.json', import.meta.url), 'utf8'))[
  'examples/portrait.jpg'
] as { readonly points: readonly number[] }

const face: readonly Point3[] = Array.from({ length: 478 }, (_, i) => ({
  x: numbers[3 * i],
  y: numbers[3 * i + 1],
  z: numbers[3 * i + 2],
}))
const unit = Math.hypot(face[33].x - face[263].x, face[33].y - face[263].y)

const landmarksOf = (move: (point: Point3, i: number) => Point3): Landmarks => {
  const points = face.map(move)
  return { points, presence: 0.9, rightIris: irisOf(points, EYES[0].iris), leftIris: irisOf(points, EYES[1].iris) }
}

/** Landmarks that tremble by `size` of the head's unit, in every frame elsewhere. */
const trembling = (frame: number, size: number, dx = 0): Landmarks => {
  const noise = randomNumbers(3 * 478, frame + 1).map((value) => value * size * unit)
  return landmarksOf(({ x, y, z }, i) => ({
    x: x + dx + noise[3 * i],
    y: y + noise[3 * i + 1],
    z: z + noise[3 * i + 2],
  }))
}

/** The root mean square distance of points from where they are without trembling, in units of the head. */
const deviation = ({ points }: Landmarks, dx = 0): number =>
  Math.sqrt(points.reduce((sum, { x, y }, i) => sum + (x - dx - face[i].x) ** 2 + (y - face[i].y) ** 2, 0) / 478) / unit

describe('landmarks from frame to frame', () => {
  test('the first are as they were found', () => {
    expect(new SteadyLandmarks().next(trembling(0, 0.004), 0.04)).toEqual(trembling(0, 0.004))
  })

  test('of a still head tremble by less than half', () => {
    const steady = new SteadyLandmarks()
    const after: number[] = []
    const before: number[] = []
    for (let frame = 0; frame < 40; frame++) {
      const found = trembling(frame, 0.003)
      const shown = steady.next(found, 0.04)
      if (frame < 15) continue
      before.push(deviation(found))
      after.push(deviation(shown))
    }
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(after)).toBeLessThan(0.5 * mean(before))
  })

  test('of a head that moves by a third of its unit in a second stay with it', () => {
    const steady = new SteadyLandmarks()
    let last = 0
    for (let frame = 0; frame < 30; frame++) {
      const dx = (frame * unit) / 75
      last = deviation(steady.next(trembling(frame, 0, dx), 0.04), dx)
    }
    expect(last).toBeLessThan(0.04)
  })

  test('of a lid that closes are there at once, and the irises are made of the points', () => {
    const steady = new SteadyLandmarks()
    const upper = new Set(EYES[0].upperLid.slice(1, -1))
    const closed = (): Landmarks =>
      landmarksOf((point, i) => (upper.has(i) ? { ...point, y: point.y + 0.06 * unit } : point))
    for (let frame = 0; frame < 5; frame++) steady.next(trembling(0, 0), 0.04)
    const shown = steady.next(closed(), 0.04)
    const lid = EYES[0].upperLid[3]
    expect(Math.abs(shown.points[lid].y - closed().points[lid].y)).toBeLessThan(0.005 * unit)
    expect(shown.leftIris).toEqual(irisOf(shown.points, EYES[1].iris))
  })

  test('go on after a break as without one', () => {
    const [whole, first] = [new SteadyLandmarks(), new SteadyLandmarks()]
    for (let frame = 0; frame < 4; frame++) {
      whole.next(trembling(frame, 0.004), 0.04)
      first.next(trembling(frame, 0.004), 0.04)
    }
    const rest = new SteadyLandmarks(JSON.parse(JSON.stringify(first.state)))
    expect(rest.next(trembling(4, 0.004), 0.04)).toEqual(whole.next(trembling(4, 0.004), 0.04))
  })
})
