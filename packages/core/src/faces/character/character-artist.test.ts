/** Faces of real photos drawn over styled copies, by the networks themselves: where they are written, how, and when they are left. */
import { readFileSync } from 'node:fs'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Picture } from '../../picture.ts'
import { resample } from '../../pixels/resample.ts'
import { localEngine } from '../../testing.ts'
import type { Face } from '../face.ts'
import { labOf } from '../regions/lab.ts'
import { median } from '../regions/numbers.ts'
import { hasPhoto, missing, photo, portraitModels } from '../testing.ts'
import { type CharacterArtist, createCharacterArtist, type DrawOptions } from './character-artist.ts'
import { usualLook } from './testing.ts'

const recorded: Record<string, { readonly points: readonly number[] }> = JSON.parse(
  readFileSync(new URL('../landmarks/fixtures/landmarks.json', import.meta.url), 'utf8'),
)

// Regions of a portrait take some seconds on a busy core.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const engine = localEngine(ort)
let artist: CharacterArtist
beforeAll(async () => {
  artist = await createCharacterArtist(portraitModels(), engine)
})
afterAll(() => engine.close())

const OPTIONS: DrawOptions = {
  proportions: 0.8,
  lashes: 'auto',
  age: 'keep',
  eyeColour: undefined,
  look: usualLook,
  strength: 1,
}

/** A photo, its long side brought to `side` pixels, and the face in it, by recorded landmarks as a detector would have them. */
const portrait = async (name: string, side: number): Promise<{ picture: Picture; face: Face }> => {
  const whole = await photo(name)
  const scale = side / Math.max(whole.width, whole.height)
  const picture = resample(whole, Math.round(whole.width * scale), Math.round(whole.height * scale))
  const { points } = recorded[name]
  const at = (i: number) => ({ x: points[3 * i] * scale, y: points[3 * i + 1] * scale })
  const [right, left, top, chin] = [at(234), at(454), at(105), at(152)]
  const box = { x: right.x, y: top.y, width: left.x - right.x, height: chin.y - top.y }
  return { picture, face: { box, score: 1, rightEye: at(468), leftEye: at(473), nose: at(1), mouth: at(13) } }
}

/** A copy in which every pixel has another value, whatever the photo is. */
const otherCopy = (picture: Picture): Picture => ({ ...picture, data: picture.data.map((value) => 255 - (value >> 1)) })

/** Measures faces and draws those that can be drawn, over the styled picture; gives them. */
const draw = async (
  artist: CharacterArtist,
  original: Picture,
  styled: Picture,
  faces: readonly Face[],
  options: DrawOptions,
): Promise<readonly Face[]> => {
  const met = await artist.meet(original, styled, faces, options)
  await met.draw(styled)
  return met.drawn
}

describe('a portrait', () => {
  let given: Awaited<ReturnType<typeof portrait>>
  let before: Picture
  let after: Picture
  beforeAll(async () => {
    given = await portrait('examples/portrait.jpg', 420)
    before = otherCopy(given.picture)
    after = otherCopy(given.picture)
    expect(await draw(artist, given.picture, after, [given.face], OPTIONS)).toEqual([given.face])
  })
  const differs = (i: number): boolean => [0, 1, 2].some((c) => before.data[3 * i + c] !== after.data[3 * i + c])

  test('is written where the head is; far from it not a byte', () => {
    const { box } = given.face
    const { width, height } = given.picture
    let [inFace, far] = [0, 0]
    for (let i = 0; i < width * height; i++) {
      if (!differs(i)) continue
      const [x, y] = [(i % width) - box.x - box.width / 2, Math.floor(i / width) - box.y - box.height / 2]
      if (Math.hypot(x / box.width, y / box.height) < 0.4) inFace++
      if (Math.max(Math.abs(x), Math.abs(y)) > 2 * Math.max(box.width, box.height)) far++
    }
    expect(inFace).toBeGreaterThan(0.4 * box.width * box.height)
    expect(far).toBe(0)
    for (const corner of [0, width - 1]) expect(differs(corner)).toBe(false)
  })

  test('keeps the tone of the skin: lightness within 8, hue within 10 degrees', () => {
    const { points } = recorded['examples/portrait.jpg']
    const scale = 420 / 820
    /** The median of small squares on both cheeks and the forehead. */
    const skin = ({ width, data }: Picture): readonly number[] => {
      const colours = [50, 280, 151].flatMap((i) =>
        Array.from({ length: 49 }, (_, k) => {
          const x = Math.floor(points[3 * i] * scale) - 3 + (k % 7)
          const y = Math.floor(points[3 * i + 1] * scale) - 3 + Math.floor(k / 7)
          const at = 3 * (y * width + x)
          return labOf(data[at] / 255, data[at + 1] / 255, data[at + 2] / 255)
        }),
      )
      return [0, 1, 2].map((k) => median(colours.map((colour) => colour[k])))
    }
    const [own, drawn] = [skin(given.picture), skin(after)]
    expect(Math.abs(drawn[0] - own[0])).toBeLessThan(8)
    const hue = ([, a, b]: readonly number[]): number => (Math.atan2(b, a) * 180) / Math.PI
    expect(Math.abs(hue(drawn) - hue(own))).toBeLessThan(10)
  })

  test('is in the light of the style as far as the style wants it', async () => {
    const night = (): Picture => {
      const { data, ...rest } = given.picture
      return { ...rest, data: data.map((value, i) => value * [0.3, 0.4, 0.7][i % 3]) }
    }
    const at = ({ box }: Face): number =>
      3 * (Math.round(box.y + 0.62 * box.height) * given.picture.width + Math.round(box.x + 0.3 * box.width))
    const cheek = async (ambience: number): Promise<readonly number[]> => {
      const picture = night()
      await draw(artist, given.picture, picture, [given.face], { ...OPTIONS, look: { ...OPTIONS.look, ambience } })
      const [r, g, b] = picture.data.subarray(at(given.face))
      return labOf(r / 255, g / 255, b / 255)
    }
    const [day, half, full] = [await cheek(0), await cheek(0.5), await cheek(1)]
    const [r, g, b] = night().data.subarray(at(given.face))
    const wanted = labOf(r / 255, g / 255, b / 255)
    expect(full[0]).toBeLessThan(0.65 * day[0])
    expect(half[0]).toBeCloseTo((day[0] + full[0]) / 2, -1)
    for (const c of [0, 1, 2]) expect(Math.abs(full[c] - wanted[c])).toBeLessThan(15)
  })

  test('is the same again, also of another artist', async () => {
    const again = otherCopy(given.picture)
    const other = await createCharacterArtist(portraitModels(), engine)
    await draw(other, given.picture, again, [{ ...given.face }], OPTIONS)
    expect(Buffer.compare(again.data, after.data)).toBe(0)
    await other.close()
  })

  test('at no strength is the photo, half of it half way', async () => {
    const half = otherCopy(given.picture)
    await draw(artist, given.picture, half, [given.face], { ...OPTIONS, strength: 0.5 })
    const i = 3 * (Math.floor(given.face.nose.y - 12) * given.picture.width + Math.floor(given.face.nose.x))
    for (let c = i; c < i + 3; c++) {
      expect(Math.abs(half.data[c] - (given.picture.data[c] + after.data[c]) / 2)).toBeLessThan(2)
    }
  })
})

describe('for a slider', () => {
  let given: Awaited<ReturnType<typeof portrait>>
  beforeAll(async () => {
    given = await portrait('examples/portrait.jpg', 420)
  })
  const mixed = (styled: Picture, strength: number): Picture => ({
    ...styled,
    data: styled.data.map((value, i) => given.picture.data[i] + (value - given.picture.data[i]) * strength + 0.5),
  })

  test('half the strength is half way between photo and drawing, everywhere', async () => {
    const full = otherCopy(given.picture)
    const all = otherCopy(given.picture)
    await draw(artist, given.picture, all, [{ ...given.face }], OPTIONS)
    const half = mixed(full, 0.5)
    await draw(artist, given.picture, half, [given.face], { ...OPTIONS, strength: 0.5, full })
    const expected = mixed(all, 0.5)
    expect(half.data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected.data[i])), 0)).toBeLessThan(2)
  })

  test('a head is drawn once for all strengths, and again for another colour of the eyes', async () => {
    const full = otherCopy(given.picture)
    const drawnAt = async (strength: number, eyeColour?: DrawOptions['eyeColour']): Promise<Picture> => {
      const styled = mixed(otherCopy(given.picture), strength)
      await draw(artist, given.picture, styled, [given.face], { ...OPTIONS, strength, full, eyeColour })
      return styled
    }
    const first = await drawnAt(1)
    full.data.fill(0) // what is not looked at again shows nowhere
    await drawnAt(0.3)
    expect(Buffer.compare((await drawnAt(1)).data, first.data)).toBe(0)
    expect(Buffer.compare((await drawnAt(1, [1, 0, 0])).data, first.data)).not.toBe(0)
  })
})

describe('left to the style', () => {
  const leaves = async (picture: Picture, face: Face): Promise<void> => {
    const styled = otherCopy(picture)
    const met = await artist.meet(picture, styled, [face], OPTIONS)
    expect([met.drawn, met.left]).toEqual([[], [face]])
    await met.draw(styled)
    expect(Buffer.compare(styled.data, otherCopy(picture).data)).toBe(0)
  }

  test('a face of a few pixels', async () => {
    const { picture, face } = await portrait('examples/portrait.jpg', 60)
    await leaves(picture, face)
  })

  test('a place without a face', async () => {
    const { picture, face } = await portrait('examples/portrait.jpg', 420)
    const grey = { ...picture, data: picture.data.map((_, i) => 100 + ((i >> 4) % 40)) }
    await leaves(grey, face)
  })

  test('key points that are no numbers, or in one place', async () => {
    const { picture, face } = await portrait('examples/portrait.jpg', 420)
    const nowhere = { x: Number.NaN, y: 0 }
    await leaves(picture, { ...face, box: { ...face.box, width: Number.NaN }, rightEye: nowhere })
    await leaves(picture, { ...face, box: { x: 5, y: 5, width: 0, height: 0 }, rightEye: face.leftEye })
  })
})

const bearded = 'faces_interfaces/037.jpg'
test.skipIf(!hasPhoto(bearded))(`a beard stays dark${missing(bearded)}`, async () => {
  const { picture, face } = await portrait(bearded, 420)
  const styled = otherCopy(picture)
  expect(await draw(artist, picture, styled, [face], OPTIONS)).toHaveLength(1)
  const { points } = recorded[bearded]
  const scale = 420 / 512
  const y = Math.floor((0.35 * points[3 * 17 + 1] + 0.65 * points[3 * 152 + 1]) * scale)
  const at = 3 * (y * picture.width + Math.floor(points[3 * 152] * scale))
  expect(Math.max(...styled.data.subarray(at, at + 3))).toBeLessThan(110)
})
