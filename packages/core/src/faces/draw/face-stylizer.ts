/**
 * Draws faces at their own scale: a style's brush has one size, so a large face comes out subtle and a small one crude.
 * Each face is cut out, resized to the size the style draws best, optionally given anime proportions, drawn, and put
 * back into the styled picture without a seam, or returned as a separate portrait. The caller finds the faces.
 */
import type { Style } from '@animegan/models'
import type { Picture } from '../../picture.ts'
import { sceneOf } from '../../pixels/balance.ts'
import { blend } from '../../pixels/blend.ts'
import { guidedUpsample } from '../../pixels/guided-upsample.ts'
import { resample } from '../../pixels/resample.ts'
import { balances, effectSizes, type StylizeOptions, type Stylizer } from '../../stylizer.ts'
import { type Face, scaledFace } from '../face.ts'
import { type Alignment, alignFace, CROP } from './alignment.ts'
import { cutPortrait, portraitCropOf } from './portrait.ts'
import { proportionsOf } from './proportions.ts'
import { redrawFace } from './redraw.ts'
import { cropSide, networkSide, regionOf } from './region.ts'

/** A face and how strongly to redraw it: 0 leaves it unchanged, 1 (default) is full. Used to fade tracked faces. */
export interface WeightedFace extends Face {
  readonly weight?: number
}

export interface FaceOptions extends Pick<StylizeOptions, 'strength' | 'effectSize' | 'signal' | 'onProgress'> {
  /** Anime proportions, from 0, the photo's, to 1. Default: 0. */
  readonly proportions?: number | undefined
  /**
   * Whether faces may be enlarged for the network where the style draws them better at a larger size. Default: true. If
   * false, the time for a face is proportional to its pixels, which suits live pictures.
   */
  readonly enlarge?: boolean
}

export interface PortraitOptions extends StylizeOptions {
  /** Anime proportions, from 0, the photo's, to 1. Default: 0.35. */
  readonly proportions?: number | undefined
}

/** The result of a face pass. */
export interface RedrawnFaces {
  readonly picture: Picture
  /** The faces that were redrawn. The others already have about the best size for the style, or weight 0. */
  readonly redrawn: readonly WeightedFace[]
}

export interface FaceStylizer {
  /**
   * Redraws the faces of a picture in its styled copy, in place: the result shares `styled`'s buffer.
   *
   * @param original the picture in which the faces were found
   * @param styled the stylizer's result for it, with the same strength and effect size
   */
  redraw(
    original: Picture,
    styled: Picture,
    faces: readonly WeightedFace[],
    options?: FaceOptions,
  ): Promise<RedrawnFaces>
  /**
   * Draws one face as a portrait: square, upright, from hair to chin with a margin. Its side is the crop's size in the
   * photo, but at least 512, or `size`. Throws when the face's key points coincide.
   */
  portrait(original: Picture, face: Face, options?: PortraitOptions): Promise<Picture>
}

/** The side at which a face's crop is drawn when the style does not state one: eyes 74 pixels apart. */
const FACE_SIZE = 384
const DEFAULT_PROPORTIONS = 0.35
const LEAST_PORTRAIT = 512
/**
 * A face within this factor of the style's best size is left unchanged; between this factor and the next the redrawn
 * one fades in, so a face that comes nearer in a clip does not jump.
 */
const NEAR = 1.25
const FAR = 1.5
/** Faces whose centres are nearer than this, in units of the larger one, avoid each other's area. */
const NEIGHBOURHOOD = 5

/** The side in pixels at which a style draws a face's crop best: `faceSize` in its file, else 384. */
export const faceSizeOf = ({ metadata }: Style): number => {
  const size = Number(metadata.faceSize)
  return size >= 64 && size <= 2048 ? Math.round(size) : FACE_SIZE
}

/** Makes a face stylizer from a style's stylizer, which the caller must close. */
export const faceStylizerOf = (stylizer: Stylizer, style: Style): FaceStylizer => {
  const faceSize = faceSizeOf(style)
  const seenOf = effectSizes(style)

  /** How much a face needs to be redrawn, 0 to 1, if its proportions stay. */
  const needOf = (alignment: Alignment, side: number, picture: Picture, effectSize: number | undefined): number => {
    const longSide = Math.max(picture.width, picture.height)
    const ratio = (cropSide(alignment) * seenOf(picture, effectSize)) / longSide / side
    return Math.min(1, Math.max(0, Math.log(Math.max(ratio, 1 / ratio) / NEAR) / Math.log(FAR / NEAR)))
  }

  const redraw: FaceStylizer['redraw'] = async (original, styled, faces, options = {}) => {
    const { strength = 1, proportions = 0, enlarge = true, effectSize, signal, onProgress } = options
    const photo = resample(original, styled.width, styled.height)
    const sitters = faces.flatMap((given) => {
      const face = scaledFace(given, styled.width / original.width, styled.height / original.height)
      const alignment = alignFace(face)
      const region = alignment && regionOf(alignment, styled, faceSize, enlarge)
      const shown = Math.min(1, given.weight ?? 1)
      if (!alignment || !region || !(shown > 0) || strength === 0) return []
      // Proportions grow as a face fades in: mixing two faces of different shape would look like neither.
      const moved = proportionsOf(face, alignment, proportions * shown)
      const weight = moved.length > 0 ? shown : shown * needOf(alignment, region.side, styled, effectSize)
      return weight > 0 ? [{ given, alignment, region, proportions: moved, weight }] : []
    })
    if (sitters.length === 0) return { picture: styled, redrawn: [] }
    // A face is balanced by the light of the whole picture, not by its own.
    const scene = balances(style) ? sceneOf(photo) : undefined
    // Nearer faces are larger and are drawn over farther ones.
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
