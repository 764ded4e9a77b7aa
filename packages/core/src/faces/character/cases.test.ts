/**
 * Photos of all kinds of people, of which each shows a case that must be right: who is drawn, with which skin, and with which eyes. Their drawings
 * were looked at; here is measured what can be. The places of eyes are the detector's.
 */
import { readFileSync } from 'node:fs'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Picture } from '../../picture.ts'
import { resample } from '../../pixels/resample.ts'
import { localEngine } from '../../testing.ts'
import type { Face, Point } from '../face.ts'
import { createFaceDetector, type FaceDetector } from '../find/detector.ts'
import { labOf } from '../regions/lab.ts'
import { median } from '../regions/numbers.ts'
import { hasPhoto, missing, photo, portraitModels } from '../testing.ts'
import { type CharacterArtist, createCharacterArtist } from './character-artist.ts'
import { usualLook } from './testing.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const SIDE = 420
const engine = localEngine(ort)
let artist: CharacterArtist
let detector: FaceDetector
beforeAll(async () => {
  const network = (name: string) =>
    new Uint8Array(readFileSync(new URL(`../../../../models/weights/face_detection_${name}.tflite`, import.meta.url)))
  detector = await createFaceDetector({ shortRange: network('short_range'), fullRange: network('full_range') }, engine)
  artist = await createCharacterArtist(portraitModels(), engine)
})
afterAll(() => engine.close())

interface Drawing {
  readonly given: Picture
  readonly drawn: Picture
  /** The largest face, if it was drawn. */
  readonly face: Face | undefined
}

const drawing = async (name: string): Promise<Drawing> => {
  const whole = await photo(name)
  const scale = Math.min(1, SIDE / Math.max(whole.width, whole.height))
  const given = resample(whole, Math.round(whole.width * scale), Math.round(whole.height * scale))
  const [largest] = (await detector.detect(given)).toSorted((a, b) => b.box.width - a.box.width)
  const drawn = { ...given, data: given.data.slice() }
  const faces = largest ? [largest] : []
  const how = {
    proportions: 0,
    lashes: 'auto',
    age: 'keep',
    eyeColour: undefined,
    look: usualLook,
    strength: 1,
  } as const
  const met = await artist.meet(given, drawn, faces, how)
  await met.draw(drawn)
  return { given, drawn, face: met.drawn[0] }
}

const apart = ({ rightEye, leftEye }: Face): number => Math.hypot(leftEye.x - rightEye.x, leftEye.y - rightEye.y)

/** Lab colours around a place, as far as a share of the eyes' distance. */
const around = (
  { width, height, data }: Picture,
  face: Face,
  { x, y }: Point,
  reach: number,
): (readonly number[])[] => {
  const far = reach * apart(face)
  const found: (readonly number[])[] = []
  for (let row = Math.max(0, Math.round(y - far)); row <= Math.min(height - 1, y + far); row++) {
    for (let column = Math.max(0, Math.round(x - far)); column <= Math.min(width - 1, x + far); column++) {
      const i = 3 * (row * width + column)
      if (Math.hypot(column - x, row - y) <= far) found.push(labOf(data[i] / 255, data[i + 1] / 255, data[i + 2] / 255))
    }
  }
  return found
}

/** How light the lightest place of an eye is, and how much of its surroundings is dark. */
const eyeOf = ({ drawn }: Drawing, face: Face, eye: Point): { light: number; dark: number } => {
  const lightness = around(drawn, face, eye, 0.16).map(([L]) => L)
  return { light: Math.max(...lightness), dark: lightness.filter((L) => L < 35).length / lightness.length }
}

/** The colour of both cheeks. */
const skinOf = (picture: Picture, face: Face): number[] => {
  const cheeks = [face.rightEye, face.leftEye].map((eye) => ({
    x: eye.x + 0.55 * (face.mouth.x - face.nose.x) + 0.6 * (face.nose.x - (face.rightEye.x + face.leftEye.x) / 2),
    y: eye.y + 0.75 * (face.nose.y - (face.rightEye.y + face.leftEye.y) / 2),
  }))
  const colours = cheeks.flatMap((cheek) => around(picture, face, cheek, 0.12))
  return [0, 1, 2].map((channel) => median(colours.map((colour) => colour[channel])))
}

/** What is drawn: both eyes open, both closed, the right one closed, or lenses before them. */
type Eyes = 'open' | 'closed' | 'winking' | 'covered'

/** The lightest that closed lids and lenses are, and an open eye's highlight at least. */
const [DULL, BRIGHT] = [75, 85]

const interfaces = (number: string): string => `faces_interfaces/${number}.jpg`
const emotion = (name: string): string => `human_samples/stock-emotions-${name}.jpg`

const drawn: readonly [
  title: string,
  name: string,
  eyes: Eyes,
  shown: { readonly bearded?: true; readonly teeth?: true; readonly anyTone?: true },
][] = [
  ['dark skin in poor light, a full beard', interfaces('066'), 'open', { bearded: true }],
  ['dark skin under a cap', interfaces('086'), 'open', {}],
  ['an afro, in three-quarter view', interfaces('058'), 'open', {}],
  ['medium skin, a short beard', interfaces('091'), 'open', {}],
  ['light skin, freckles', interfaces('074'), 'open', {}],
  ['a man in black and white, laughing', interfaces('030'), 'open', { teeth: true, anyTone: true }],
  ['a woman in black and white, fair hair', interfaces('070'), 'open', { anyTone: true }],
  ['a fringe', interfaces('049'), 'open', { teeth: true, anyTone: true }],
  ['hair over an eye', interfaces('042'), 'open', {}],
  ['thick glasses, short hair', interfaces('082'), 'open', {}],
  ['an old man with thin hair and glasses', interfaces('065'), 'open', {}],
  ['a hood', interfaces('069'), 'open', { teeth: true }],
  ['a knitted cap, long hair', interfaces('044'), 'open', { teeth: true }],
  ['a hand at the chin', interfaces('092'), 'open', {}],
  ['very dark skin, laughing, a beard', interfaces('079'), 'open', { teeth: true, bearded: true }],
  ['a short beard, laughing', interfaces('097'), 'open', { teeth: true, bearded: true, anyTone: true }],
  ['a girl', 'human_samples/stock-teen-4.jpg', 'open', {}],
  ['a tongue put out', emotion('a-6'), 'open', { teeth: true }],
  ['a look aside', emotion('a-7'), 'open', {}],
  ['eyes that look down behind thin glasses', interfaces('029'), 'closed', {}],
  ['eyes shut, grinning', emotion('b-4'), 'closed', { teeth: true }],
  ['a wink', emotion('b-8'), 'winking', {}],
  ['round sunglasses', interfaces('038'), 'covered', { teeth: true, anyTone: true }],
  ['large sunglasses', interfaces('015'), 'covered', { teeth: true, anyTone: true }],
  ['mirrored sunglasses', interfaces('010'), 'covered', { teeth: true, anyTone: true }],
]

test.each(drawn.filter(([, name]) => hasPhoto(name)))('%s', async (_, name, eyes, { bearded, teeth, anyTone }) => {
  const one = await drawing(name)
  expect(one.face).toBeDefined()
  const face = one.face!
  const [right, left] = [face.rightEye, face.leftEye].map((eye) => eyeOf(one, face, eye))
  for (const [eye, isOpen] of [
    [right, eyes === 'open'],
    [left, eyes === 'open' || eyes === 'winking'],
  ] as const) {
    if (isOpen) expect([eye.light > BRIGHT, eye.dark > 0.08]).toEqual([true, true])
    else expect(eye.light).toBeLessThan(DULL)
  }
  const [before, after] = [skinOf(one.given, face), skinOf(one.drawn, face)]
  const hue = ([, a, b]: number[]): number => (Math.atan2(b, a) * 180) / Math.PI
  if (!anyTone) {
    expect(Math.abs(after[0] - before[0])).toBeLessThan(12)
    expect(Math.abs(hue(after) - hue(before))).toBeLessThan(12)
  }
  const { mouth, nose } = face
  if (teeth) expect(Math.max(...around(one.drawn, face, mouth, 0.25).map(([L]) => L))).toBeGreaterThan(85)
  if (bearded) {
    const chin = { x: mouth.x + 0.6 * (mouth.x - nose.x), y: mouth.y + 0.6 * (mouth.y - nose.y) }
    expect(median(around(one.drawn, face, chin, 0.1).map(([L]) => L))).toBeLessThan(after[0] - 15)
  }
})

const left: readonly [title: string, name: string][] = [
  ['a statue', 'kodak/kodim17.jpg'],
  ['a monkey', 'imagenet_samples/n02494079_squirrel_monkey.jpg'],
  ['a cat', 'imagenet_samples/n02123394_Persian_cat.jpg'],
  ['a mask', 'imagenet_samples/n03724870_mask.jpg'],
  ['a camera before an eye', interfaces('003')],
  ['a face that looks down under a hat', interfaces('019')],
  ['a profile in hard light', interfaces('012')],
  ['a profile in the dark', interfaces('064')],
]

test.each(left.filter(([, name]) => hasPhoto(name)))('left to the style: %s', async (_, name) => {
  const { given, drawn, face } = await drawing(name)
  expect(face).toBeUndefined()
  expect(drawn.data).toEqual(given.data)
})

const absent = [...drawn, ...left].filter(([, name]) => !hasPhoto(name))
test.skipIf(absent.length > 0)(`all photos are there${absent.length > 0 ? missing(absent[0][1]) : ''}`, () => {
  expect(absent).toEqual([])
})
