/** The pictures of a training step: which kinds there are, and how they are handed over. How they are made is data/'s. */

/**
 * Pictures that a step may be fed: photos, the teacher's drawings of them, style pictures, and those with their edges
 * smoothed.
 */
export type PictureKind = 'photo' | 'target' | 'style' | 'smooth'

/** Pictures of a step, of the kinds that were asked for: uint8 RGB, each [batch, size, size, 3]. */
export type Batch = Readonly<Partial<Record<PictureKind, Uint8Array<ArrayBuffer>>>>

/** What is to be made: the pictures of a step, of some kinds. `target` is asked for only where there is a teacher. */
export interface BatchOrder {
  readonly step: number
  readonly kinds: readonly PictureKind[]
}
