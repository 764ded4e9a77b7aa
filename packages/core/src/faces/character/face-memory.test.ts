/** What is remembered of the faces of a clip, and its state. */
import { describe, expect, test } from 'vitest'
import { KEPT_BYTES } from '../regions/carried.ts'
import { type FaceMemory, faceMemoryFrom } from './face-memory.ts'
import { bytesOf, isFaceMemoryState, withBytes, withoutBytes } from './face-memory-state.ts'
import { EXPRESSION, GLIMPSE, type HeldDrawing } from './held-drawing.ts'
import { testSubject } from './testing.ts'

const { points, irises } = testSubject()
const landmarks = { points, presence: 0.9, rightIris: irises[0], leftIris: irises[1] }

describe('a number that is measured of a face', () => {
  test('is the first one at first, then comes closer: by two thirds in 0.35 s, however many frames that are', () => {
    for (const frames of [7, 35]) {
      const memory = faceMemoryFrom()
      memory.enter([1], 0)
      expect(memory.face(1).steady('lightness', 40)).toBe(40)
      let last = 0
      for (let i = 1; i <= frames; i++) {
        memory.enter([1], (0.35 * i) / frames)
        last = memory.face(1).steady('lightness', 50)
        // Asked for again in one frame, it is the same.
        expect(memory.face(1).steady('lightness', 50)).toBe(last)
      }
      expect(last).toBeCloseTo(40 + 10 * (1 - Math.exp(-1)), 6)
    }
  })

  test('is each face’s own', () => {
    const memory = faceMemoryFrom()
    memory.enter([1, 2], 0)
    memory.face(1).steady('lightness', 40)
    expect(memory.face(2).steady('lightness', 90)).toBe(90)
  })
})

/** How much of a face's drawing is shown in frames of 0.1 s in which it is clear or not. */
const shownOf = (memory: FaceMemory, clear: readonly boolean[], start = 0): number[] =>
  clear.map((isClear, i) => {
    memory.enter([1], start + i / 10)
    return memory.face(1).show(isClear)
  })

describe('the drawing of a face', () => {
  test('is there at once where it is clear at first sight, else fades in; and fades out in 0.3 s', () => {
    const shown = (clear: readonly boolean[]): number[] =>
      shownOf(faceMemoryFrom(), clear).map((x) => Math.round(x * 100))
    expect(shown([true, true, false, false, false, false])).toEqual([100, 100, 67, 33, 0, 0])
    expect(shown([false, true, true, false, true, true])).toEqual([0, 33, 67, 33, 67, 100])
  })

  test('begins anew after a cut, a gap of more than a second, and a break in being followed', () => {
    const memory = faceMemoryFrom()
    expect(shownOf(memory, [false, true])[1]).toBeLessThan(0.5)
    memory.reset()
    expect(shownOf(memory, [true], 0.2)).toEqual([1])
    expect(shownOf(memory, [false, false], 0.3)[1]).toBeLessThan(0.5)
    expect(shownOf(memory, [true], 3)).toEqual([1])
    memory.enter([2], 3.1)
    expect(() => memory.face(1)).toThrow('face 1')
    expect(shownOf(memory, [false], 3.2)).toEqual([0])
  })
})

describe('a drawing that is kept', () => {
  const drawing = { at: 0 } as HeldDrawing

  test('is there in later frames, until nothing of it is shown, or the face is met anew', () => {
    const memory = faceMemoryFrom()
    memory.enter([1], 0)
    memory.face(1).show(true)
    memory.face(1).keep(drawing)
    for (let i = 1; i <= 3; i++) {
      memory.enter([1], i / 10)
      expect(memory.face(1).drawing).toBe(drawing)
      expect(memory.face(1).seconds).toBe(i / 10)
      memory.face(1).show(false)
    }
    memory.enter([1], 0.5)
    expect(memory.face(1).drawing).toBeUndefined()
    memory.face(1).keep(drawing)
    memory.reset()
    memory.enter([1], 0.6)
    expect(memory.face(1).drawing).toBeUndefined()
  })

  test('does not slow down numbers that are measured only when a head is drawn', () => {
    const memory = faceMemoryFrom()
    memory.enter([1], 0)
    memory.face(1).steady('lightness', 40)
    memory.face(1).keep(drawing)
    memory.enter([1], 0.175)
    memory.enter([1], 0.35)
    expect(memory.face(1).steady('lightness', 50)).toBeCloseTo(40 + 10 * (1 - Math.exp(-1)), 6)
  })
})

describe('its state', () => {
  const remembered = (): FaceMemory => {
    const memory = faceMemoryFrom()
    for (const seconds of [0, 0.04]) {
      memory.enter([3, 7], seconds)
      for (const id of [3, 7]) {
        const face = memory.face(id)
        face.landmarks(landmarks)
        face.steady('lightness', 40 + 100 * seconds)
        face.show(id === 3)
      }
    }
    return memory
  }

  test('goes on as the memory does, also through JSON', () => {
    const memory = remembered()
    const other = faceMemoryFrom(JSON.parse(JSON.stringify(memory.state())))
    for (const one of [memory, other]) one.enter([3, 7], 0.08)
    for (const id of [3, 7]) {
      const [a, b] = [memory, other].map((one) => one.face(id))
      expect(b.landmarks(landmarks)).toEqual(a.landmarks(landmarks))
      expect(b.steady('lightness', 60)).toBe(a.steady('lightness', 60))
      expect(b.show(false)).toBe(a.show(false))
    }
    expect(other.state()).toEqual(memory.state())
  })

  test('is accepted as it is; not with a field that is missing or of another kind', () => {
    const kept = {
      at: 1.5,
      head: { origin: { x: 1, y: 2 }, unit: 30, down: { x: 0, y: 1 }, yaw: 3, pitch: -4 },
      square: { x: 0, y: 3, side: 50 },
      signs: { beard: 0.1, glasses: 0, darkLenses: false, lids: [1, 0.5] as const, grey: true, flesh: true },
      masks: new Uint8Array([1, 2, 3]),
    }
    const { masks, signs: _, ...seen } = kept
    const drawing: HeldDrawing = {
      ...seen,
      square: { x: 0, y: 3, side: 2 },
      expression: Array.from({ length: EXPRESSION }, (_, i) => i / 10),
      glimpse: Array.from({ length: GLIMPSE }, (_, i) => i % 256),
      picture: { width: 2, height: 2, channels: 4, data: Uint8Array.from({ length: 16 }, (_, i) => i) },
    }
    const state = remembered().state()
    const whole = { ...state, faces: state.faces.map((face) => ({ ...face, regions: kept, drawing })) }
    const text = JSON.stringify(withoutBytes(whole))
    expect(text.length).toBeLessThan(150_000)
    expect(isFaceMemoryState(JSON.parse(text))).toBe(true)
    const bytes = [masks, drawing.picture.data]
    expect(bytesOf(whole)).toEqual([...bytes, ...bytes])
    const counts: number[] = []
    const again = withBytes(JSON.parse(text), (count) => bytes[(counts.push(count) - 1) % 2])
    expect(again).toEqual(whole)
    expect(counts).toEqual([KEPT_BYTES, 16, KEPT_BYTES, 16])
    /** Every place in the state but the landmarks' many numbers, of which one will do. */
    const paths = (value: unknown, path: readonly string[] = []): (readonly string[])[] => {
      if (typeof value !== 'object' || value === null) return [path]
      const entries = Object.entries(value)
      return [
        path,
        ...(entries.length > 100 ? entries.slice(0, 1) : entries).flatMap(([k, v]) => paths(v, [...path, k])),
      ]
    }
    const tried = paths(JSON.parse(text)).filter(
      (path) => path.length > 0 && !path.includes('masks') && !path.includes('picture'),
    )
    expect(tried.length).toBeGreaterThan(60)
    for (const path of tried) {
      for (const wrong of [null, 'x', [], {}, 1e12]) {
        const copy = JSON.parse(text)
        const parent = path.slice(0, -1).reduce((at, name) => at[name], copy)
        // A list of no faces and no numbers are as good as some.
        if (['faces', 'numbers'].includes(path.at(-1)!) && JSON.stringify(wrong).length === 2) continue
        if (path.length > 1 && path.at(-1) === 'before' && wrong === 1e12) continue
        if (path.at(-1) === 'id' && wrong === 1e12) continue
        if (path.at(-1) === 'samples' && wrong === 1e12) continue
        if (path[0] === 'before' && wrong === 1e12) continue
        parent[path.at(-1)!] = wrong
        expect(isFaceMemoryState(copy), `${path.join('.')}: ${JSON.stringify(wrong)}`).toBe(false)
      }
    }
  })
})
