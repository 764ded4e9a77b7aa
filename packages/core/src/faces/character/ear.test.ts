/** A hint of an ear only where there is one: skin of an ear's size beside the face. */
import { describe, expect, test } from 'vitest'
import { fromHead, toHead } from '../landmarks/head.ts'
import { LEFT_SIDE, RIGHT_SIDE } from '../landmarks/topology.ts'
import { drawEar } from './ear.ts'
import type { Subject } from './subject.ts'
import { differenceOf, drawnBy, testCanvas, testSubject } from './testing.ts'

/** The recorded head turned so that it faces the camera or away, with skin to that distance beside its face. */
const eared = (width: number, degrees = 0): Subject => {
  const { points, head } = testSubject()
  const turn = ((degrees - head.yaw) * Math.PI) / 180
  const turned = points.map(({ x, y, z }) => ({
    x: head.origin.x + (x - head.origin.x) * Math.cos(turn) - z * Math.sin(turn),
    y,
    z: (x - head.origin.x) * Math.sin(turn) + z * Math.cos(turn),
  }))
  const subject = testSubject({ points: turned })
  const { size, regions } = subject
  const [right, left] = [RIGHT_SIDE, LEFT_SIDE].map((i) => toHead(subject.head, turned[i]).x)
  const skin = Float32Array.from({ length: size * size }, (_, i) => {
    const { x, y } = toHead(subject.head, { x: (i % size) + 0.5, y: Math.floor(i / size) + 0.5 })
    return Number(x > right - width && x < left + width && y > -0.4 && y < 1.2)
  })
  return { ...subject, regions: { ...regions, skin: { width: size, height: size, data: skin } } }
}

const inkOf = (subject: Subject, side: 0 | 1): number =>
  differenceOf(
    drawnBy(subject, (canvas, of) => drawEar(canvas, of, side)),
    testCanvas(subject),
  )

describe('a hint of an ear', () => {
  test('is drawn where skin of its size is seen', () => {
    for (const side of [0, 1] as const) expect(inkOf(eared(0.16), side)).toBeGreaterThan(0.1)
  })

  test('lies beside the face, on its own side', () => {
    const subject = eared(0.16)
    const canvas = drawnBy(subject, (on, of) => drawEar(on, of, 1))
    const plain = testCanvas(subject)
    const edge = toHead(subject.head, subject.points[LEFT_SIDE]).x
    for (let i = 0; i < canvas.data.length; i += 3) {
      if (canvas.data[i] === plain.data[i]) continue
      const pixel = i / 3
      const { x, y } = toHead(subject.head, { x: pixel % subject.size, y: Math.floor(pixel / subject.size) })
      expect(x).toBeGreaterThan(edge - 0.12)
      expect(x).toBeLessThan(edge + 0.2)
      expect(Math.abs(y - 0.25)).toBeLessThan(0.5)
    }
    expect(fromHead(subject.head, { x: edge, y: 0 }).x).toBeLessThan(subject.size)
  })

  test('is not, where hair covers it, nor where the skin goes on', () => {
    for (const width of [0.01, 0.6]) for (const side of [0, 1] as const) expect(inkOf(eared(width), side)).toBe(0)
  })

  test('is not on the far side of a turned head', () => {
    expect(inkOf(eared(0.16, 25), 1)).toBe(0)
    expect(inkOf(eared(0.16, -25), 0)).toBe(0)
  })
})
