import { expect, test } from 'vitest'
import { fromHead, headOf, toHead } from './head.ts'
import type { Point3 } from './landmarker.ts'
import { CHIN, EYES, FOREHEAD, LEFT_SIDE, RIGHT_SIDE } from './topology.ts'

/** A frontal head, the outer eye corners 100 pixels apart around (300, 200), rotated clockwise and turned to a side. */
const headAt = (tilt: number, yaw = 0) => {
  const points: Point3[] = Array.from({ length: 478 }, () => ({ x: 300, y: 200, z: 0 }))
  const put = (i: number, x: number, y: number): void => {
    const across = x * Math.cos(yaw)
    points[i] = {
      x: 300 + across * Math.cos(tilt) - y * Math.sin(tilt),
      y: 200 + across * Math.sin(tilt) + y * Math.cos(tilt),
      z: x * Math.sin(yaw),
    }
  }
  const [right, left] = EYES
  put(right.outer, -50, 0)
  put(right.inner, -20, 0)
  put(left.inner, 20, 0)
  put(left.outer, 50, 0)
  put(FOREHEAD, 0, -80)
  put(CHIN, 0, 110)
  put(RIGHT_SIDE, -75, 10)
  put(LEFT_SIDE, 75, 10)
  return headOf({ points })!
}

test.each([0, 0.4, Math.PI / 2, -2.5])('a head tilted by %d: its frame rotates with it', (tilt) => {
  const head = headAt(tilt)
  expect(head.unit).toBeCloseTo(100, 9)
  const nose = fromHead(head, { x: 0, y: 0.5 })
  expect(nose.x).toBeCloseTo(300 - 50 * Math.sin(tilt), 9)
  expect(nose.y).toBeCloseTo(200 + 50 * Math.cos(tilt), 9)
  const ear = fromHead(head, { x: 0.7, y: 0 })
  expect(ear.x).toBeCloseTo(300 + 70 * Math.cos(tilt), 9)
  const there = toHead(head, { x: 123, y: 45 })
  const back = fromHead(head, there)
  expect(back.x).toBeCloseTo(123, 9)
  expect(back.y).toBeCloseTo(45, 9)
  expect(head.yaw).toBeCloseTo(0, 9)
})

test('the unit does not change for a head turned to a side, and the yaw says how far', () => {
  const head = headAt(0.3, Math.PI / 6)
  expect(head.unit).toBeCloseTo(100, 9)
  expect(head.yaw).toBeCloseTo(30, 6)
})

test('undefined where points coincide or are not finite', () => {
  const same: Point3[] = Array.from({ length: 478 }, () => ({ x: 1, y: 1, z: 1 }))
  expect(headOf({ points: same })).toBeUndefined()
  expect(headOf({ points: same.map((point) => ({ ...point, x: Number.NaN })) })).toBeUndefined()
})
