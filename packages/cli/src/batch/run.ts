/** Types for a run of the command: the options for all inputs, and the result of each. */
import type { AnimateOptions, Animator } from '@animegan/core'
import type { ClipProgress, ClipRun, Comparison, DecodedPicture, FaceReport } from '@animegan/node'
import type { Destination, Place, ResultFormat } from './naming.ts'
import type { Shares } from './siblings.ts'

/** The settings for every input of a run. */
export interface Run {
  readonly destination: Destination
  readonly format: ResultFormat | undefined
  readonly quality: number | undefined
  readonly compare: Comparison | undefined
  readonly force: boolean
  readonly options: AnimateOptions
  /** Draws only portraits of the faces. */
  readonly portraits: boolean
  readonly clips: Pick<ClipRun, 'clip' | 'key' | 'tell'>
  /** The results of this run so far, by path, with the input of each. */
  readonly written: Map<string, string>
  readonly shares: Shares
  /** Returns the animator, created at the first call. */
  animator(): Promise<Animator>
}

/** The result for an input. */
export interface Result {
  readonly output: string
  readonly compare?: string | undefined
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly notices: readonly string[]
  /**
   * The faces in the picture; for an animation or a clip the tracked ones, each at its largest. Missing if faces were
   * not searched for.
   */
  readonly faces?: readonly FaceReport[] | undefined
  /** Why the result is incomplete. */
  readonly incomplete?: string | undefined
}

/** Receives the progress of an input, 0 to 1, with more detail for clips. */
export type OnProgress = (fraction: number, clip?: ClipProgress) => void

/** A decoded picture, and the path of its result. */
export interface Opened {
  readonly decoded: DecodedPicture
  readonly place: Place
  readonly times?: { readonly atime: Date; readonly mtime: Date } | undefined
}
