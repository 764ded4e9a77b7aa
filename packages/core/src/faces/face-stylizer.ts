/**
 * Faces at their own scale: a style's brush has one size, so a large face comes out subtle and a small one crude. Each
 * face is cut out, brought to the size that the style draws best, given anime proportions where wanted, drawn, and put
 * back over the styled picture without a seam; or drawn as a portrait of its own. Finds no faces; what it gets it takes
 * for a face.
 */
import type { Style } from '@animegan/models'
import type { Picture } from '../picture.ts'
import { blend } from '../pixels/blend.ts'
import { guidedUpsample } from '../pixels/guided-upsample.ts'
import { resample } from '../pixels/resample.ts'
import type { StylizeOptions, Stylizer } from '../stylizer.ts'
import { type Alignment, alignFace, CROP, toFrame, toPicture } from './alignment.ts'
import type { Face } from './face.ts'
import { colourDifference, join, rimOf } from './join.ts'
import { type Proportions, proportionsOf, toPhoto } from './proportions.ts'
import { cropSide, cut, lowOf, networkSide, type Region, regionOf, squareOf, toLow } from './region.ts'
import { warp } from './warp.ts'

/** A face, and how much of it is to be redrawn: 0 leaves it as it is, 1 (default) is all. Tracked faces fade by it. */
export interface WeightedFace extends Face {
  readonly weight?: number
}

export interface FaceOptions extends Pick<StylizeOptions, 'strength' | 'effectSize' | 'signal' | 'onProgress'> {
  /** Anime proportions, from 0, the photo's, to 1. Default: 0. */
  readonly proportions?: number
}

export interface PortraitOptions extends StylizeOptions {
  /** Anime proportions, from 0, the photo's, to 1. Default: 0.35. */
  readonly proportions?: number
}

/** What a face pass gives. */
export interface RedrawnFaces {
  readonly picture: Picture
  /** The faces that were redrawn; of the others the style's brush has about the right size already, or weight is 0. */
  readonly redrawn: readonly WeightedFace[]
}

export interface FaceStylizer {
  /**
   * Redraws the faces of a picture over its styled copy.
   *
   * @param original the picture in which the faces were found
   * @param styled what the stylizer made of it with the same strength and effect size; it is not written to
   */
  redraw(
    original: Picture,
    styled: Picture,
    faces: readonly WeightedFace[],
    options?: FaceOptions,
  ): Promise<RedrawnFaces>
  /**
   * Draws one face as a portrait: square, upright, from hair to chin with a margin; the face's own pixels across, but at
   * least 512, or `size`. Throws when the face's key points fall together.
   */
  portrait(original: Picture, face: Face, options?: PortraitOptions): Promise<Picture>
}

/** The side at which a face's crop is drawn by a style that does not say: eyes 74 pixels apart. */
const FACE_SIZE = 384
const DEFAULT_PROPORTIONS = 0.35
const LEAST_PORTRAIT = 512
/** A face whose size is this near to the best is left as it is: factors of the crop's side. */
const NEAR = 1.25

/** The side in pixels at which a style draws a face's crop best: what its file says as `faceSize`, else 384. */
export const faceSizeOf = ({ metadata }: Style): number => {
  const size = Number(metadata.faceSize)
  return size >= 64 && size <= 2048 ? Math.round(size) : FACE_SIZE
}

/** Makes a face stylizer of a style's stylizer, which stays the caller's to close. */
export const createFaceStylizer = (stylizer: Stylizer, style: Style): FaceStylizer => {
  const faceSize = faceSizeOf(style)

  /** Whether a face was drawn about as large as a face pass would: then that costs nothing. */
  const isWellDrawn = (alignment: Alignment, picture: Picture, effectSize: number | undefined): boolean => {
    const longSide = Math.max(picture.width, picture.height)
    const seen = effectSize ?? (Number(style.metadata.effectSize ?? 0) || longSide)
    const ratio = (cropSide(alignment) * seen) / longSide / networkSide(alignment, faceSize)
    return ratio < NEAR && ratio > 1 / NEAR
  }

  const redraw: FaceStylizer['redraw'] = async (original, styled, faces, options = {}) => {
    const { strength = 1, proportions = 0, effectSize, signal, onProgress } = options
    const photo = resample(original, styled.width, styled.height)
    const scale = { x: styled.width / original.width, y: styled.height / original.height }
    const wanted = faces.flatMap((given) => {
      const weight = given.weight ?? 1
      const face = scaled(given, scale.x, scale.y)
      const alignment = alignFace(face)
      const region = alignment && regionOf(alignment, styled, faceSize)
      if (!alignment || !region || weight <= 0 || strength === 0) return []
      const warped = proportionsOf(face, alignment, proportions)
      if (warped.length === 0 && isWellDrawn(alignment, styled, effectSize)) return []
      return [{ given, alignment, region, warped, weight: Math.min(1, weight) }]
    })
    if (wanted.length === 0) return { picture: styled, redrawn: [] }
    // What is nearer is larger, and goes over what is farther.
    wanted.sort((a, b) => a.alignment.unit - b.alignment.unit || a.region.y - b.region.y || a.region.x - b.region.x)
    const picture = { ...styled, data: styled.data.slice() }
    for (const [index, { alignment, region, warped, weight }] of wanted.entries()) {
      const shown = inProportion(cut(photo, region), region, alignment, warped)
      const low = toLow(shown, region)
      const square = await stylizer.stylize(squareOf(low, region), {
        effectSize: region.side,
        ...(signal && { signal }),
      })
      const drawnLow = lowOf(square, region)
      const drawn = blend(shown, guidedUpsample(low, drawnLow, shown), strength)
      const pair = { around: toLow(cut(picture, region), region), drawn: toLow(drawn, region) }
      const rim = rimOf(pair, alignment, region, warped.length > 0)
      join(picture, drawn, region, alignment, rim, colourDifference(pair, alignment, region, rim), weight)
      onProgress?.((index + 1) / wanted.length)
    }
    return { picture, redrawn: wanted.map(({ given }) => given) }
  }

  const portrait: FaceStylizer['portrait'] = async (original, face, options = {}) => {
    const { proportions = DEFAULT_PROPORTIONS, size, effectSize = faceSize, strength = 1, ...rest } = options
    const alignment = alignFace(face)
    if (!alignment) throw new RangeError('portrait: expected a face with eyes and mouth apart, found them together')
    const warped = proportionsOf(face, alignment, proportions)
    const side = size ?? Math.max(LEAST_PORTRAIT, Math.round(cropSide(alignment)))
    const shown = cropOf(original, alignment, warped, side)
    const small = resample(shown, Math.min(side, effectSize), Math.min(side, effectSize))
    const styled = await stylizer.stylize(small, { ...rest, effectSize: small.width })
    return blend(shown, guidedUpsample(small, styled, shown), strength)
  }

  return { redraw, portrait }
}

const scaled = (face: WeightedFace, sx: number, sy: number): WeightedFace => {
  if (sx === 1 && sy === 1) return face
  const move = ({ x, y }: { x: number; y: number }) => ({ x: x * sx, y: y * sy })
  const { rightEye, leftEye, nose, mouth } = face
  return { ...face, rightEye: move(rightEye), leftEye: move(leftEye), nose: move(nose), mouth: move(mouth) }
}

/** A region of the photo with the face in proportion. */
const inProportion = (photo: Picture, region: Region, alignment: Alignment, warped: Proportions): Picture => {
  if (warped.length === 0) return photo
  return warp(photo, region.width, region.height, (y, xs, ys) => {
    for (let x = 0; x < region.width; x++) {
      const place = { x: region.x + x + 0.5, y: region.y + y + 0.5 }
      const point = toFrame(alignment, place)
      const from = toPhoto(warped, point)
      xs[x] = x
      ys[x] = y
      if (from.x === point.x && from.y === point.y) continue
      const source = toPicture(alignment, from)
      xs[x] = source.x - region.x - 0.5
      ys[x] = source.y - region.y - 0.5
    }
  })
}

/** The face's crop upright, at `side` pixels. */
const cropOf = (photo: Picture, alignment: Alignment, warped: Proportions, side: number): Picture => {
  const step = (2 * CROP.halfSide) / side
  return warp(photo, side, side, (j, xs, ys) => {
    for (let i = 0; i < side; i++) {
      const point = { x: CROP.x + (i + 0.5 - side / 2) * step, y: CROP.y + (j + 0.5 - side / 2) * step }
      const source = toPicture(alignment, toPhoto(warped, point))
      xs[i] = source.x - 0.5
      ys[i] = source.y - 0.5
    }
  })
}
