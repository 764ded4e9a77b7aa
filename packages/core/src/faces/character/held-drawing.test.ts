/** Drawings that are held for some frames: for how long, and where they go. */
import { describe, expect, test } from 'vitest'
import type { Picture } from '../../picture.ts'
import { headOf } from '../landmarks/head.ts'
import { expressionOf, GLIMPSE, glimpseOf, type HeldDrawing, isHeld, movedDrawing, ofDrawn } from './held-drawing.ts'
import { testSubject } from './testing.ts'

const { points, irises } = testSubject()
const landmarks = { points, presence: 0.9, rightIris: irises[0], leftIris: irises[1] }
const head = headOf(landmarks)!
const expression = expressionOf(landmarks, head)
const side = 64

/** A square of one colour, but for a transparent rim whose hidden colour is another. */
const disc = (): Picture => {
  const data = new Uint8Array(4 * side * side)
  for (let i = 0; i < side * side; i++) {
    const inside = Math.hypot((i % side) - 31.5, Math.floor(i / side) - 31.5) < 20
    data.set(inside ? [200, 100, 50, 255] : [0, 0, 255, 0], 4 * i)
  }
  return { width: side, height: side, channels: 4, data }
}

const square = { x: 10, y: 20, side }
const drawing: HeldDrawing = {
  at: 1,
  head,
  square,
  expression,
  glimpse: Array.from({ length: GLIMPSE }, () => 100),
  picture: disc(),
}
const glimpse = drawing.glimpse

describe('a drawing is held', () => {
  const after = (seconds: number, now = head, face = expression, seen = glimpse): boolean =>
    isHeld(drawing, seconds, now, face, seen)

  test('for two frames of 30 a second, one of 25, none of 12; and not back in time', () => {
    expect([1.033, 1.067, 1.1].map((seconds) => after(seconds))).toEqual([true, true, false])
    expect([1.04, 1.08].map((seconds) => after(seconds))).toEqual([true, false])
    expect([1 + 1 / 12, 0.9].map((seconds) => after(seconds))).toEqual([false, false])
  })

  test('not when the head turns, tips, grows or shrinks', () => {
    for (const change of [
      { yaw: head.yaw + 4 },
      { pitch: head.pitch - 4 },
      { unit: head.unit * 1.1 },
      { unit: head.unit / 1.1 },
    ]) {
      expect(after(1.04, { ...head, ...change })).toBe(false)
    }
    expect(after(1.04, { ...head, origin: { x: 3, y: 4 }, yaw: head.yaw + 1 })).toBe(true)
  })

  test('not when a hand comes before it, but with single places that differ, and where nothing was drawn', () => {
    const other = (share: number) => glimpse.map((value, i) => (i < share * GLIMPSE ? value + 60 : value))
    expect(after(1.04, head, expression, other(0.02))).toBe(true)
    expect(after(1.04, head, expression, other(0.05))).toBe(false)
    const elsewhere = { ...drawing, glimpse: glimpse.map((value, i) => (i < 0.05 * GLIMPSE ? -1 : value)) }
    expect(isHeld(elsewhere, 1.04, head, expression, other(0.05))).toBe(true)
  })

  test.each([
    ['blinks', [145, 374], { y: -0.05 }],
    ['opens its mouth', [14], { y: 0.05 }],
    ['smiles', [78], { x: -0.05 }],
    ['raises its brows', [52, 282], { y: -0.05 }],
  ])('not when a face %s', (_, moved, by) => {
    const { x = 0, y = 0 } = by as { x?: number; y?: number }
    const changed = points.map((point, i) =>
      moved.includes(i) ? { ...point, x: point.x + x * head.unit, y: point.y + y * head.unit } : point,
    )
    expect(after(1.04, head, expressionOf({ ...landmarks, points: changed }, head))).toBe(false)
  })
})

describe('a drawing that is moved', () => {
  test('is the same bytes where the head has stayed', () => {
    const { data } = movedDrawing(drawing, head, square)
    const own = drawing.picture.data
    for (let i = 0; i < own.length; i += 4) {
      // Hidden colours are not kept.
      expect([...data.subarray(i, i + 4)]).toEqual(own[i + 3] === 0 ? [0, 0, 0, 0] : [...own.subarray(i, i + 4)])
    }
  })

  test('goes where the head goes, in a square that went elsewhere, and keeps its colour up to the edge', () => {
    const origin = { x: head.origin.x + 6.5, y: head.origin.y - 3.25 }
    const { data, width } = movedDrawing(drawing, { ...head, origin }, { x: 14, y: 18, side: 60 })
    expect(width).toBe(60)
    let [sum, sumX, sumY] = [0, 0, 0]
    for (let i = 0; i < 60 * 60; i++) {
      const alpha = data[4 * i + 3]
      sum += alpha
      sumX += alpha * (i % 60)
      sumY += alpha * Math.floor(i / 60)
      if (alpha > 8) {
        expect(Math.abs(data[4 * i] - 200)).toBeLessThan(12)
        expect(Math.abs(data[4 * i + 2] - 50)).toBeLessThan(12)
      }
    }
    expect(Math.abs(sumX / sum - (31.5 + 6.5 - 4))).toBeLessThan(0.1)
    expect(Math.abs(sumY / sum - (31.5 - 3.25 + 2))).toBeLessThan(0.1)
    expect(sum / 255).toBeCloseTo(Math.PI * 20 ** 2, -2)
  })

  test('grows and turns with the head', () => {
    // About the eyes' middle, which is put at the disc's.
    const middle = { x: square.x + 32, y: square.y + 32 }
    const before = { ...drawing, head: { ...head, origin: middle } }
    const picture = { ...before.picture, data: before.picture.data.slice() }
    // A notch on the right.
    for (let y = 28; y < 36; y++)
      for (let x = 44; x < side; x++) picture.data.fill(0, 4 * (y * side + x), 4 * (y * side + x + 1))
    const down = { x: -head.down.y, y: head.down.x }
    const now = { ...before.head, unit: 1.25 * head.unit, down }
    const { data } = movedDrawing({ ...before, picture }, now, square)
    const alpha = (x: number, y: number): number => data[4 * (y * side + x) + 3]
    expect(alpha(32 + 23, 32)).toBe(255)
    expect(alpha(32 + 27, 32)).toBe(0)
    // A quarter turn, clockwise: the notch is below.
    expect(alpha(32, 32 + 21)).toBe(0)
    expect(alpha(32, 32 - 21)).toBe(255)
    expect(alpha(32 + 21, 32)).toBe(255)
  })
})

test('a glimpse is the brightness around a head, of a picture with any channels; of a drawing, where it covers', () => {
  const [width, height] = [300, 300]
  for (const channels of [3, 4] as const) {
    const data = new Uint8Array(width * height * channels).fill(255)
    for (let i = 0; i < width * height; i++) data.fill((i % width) % 200, channels * i, channels * i + 3)
    const here = { ...head, origin: { x: 100, y: 150 }, unit: 30, down: { x: 0, y: 1 } }
    const seen = glimpseOf({ width, height, channels, data }, here)
    expect(seen).toHaveLength(GLIMPSE)
    // The middle of the grid, half a step to the left.
    expect(seen[10 * 20 + 9]).toBe(97)
    expect(seen[10 * 20 + 10]).toBe(103)
    const far = glimpseOf({ width, height, channels, data }, { ...here, origin: { x: 10, y: 150 } })
    expect(far[0]).toBe(-1)
    const own = { ...drawing, head: here, square: { x: 68, y: 127, side } }
    const covered = ofDrawn(seen, own)
    expect(covered.filter((value) => value >= 0).length).toBeGreaterThan(20)
    expect(covered.every((value, i) => value === -1 || value === seen[i])).toBe(true)
    expect(covered[0]).toBe(-1)
  }
})
