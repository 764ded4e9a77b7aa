/** What one run of the command is about: the options that hold for all inputs, and what comes of each. Types only. */
import type { AnimateOptions, Animator } from '@animegan/core'
import type { ClipProgress, ClipRun, Comparison, DecodedPicture, FaceReport } from '@animegan/node'
import type { Destination, Place, ResultFormat } from './naming.ts'
import type { Shares } from './siblings.ts'

/** What holds for every input of a run. */
export interface Run {
  readonly destination: Destination
  readonly format: ResultFormat | undefined
  readonly quality: number | undefined
  readonly compare: Comparison | undefined
  readonly force: boolean
  /** What is done already is passed over; otherwise it fails. */
  readonly skips: boolean
  readonly options: AnimateOptions
  /** Each face is drawn as a portrait, and nothing else. */
  readonly portraits: boolean
  readonly clips: Pick<ClipRun, 'clip' | 'key' | 'tell'>
  /** The results of this run so far, by file, and the input that each was made from. */
  readonly written: Map<string, string>
  readonly shares: Shares
  /** Gives the animator, made at the first call. */
  animator(): Promise<Animator>
}

/** What was made of an input. */
export interface Result {
  readonly output: string
  readonly compare?: string | undefined
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly notices: readonly string[]
  /** The faces in the picture; of an animation or a clip those that were followed, as each was seen largest. Missing where none were looked for. */
  readonly faces?: readonly FaceReport[] | undefined
  /** Why it is not all of the input. */
  readonly incomplete?: string | undefined
}

/** Told how much of an input is done, 0 to 1, and for clips more of it. */
export type OnProgress = (fraction: number, clip?: ClipProgress) => void

/** A picture that was read, and where its result goes. */
export interface Opened {
  readonly decoded: DecodedPicture
  readonly place: Place
  readonly times?: { readonly atime: Date; readonly mtime: Date } | undefined
}
