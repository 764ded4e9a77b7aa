import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testPicture } from '../testing.ts'
import { type Progress, readProgress, writeProgress } from './progress.ts'

const progress: Progress = {
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

describe('progress', () => {
  it('comes back as it was, with statistics and without', () => {
    expect(readProgress(writeProgress(progress))).toEqual(progress)
    const { source, result } = progress
    expect(readProgress(writeProgress({ source, result }))).toEqual({ source, result })
  })

  it('may lie anywhere in a buffer', () => {
    const bytes = writeProgress(progress)
    const larger = new Uint8Array(bytes.length + 3)
    larger.set(bytes, 3)
    expect(readProgress(larger.subarray(3))).toEqual(progress)
  })

  it('is refused in one line when it is cut short or too long', () => {
    const bytes = writeProgress(progress)
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readProgress(bytes.subarray(0, length))).toThrow(/^frames: expected the state of a clip, found .+$/)
    }
    expect(() => readProgress(new Uint8Array([...bytes, 0]))).toThrow('more than that')
  })

  it('is refused or read, never worse, whatever is written over it', () => {
    const bytes = writeProgress(progress)
    fc.assert(
      fc.property(fc.nat(300), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, patch) => {
        const changed = bytes.slice()
        changed.set(patch.subarray(0, changed.length - at), at)
        try {
          readProgress(changed)
        } catch (error) {
          expect((error as Error).message).toMatch(/^frames: /)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
