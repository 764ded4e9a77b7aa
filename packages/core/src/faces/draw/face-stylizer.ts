/**
 * Faces at their own scale: a style's brush has one size, so a large face comes out subtle and a small one crude. Each
 * face is cut out, brought to the size that the style draws best, given anime proportions where wanted, drawn, and put
 * back over the styled picture without a seam; or drawn as a portrait of its own. Finds no faces; what it gets it takes
 * for a face.
 */
import type { Style } from '@animegan/models'
import type { Picture } from '../../picture.ts'
import { sceneOf } from '../../pixels/balance.ts'
import { blend } from '../../pixels/blend.ts'
import { guidedUpsample } from '../../pixels/guided-upsample.ts'
import { resample } from '../../pixels/resample.ts'
import { balances, effectSizes, type StylizeOptions, type Stylizer } from '../../stylizer.ts'
import type { Face } from '../face.ts'
import { type Alignment, alignFace, CROP } from './alignment.ts'
import { cutPortrait, portraitCropOf } from './portrait.ts'
import { proportionsOf } from './proportions.ts'
import { redrawFace } from './redraw.ts'
import { cropSide, networkSide, regionOf } from './region.ts'

/** A face, and how much of it is to be redrawn: 0 leaves it as it is, 1 (default) is all. Tracked faces fade by it. */
export interface WeightedFace extends Face {
  readonly weight?: number
}

export interface FaceOptions extends Pick<StylizeOptions, 'strength' | 'effectSize' | 'signal' | 'onProgress'> {
  /** Anime proportions, from 0, the photo's, to 1. Default: 0. */
  readonly proportions?: number | undefined
  /**
   * Whether a face may be shown to the network larger than it is in the picture, where the style is better at it. Default: true.
   * Without, the time for a face goes with its pixels: for live pictures.
   */
  readonly enlarge?: boolean
}

export interface PortraitOptions extends StylizeOptions {
  /** Anime proportions, from 0, the photo's, to 1. Default: 0.35. */
  readonly proportions?: number | undefined
}

/** What a face pass gives. */
export interface RedrawnFaces {
  readonly picture: Picture
  /** The faces that were redrawn; of the others the style's brush has about the right size already, or weight is 0. */
  readonly redrawn: readonly WeightedFace[]
}

export interface FaceStylizer {
  /**
   * Redraws the faces of a picture over its styled copy. The result is written over `styled`'s buffer and shares it.
   *
   * @param original the picture in which the faces were found
   * @param styled what the stylizer made of it with the same strength and effect size
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
/**
 * A face that the style drew within this factor of its best size is left as it is; from there to the next factor the
 * redrawn one fades in, so that a face that walks nearer in a clip does not jump.
 */
const NEAR = 1.25
const FAR = 1.5
/** Faces whose middles are nearer than this, in units of the larger, mind each other. */
const NEIGHBOURHOOD = 5

/** The side in pixels at which a style draws a face's crop best: what its file says as `faceSize`, else 384. */
export const faceSizeOf = ({ metadata }: Style): number => {
  const size = Number(metadata.faceSize)
  return size >= 64 && size <= 2048 ? Math.round(size) : FACE_SIZE
}

/** Makes a face stylizer of a style's stylizer, which stays the caller's to close. */
export const faceStylizerOf = (stylizer: Stylizer, style: Style): FaceStylizer => {
  const faceSize = faceSizeOf(style)
  const seenOf = effectSizes(style)

  /** How much a face is in need of being redrawn, 0 to 1, when its proportions stay. */
  const needOf = (alignment: Alignment, side: number, picture: Picture, effectSize: number | undefined): number => {
    const longSide = Math.max(picture.width, picture.height)
    const ratio = (cropSide(alignment) * seenOf(picture, effectSize)) / longSide / side
    return Math.min(1, Math.max(0, Math.log(Math.max(ratio, 1 / ratio) / NEAR) / Math.log(FAR / NEAR)))
  }

  const redraw: FaceStylizer['redraw'] = async (original, styled, faces, options = {}) => {
    const { strength = 1, proportions = 0, enlarge = true, effectSize, signal, onProgress } = options
    const photo = resample(original, styled.width, styled.height)
    const sitters = faces.flatMap((given) => {
      const face = scaled(given, styled.width / original.width, styled.height / original.height)
      const alignment = alignFace(face)
      const region = alignment && regionOf(alignment, styled, faceSize, enlarge)
      const shown = Math.min(1, given.weight ?? 1)
      if (!alignment || !region || !(shown > 0) || strength === 0) return []
      // A face that fades in grows into its proportions: half of two faces of different shape would be neither.
      const moved = proportionsOf(face, alignment, proportions * shown)
      const weight = moved.length > 0 ? shown : shown * needOf(alignment, region.side, styled, effectSize)
      return weight > 0 ? [{ given, alignment, region, proportions: moved, weight }] : []
    })
    if (sitters.length === 0) return { picture: styled, redrawn: [] }
    // A face is in the light of its picture, and not in one of its own.
    const scene = balances(style) ? sceneOf(photo) : undefined
    // What is nearer is larger, and goes over what is farther.
    sitters.sort((a, b) => a.alignment.unit - b.alignment.unit || a.region.y - b.region.y || a.region.x - b.region.x)
    for (const [index, sitter] of sitters.entries()) {
      const neighbours = sitters.flatMap(({ alignment }) =>
        alignment !== sitter.alignment && isNear(alignment, sitter.alignment) ? [alignment] : [],
      )
      await redrawFace(stylizer, photo, styled, { ...sitter, neighbours }, { strength, scene, signal })
      onProgress?.((index + 1) / sitters.length)
    }
    return { picture: styled, redrawn: sitters.map(({ given }) => given) }
  }

  const portrait: FaceStylizer['portrait'] = async (original, face, options = {}) => {
    const { proportions = DEFAULT_PROPORTIONS, size, effectSize, strength = 1, ...rest } = options
    const alignment = alignFace(face)
    if (!alignment) throw new RangeError('portrait: expected a face with eyes and mouth apart, found them together')
    const crop = portraitCropOf(face, alignment, original)
    const side = size ?? Math.max(LEAST_PORTRAIT, crop.side)
    const cut = cutPortrait(
      original,
      alignment,
      proportionsOf(face, alignment, proportions),
      crop,
      Math.max(side, crop.side),
    )
    const shown = resample(cut, side, side)
    if (strength === 0) return shown
    const best = networkSide(alignment, faceSize) * (crop.halfSide / CROP.halfSide)
    const seen = Math.min(side, effectSize ?? Math.round(best))
    const small = resample(shown, seen, seen)
    const styled = await stylizer.stylize(small, {
      ...rest,
      effectSize: seen,
      scene: balances(style) ? sceneOf(original) : undefined,
    })
    return blend(shown, guidedUpsample(small, styled, shown), strength)
  }

  return { redraw, portrait }
}

const isNear = (a: Alignment, b: Alignment): boolean =>
  Math.hypot(a.origin.x - b.origin.x, a.origin.y - b.origin.y) < NEIGHBOURHOOD * Math.max(a.unit, b.unit)

const scaled = (face: WeightedFace, sx: number, sy: number): WeightedFace => {
  if (sx === 1 && sy === 1) return face
  const move = ({ x, y }: { x: number; y: number }) => ({ x: x * sx, y: y * sy })
  const { rightEye, leftEye, nose, mouth } = face
  return { ...face, rightEye: move(rightEye), leftEye: move(leftEye), nose: move(nose), mouth: move(mouth) }
}
