/**
 * How far a run has come: the distance to the style's pictures of what the style makes of some photos, and of what there
 * was before, by the figure that evaluate.ts calls style distance.
 */
import { createAnimator, type Engine, type Picture, type Style } from '@animegan/core'
import type { FeatureWeights } from '@animegan/models'
import type { Pictures } from '../pictures.ts'
import { longSide } from './evaluate.ts'
import { type Crops, type Estimate, setDistance } from './kernel-distance.ts'
import { styleFeatures } from './style-features.ts'

/** Distances to the style's pictures: 0 is alike. */
export interface Closeness {
  readonly before: Estimate
  readonly after: Estimate
}

export interface ClosenessPlan {
  /** The style that training began with; without one, the photos themselves are what was before. */
  readonly before: Style | undefined
  readonly after: Style
  readonly engine: Engine
  readonly pictures: Pictures
  readonly features: FeatureWeights
  /** Files: photos, best ones that were not trained on, and pictures in the style. Three of each at least. */
  readonly photos: readonly string[]
  readonly styleImages: readonly string[]
}

/** Measures both. Rejects when a picture cannot be read or the engine fails. */
export const closeness = async (plan: ClosenessPlan): Promise<Closeness> => {
  const { before, after, engine, pictures, features } = plan
  const measuring = await styleFeatures(features, engine, pictures.resize)
  const measured = async (
    paths: readonly string[],
    drawn: (picture: Picture) => Promise<Picture>,
  ): Promise<Crops[]> => {
    const found: Crops[] = []
    for (const path of paths) found.push(await measuring.measure(await drawn(await pictures.read(path, longSide))))
    return found
  }
  const asItIs = async (picture: Picture): Promise<Picture> => picture
  const drawnIn = async (style: Style): Promise<Crops[]> => {
    const animator = await createAnimator({ style, engine })
    try {
      return await measured(plan.photos, async (photo) => (await animator.picture(photo)).picture)
    } finally {
      await animator.close()
    }
  }
  try {
    const art = await measured(plan.styleImages, asItIs)
    const start = before ? await drawnIn(before) : await measured(plan.photos, asItIs)
    return { before: setDistance(start, art), after: setDistance(await drawnIn(after), art) }
  } finally {
    await measuring.close()
  }
}
