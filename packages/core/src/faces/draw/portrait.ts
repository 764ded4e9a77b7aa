/**
 * Cuts the portrait crop of a face: square, upright, from hair to chin with a margin, as face2paint cuts it, at the
 * photo's own sharpness. Near the picture's border, the crop moves inwards, then narrows; what is still missing is
 * filled softly from the border. It only cuts the photo; face-stylizer.ts draws.
 */
import type { Picture } from '../../picture.ts'
import { fillTransparent } from '../../pixels/blend.ts'
import type { Face, Point } from '../face.ts'
import { type Alignment, CROP, toFrame, toPicture } from './alignment.ts'
import { type Proportions, toPhoto } from './proportions.ts'
import { warp } from './warp.ts'

/** How far a crop's centre follows a head turned aside, in units of the face's frame. */
const MOST_ASIDE = 0.7
/** The narrowest crop: half its side, in the same units. */
const LEAST_HALF_SIDE = 1.6
/** The crop of a face larger than the picture is at most this many times the picture's long side. */
const MOST_OF_PICTURE = 1.5

/** A square in a face's frame, upright in it. */
export interface PortraitCrop {
  readonly centre: Point
  readonly halfSide: number
  /** Its side in pixels of the picture. */
  readonly side: number
}

/** The bounding rectangle, in the picture, of a square of the frame. */
const around = (alignment: Alignment, { x, y }: Point, half: number) => {
  const corners = [-half, half].flatMap((dx) =>
    [-half, half].map((dy) => toPicture(alignment, { x: x + dx, y: y + dy })),
  )
  const [xs, ys] = [corners.map((corner) => corner.x), corners.map((corner) => corner.y)]
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) }
}

/** How far to move an interval so that as much of it as possible lies within 0..size. */
const inwards = (from: number, to: number, size: number): number => {
  if (from < 0) return Math.min(-from, Math.max(0, size - to))
  if (to > size) return -Math.min(to - size, Math.max(0, from))
  return 0
}

const held = (value: number, most: number): number => Math.min(most, Math.max(-most, value))

/** Positions the crop of a face in a picture. */
export const portraitCropOf = (face: Face, alignment: Alignment, picture: Picture): PortraitCrop => {
  // In a head turned aside, most of the head is behind the eyes: the centre moves away from where the nose points.
  const middle: Point = { x: held(-1.2 * toFrame(alignment, face.nose).x, MOST_ASIDE), y: CROP.y }
  let centre = middle
  let half: number = CROP.halfSide
  for (; ; half -= 0.1) {
    const box = around(alignment, middle, half)
    const from = toPicture(alignment, middle)
    // Only as far as needed: the visible part of a face cut by the border stays inside.
    centre = toFrame(alignment, {
      x: from.x + inwards(box.left, box.right, picture.width),
      y: from.y + inwards(box.top, box.bottom, picture.height),
    })
    const now = around(alignment, centre, half)
    const inside = now.left >= -1 && now.top >= -1 && now.right <= picture.width + 1 && now.bottom <= picture.height + 1
    if (inside || half - 0.1 < LEAST_HALF_SIDE) break
  }
  const most = MOST_OF_PICTURE * Math.max(picture.width, picture.height)
  return { centre, halfSide: half, side: Math.max(1, Math.round(Math.min(2 * half * alignment.unit, most))) }
}

/**
 * Cuts out the crop at `side` pixels, with the proportions applied. Transparent pixels are filled from their
 * surroundings.
 */
export const cutPortrait = (
  photo: Picture,
  alignment: Alignment,
  proportions: Proportions,
  { centre, halfSide }: PortraitCrop,
  side: number,
): Picture => {
  const box = around(alignment, centre, halfSide)
  // Further than half the picture's size outside it, the filling is mirrored, so extreme key points cannot make the
  // canvas huge.
  const most = Math.ceil(Math.max(photo.width, photo.height) / 2)
  const x = Math.max(-most, Math.floor(box.left) - 2)
  const y = Math.max(-most, Math.floor(box.top) - 2)
  const width = Math.min(photo.width + most, Math.ceil(box.right) + 2) - x
  const height = Math.min(photo.height + most, Math.ceil(box.bottom) + 2) - y
  const canvas = opaque(photo, x, y, Math.max(1, width), Math.max(1, height))
  const step = (2 * halfSide) / side
  return warp(canvas, side, side, (j, xs, ys) => {
    for (let i = 0; i < side; i++) {
      const point = { x: centre.x + (i + 0.5 - side / 2) * step, y: centre.y + (j + 0.5 - side / 2) * step }
      const source = toPicture(alignment, toPhoto(proportions, point))
      xs[i] = source.x - x - 0.5
      ys[i] = source.y - y - 0.5
    }
  })
}

/** A rectangle of a picture, which may reach outside it: what lies outside counts as transparent and is filled too. */
const opaque = (picture: Picture, x: number, y: number, width: number, height: number): Picture => {
  const data = new Uint8Array(width * height * 4)
  const { channels } = picture
  for (let j = Math.max(0, -y); j < Math.min(height, picture.height - y); j++) {
    for (let i = Math.max(0, -x); i < Math.min(width, picture.width - x); i++) {
      const s = ((y + j) * picture.width + x + i) * channels
      const o = (j * width + i) * 4
      data[o] = picture.data[s]
      data[o + 1] = picture.data[s + 1]
      data[o + 2] = picture.data[s + 2]
      data[o + 3] = channels === 4 ? picture.data[s + 3] : 255
    }
  }
  return fillTransparent({ width, height, channels: 4, data })
}
