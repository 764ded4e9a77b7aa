/** Landmarks compared with MediaPipe's own (fixtures/landmarks.json), on real photos where available. */
import { readFileSync } from 'node:fs'
import * as ort from 'onnxruntime-node'
import * as web from 'onnxruntime-web'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Picture } from '../../picture.ts'
import { localEngine, testPicture } from '../../testing.ts'
import type { Face, Point } from '../face.ts'
import { quarterTurned } from '../find/crop.ts'
import { faceAt, hasPhoto, missing, photo, portraitModels } from '../testing.ts'
import { createLandmarker, type Landmarker, type Landmarks } from './landmarker.ts'
import { CHIN, EYES, LIPS, NOSE_TIP } from './topology.ts'

interface Recorded {
  readonly face: Face
  /** x, y and z, one after another. */
  readonly points: readonly number[]
}
const recorded: Record<string, Recorded> = JSON.parse(
  readFileSync(new URL('fixtures/landmarks.json', import.meta.url), 'utf8'),
)

const engine = localEngine(ort)
let landmarker: Landmarker
beforeAll(async () => {
  landmarker = await createLandmarker(portraitModels(), engine)
})
afterAll(() => engine.close())

/** Side of the network's crop, in pixels of the picture. */
const sideOf = (points: readonly number[]): number => {
  const spread = [0, 1].map((axis) => {
    const values = points.filter((_, i) => i % 3 === axis)
    return Math.max(...values) - Math.min(...values)
  })
  return 1.5 * Math.max(...spread)
}

/** The largest distance from the expected points, in pixels of the network's 192. */
const farthest = (found: Landmarks, wanted: readonly Point[], side: number): number => {
  expect(found.points).toHaveLength(478)
  const distances = found.points.map(({ x, y }, i) => Math.hypot(x - wanted[i].x, y - wanted[i].y))
  return (Math.max(...distances) * 192) / side
}

const pointsOf = ({ points }: Recorded): Point[] =>
  Array.from({ length: points.length / 3 }, (_, i) => ({ x: points[3 * i], y: points[3 * i + 1] }))

for (const [name, wanted] of Object.entries(recorded)) {
  test.skipIf(!hasPhoto(name))(`${name}: within half a pixel of 192 of MediaPipe${missing(name)}`, async () => {
    const found = (await landmarker.landmarks(await photo(name), wanted.face))!
    const side = sideOf(wanted.points)
    expect(found.presence).toBeGreaterThan(0.99)
    // Half a pixel is allowed; a crop shifted by half a pixel of the photo would be noticed.
    expect(farthest(found, pointsOf(wanted), side)).toBeLessThan(0.25)
    found.points.forEach(({ z }, i) => {
      expect((Math.abs(z - wanted.points[3 * i + 2]) * 192) / side).toBeLessThan(0.5)
    })
  })
}

describe('a portrait', () => {
  const name = 'examples/portrait.jpg'
  const { face, points } = recorded[name]
  const side = sideOf(points)

  test('irises are circles inside their lids, the right one on the left', async () => {
    const found = (await landmarker.landmarks(await photo(name), face))!
    for (const [eye, iris] of [found.rightIris, found.leftIris].entries()) {
      const [outer, inner] = [found.points[EYES[eye].outer], found.points[EYES[eye].inner]]
      const width = Math.hypot(outer.x - inner.x, outer.y - inner.y)
      expect(iris.radius / width).toBeGreaterThan(0.15)
      expect(iris.radius / width).toBeLessThan(0.35)
      expect(Math.abs(iris.x - (outer.x + inner.x) / 2)).toBeLessThan(0.3 * width)
    }
    expect(found.rightIris.x).toBeLessThan(found.leftIris.x)
  })

  test('in quarter turns, the points turn with the picture', async () => {
    const upright = await photo(name)
    const straight = (await landmarker.landmarks(upright, face))!
    for (const turns of [1, 2, 3]) {
      const turn = ({ x, y }: Point): Point =>
        turns === 1
          ? { x: upright.height - y, y: x }
          : turns === 2
            ? { x: upright.width - x, y: upright.height - y }
            : { x: y, y: upright.width - x }
      const found = (await landmarker.landmarks(quarterTurned(upright, turns), turnedFace(face, turn)))!
      // The network's pixels count from corners, so in a turned picture it sees the face shifted by half a pixel.
      expect(farthest(found, straight.points.map(turn), side)).toBeLessThan(1.5)
    }
  })

  test('a face cut by the border keeps its points, also outside the picture', async () => {
    const whole = await photo(name)
    const straight = (await landmarker.landmarks(whole, face))!
    // The left edge goes through the person's right cheek.
    const left = Math.round(straight.points[EYES[0].outer].x) - 12
    const cut = await landmarker.landmarks(withoutColumns(whole, left), movedFace(face, -left))
    const inside = straight.points.map(({ x, y }) => ({ x: x - left, y }))
    expect(cut!.presence).toBeGreaterThan(0.9)
    expect(Math.min(...cut!.points.map(({ x }) => x))).toBeLessThan(0)
    for (const i of [NOSE_TIP, CHIN, EYES[1].outer, EYES[1].inner, ...LIPS.innerUpper]) {
      const distance = Math.hypot(cut!.points[i].x - inside[i].x, cut!.points[i].y - inside[i].y)
      expect((distance * 192) / side).toBeLessThan(4)
    }
  })

  test('the same every time, and with alpha as without', async () => {
    const picture = await photo(name)
    const found = await landmarker.landmarks(picture, face)
    expect(await landmarker.landmarks(picture, face)).toEqual(found)
    expect(await landmarker.landmarks(withAlpha(picture), face)).toEqual(found)
  })

  test('WASM gives the same within a twentieth of a pixel', async () => {
    const picture = await photo(name)
    const wasm = localEngine(web)
    const there = await (await createLandmarker(portraitModels(), wasm)).landmarks(picture, face)
    await wasm.close()
    expect(farthest(there!, (await landmarker.landmarks(picture, face))!.points, side)).toBeLessThan(0.05)
  })
})

describe('nonsense', () => {
  test('a face reported where there is none is not present', async () => {
    const found = await landmarker.landmarks(testPicture(300, 200), faceAt(150, 80, 40))
    expect(found!.presence).toBeLessThan(0.5)
  })

  test.each<[string, Face]>([
    ['a face far outside', faceAt(-9000, 1e7, 40)],
    ['a face as large as a town', faceAt(150, 80, 1e9)],
    ['a face of a pixel', faceAt(150, 80, 1)],
  ])('%s: numbers, and no face', async (_, face) => {
    const found = await landmarker.landmarks(testPicture(300, 200, 4), face)
    expect(found!.points.every(({ x, y, z }) => Number.isFinite(x + y + z))).toBe(true)
    expect(found!.presence).toBeLessThan(0.5)
  })

  test.each<[string, Face]>([
    ['no numbers', { ...faceAt(10, 10, 10), rightEye: { x: Number.NaN, y: 0 } }],
    ['no size', { ...faceAt(10, 10, 10), box: { x: 10, y: 10, width: 0, height: 0 } }],
    ['an endless box', { ...faceAt(10, 10, 10), box: { x: 0, y: 0, width: Number.POSITIVE_INFINITY, height: 1 } }],
  ])('%s: nothing', async (_, face) => {
    expect(await landmarker.landmarks(testPicture(30, 20), face)).toBeUndefined()
  })

  test('a picture of one pixel', async () => {
    const picture: Picture = { width: 1, height: 1, channels: 3, data: new Uint8Array(3) }
    expect((await landmarker.landmarks(picture, faceAt(0, 0, 5)))!.presence).toBeLessThan(0.5)
  })

  test('a file that is not the network is refused in one line', async () => {
    const { person } = portraitModels()
    await expect(createLandmarker({ faceMesh: person }, engine)).rejects.toThrow('a tensor named output_mesh')
    await expect(createLandmarker({ faceMesh: new Uint8Array(9) }, engine)).rejects.toThrow('TFL3')
  })
})

const turnedFace = (face: Face, turn: (point: Point) => Point): Face => {
  const { x, y, width, height } = face.box
  const [a, b] = [turn({ x, y }), turn({ x: x + width, y: y + height })]
  return {
    ...face,
    box: { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) },
    rightEye: turn(face.rightEye),
    leftEye: turn(face.leftEye),
  }
}

const movedFace = (face: Face, dx: number): Face => turnedFace(face, ({ x, y }) => ({ x: x + dx, y }))

const withoutColumns = ({ width, height, channels, data }: Picture, left: number): Picture => {
  const columns = width - left
  const kept = Uint8Array.from({ length: columns * height * channels }, (_, i) => {
    const [x, c] = [Math.floor(i / channels) % columns, i % channels]
    return data[(Math.floor(i / channels / columns) * width + left + x) * channels + c]
  })
  return { width: columns, height, channels, data: kept }
}

const withAlpha = ({ width, height, data }: Picture): Picture => ({
  width,
  height,
  channels: 4,
  data: Uint8Array.from({ length: width * height * 4 }, (_, i) => (i % 4 === 3 ? 255 : data[(i >> 2) * 3 + (i % 4)])),
})
