/**
 * The region of a face: its position in the picture, and how pixels get from there to the network's square and back.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scene } from '../../frames/testing.ts'
import type { Picture } from '../../picture.ts'
import { testPicture } from '../../pixels/testing.ts'
import { faceAt } from '../testing.ts'
import { alignFace, CROP, toPicture } from './alignment.ts'
import { cropSide, cut, lowOf, networkSide, regionOf, squareOf } from './region.ts'

/** Evenly spread, in thousandths: nearly all numbers of `fc.double` are close to 0. */
const number = (min: number, max: number) => fc.integer({ min: min * 1000, max: max * 1000 }).map((n) => n / 1000)
const aligned = (x: number, y: number, unit: number, tilt = 0) => alignFace(faceAt(x, y, unit, tilt))!
const size = { width: 400, height: 300 }

describe('the side at which the network sees a face', () => {
  const side = (crop: number, enlarge = true): number => networkSide(aligned(0, 0, crop / 5.2), 400, enlarge)

  it('is the best one for a face at least that large, and the face’s own where it may not be enlarged', () => {
    for (const crop of [400, 401, 5000]) expect(side(crop)).toBe(400)
    expect(side(130.2, false)).toBe(131)
    expect(side(900, false)).toBe(400)
  })

  it('is the geometric mean for a smaller one, but at least 0.6 of the best and at most four times the face’s', () => {
    expect(side(225)).toBe(300)
    expect(side(324)).toBe(360)
    // The mean would be 200 and 110.
    expect(side(100)).toBe(240)
    expect(side(30)).toBe(120)
  })
})

describe('the region', () => {
  it('holds the part of the crop inside the picture, with a few pixels around, and no more', () => {
    fc.assert(
      fc.property(number(-50, 450), number(-50, 350), number(4.5, 60), number(-3.1, 3.1), (x, y, unit, tilt) => {
        const alignment = aligned(x, y, unit, tilt)
        const region = regionOf(alignment, size, 384)
        // The network's square is upright up to a tilt of 12 degrees, and turned by the rest.
        const rest = Math.sign(tilt) * Math.max(0, Math.abs(tilt) - Math.PI / 15)
        const centre = toPicture(alignment, CROP)
        const half = cropSide(alignment) / 2
        const reach = half * (Math.abs(Math.cos(rest)) + Math.abs(Math.sin(rest)))
        const wanted = [
          Math.max(0, centre.x - reach),
          Math.max(0, centre.y - reach),
          Math.min(size.width, centre.x + reach),
          Math.min(size.height, centre.y + reach),
        ]
        if (!region) {
          expect(wanted[2] - wanted[0] < 0 || wanted[3] - wanted[1] < 0).toBe(true)
          return
        }
        const found = [region.x, region.y, region.x + region.width, region.y + region.height]
        expect(Math.min(found[0], found[1], size.width - found[2], size.height - found[3])).toBeGreaterThanOrEqual(0)
        found.forEach((edge, i) => {
          const outwards = i < 2 ? wanted[i] - edge : edge - wanted[i]
          expect(outwards).toBeGreaterThanOrEqual(-1e-9)
          expect(outwards).toBeLessThanOrEqual(3.001)
        })
        expect(Math.atan2(region.sin, region.cos)).toBeCloseTo(rest, 9)
        expect(region.lowWidth).toBe(Math.max(1, Math.round((region.width * region.side) / (2 * half))))
        expect(region.lowHeight).toBe(Math.max(1, Math.round((region.height * region.side) / (2 * half))))
      }),
    )
  })

  it('has its square’s centre at the crop’s, to half a network pixel and in whole steps', () => {
    fc.assert(
      fc.property(number(60, 340), number(60, 240), number(6, 60), number(60, 400), (x, y, unit, faceSize) => {
        const alignment = aligned(x, y, unit)
        const { middle, side, ...region } = regionOf(alignment, size, Math.round(faceSize))!
        const centre = toPicture(alignment, CROP)
        const [kx, ky] = [region.lowWidth / region.width, region.lowHeight / region.height]
        expect(Math.abs(middle.x - ((centre.x - region.x) * kx - 0.5))).toBeLessThan(0.5 + 1e-9)
        expect(Math.abs(middle.y - ((centre.y - region.y) * ky - 0.5))).toBeLessThan(0.5 + 1e-9)
        for (const corner of [middle.x - (side - 1) / 2, middle.y - (side - 1) / 2])
          expect(corner % 1).toBeCloseTo(0, 9)
      }),
    )
  })

  it('is undefined for a face with less than 4 pixels between its eyes, and for one outside the picture', () => {
    expect(regionOf(aligned(200, 150, 3.99), size, 384)).toBeUndefined()
    expect(regionOf(aligned(200, 150, 4), size, 384)).toBeDefined()
    for (const [x, y] of [
      [-100, 150],
      [500, 150],
      [200, -100],
      [200, 400],
    ] as const) {
      expect(regionOf(aligned(x, y, 20), size, 384)).toBeUndefined()
    }
  })

  it('keeps a face’s size where it may not be enlarged', () => {
    const region = regionOf(aligned(200, 150, 20), size, 384, false)!
    expect([region.side, region.lowWidth / region.width]).toEqual([104, 1])
  })
})

it('the cut-out pixels are the picture’s, and opaque', () => {
  for (const channels of [3, 4] as const) {
    const picture = testPicture(40, 30, channels)
    if (channels === 4) for (let i = 3; i < picture.data.length; i += 4) picture.data[i] = 255
    const region = { ...regionOf(aligned(20, 15, 8), size, 384)!, x: 7, y: 5, width: 21, height: 18 }
    const { width, height, data, channels: three } = cut(picture, region)
    expect([width, height, three]).toEqual([21, 18, 3])
    data.forEach((value, i) => {
      const [c, x, y] = [i % 3, Math.floor(i / 3) % 21, Math.floor(i / 63)]
      expect(value).toBe(picture.data[((y + 5) * 40 + x + 7) * channels + c])
    })
  }
})

describe('the network’s square', () => {
  const low: Picture = scene(150, 140)

  it('of an upright face is cut out, pixel for pixel', () => {
    const region = { ...regionOf(aligned(200, 150, 20), size, 60)!, middle: { x: 70.5, y: 62.5 }, side: 60 }
    const { data } = squareOf(low, region)
    data.forEach((value, i) => {
      const [c, x, y] = [i % 3, Math.floor(i / 3) % 60, Math.floor(i / 180)]
      expect(value).toBe(low.data[((y + 33) * 150 + x + 41) * 3 + c])
    })
  })

  it.each([0.4, -1.2, 2.5])('turned by %f shows the picture turned back, and returns to its position', (turn) => {
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
    const region = { ...regionOf(aligned(200, 150, 20), size, 60)!, middle: { x: 72, y: 66 }, side: 81, cos, sin }
    const square = squareOf(low, region)
    // Right in the square is along (cos, sin) in the picture.
    for (const [right, down] of [
      [0, 0],
      [30, 0],
      [0, 30],
      [-25, 20],
    ] as const) {
      const [x, y] = [72 + right * cos - down * sin, 66 + right * sin + down * cos]
      // The scene is a formula, so one pixel can be drawn at exactly that position.
      const [wanted] = scene(1, 1, x, y).data
      expect(Math.abs(square.data[((40 + down) * 81 + 40 + right) * 3] - wanted)).toBeLessThanOrEqual(4)
    }
    const back = lowOf(square, { ...region, lowWidth: 150, lowHeight: 140 })
    expect([back.width, back.height]).toEqual([150, 140])
    let [worst, sum, count] = [0, 0, 0]
    for (let y = 0; y < 140; y++) {
      for (let x = 0; x < 150; x++) {
        if (Math.hypot(x - 72, y - 66) > 36) continue
        const difference = Math.abs(back.data[(y * 150 + x) * 3] - low.data[(y * 150 + x) * 3])
        worst = Math.max(worst, difference)
        sum += difference
        count++
      }
    }
    expect(worst).toBeLessThan(12)
    expect(sum / count).toBeLessThan(1.5)
  })
})
