/**
 * For tests of faces: real photos and network files, key points of a textbook face, and a measure of how visible the
 * rim of a joined face is. Not part of the package.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'
import type { Picture } from '../picture.ts'
import { type Alignment, toPicture } from './draw/alignment.ts'
import { FEATHER, POLE, type Rim } from './draw/rim.ts'
import type { Face, Point } from './face.ts'

const weights = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../models/weights/${name}`, import.meta.url)))

/** The networks for landmarks and regions. */
export const portraitModels = () => ({
  faceMesh: weights('face_landmark_with_attention.tflite'),
  person: weights('selfie_segmentation.tflite'),
  regions: weights('portrait_regions.safetensors'),
})

const root = new URL('../../../../', import.meta.url)
const fileOf = (name: string): string =>
  fileURLToPath(new URL(name.startsWith('examples/') ? name : `../shared/data/photos/${name}`, root))

/**
 * Whether a photo exists: those of `examples/` always do, those of ../shared/data/photos only next to some checkouts.
 */
export const hasPhoto = (name: string): boolean => existsSync(fileOf(name))
/** The suffix for the title of a test whose photo is missing. */
export const missing = (name: string): string => (hasPhoto(name) ? '' : ' (skipped: ../shared/data/photos is missing)')

export const toRgb = async (image: Sharp): Promise<Picture> => {
  const { data, info } = await image.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) }
}

/**
 * A photo by its name: `examples/portrait.jpg`, or one of ../shared/data/photos, such as `faces_interfaces/020.jpg`.
 */
export const photo = (name: string): Promise<Picture> => toRgb(sharp(fileOf(name)))

/** A frontal face with `unit` pixels between its eyes, their midpoint at (x, y), the head tilted clockwise. */
export const faceAt = (x: number, y: number, unit: number, tilt = 0): Face => {
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)]
  const at = (dx: number, dy: number): Point => ({
    x: x + unit * (dx * cos - dy * sin),
    y: y + unit * (dx * sin + dy * cos),
  })
  return {
    box: { x: x - 1.1 * unit, y: y - 0.5 * unit, width: 2.2 * unit, height: 2.2 * unit },
    score: 1,
    rightEye: at(-0.5, 0),
    leftEye: at(0.5, 0),
    nose: at(0, 0.6),
    mouth: at(0, 1.05),
  }
}

/** Mean slopes of luma along the rays from the face's centre, in levels of 255 per pixel. */
export interface RimGradient {
  /** Across the soft edge. */
  readonly rim: number
  /** The same distance on both sides of it. */
  readonly neighbourhood: number
  readonly ratio: number
}

/**
 * How steep a picture is across a rim, and how steep in the neighbourhood: along `rays` rays, pixel by pixel, inside
 * the picture.
 */
export const rimGradient = (picture: Picture, alignment: Alignment, { radii }: Rim, rays = 720): RimGradient => {
  const { width, height, channels, data } = picture
  const luma = (x: number, y: number): number => {
    const i = (y * width + x) * channels
    return 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2]
  }
  const bilinear = (x: number, y: number): number => {
    const [left, top] = [Math.floor(x), Math.floor(y)]
    const [u, v] = [x - left, y - top]
    const above = luma(left, top) * (1 - u) + luma(left + 1, top) * u
    const below = luma(left, top + 1) * (1 - u) + luma(left + 1, top + 1) * u
    return above * (1 - v) + below * v
  }
  const sums = { rim: 0, neighbourhood: 0 }
  const counts = { rim: 0, neighbourhood: 0 }
  for (let ray = 0; ray < rays; ray++) {
    const turn = (ray / rays) * radii.length
    const i = Math.floor(turn)
    const radius = radii[i] + (turn - i) * (radii[(i + 1) % radii.length] - radii[i])
    const phi = (2 * Math.PI * ray) / rays
    let last: number | undefined
    for (let r = radius - 1.5 * FEATHER; r <= radius + 1.5 * FEATHER; r += 1 / alignment.unit) {
      const place = toPicture(alignment, { x: POLE.x + r * Math.cos(phi), y: POLE.y + r * Math.sin(phi) })
      const [x, y] = [place.x - 0.5, place.y - 0.5]
      const inside = x >= 0 && y >= 0 && x < width - 1 && y < height - 1
      const value = inside ? bilinear(x, y) : undefined
      if (value !== undefined && last !== undefined) {
        const where = Math.abs(r - radius) <= FEATHER / 2 ? 'rim' : 'neighbourhood'
        sums[where] += Math.abs(value - last)
        counts[where]++
      }
      last = value
    }
  }
  const rim = sums.rim / Math.max(1, counts.rim)
  const neighbourhood = sums.neighbourhood / Math.max(1, counts.neighbourhood)
  return { rim, neighbourhood, ratio: rim / neighbourhood }
}
