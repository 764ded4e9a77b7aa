/** Validation of a follower's state: each field of a real one is corrupted in turn. */
import { describe, expect, it } from 'vitest'
import { faceAt } from '../testing.ts'
import type { FollowerState } from './follow.ts'
import { isFollowerState } from './follower-state.ts'
import { faceTrackerFrom } from './track.ts'

/** Two faces, one with ears, after some frames of following. */
const real = (): FollowerState => {
  const tracker = faceTrackerFrom()
  const ears = { rightEar: { x: 30.5, y: 40 }, leftEar: { x: 70, y: 40 } }
  for (const i of [0, 1, 2]) tracker.update([{ ...faceAt(50 + i, 40, 12), ...ears }, faceAt(150, 40, 12)], i / 25)
  return { since: 3, tracker: tracker.state() }
}

type Path = readonly (string | number)[]

/** The paths to all numbers in a value. */
const numbersIn = (value: unknown, path: Path = []): Path[] =>
  typeof value === 'number'
    ? [path]
    : Object.entries(value as object).flatMap(([name, field]) => numbersIn(field, [...path, name]))

const text = JSON.stringify(real())

/** A copy of a real state with another value at a path. Undefined removes the field, as JSON does. */
const withField = (path: Path, value: unknown): unknown => {
  const state = JSON.parse(text)
  const parent = path.slice(0, -1).reduce((at, name) => at[name], state)
  if (value === undefined) delete parent[path.at(-1)!]
  else parent[path.at(-1)!] = value
  return state
}

describe('a state of a follower', () => {
  it('is accepted as a follower returns it, also through JSON, without faces and before the first frame', () => {
    expect(isFollowerState(real())).toBe(true)
    expect(isFollowerState(JSON.parse(JSON.stringify(real())))).toBe(true)
    expect(isFollowerState({ since: 8, tracker: faceTrackerFrom().state() })).toBe(true)
    expect(isFollowerState(withField(['tracker', 'before'], undefined))).toBe(true)
  })

  it('must have a number wherever a real one has', () => {
    const paths = numbersIn(real())
    // Two tracks, each of 16 filters of 3 numbers and 3 faces of at least 12 numbers.
    expect(paths.length).toBeGreaterThan(2 * (16 * 3 + 3 * 12))
    for (const path of paths) {
      for (const wrong of ['7', null, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, {}, [], true]) {
        expect(isFollowerState(withField(path, wrong)), `${path.join('.')}: ${wrong}`).toBe(false)
      }
      if (path.at(-1) !== 'before') expect(isFollowerState(withField(path, undefined)), path.join('.')).toBe(false)
    }
  })

  it('must have an object wherever a real one has; ears may be missing', () => {
    const face = ['tracker', 'tracks', 0, 'seat']
    const track = ['tracker', 'tracks', 0]
    for (const path of [
      ['tracker'],
      ['tracker', 'tracks'],
      track,
      [...track, 'filters'],
      [...track, 'filters', 'x'],
      face,
      [...track, 'found'],
      [...track, 'shown'],
      [...face, 'box'],
      ...['rightEye', 'leftEye', 'nose', 'mouth', 'rightEar', 'leftEar'].map((name) => [...face, name]),
    ]) {
      for (const wrong of [null, 5, 'face', [[]]]) {
        expect(isFollowerState(withField(path, wrong)), `${path.join('.')}: ${wrong}`).toBe(false)
      }
      // A missing track is a face that was forgotten.
      const optional = [0, 'rightEar', 'leftEar', 'x'].includes(path.at(-1)!)
      expect(isFollowerState(withField(path, undefined)), `${path.join('.')} missing`).toBe(optional)
    }
    for (const wrong of [undefined, null, [], 'state', 3]) expect(isFollowerState(wrong)).toBe(false)
  })

  it.each([
    [['since'], [0, 7], [-1, 1.5, 2 ** 53]],
    [
      ['tracker', 'nextId'],
      [1, 99],
      [0, -3, 2.5],
    ],
    [
      ['tracker', 'before'],
      [-5, 0, 1e9],
      [1e13, -1e13],
    ],
    [
      ['tracker', 'tracks', 1, 'id'],
      [1, 5],
      [0, 1.5],
    ],
    [
      ['tracker', 'tracks', 1, 'weight'],
      [0, 0.5, 1],
      [-0.01, 1.01],
    ],
    [
      ['tracker', 'tracks', 1, 'lastSeen'],
      [-5, 1e9],
      [1e13, -1e13],
    ],
    [
      ['tracker', 'tracks', 1, 'unit'],
      [1, 1e6],
      [0.9, 1.1e6],
    ],
    [
      ['tracker', 'tracks', 1, 'seat', 'score'],
      [0, 1],
      [-0.1, 1.1],
    ],
    [
      ['tracker', 'tracks', 1, 'found', 'box', 'x'],
      [-1e6, 1e6],
      [-1.1e6, 1.1e6],
    ],
    [
      ['tracker', 'tracks', 1, 'found', 'box', 'width'],
      [1e-3, 1e6],
      [0, -4, 1.1e6],
    ],
    [
      ['tracker', 'tracks', 1, 'found', 'box', 'height'],
      [1e-3, 1e6],
      [0, -4, 1.1e6],
    ],
    [
      ['tracker', 'tracks', 1, 'shown', 'nose', 'y'],
      [-1e6, 1e6],
      [-1.1e6, 1.1e6],
    ],
    [
      ['tracker', 'tracks', 1, 'filters', 'x', 'value'],
      [-1e6, 1e6],
      [-1.1e6, 1.1e6],
    ],
    [
      ['tracker', 'tracks', 1, 'filters', 'x', 'slope'],
      [-1e6, 1e6],
      [-1.1e6, 1.1e6],
    ],
    [
      ['tracker', 'tracks', 1, 'filters', 'x', 'samples'],
      [1, 40],
      [0, 1.5],
    ],
  ] as const)('must have %s within its bounds', (path, right, wrong) => {
    for (const value of right) expect(isFollowerState(withField(path, value)), String(value)).toBe(true)
    for (const value of wrong) expect(isFollowerState(withField(path, value)), String(value)).toBe(false)
  })

  it('must have only a tracker’s filters', () => {
    expect(
      isFollowerState(withField(['tracker', 'tracks', 0, 'filters', 'z'], { value: 0, slope: 0, samples: 1 })),
    ).toBe(false)
  })
})
