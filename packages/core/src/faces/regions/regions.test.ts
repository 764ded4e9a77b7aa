/** Regions of real portraits: positions labelled by eye on the enlarged photos must get the right region. */
import { readFileSync } from 'node:fs'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { localEngine, testPicture } from '../../testing.ts'
import type { Point } from '../face.ts'
import { quarterTurned } from '../find/crop.ts'
import type { Point3 } from '../landmarks/landmarker.ts'
import { hasPhoto, missing, photo, portraitModels } from '../testing.ts'
import type { Plane } from './plane.ts'
import { createRegionFinder, type RegionFinder, type Regions } from './regions.ts'

const recorded: Record<string, { readonly points: readonly number[] }> = JSON.parse(
  readFileSync(new URL('../landmarks/fixtures/landmarks.json', import.meta.url), 'utf8'),
)
const pointsOf = (name: string): Point3[] => {
  const { points } = recorded[name]
  return Array.from({ length: 478 }, (_, i) => ({ x: points[3 * i], y: points[3 * i + 1], z: points[3 * i + 2] }))
}

// A portrait takes some seconds on one core, and tests share cores.
vi.setConfig({ testTimeout: 180_000 })

const engine = localEngine(ort)
let finder: RegionFinder
beforeAll(async () => {
  finder = await createRegionFinder(portraitModels(), engine)
})
afterAll(() => engine.close())

const MASSES = ['skin', 'hair', 'beard', 'clothes', 'background'] as const

/** A mask's value at a point of the picture. */
const at = ({ square }: Regions, { width, data }: Plane, { x, y }: Point): number => {
  const [column, row] = [x - square.x, y - square.y].map((value) => Math.floor((value * width) / square.side))
  return data[row * width + column]
}

/** The mass with the largest share at a point. */
const massAt = (regions: Regions, place: Point): string =>
  MASSES.reduce((best, mass) => (at(regions, regions[mass], place) > at(regions, regions[best], place) ? mass : best))

const places = {
  skin: [
    [340, 200],
    [300, 380],
    [480, 380],
    [400, 520],
    [390, 600],
    [360, 640],
    [370, 330],
  ],
  hair: [
    [250, 120],
    [330, 80],
    [450, 100],
    [540, 220],
    [225, 250],
    [560, 300],
  ],
  clothes: [
    [120, 720],
    [380, 740],
    [620, 700],
    [260, 590],
  ],
  background: [
    [80, 200],
    [120, 450],
    [680, 150],
    [700, 450],
  ],
}

const expectPlaces = (regions: Regions, turn: (point: Point) => Point): void => {
  for (const [mass, list] of Object.entries(places)) {
    for (const [x, y] of list) expect(massAt(regions, turn({ x, y })), `${mass} at ${x}, ${y}`).toBe(mass)
  }
}

describe('a portrait', () => {
  const name = 'examples/portrait.jpg'

  test('gives every labelled point its region', async () => {
    const regions = (await finder.regions(await photo(name), { points: pointsOf(name) }))!
    expectPlaces(regions, (point) => point)
    expect(at(regions, regions.teeth, { x: 420, y: 441 })).toBeGreaterThan(0.5)
    expect(at(regions, regions.teeth, { x: 405, y: 463 })).toBeLessThan(0.1)
    for (const { data } of [regions.beard, regions.glasses]) expect(data.every((share) => share < 0.05)).toBe(true)
    expect(regions.signs).toMatchObject({ darkLenses: false, grey: false })
    for (const lids of regions.signs.lids) expect(lids).toBeGreaterThan(0.6)
  })

  test('works on the picture turned on its side', async () => {
    const upright = await photo(name)
    const turn = ({ x, y }: Point): Point => ({ x: upright.height - y, y: x })
    const points = pointsOf(name).map((point) => ({ ...turn(point), z: point.z }))
    const regions = (await finder.regions(quarterTurned(upright, 1), { points }))!
    expectPlaces(regions, turn)
  })
})

const bearded = 'faces_interfaces/037.jpg'
test.skipIf(!hasPhoto(bearded))(`a beard, around the mouth and on the chin, and teeth${missing(bearded)}`, async () => {
  const points = pointsOf(bearded)
  const regions = (await finder.regions(await photo(bearded), { points }))!
  const between = (a: number, b: number, t: number): Point => ({
    x: points[a].x + (points[b].x - points[a].x) * t,
    y: points[a].y + (points[b].y - points[a].y) * t,
  })
  // Below the lip towards the chin, and the jaw on both sides; not the forehead or the cheek bones.
  for (const place of [between(17, 152, 0.7), points[169], points[394]]) expect(massAt(regions, place)).toBe('beard')
  for (const i of [151, 101, 330]) expect(massAt(regions, points[i])).toBe('skin')
  expect(at(regions, regions.teeth, between(13, 14, 0.5))).toBeGreaterThan(0.5)
  expect(regions.signs.darkLenses).toBe(false)
})

const spectacled = 'faces_interfaces/020.jpg'
test.skipIf(!hasPhoto(spectacled))(`clear glasses are their frames${missing(spectacled)}`, async () => {
  const points = pointsOf(spectacled)
  const regions = (await finder.regions(await photo(spectacled), { points }))!
  expect(regions.signs).toMatchObject({ darkLenses: false })
  expect(regions.signs.glasses).toBeGreaterThan(0.9)
  // The bridge, and both lower rims; the eyes are visible.
  const { x, y } = points[6]
  const near = (px: number, py: number): number =>
    Math.max(...[-4, -2, 0, 2, 4].map((dy) => at(regions, regions.glasses, { x: px, y: py + dy })))
  expect(Math.max(near(x, y), near(x, y - 8), near(x, y + 8))).toBeGreaterThan(0.4)
  for (const iris of [468, 473]) expect(at(regions, regions.glasses, points[iris])).toBeLessThan(0.2)
})

describe('nonsense', () => {
  test('landmarks on waves and noise: shares sum to one, the same every time', async () => {
    const picture = testPicture(820, 810, 4)
    const landmarks = { points: pointsOf('examples/portrait.jpg') }
    const regions = (await finder.regions(picture, landmarks))!
    for (let i = 0; i < regions.skin.data.length; i++) {
      const sum = MASSES.reduce((total, mass) => total + regions[mass].data[i], 0)
      expect(Math.abs(sum - 1)).toBeLessThan(1e-4)
    }
    expect(await finder.regions(picture, landmarks)).toEqual(regions)
  })

  test.each<[string, (point: Point3) => Point3]>([
    ['outside the picture', ({ x, y, z }) => ({ x: x + 5000, y, z })],
    ['all at one point', () => ({ x: 3, y: 3, z: 0 })],
    ['no numbers', () => ({ x: Number.NaN, y: 0, z: 0 })],
  ])('landmarks %s: nothing', async (_, change) => {
    const points = pointsOf('examples/portrait.jpg').map(change)
    expect(await finder.regions(testPicture(300, 200), { points })).toBeUndefined()
  })

  test('a picture much smaller than its face: undefined', async () => {
    const points = pointsOf('examples/portrait.jpg').map(({ x, y, z }) => ({ x: x - 384, y: y - 360, z }))
    expect(await finder.regions(testPicture(12, 9), { points })).toBeUndefined()
  })

  test('a face of a few pixels: finite numbers', async () => {
    const points = pointsOf('examples/portrait.jpg').map(({ x, y, z }) => ({ x: x / 50, y: y / 50, z: z / 50 }))
    const regions = (await finder.regions(testPicture(16, 16), { points }))!
    expect(MASSES.every((mass) => regions[mass].data.every(Number.isFinite))).toBe(true)
  })
})
