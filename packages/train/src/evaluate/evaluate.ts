/**
 * Judges a style by numbers: how close its results are to the style's own pictures (and how close the untouched photos
 * are), how much of the photos' contours, colours and texture it keeps, and how much it inks and flattens. Reads
 * pictures one at a time. The command does the printing.
 */
import { type Animator, createAnimator, type Engine, type Picture, type Style } from '@animegan/core'
import type { FeatureWeights } from '@animegan/models'
import type { Pictures, Skipped } from '../pictures.ts'
import { colourShift } from './colour-shift.ts'
import { edgeSimilarity } from './edge-similarity.ts'
import { flatness } from './flatness.ts'
import { ink } from './ink.ts'
import {
  type Crops,
  distance,
  distanceEstimate,
  type Estimate,
  kernelMatrix,
  ratioEstimate,
} from './kernel-distance.ts'
import { type StyleFeatures, styleFeatures } from './style-features.ts'
import { textureLeft } from './texture.ts'

/** What is judged, and by what. */
export interface EvaluationPlan {
  readonly style: Style
  readonly engine: Engine
  readonly pictures: Pictures
  /** The perception network; figures of different ones do not compare. */
  readonly features: FeatureWeights
  /** Files: photos, best ones that the style was not trained on, and pictures in the style. Three of each at least. */
  readonly photos: readonly string[]
  readonly styleImages: readonly string[]
}

/** Told how it goes. */
export interface EvaluationObserver {
  begin(path: string): void
  end(): void
}

/** The figures, each with its standard error. */
export interface Measures {
  /** KID between results and style pictures: 0 is alike. */
  readonly styleDistance: Estimate
  /** KID between untouched photos and style pictures. */
  readonly photoDistance: Estimate
  /** The former as a share of the latter: 1 is no nearer than the photos. */
  readonly distanceRatio: Estimate
  /** Correlation of edges in photo and result: 1 is all in their places. */
  readonly edgeSimilarity: Estimate
  /** Delta E (OK, times 100) of local mean colours between photo and result. */
  readonly colourShift: Estimate
  /** Share of a result's pixels on dark thin structures that the photo does not have. */
  readonly ink: Estimate
  /** Share of pixels that are flat fill or a plain gradient: of the result, and of the photo. */
  readonly flatness: Estimate
  readonly photoFlatness: Estimate
  /**
   * Energy of fine texture as a share of the photo's, over photos that have texture; absent with fewer than two of
   * them.
   */
  readonly textureLeft?: Estimate | undefined
}

/** What came of it. */
export interface Evaluation {
  readonly measures: Measures
  /** Pictures that the figures are of. */
  readonly photos: number
  readonly styleImages: number
  /** Files that could not be read. */
  readonly skipped: readonly Skipped[]
}

/** Long side that photos are reduced to: bounds memory, and results are not looked at closer than a screen shows. */
export const longSide = 1024

/**
 * Evaluates a style: what it makes of the photos at their own size, or at 1024 pixels if they are larger. Rejects
 * when fewer than three photos or three style pictures can be read, or the engine fails. The same files and engine give
 * the same figures.
 */
export const evaluate = async (plan: EvaluationPlan, observer?: EvaluationObserver): Promise<Evaluation> => {
  const { style, engine, pictures, features, photos, styleImages } = plan
  const skipped: Skipped[] = []
  const read = (path: string): Promise<Picture> => pictures.read(path, longSide)
  const measuring = await styleFeatures(features, engine, pictures.resize)
  try {
    const art = await each(styleImages, read, skipped, observer, (picture) => measuring.measure(picture))
    const animator = await createAnimator({ style, engine })
    try {
      const pairs = await each(photos, read, skipped, observer, (photo) => measurePair(photo, measuring, animator))
      return { measures: measuresOf(pairs, art), photos: pairs.length, styleImages: art.length, skipped }
    } finally {
      await animator.close()
    }
  } finally {
    await measuring.close()
  }
}

/** Reads and measures pictures one after the other; those that cannot be read are noted and left out. */
const each = async <T>(
  paths: readonly string[],
  read: (path: string) => Promise<Picture>,
  skipped: Skipped[],
  observer: EvaluationObserver | undefined,
  measure: (picture: Picture) => Promise<T>,
): Promise<T[]> => {
  const results: T[] = []
  for (const path of paths) {
    observer?.begin(path)
    const picture = await read(path).catch((error: Error) => error)
    if (picture instanceof Error) skipped.push({ path, reason: picture.message })
    else results.push(await measure(picture))
    observer?.end()
  }
  return results
}

/** What is kept of a photo and its result. */
interface Pair {
  readonly photo: Crops
  readonly result: Crops
  readonly edges: number
  readonly shift: number
  readonly ink: number
  readonly flat: number
  readonly photoFlat: number
  readonly texture: number | undefined
}

const measurePair = async (photo: Picture, measuring: StyleFeatures, animator: Animator): Promise<Pair> => {
  const { picture: result } = await animator.picture(photo)
  return {
    photo: await measuring.measure(photo),
    result: await measuring.measure(result),
    edges: edgeSimilarity(photo, result),
    shift: colourShift(photo, result),
    ink: ink(photo, result),
    flat: flatness(result),
    photoFlat: flatness(photo),
    texture: textureLeft(photo, result),
  }
}

const measuresOf = (pairs: readonly Pair[], art: readonly Crops[]): Measures => {
  const within = kernelMatrix(art, art)
  const [results, photos] = [pairs.map(({ result }) => result), pairs.map(({ photo }) => photo)].map((pictures) =>
    distance(kernelMatrix(pictures, pictures), within, kernelMatrix(pictures, art)),
  ) as [ReturnType<typeof distance>, ReturnType<typeof distance>]
  const textures = pairs.map(({ texture }) => texture).filter((texture) => texture !== undefined)
  return {
    styleDistance: distanceEstimate(results),
    photoDistance: distanceEstimate(photos),
    distanceRatio: ratioEstimate(results, photos),
    edgeSimilarity: meanEstimate(pairs.map(({ edges }) => edges)),
    colourShift: meanEstimate(pairs.map(({ shift }) => shift)),
    ink: meanEstimate(pairs.map((pair) => pair.ink)),
    flatness: meanEstimate(pairs.map(({ flat }) => flat)),
    photoFlatness: meanEstimate(pairs.map(({ photoFlat }) => photoFlat)),
    textureLeft: textures.length > 1 ? meanEstimate(textures) : undefined,
  }
}

/** The mean of independent figures. */
const meanEstimate = (values: readonly number[]): Estimate => {
  const value = values.reduce((sum, one) => sum + one, 0) / values.length
  const variance = values.reduce((sum, one) => sum + (one - value) ** 2, 0) / (values.length - 1)
  return { value, error: Math.sqrt(variance / values.length) }
}
