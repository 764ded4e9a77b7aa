/** The pictures of a training step: their kinds, and the form of a batch. data/ makes them. */

/**
 * Kinds of pictures that a step may use: photos, the teacher's drawings of them, style pictures, and style pictures
 * with smoothed edges.
 */
export type PictureKind = 'photo' | 'target' | 'style' | 'smooth'

/** The pictures of a step, of the requested kinds: uint8 RGB, each [batch, size, size, 3]. */
export type Batch = Readonly<Partial<Record<PictureKind, Uint8Array<ArrayBuffer>>>>

/** A request for the pictures of a step, of some kinds; `target` only if there is a teacher. */
export interface BatchOrder {
  readonly step: number
  readonly kinds: readonly PictureKind[]
}
