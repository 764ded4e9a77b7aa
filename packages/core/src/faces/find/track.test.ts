import { describe, expect, test } from 'vitest'
import type { Face } from '../face.ts'
import { OneEuroFilter } from './one-euro.ts'
import { faceTrackerFrom } from './track.ts'

const face = (x: number, y = 100, width = 80): Face => ({
  box: { x: x - width / 2, y: y - width / 2, width, height: width },
  score: 0.9,
  rightEye: { x: x - width / 5, y: y - width / 8 },
  leftEye: { x: x + width / 5, y: y - width / 8 },
  nose: { x, y: y + width / 10 },
  mouth: { x, y: y + width / 4 },
})

const FRAME = 1 / 25

describe('identities', () => {
  test('are kept by faces that pass each other', () => {
    const tracker = faceTrackerFrom()
    let ids: number[] = []
    for (let i = 0; i <= 40; i++) {
      const [one, two] = [face(100 + 10 * i, 100), face(500 - 10 * i, 150)]
      const tracked = tracker.update(i % 2 ? [one, two] : [two, one], i * FRAME)
      ids = tracked.toSorted((a, b) => a.box.y - b.box.y).map(({ id }) => id)
      if (i === 0) expect(ids.toSorted()).toEqual([1, 2])
      expect(tracked).toHaveLength(2)
    }
    expect(ids).toEqual([2, 1])
  })

  test('a face of quite another size at the same place is another one', () => {
    const tracker = faceTrackerFrom()
    tracker.update([face(100, 100, 40)], 0)
    expect(tracker.update([face(100, 100, 90)], FRAME).map(({ id }) => id)).toEqual([1, 2])
  })

  test('start afresh when time goes back or far ahead', () => {
    const tracker = faceTrackerFrom()
    tracker.update([face(100)], 10)
    expect(tracker.update([face(100)], 5)[0].id).toBe(2)
    expect(tracker.update([face(100)], 50)[0].id).toBe(3)
  })
})

test('a tracker made of another one’s state, through JSON, gives what that one gives', () => {
  const [one, frames] = [faceTrackerFrom(), Array.from({ length: 30 }, (_, i) => i)]
  /** Two faces that move and tremble; the second is away for a while. */
  const found = (i: number) => [face(100 + 3 * i + Math.sin(i)), ...(i > 8 && i < 18 ? [] : [face(300 - 2 * i, 150)])]
  let other = faceTrackerFrom()
  for (const i of frames) {
    other = faceTrackerFrom(JSON.parse(JSON.stringify(other.state())))
    expect(other.searchRegions()).toEqual(one.searchRegions())
    expect(other.update(found(i), i * FRAME)).toEqual(one.update(found(i), i * FRAME))
  }
  expect(other.state()).toEqual(one.state())
  expect(one.state().nextId).toBeGreaterThan(2)
})

test('a face keeps its seat while it trembles, and takes another when it moves, grows or tilts', () => {
  const seatOf = (...finds: readonly Face[]) => {
    const tracker = faceTrackerFrom()
    for (const [i, find] of finds.entries()) tracker.update([find], i * FRAME)
    return tracker.searchRegions()[0]
  }
  const first = face(100)
  const trembling = Array.from({ length: 20 }, (_, i) => face(100 + (i % 3) - 1))
  expect(seatOf(first, ...trembling)).toEqual(first)
  const still = (find: Face): Face[] => Array.from({ length: 60 }, () => find)
  expect(seatOf(first, ...still(face(112))).box.x).toBeGreaterThan(first.box.x + 8)
  expect(seatOf(first, ...still(face(100, 100, 100))).box.width).toBeGreaterThan(89)
  const tilted = { ...first, leftEye: { ...first.leftEye, y: first.leftEye.y + 6 } }
  expect(seatOf(first, ...still(tilted)).leftEye.y).toBeGreaterThan(first.leftEye.y + 2)
})

describe('weights', () => {
  const weights = (present: readonly boolean[]): (number | undefined)[] => {
    const tracker = faceTrackerFrom()
    return present.map((there, i) => tracker.update(there ? [face(100)] : [], i * FRAME)[0]?.weight)
  }

  test('what is there in the first frame is whole; what comes later fades in, without a jump', () => {
    expect(weights([true])).toEqual([1])
    const rising = weights([false, ...Array(10).fill(true)]).slice(1) as number[]
    rising.forEach((weight, i) => {
      expect(weight - (rising[i - 1] ?? 0)).toBeLessThanOrEqual(0.17)
      expect(weight).toBeGreaterThanOrEqual(rising[i - 1] ?? 0.1)
    })
    expect(rising.at(-1)).toBe(1)
  })

  test('one that blinks for three frames stays whole, one that is gone fades and is then forgotten', () => {
    expect(weights([true, true, false, false, false, true])).toEqual([1, 1, 1, 1, 1, 1])
    const falling = weights([true, ...Array(20).fill(false)])
    falling.forEach((weight, i) => {
      if (i > 0) expect((falling[i - 1] ?? 0) - (weight ?? 0)).toBeLessThanOrEqual(0.13)
    })
    expect(falling.at(-1)).toBeUndefined()
  })

  test('the same time again changes nothing', () => {
    const tracker = faceTrackerFrom()
    const once = tracker.update([face(100)], 1)
    expect(tracker.update([], 1)).toEqual(once)
  })
})

describe('smoothing', () => {
  test('the filter is the one of the paper: its first steps by hand', () => {
    const filter = new OneEuroFilter({ still: 1, speed: 0, derivative: 1 }, 0)
    // The share is at least a half at the second sample, and 1 / (1 + 10 / 2 pi) = 0.3859 from the third on.
    expect(filter.next(1, 0.1)).toBeCloseTo(0.5, 9)
    const share = 1 / (1 + 10 / (2 * Math.PI))
    expect(filter.next(1, 0.1)).toBeCloseTo(0.5 + 0.5 * share, 9)
  })

  test('a head that moves is followed within a tenth of its width', () => {
    const tracker = faceTrackerFrom()
    let behind = 0
    for (let i = 0; i < 50; i++) {
      const x = 100 + 8 * Math.max(0, i - 10)
      const [tracked] = tracker.update([face(x)], i * FRAME)
      if (i > 20) behind = Math.max(behind, Math.abs(tracked.nose.x - x))
    }
    expect(behind).toBeLessThan(8)
  })
})
