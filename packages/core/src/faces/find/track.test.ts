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

  test('a face of very different size at the same place is another face', () => {
    const tracker = faceTrackerFrom()
    tracker.update([face(100, 100, 40)], 0)
    expect(tracker.update([face(100, 100, 90)], FRAME).map(({ id }) => id)).toEqual([1, 2])
  })

  test('restart when time goes back or jumps far ahead', () => {
    const tracker = faceTrackerFrom()
    tracker.update([face(100)], 10)
    expect(tracker.update([face(100)], 5)[0].id).toBe(2)
    expect(tracker.update([face(100)], 50)[0].id).toBe(3)
  })
})

test('a tracker restored from another’s state, through JSON, gives the same results', () => {
  const [one, frames] = [faceTrackerFrom(), Array.from({ length: 30 }, (_, i) => i)]
  /** Two faces that move and jitter; the second disappears for a while. */
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

test('a face keeps its seat while it jitters, and takes a new one when it moves, grows or tilts', () => {
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

  test('faces in the first frame have full weight; later ones fade in, without a jump', () => {
    expect(weights([true])).toEqual([1])
    const rising = weights([false, ...Array(10).fill(true)]).slice(1) as number[]
    rising.forEach((weight, i) => {
      expect(weight - (rising[i - 1] ?? 0)).toBeLessThanOrEqual(0.17)
      expect(weight).toBeGreaterThanOrEqual(rising[i - 1] ?? 0.1)
    })
    expect(rising.at(-1)).toBe(1)
  })

  test('a face missed for three frames keeps full weight, one that is gone fades and is then forgotten', () => {
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
  test('the filter follows the paper: its first steps by hand', () => {
    const filter = new OneEuroFilter({ still: 1, speed: 0, derivative: 1 }, 0)
    // The weight is at least a half at the second sample, and 1 / (1 + 10 / 2 pi) = 0.3859 from the third on.
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

describe('a face counts as another one', () => {
  /** Whether the second face, one frame later, is matched to the first. */
  const same = (first: Face, second: Face): boolean => {
    const tracker = faceTrackerFrom()
    tracker.update([first], 0)
    return tracker.update([second], FRAME).length === 1
  }

  test('beyond six tenths of its width, in every direction', () => {
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
      [0.6, 0.8],
    ] as const) {
      expect(same(face(300, 300, 100), face(300 + 58 * dx, 300 + 58 * dy, 100))).toBe(true)
      expect(same(face(300, 300, 100), face(300 + 61 * dx, 300 + 61 * dy, 100))).toBe(false)
    }
    // Widths are those of the larger one.
    expect(same(face(300, 300, 70), face(357, 300, 100))).toBe(true)
    expect(same(face(300, 300, 100), face(357, 300, 70))).toBe(true)
  })

  test('from 1.6 times its size on, larger or smaller', () => {
    expect([159, 161].map((width) => same(face(300, 300, 100), face(300, 300, width)))).toEqual([true, false])
    expect([159, 161].map((width) => same(face(300, 300, width), face(300, 300, 100)))).toEqual([true, false])
  })

  test('when a nearer one matches; each matches only one', () => {
    const tracker = faceTrackerFrom()
    tracker.update([face(100), face(150)], 0)
    // Both detections are nearest to the first track; the nearer one gets it, the other gets the second.
    const tracked = tracker.update([face(118), face(104)], FRAME)
    expect(tracked.map(({ id }) => id)).toEqual([1, 2])
    expect(tracked[0].nose.x).toBeLessThan(105)
    expect(tracked[1].nose.x).toBeGreaterThan(115)
  })
})

test('a reset forgets faces but not their ids, and faces found next have full weight', () => {
  const tracker = faceTrackerFrom()
  tracker.update([face(100), face(300)], 5)
  tracker.reset()
  expect(tracker.searchRegions()).toEqual([])
  expect(tracker.state()).toEqual({ nextId: 3, tracks: [] })
  // Also at an earlier time.
  expect(tracker.update([face(100)], 5)).toMatchObject([{ id: 3, weight: 1 }])
})

test('weights by hand: in within a quarter of a second, out in 0.35 after 0.15', () => {
  const tracker = faceTrackerFrom()
  tracker.update([], 0)
  const weight = (there: boolean, seconds: number): number | undefined =>
    tracker.update(there ? [face(100)] : [], seconds)[0]?.weight
  expect(weight(true, 0.1)).toBeCloseTo(0.4, 9)
  expect(weight(true, 0.2)).toBeCloseTo(0.8, 9)
  expect(weight(true, 0.3)).toBe(1)
  // Last seen at 0.3: full weight up to 0.45.
  expect(weight(false, 0.44)).toBe(1)
  expect(weight(false, 0.51)).toBeCloseTo(1 - 0.07 / 0.35, 9)
  expect(weight(false, 0.7)).toBeCloseTo(1 - 0.26 / 0.35, 9)
  expect(weight(true, 0.75)).toBeCloseTo(1 - 0.26 / 0.35 + 0.05 / 0.25, 9)
  // After more than a second all is forgotten, at exactly a second it is not.
  expect(tracker.update([face(100)], 1.75)[0].id).toBe(1)
  expect(tracker.update([face(100)], 2.76)[0].id).toBe(2)
})

test('search positions are listed by face id', () => {
  const tracker = faceTrackerFrom()
  tracker.update([face(100), face(300)], 0)
  tracker.update([face(300), face(100), face(500)], FRAME)
  expect(tracker.searchRegions().map(({ nose }) => nose.x)).toEqual([100, 300, 500])
})

test('is independent of scale and position: scaling and moving the input scales and moves the output', () => {
  const trembling = (i: number): Face => ({
    ...face(100 + 2 * i + 3 * Math.sin(i), 90 + 2 * Math.cos(2 * i), 60 + Math.sin(3 * i)),
    rightEar: { x: 70 + 2 * i + Math.sin(5 * i), y: 95 },
  })
  const move = (value: number): number => 2 * value + 64
  const moved = ({ box, score, ...points }: Face): Face => ({
    score,
    box: { x: move(box.x), y: move(box.y), width: 2 * box.width, height: 2 * box.height },
    ...(Object.fromEntries(
      Object.entries(points).map(([name, { x, y }]) => [name, { x: move(x), y: move(y) }]),
    ) as Omit<Face, 'box' | 'score'>),
  })
  const [small, large] = [faceTrackerFrom(), faceTrackerFrom()]
  for (let i = 0; i < 25; i++) {
    const [{ id: _, weight: __, ...one }] = small.update([trembling(i)], i * FRAME)
    const [{ id: ___, weight: ____, ...other }] = large.update([moved(trembling(i))], i * FRAME)
    const wanted = moved(one)
    for (const name of ['rightEye', 'leftEye', 'nose', 'mouth', 'rightEar'] as const) {
      expect(other[name]?.x).toBeCloseTo(wanted[name]!.x, 6)
      expect(other[name]?.y).toBeCloseTo(wanted[name]!.y, 6)
    }
    for (const side of ['x', 'y', 'width', 'height'] as const) expect(other.box[side]).toBeCloseTo(wanted.box[side], 6)
  }
})

test('a head that moves as a whole keeps its shape: its points keep their relative positions', () => {
  const tracker = faceTrackerFrom()
  for (let i = 0; i < 20; i++) {
    const found = face(100 + 6 * i, 100 - 4 * i, 80)
    const [shown] = tracker.update([found], i * FRAME)
    const [dx, dy] = [shown.nose.x - found.nose.x, shown.nose.y - found.nose.y]
    if (i > 1) expect(Math.hypot(dx, dy)).toBeGreaterThan(0.5)
    expect(shown.box.x - found.box.x).toBeCloseTo(dx, 6)
    expect(shown.box.y - found.box.y).toBeCloseTo(dy, 6)
    expect(shown.box.width).toBeCloseTo(80, 6)
    expect(shown.leftEye.x - found.leftEye.x).toBeCloseTo(dx, 6)
    expect(shown.mouth.y - found.mouth.y).toBeCloseTo(dy, 6)
  }
})

test('the seat changes at a tenth of a width, at 1.12 times the size, or at a rotation of 0.12, either way', () => {
  const left = (second: Face): boolean => {
    const tracker = faceTrackerFrom()
    const first = face(300, 300, 100)
    tracker.update([first], 0)
    // Long enough for the filters to have come to rest.
    for (let i = 1; i < 400; i++) tracker.update([second], i * FRAME)
    return tracker.searchRegions()[0] !== first
  }
  expect([9, 11, -9, -11].map((by) => left(face(300 + by, 300, 100)))).toEqual([false, true, false, true])
  expect([9, 11, -9, -11].map((by) => left(face(300, 300 + by, 100)))).toEqual([false, true, false, true])
  expect([111, 113, 90, 88].map((width) => left(face(300, 300, width)))).toEqual([false, true, false, true])
  const tilted = (turn: number): Face => {
    const { rightEye, leftEye, ...rest } = face(300, 300, 100)
    const rise = 20 * Math.tan(turn)
    return { ...rest, rightEye: { ...rightEye, y: rightEye.y - rise }, leftEye: { ...leftEye, y: leftEye.y + rise } }
  }
  expect([0.11, 0.13, -0.11, -0.13].map((turn) => left(tilted(turn)))).toEqual([false, true, false, true])
  // A small difference across the wrap at half a turn stays small.
  const over = (turn: number): Face => {
    const { rightEye, leftEye, ...rest } = tilted(turn)
    return { ...rest, rightEye: leftEye, leftEye: rightEye }
  }
  const tracker = faceTrackerFrom()
  tracker.update([over(0.04)], 0)
  const [seat] = tracker.searchRegions()
  for (let i = 1; i < 100; i++) tracker.update([over(-0.04)], i * FRAME)
  expect(tracker.searchRegions()[0]).toBe(seat)
})

test('positions follow a jump at once, sizes hardly: positions lag less', () => {
  /** How much of a jump of a tenth of a width has come through three frames later. */
  const come = (jumped: Face, read: (face: Face) => number): number => {
    const tracker = faceTrackerFrom()
    for (let i = 0; i < 60; i++) tracker.update([face(300, 300, 100)], i * FRAME)
    let shown = face(300, 300, 100)
    for (let i = 60; i < 63; i++) [shown] = tracker.update([jumped], i * FRAME)
    return (read(shown) - read(face(300, 300, 100))) / (read(jumped) - read(face(300, 300, 100)))
  }
  const middle = (along: 'x' | 'y') => (found: Face) =>
    found.box[along] + (along === 'x' ? found.box.width : found.box.height) / 2
  const across = come(face(310, 300, 100), middle('x'))
  const down = come(face(300, 310, 100), middle('y'))
  const size = come(face(300, 300, 110), ({ box }) => box.width)
  expect(across).toBeCloseTo(down, 9)
  expect(across).toBeGreaterThan(1.4 * size)
})
