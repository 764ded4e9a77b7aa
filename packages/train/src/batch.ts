/** The pictures of a training step: their kinds, and the form of a batch. data/ makes them. */

import { PORTRAIT_CHANNELS } from '@animegan/models'

/**
 * Kinds of pictures that a step may use: photos, the teacher's drawings of them, style pictures, style pictures with
 * smoothed edges; and for the regions of portraits, portraits with their guides, and labels (class, then weight).
 */
export type PictureKind = 'photo' | 'target' | 'style' | 'smooth' | 'portrait' | 'labels'

/** Number of channels of a picture; RGB where nothing else is said. */
export const pictureChannels = (kind: PictureKind): number =>
  kind === 'portrait' ? PORTRAIT_CHANNELS : kind === 'labels' ? 2 : 3

/** The pictures of a step, of the requested kinds: uint8, each [batch, size, size, channels]. */
export type Batch = Readonly<Partial<Record<PictureKind, Uint8Array<ArrayBuffer>>>>

/** A request for the pictures of a step, of some kinds; `target` only if there is a teacher. */
export interface BatchOrder {
  readonly step: number
  readonly kinds: readonly PictureKind[]
}
