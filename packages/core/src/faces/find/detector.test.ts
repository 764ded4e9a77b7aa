/** The detector on real photos. bench/faces.ts measures which of many faces it finds. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as ort from 'onnxruntime-node'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Picture } from '../../picture.ts'
import { localEngine, testPicture } from '../../testing.ts'
import type { Face } from '../face.ts'
import { adviseFaces } from './advice.ts'
import { createFaceDetector, type FaceDetector } from './detector.ts'
import { faceFollowerOf } from './follow.ts'
import type { TrackedFace } from './track.ts'

const modelFile = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../../models/weights/face_detection_${name}.tflite`, import.meta.url)))

const folder = fileURLToPath(new URL('../../../../../../shared/data/photos/', import.meta.url))
const missing = existsSync(folder) ? '' : ' (skipped: ../shared/data/photos is missing)'
const portrait = `${folder}faces_interfaces/020.jpg`

const toPicture = async (image: Sharp): Promise<Picture> => {
  const { data, info } = await image.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) }
}

let detector: FaceDetector
beforeAll(async () => {
  const models = { shortRange: modelFile('short_range'), fullRange: modelFile('full_range') }
  detector = await createFaceDetector(models, localEngine(ort))
})
afterAll(() => detector.close())

const eyes = ({ rightEye, leftEye }: Face): number[] => [rightEye.x, rightEye.y, leftEye.x, leftEye.y]

describe(`real photos${missing}`, { skip: missing !== '' }, () => {
  test('one face, also in quarter turns, its eyes in the turned positions', async () => {
    const upright = await toPicture(sharp(portrait))
    const [face, ...others] = await detector.detect(upright)
    expect(others).toEqual([])
    const slack = 0.08 * face.box.width
    // Read off the enlarged picture by eye.
    for (const [name, x, y] of [
      ['rightEye', 245, 246],
      ['leftEye', 325, 260],
      ['nose', 280, 300],
      ['mouth', 270, 332],
    ] as const) {
      expect(Math.hypot(face[name].x - x, face[name].y - y), name).toBeLessThan(slack)
    }
    const { width } = upright
    for (const [turn, place] of [
      [90, (x: number, y: number) => [width - y, x]],
      [180, (x: number, y: number) => [width - x, width - y]],
      [270, (x: number, y: number) => [y, width - x]],
    ] as const) {
      const [turned, ...more] = await detector.detect(await toPicture(sharp(portrait).rotate(turn)))
      expect(more).toEqual([])
      const wanted = [...place(face.rightEye.x, face.rightEye.y), ...place(face.leftEye.x, face.leftEye.y)]
      eyes(turned).forEach((value, i) => {
        expect(Math.abs(value - wanted[i])).toBeLessThan(slack)
      })
    }
  })

  test('nineteen people, all of them, the same every time', async () => {
    const picture = await toPicture(sharp(`${folder}groups_ultralight/ul10.jpg`))
    const faces = await detector.detect(picture)
    expect(faces).toHaveLength(19)
    expect(await detector.detect(picture)).toEqual(faces)
    const areas = faces.map(({ box }) => box.width * box.height)
    expect(areas).toEqual(areas.toSorted((a, b) => b - a))
  })

  // At half size, the face in the second is 12 pixels wide and gives only a hint.
  test.each([
    [1500, 1000],
    [4000, 3000],
  ])('a face of 24 pixels in a picture of %i by %i, and one as large as the picture', async (width, height) => {
    const [whole] = await detector.detect(await toPicture(sharp(portrait)))
    const side = Math.round((512 * 24) / whole.box.width)
    const small = await sharp(portrait).resize(side, side).toBuffer()
    const canvas = sharp({ create: { width, height, channels: 3, background: '#7a8a6a' } })
    const placed = canvas.composite([{ input: small, left: 1101, top: 633 }])
    const faces = await detector.detect(await toPicture(placed))
    expect(faces).toHaveLength(1)
    expect(faces[0].box.width).toBeGreaterThan(18)
    expect(faces[0].box.width).toBeLessThan(32)
    expect(adviseFaces(testPicture(width, height), faces)[0].advice).toContain('face-small')

    const { box } = whole
    const tight = {
      left: Math.round(box.x),
      top: Math.round(box.y),
      width: Math.round(box.width),
      height: Math.round(box.height),
    }
    const [filling] = await detector.detect(await toPicture(sharp(portrait).extract(tight).resize(1200, 1200)))
    expect(filling.box.width).toBeGreaterThan(800)
  })

  test('a fully transparent face is not found, the one next to it is', async () => {
    const { width, height, data } = await toPicture(sharp(portrait))
    const beside = (alphaOf: (x: number) => number): Picture => {
      const four = new Uint8Array(2 * width * height * 4)
      for (let i = 0; i < 2 * width * height; i++) {
        const x = i % (2 * width)
        const at = (Math.floor(i / (2 * width)) * width + (x % width)) * 3
        four.set([data[at], data[at + 1], data[at + 2], alphaOf(x)], i * 4)
      }
      return { width: 2 * width, height, channels: 4, data: four }
    }
    expect(await detector.detect(beside(() => 255))).toHaveLength(2)
    const [face, ...others] = await detector.detect(beside((x) => (x < width ? 0 : 255)))
    expect([face.box.x > width, others]).toEqual([true, []])
  })

  test('advice: dark, blurred and cut faces, and none for a good one', async () => {
    const picture = await toPicture(sharp(portrait))
    const faces = await detector.detect(picture)
    expect(adviseFaces(picture, faces)).toEqual([])
    const advice = async (image: Sharp): Promise<readonly string[]> =>
      adviseFaces(await toPicture(image), faces).flatMap((advised) => advised.advice)
    expect(await advice(sharp(portrait).linear(0.15, 0))).toEqual(['face-dark'])
    expect(await advice(sharp(portrait).blur(faces[0].box.width / 40))).toEqual(['face-blurred'])
    const { box } = faces[0]
    const half = { ...picture, height: Math.round(box.y + box.height * 0.7) }
    expect(adviseFaces(half, faces)[0].advice).toContain('face-cut')
  })

  // Deviations of 6 and 8 of 255: a camera indoors, and one in the evening.
  test.each([
    ['018', 6],
    ['018', 8],
    ['020', 8],
    ['042', 8],
  ])(
    '%s: a still head in five seconds of noise of deviation %i jitters by at most 0.003 of its width',
    async (name, level) => {
      const still = await toPicture(sharp(`${folder}faces_interfaces/${name}.jpg`).resize(240, 240))
      let state = 1
      const random = (): number => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return state / 2 ** 32
      }
      // One long strip of roughly normal numbers; each frame starts somewhere in it.
      const strip = Float32Array.from(
        { length: 3 * still.data.length },
        () => (random() + random() + random() + random() - 2) * Math.sqrt(3) * level,
      )
      const follower = faceFollowerOf(detector)
      const frames: TrackedFace[] = []
      for (let i = 0; i < 125; i++) {
        const start = Math.floor(random() * 2 * still.data.length)
        const data = still.data.map((value, k) => Math.min(255, Math.max(0, value + strip[start + k])))
        const faces = await follower.next({ ...still, data }, i / 25)
        expect(faces).toHaveLength(1)
        frames.push(faces[0])
      }
      expect(new Set(frames.map(({ id }) => id)).size).toBe(1)
      const settled = frames.slice(12)
      for (const name of ['rightEye', 'leftEye', 'nose', 'mouth'] as const) {
        const deviation = (read: (face: TrackedFace) => number): number => {
          const mean = settled.reduce((sum, face) => sum + read(face), 0) / settled.length
          return settled.reduce((sum, face) => sum + (read(face) - mean) ** 2, 0) / settled.length
        }
        const jitter = Math.sqrt(deviation((face) => face[name].x) + deviation((face) => face[name].y))
        expect(jitter / settled[0].box.width).toBeLessThan(0.003)
      }
    },
  )
})

describe('nothing to find', () => {
  test.each<[string, Picture]>([
    ['one pixel', { width: 1, height: 1, channels: 3, data: new Uint8Array(3) }],
    ['a line', { width: 3000, height: 2, channels: 3, data: new Uint8Array(18_000).fill(200) }],
    ['waves and noise, with alpha', testPicture(300, 200, 4)],
  ])('%s', async (_, picture) => {
    expect(await detector.detect(picture)).toEqual([])
    expect(await detector.detect(picture, { smallest: 40 })).toEqual([])
    expect(await detector.detect(picture, { near: [] })).toEqual([])
  })

  test('a file that is not the network is refused in one line', async () => {
    const models = { shortRange: modelFile('full_range'), fullRange: modelFile('full_range') }
    await expect(createFaceDetector(models, localEngine(ort))).rejects.toThrow(
      'expected a tensor named classificator_8',
    )
  })
})
