import { expect, it } from 'vitest'
import type { Picture } from '../../picture.ts'
import { faceAt } from '../testing.ts'
import { alignFace, toFrame } from './alignment.ts'
import { colourDifference, join, rimOf } from './join.ts'
import { regionOf } from './region.ts'
import { POLE } from './rim.ts'

const size = { width: 420, height: 400 }
const alignment = alignFace(faceAt(200, 190, 40))!
const region = regionOf(alignment, size, 208)!

/** A picture at the network's scale, its levels a function of the place in the face's frame. */
const low = (level: (x: number, y: number, c: number) => number): Picture => {
  const { lowWidth: width, lowHeight: height } = region
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3)
    const x = region.x + (((pixel % width) + 0.5) * region.width) / width
    const y = region.y + ((Math.floor(pixel / width) + 0.5) * region.height) / height
    const point = toFrame(alignment, { x, y })
    return level(point.x, point.y, i % 3)
  })
  return { width, height, channels: 3, data }
}
const distance = (x: number, y: number): number => Math.hypot(x - POLE.x, y - POLE.y)

it('the rim leaves a neighbour whole', () => {
  // The two pictures differ less and less outwards: by itself, the rim would run as far out as it may.
  const pair = { around: low(() => 100), drawn: low((x, y) => 100 + Math.max(0, 90 - 35 * distance(x, y))) }
  const neighbour = alignFace(faceAt(200 + 2.7 * 40, 190, 40))!
  const alone = rimOf(pair, alignment, region, false, [])
  const beside = rimOf(pair, alignment, region, false, [neighbour])
  const right = alone.radii.length
  expect(alone.radii[0]).toBeGreaterThan(1.85)
  expect(beside.radii[0]).toBeLessThan(1.5)
  expect(beside.radii[right / 2]).toBeGreaterThan(1.85)
})

it('a difference of tone is taken away to the level, one that changes along the rim too', () => {
  const tone = (x: number, y: number, c: number): number => [20, -12, 6][c] + 4 * x + 3 * y
  const around = low(() => 120)
  const drawn = low((x, y, c) => 120 - tone(x, y, c))
  const rim = rimOf({ around, drawn }, alignment, region, false, [])
  const difference = colourDifference({ around, drawn }, alignment, region, rim)
  const picture: Picture = { ...size, channels: 3, data: new Uint8Array(size.width * size.height * 3).fill(120) }
  const row = new Uint8Array(region.width * 3)
  const drawRow = (y: number): Uint8Array => {
    for (let x = 0; x < region.width; x++) {
      const point = toFrame(alignment, { x: region.x + x + 0.5, y: region.y + y + 0.5 })
      for (let c = 0; c < 3; c++) row[x * 3 + c] = 120 - tone(point.x, point.y, c)
    }
    return row
  }
  join(picture, drawRow, region, alignment, rim, difference, 1)
  const worst = picture.data.reduce((most, value) => Math.max(most, Math.abs(value - 120)), 0)
  expect(worst).toBeLessThanOrEqual(3)
})
