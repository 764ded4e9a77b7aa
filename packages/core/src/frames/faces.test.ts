/** Faces in streams of frames, found by the real detector while a camera pans over a photo. */
import { readFileSync } from 'node:fs'
import * as node from 'onnxruntime-node'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CharacterArtist, createCharacterArtist } from '../faces/character/character-artist.ts'
import { usualLook } from '../faces/character/testing.ts'
import { faceStylizerOf } from '../faces/draw/face-stylizer.ts'
import { createFaceDetector, type FaceDetector } from '../faces/find/detector.ts'
import { portraitModels } from '../faces/testing.ts'
import type { Picture } from '../picture.ts'
import { createStylizer, type Stylizer } from '../stylizer.ts'
import { largestDifference, localEngine, randomStyle } from '../testing.ts'
import type { Frame } from './frame.ts'
import { type FrameFaces, type FrameOptions, type StyledFrame, stylizeFrames } from './stylize-frames.ts'
import { clip, noisy, scene } from './testing.ts'

const modelFile = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../models/weights/face_detection_${name}.tflite`, import.meta.url)))
const photo = new URL('../../../../examples/portrait.jpg', import.meta.url)

const [width, height] = [168, 112]
/** The face in the first frame, by eye: from brow to chin and from ear to ear. */
const FACE = { left: 37, right: 82, top: 35, bottom: 81 }

const style = { ...randomStyle('live'), metadata: { faceSize: '64' } }
const engine = localEngine(node)
let stylizer: Stylizer
let detector: FaceDetector
let artist: CharacterArtist
let faces: FrameFaces
/** The same, drawn as characters. */
let drawn: FrameFaces
/** The photo, extended by more wall, seen by a camera that moves right and down. */
let pan: Picture[]
/** The detector's calls: frames searched whole, and frames searched near known faces. */
const asked = { whole: 0, near: 0 }

beforeAll(async () => {
  stylizer = await createStylizer(style, engine)
  detector = await createFaceDetector(
    { shortRange: modelFile('short_range'), fullRange: modelFile('full_range') },
    engine,
  )
  const counting: FaceDetector = {
    ...detector,
    detect: (picture, options) => {
      asked[options?.near ? 'near' : 'whole']++
      return detector.detect(picture, options)
    },
  }
  faces = { detector: counting, stylizer: faceStylizerOf(stylizer, style) }
  artist = await createCharacterArtist(portraitModels(), engine)
  const how = { proportions: 0.8, lashes: 'auto', age: 'keep', eyeColour: undefined, look: usualLook } as const
  drawn = { ...faces, characters: { artist, ...how } }
  const small = await sharp(readFileSync(photo)).resize(120).removeAlpha().png().toBuffer()
  const wide = await sharp(small).extend({ right: 60, extendWith: 'repeat' }).png().toBuffer()
  pan = await Promise.all(
    Array.from({ length: 12 }, async (_, i) => {
      const part = sharp(wide).extract({ left: i, top: Math.trunc(i / 2), width, height })
      return { width, height, channels: 3, data: new Uint8Array(await part.raw().toBuffer()) } as const
    }),
  )
})
afterAll(async () => {
  await artist.close()
  await detector.close()
  await stylizer.close()
  await engine.close()
})

const all = async (
  pictures: readonly Picture[],
  options?: FrameOptions & { start?: number },
): Promise<StyledFrame[]> => {
  Object.assign(asked, { whole: 0, near: 0 })
  const out: StyledFrame[] = []
  for await (const frame of stylizeFrames(stylizer, later(clip(pictures), options?.start ?? 0), options))
    out.push(frame)
  return out
}

/** The frames of a clip from the frame `start` on. */
async function* later(frames: AsyncIterable<Frame>, start: number): AsyncGenerator<Frame, void, undefined> {
  let index = start
  for await (const frame of frames) yield { ...frame, timestamp: index++ / 25 }
}

/** How many of a frame's pixels differ, inside the face and at least a face's width away from it. */
const changed = (a: Picture, b: Picture, shift: number) => {
  const counts = { inside: 0, outside: 0 }
  const side = FACE.right - FACE.left
  for (let i = 0; i < a.data.length; i += 3) {
    if ([0, 1, 2].every((c) => a.data[i + c] === b.data[i + c])) continue
    const [x, y] = [((i / 3) % width) + shift, Math.trunc(i / 3 / width) + shift / 2]
    if (x > FACE.left && x < FACE.right && y > FACE.top && y < FACE.bottom) counts.inside++
    if (x < FACE.left - side || x > FACE.right + side || y < FACE.top - side || y > FACE.bottom + side) counts.outside++
  }
  return counts
}

it('redraws a face in every frame, and nothing far from it', async () => {
  const [off, auto] = [await all(pan), await all(pan, { faces })]
  const area = (FACE.right - FACE.left) * (FACE.bottom - FACE.top)
  for (const [i, { picture }] of auto.entries()) {
    const { inside, outside } = changed(off[i].picture, picture, i)
    expect(inside).toBeGreaterThan(0.7 * area)
    expect(outside).toBe(0)
  }
  for (const [i, { source, faces: told }] of auto.entries()) {
    expect(source).toBe(pan[i])
    expect(told).toMatchObject([{ id: 1, redrawn: true }])
    const { x, width: side } = told[0].box
    expect(Math.abs(x + side / 2 + i - (FACE.left + FACE.right) / 2)).toBeLessThan(0.2 * (FACE.right - FACE.left))
  }
  expect(off.flatMap(({ faces: told }) => told)).toEqual([])
  const large = await all(pan.slice(0, 1), { faces: { ...faces, proportions: 1 } })
  expect(changed(large[0].picture, auto[0].picture, 0).inside).toBeGreaterThan(0.3 * area)
})

it('searches few frames whole, the others near the face, and repeated frames not at all', async () => {
  await all([...pan.slice(0, 10), ...Array<Picture>(5).fill(pan[9])], { faces })
  expect(asked).toEqual({ whole: 2, near: 9 })
})

it('forgets faces at a cut: none fades out over another shot, and one that is there at once has full weight', async () => {
  const empty = [scene(width, height, 0, 0, 3), scene(width, height, 1, 0, 3)]
  const [off, auto] = [await all(empty), await all([...pan.slice(0, 3), ...empty, pan[5]], { faces })]
  for (const [i, { picture }] of off.entries()) expect(largestDifference(auto[3 + i].picture, picture)).toBe(0)
  const [alone] = await all([pan[5]], { faces })
  expect(largestDifference(auto[5].picture, alone.picture)).toBe(0)
})

it('resumes after any frame with the same bytes, also while a face fades', async () => {
  // The face is lost for two frames and fades.
  const hidden = pan.map((picture, i) => (i === 5 || i === 6 ? covered(picture) : picture))
  const pictures = [...hidden.slice(0, 4), hidden[3], ...hidden.slice(4)]
  const whole = await all(pictures, { faces })
  expect(asked.whole).toBeGreaterThan(2)
  for (const cut of [1, 5, 7, 9]) {
    const rest = await all(pictures.slice(cut), { faces, state: whole[cut - 1].state(), start: cut })
    expect(rest).toHaveLength(pictures.length - cut)
    for (const [i, { picture }] of rest.entries()) {
      expect(largestDifference(picture, whole[cut + i].picture), `frame ${cut + i} after ${cut}`).toBe(0)
    }
    expect(rest.at(-1)!.state()).toEqual(whole.at(-1)!.state())
  }
})

describe('faces drawn as characters', () => {
  let whole: StyledFrame[]
  /** The face is lost for two frames, and one frame is repeated. */
  const lost = (): Picture[] => {
    const pictures = pan.slice(0, 8).map((picture, i) => (i === 5 || i === 6 ? covered(picture) : picture))
    return [...pictures.slice(0, 4), pictures[3], ...pictures.slice(4)]
  }
  beforeAll(async () => {
    whole = await all(lost(), { faces: drawn })
  })

  it('are another picture than the style’s in every frame, and nothing far from them is', async () => {
    const off = await all(lost())
    const area = (FACE.right - FACE.left) * (FACE.bottom - FACE.top)
    for (const i of [0, 1, 2, 3]) {
      expect(whole[i].faces).toMatchObject([{ id: 1, drawn: true, redrawn: true }])
      const { inside, outside } = changed(off[i].picture, whole[i].picture, i)
      expect(inside).toBeGreaterThan(0.9 * area)
      expect(outside).toBe(0)
    }
    expect(whole[4].repeated).toBe(true)
    expect(largestDifference(whole[4].picture, whole[3].picture)).toBe(0)
  })

  it('stay still on a still head: less of it changes from frame to frame than by noise in the frames', async () => {
    const still = [1, 2, 3, 4].map((seed) => noisy(pan[0], 8, seed))
    const frames = await all(still, { faces: drawn })
    /** The mean difference of two frames within the face. */
    const differs = (a: Picture, b: Picture): number => {
      let [sum, count] = [0, 0]
      for (let y = FACE.top; y < FACE.bottom; y++) {
        for (let i = 3 * (y * width + FACE.left); i < 3 * (y * width + FACE.right); i++) {
          sum += Math.abs(a.data[i] - b.data[i])
          count++
        }
      }
      return sum / count
    }
    for (const i of [2, 3]) {
      const own = differs(still[i - 1], still[i])
      expect(differs(frames[i - 1].picture, frames[i].picture)).toBeLessThan(0.5 * own)
    }
  })

  it('resume after any frame with the same bytes', async () => {
    for (const cut of [4, 6]) {
      const state = whole[cut - 1].state()
      const rest = await all(lost().slice(cut), { faces: drawn, state, start: cut })
      for (const [i, { picture }] of rest.entries()) {
        expect(largestDifference(picture, whole[cut + i].picture), `frame ${cut + i} after ${cut}`).toBe(0)
      }
      expect(rest.at(-1)!.state()).toEqual(whole.at(-1)!.state())
    }
  })

  it('are mixed with the frame as all of it is', async () => {
    const [half] = await all(pan.slice(0, 1), { faces: drawn, strength: 0.5 })
    const mixed = pan[0].data.map((value, i) => Math.round(value + (whole[0].picture.data[i] - value) / 2))
    expect(largestDifference(half.picture, { ...pan[0], data: mixed })).toBeLessThanOrEqual(1)
    const [none] = await all(pan.slice(0, 1), { faces: drawn, strength: 0 })
    expect(largestDifference(none.picture, pan[0])).toBe(0)
  })
})

/** The picture with a bar over the middle of the face. */
const covered = (picture: Picture): Picture => {
  const data = picture.data.slice()
  for (let y = 40; y < 80; y++) data.fill(90, (y * width + 25) * 3, (y * width + 85) * 3)
  return { ...picture, data }
}
