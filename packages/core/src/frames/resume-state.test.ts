import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faceTrackerFrom } from '../faces/find/track.ts'
import { KEPT_BYTES } from '../faces/regions/carried.ts'
import { faceAt } from '../faces/testing.ts'
import { testPicture } from '../pixels/testing.ts'
import { type ResumeState, readResumeState, writeResumeState } from './resume-state.ts'

const progress: ResumeState = {
  source: testPicture(7, 5),
  result: testPicture(7, 5, 4),
  statistics: {
    values: {
      'a.mean': { dtype: 'float32', shape: [1, 1, 1, 1], data: new Float32Array([Math.fround(0.1)]) },
      'a.variance': { dtype: 'float32', shape: [1, 3, 1, 1], data: new Float32Array([1, -2, 3e-9]) },
    },
    age: 5,
    brightness: 100.25,
  },
}

/** With faces that moved, one of them lost. */
const withFaces = (): ResumeState => {
  const tracker = faceTrackerFrom()
  const ears = { rightEar: { x: 1, y: 2 }, leftEar: { x: 9, y: 2 } }
  tracker.update([{ ...faceAt(50.3, 40, 12), ...ears }, faceAt(100, 90.7, 20)], 0.1)
  for (const i of [1, 2, 3]) tracker.update([{ ...faceAt(50.3 + i, 40, 12), ...ears }], 0.1 + 0.1 * i)
  return { ...progress, faces: { since: 3, tracker: tracker.state() } }
}

/** With a drawn face, whose masks are known. */
const withCharacters = (): ResumeState => {
  const regions = {
    at: 0.1,
    head: { origin: { x: 3, y: 2 }, unit: 2, down: { x: 0, y: 1 }, yaw: 0, pitch: 0 },
    square: { x: 0, y: 0, side: 5 },
    signs: { beard: 0, glasses: 0, darkLenses: false, lids: [1, 1], grey: false, flesh: true },
    masks: new Uint8Array(KEPT_BYTES).map((_, i) => i % 251),
  } as const
  const memory = { before: 0.1, faces: [{ id: 1, shown: 0.5, regions, numbers: { lightness: 50 } }] }
  return { ...withFaces(), characters: { memory, drawn: testPicture(7, 5, 4) } }
}

describe('progress', () => {
  it('is read back unchanged, with and without statistics', () => {
    expect(readResumeState(writeResumeState(progress))).toEqual(progress)
    expect(withFaces().faces?.tracker.tracks).toHaveLength(2)
    expect(readResumeState(writeResumeState(withFaces()))).toEqual(withFaces())
    expect(readResumeState(writeResumeState(withCharacters()))).toEqual(withCharacters())
    const { source, result } = progress
    expect(readResumeState(writeResumeState({ source, result }))).toEqual({ source, result })
  })

  it('may start anywhere in a buffer', () => {
    const bytes = writeResumeState(progress)
    const larger = new Uint8Array(bytes.length + 3)
    larger.set(bytes, 3)
    expect(readResumeState(larger.subarray(3))).toEqual(progress)
  })

  it('is refused in one line when it is truncated or too long', () => {
    const bytes = writeResumeState(withFaces())
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readResumeState(bytes.subarray(0, length))).toThrow(
        /^frames: expected the state of a clip, found .+$/,
      )
    }
    expect(() => readResumeState(new Uint8Array([...bytes, 0]))).toThrow('more than that')
    const drawn = writeResumeState(withCharacters())
    for (const less of [1, KEPT_BYTES, KEPT_BYTES + 1]) {
      expect(() => readResumeState(drawn.subarray(0, drawn.length - less))).toThrow('cut short')
    }
  })

  it('is refused when its faces are invalid, even slightly', () => {
    const bytes = Buffer.from(writeResumeState(withFaces()))
    const changed = (from: string, to: string): Uint8Array => {
      const at = bytes.indexOf(from)
      expect(at, from).toBeGreaterThan(0)
      expect(to).toHaveLength(from.length)
      const copy = Uint8Array.from(bytes)
      copy.set(Buffer.from(to), at)
      return copy
    }
    for (const [from, to] of [
      ['"since":3', '"since":n'],
      ['"id":1', '"id":0'],
      ['"nose":{"x"', '"nose":{"z"'],
      ['"score":1', '"score":7'],
      ['"mouth x"', '"mouth w"'],
      ['"samples":4', '"samples":0'],
      ['"tracks":[', '"traces":['],
    ] as const) {
      expect(() => readResumeState(changed(from, to)), to).toThrow(/^frames: expected the state of a clip, found .+$/)
    }
  })

  it('holds as many faces as a frame can have', () => {
    const tracker = faceTrackerFrom()
    tracker.update(
      Array.from({ length: 600 }, (_, i) => faceAt(100 * (i % 30) + 1 / 3, 100 * Math.trunc(i / 30) + 1 / 7, 12.3)),
      1 / 30,
    )
    const crowded = { ...progress, faces: { since: 0, tracker: tracker.state() } }
    expect(readResumeState(writeResumeState(crowded))).toEqual(crowded)
  })

  it('is either refused or read, whatever bytes are overwritten', () => {
    const bytes = writeResumeState(withFaces())
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, patch) => {
        const changed = bytes.slice()
        changed.set(patch.subarray(0, changed.length - at), at)
        try {
          readResumeState(changed)
        } catch (error) {
          expect((error as Error).message).toMatch(/^frames: /)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
