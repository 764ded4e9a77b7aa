/** The pictures of a training step: their kinds, and the form of a batch. data/ makes them. */

import { PORTRAIT_CHANNELS } from '@animegan/models'

/**
 * Kinds of pictures that a step may use: photos, the teacher's drawings of them, style pictures, style pictures with
 * smoothed edges; photos with every superpixel in its mean colour, and pictures that are retouched from the step's own
 * results (see retouch/retouch.ts); and for the regions of portraits, portraits with their guides, and labels (class,
 * then weight).
 */
export type PictureKind =
  | 'photo'
  | 'target'
  | 'style'
  | 'smooth'
  | 'photo-regions'
  | RetouchedKind
  | 'portrait'
  | 'labels'

/**
 * Kinds that are made from the generator's results in the middle of a step: with every superpixel in its mean colour,
 * and with noise and small changes smoothed away.
 */
export type RetouchedKind = (typeof retouchedKinds)[number]
export const retouchedKinds = ['result-regions', 'revised-result'] as const

export const isRetouched = (kind: PictureKind): kind is RetouchedKind =>
  (retouchedKinds as readonly PictureKind[]).includes(kind)

/** Number of channels of a picture; RGB where nothing else is said. */
export const pictureChannels = (kind: PictureKind): number =>
  kind === 'portrait' ? PORTRAIT_CHANNELS : kind === 'labels' ? 2 : 3

/** The type of a picture's numbers. */
export const pictureType = (kind: PictureKind): 'uint8' | 'float32' => (kind === 'revised-result' ? 'float32' : 'uint8')

/**
 * The pictures of a step, of the requested kinds, each [batch, size, size, channels]: uint8, except for
 * `revised-result`, float32 from -1 to 1, whose smooth areas have finer steps than a byte.
 */
export type Batch = {
  readonly [Kind in PictureKind]?: Kind extends 'revised-result' ? Float32Array<ArrayBuffer> : Uint8Array<ArrayBuffer>
}

/** What retouched kinds are made from: the results of a pass over the photos, uint8 [batch, size, size, 3]. */
export type Results = Readonly<Partial<Record<RetouchedKind, Uint8Array<ArrayBuffer>>>>

/** A request for the pictures of a step, of some kinds; `target` only if there is a teacher. */
export interface BatchOrder {
  readonly step: number
  readonly kinds: readonly PictureKind[]
  /** For retouched kinds: one picture's results. The answer is of one picture, too. */
  readonly results?: Results
}
