/**
 * Makes batches: pictures are sampled, cropped, filtered and concatenated; and retouches results. A batch depends only on the plan, the files
 * and the step, so it does not matter which worker makes it, and when. Runs in workers, but does not depend on them.
 */
import { balance, type Picture } from '@animegan/core'
import { AnimeganError } from '@animegan/graph'
import type { Batch, BatchOrder } from '../batch.ts'
import type { Pictures } from '../pictures.ts'
import { type Random, random } from '../random.ts'
import { regionMeans } from '../retouch/felzenszwalb.ts'
import { type RetouchOptions, retouch } from '../retouch/retouch.ts'
import type { TeacherOptions } from '../teacher/index.ts'
import { drawCrop } from './crops.ts'
import { edgeSmooth, salt } from './edge-smooth.ts'
import { type Painter, painterOf } from './painter.ts'
import { pictureCache } from './picture-cache.ts'
import { drawView, type View } from './views.ts'

/** Everything that a batch depends on except the step; survives a structured clone. */
export interface BatchPlan {
  /**
   * Groups of photos; `weight` says how often each picture of a group is sampled, relative to those of other groups.
   */
  readonly photos: readonly { readonly pictures: readonly string[]; readonly weight: number }[]
  readonly style: readonly string[]
  readonly batch: number
  readonly size: number
  readonly seed: number
  readonly photoScale: readonly [number, number]
  readonly styleScale: readonly [number, number]
  readonly teacher?: TeacherOptions
  /** Whether photos are shown in the light that a painter would choose; always with a teacher. */
  readonly balanced?: boolean
  /** Filters for photos' regions, and for results. */
  readonly retouch?: RetouchOptions
  /** Share of pixels of the smooth pictures to turn white. */
  readonly salt: number
  readonly cacheBytes: number
}

/**
 * Long side to which larger pictures are reduced, so that scales mean the same for a 24-megapixel photo as for a small
 * one.
 */
const maxSide = 1024
/** Keys of the three random draws for each place in the batch. */
const draws = { photo: 0, style: 1, smooth: 2 }

/**
 * Makes batches: `[batch, size, size, 3]` bytes of each kind. The content of a kind does not depend on which others are
 * made.
 *
 * @param paint paints by a teacher, like `teach`; may cache its paintings
 */
export const batchMaker = (
  plan: BatchPlan,
  pictures: Pictures,
  paint: (teacher: TeacherOptions) => Painter = painterOf,
): ((order: BatchOrder) => Promise<Batch>) => {
  const { batch, size, seed, style, teacher } = plan
  const length = size * size * 3
  const cache = pictureCache(plan.cacheBytes, (path) => pictures.read(path, maxSide))
  // Light is that of the whole photo, so it is changed before crops are cut.
  const photoCache = plan.balanced
    ? pictureCache(plan.cacheBytes, async (path) => balance(await pictures.read(path, maxSide)))
    : cache
  const photoRule = { size, scale: plan.photoScale, flip: true }
  const styleRule = { size, scale: plan.styleScale, flip: true }

  const load = (path: string, from = cache): Promise<Picture> =>
    from.get(path).catch((error: Error) => {
      const found = `expected a picture as there was at the start, found none (${error.message})`
      throw new AnimeganError('bad-file', `${path}: ${found}`, { cause: error })
    })

  const painter = teacher && paint(teacher)

  /** If there is a teacher, photos are light-corrected, whether or not targets are requested. */
  const photoCrop = async (drawn: Random, withTarget: boolean): Promise<View> => {
    const path = drawPhoto(plan, drawn)
    if (!teacher) return { photo: await drawCrop(await load(path, photoCache), drawn, photoRule, pictures.resize) }
    return drawView(await load(path), drawn, photoRule, withTarget ? painter : undefined)
  }

  const styleCrop = async (drawn: Random): Promise<Picture> =>
    drawCrop(await load(style[drawn.below(style.length)]), drawn, styleRule, pictures.resize)

  return async ({ step, kinds, results }) => {
    const filters = (): RetouchOptions => {
      if (plan.retouch) return plan.retouch
      throw new RangeError(`data set: expected filters, as ${kinds.join(' and ')} are asked for, found none`)
    }
    if (results) return retouch(results, size, filters())
    const made = Object.fromEntries(kinds.map((kind) => [kind, new Uint8Array(batch * length)])) as Batch
    const fill = async (place: number): Promise<void> => {
      const drawn = (what: number): Random => random(seed, step, place, what)
      const offset = place * length
      const regions = made['photo-regions']
      if (made.photo || made.target || regions) {
        const { photo, target } = await photoCrop(drawn(draws.photo), made.target !== undefined)
        made.photo?.set(photo.data, offset)
        if (target) made.target?.set(target.data, offset)
        regions?.set(regionMeans(photo, filters().photo).data, offset)
      }
      made.style?.set((await styleCrop(drawn(draws.style))).data, offset)
      if (made.smooth) {
        const forSmooth = drawn(draws.smooth)
        const smooth = edgeSmooth(await styleCrop(forSmooth))
        salt(smooth, forSmooth, plan.salt)
        made.smooth.set(smooth.data, offset)
      }
    }
    await Promise.all(Array.from({ length: batch }, (_, place) => fill(place)))
    return made
  }
}

/** Samples one photo from all groups. */
const drawPhoto = ({ photos }: BatchPlan, drawn: Random): string => {
  let at = drawn.uniform() * photos.reduce((sum, { pictures, weight }) => sum + pictures.length * weight, 0)
  for (const { pictures, weight } of photos) {
    if (at < pictures.length * weight) return pictures[Math.floor(at / weight)]
    at -= pictures.length * weight
  }
  // Reached only through rounding.
  return photos.at(-1)!.pictures.at(-1)!
}
