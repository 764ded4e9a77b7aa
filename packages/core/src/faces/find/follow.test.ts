/** When and where a follower searches, with a fake detector that finds what the test says and records its calls. */
import { expect, test } from 'vitest'
import { closeable } from '../../closing.ts'
import { testPicture } from '../../pixels/testing.ts'
import type { Face } from '../face.ts'
import { faceAt } from '../testing.ts'
import type { FaceDetector } from './detector.ts'
import { faceFollowerOf } from './follow.ts'

const frame = testPicture(200, 120)
const [left, right, between] = [faceAt(40, 60, 12), faceAt(160, 60, 12), faceAt(100, 60, 12)]

/** What the detector finds in one frame: near known faces, and in the whole frame. */
interface Scene {
  readonly near: readonly Face[]
  readonly everywhere: readonly Face[]
}

/**
 * Follows through the scenes; `asked` has the searches of each frame in order, `shown` the positions of the resulting
 * faces from left to right.
 */
const follow = async (scenes: readonly Scene[], follower = faceFollowerOf(detectorOf(scenes))) => {
  const asked: string[] = []
  const shown: number[][] = []
  for (const i of scenes.keys()) {
    log.length = 0
    at = i
    const faces = await follower.next(frame, i / 25)
    shown.push(faces.map(({ nose }) => Math.round(nose.x)).sort((a, b) => a - b))
    asked.push(log.join(' '))
  }
  return { asked, shown }
}

let at = 0
const log: string[] = []
const detectorOf = (scenes: readonly Scene[]): FaceDetector => ({
  detect: async (_, { near, smallest } = {}) => {
    log.push(near ? `near ${near.length}` : `all from ${smallest}`)
    return [...scenes[at][near ? 'near' : 'everywhere']]
  },
  ...closeable(async () => {}),
})

const scenes = (count: number, scene: Scene): Scene[] => Array.from({ length: count }, () => scene)
/** A tenth of the short side. */
const WHOLE = 'all from 12'

test('while all faces are found again, only every eighth frame is searched whole', async () => {
  const both = { near: [left, right], everywhere: [left, right] }
  const { asked, shown } = await follow(scenes(18, both))
  const whole = asked.flatMap((searches, i) => (searches.includes(WHOLE) ? [i] : []))
  expect(whole).toEqual([0, 8, 16])
  expect(asked[0]).toBe(WHOLE)
  expect(asked[1]).toBe('near 2')
  expect(asked[8]).toBe(`near 2 ${WHOLE}`)
  expect(shown).toEqual(Array(18).fill([40, 160]))
})

test('when one of two is lost, the frame is searched whole at once and the count of eight restarts', async () => {
  const both = { near: [left, right], everywhere: [left, right] }
  const lost = { near: [left], everywhere: [left, between] }
  const { asked } = await follow([
    ...scenes(3, both),
    lost,
    ...scenes(9, { near: [left, right, between], everywhere: [] }),
  ])
  expect(asked[3]).toBe(`near 2 ${WHOLE}`)
  const whole = asked.flatMap((searches, i) => (searches.includes(WHOLE) ? [i] : []))
  expect(whole).toEqual([0, 3, 11])
})

test('without a face, only every eighth frame is searched at all', async () => {
  const { asked, shown } = await follow(scenes(10, { near: [], everywhere: [] }))
  expect(asked).toEqual([WHOLE, '', '', '', '', '', '', '', WHOLE, ''])
  expect(shown.flat()).toEqual([])
})

test('a face found by both searches is one face; one found only by the whole search is new', async () => {
  // Its box overlaps the other by two thirds or more.
  const moved = faceAt(44, 60, 12)
  const both = { near: [moved], everywhere: [left, right] }
  const { shown } = await follow([{ near: [], everywhere: [left] }, ...scenes(8, both)])
  expect(shown.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 2])
  expect(shown[8][0]).toBeGreaterThan(41)
  expect(shown[8][1]).toBe(160)
})

test('forgets at a cut: the next frame is searched whole, and only there', async () => {
  const one = { near: [left], everywhere: [left] }
  const follower = faceFollowerOf(detectorOf(scenes(3, one)))
  await follow(scenes(3, one), follower)
  follower.reset()
  expect((await follow([one], follower)).asked).toEqual([WHOLE])
})

test("restored from another's state, it makes the same searches", async () => {
  const one = { near: [left], everywhere: [left] }
  const first = faceFollowerOf(detectorOf(scenes(12, one)))
  await follow(scenes(5, one), first)
  const second = faceFollowerOf(detectorOf(scenes(12, one)), JSON.parse(JSON.stringify(first.state())))
  expect(second.state()).toEqual(first.state())
  const rest = [await follow(scenes(6, one), first), await follow(scenes(6, one), second)]
  expect(rest[1]).toEqual(rest[0])
  expect(rest[0].asked.filter((searches) => searches.includes(WHOLE))).toHaveLength(1)
})
