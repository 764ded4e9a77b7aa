/** What a job is: its data in the queue, its outcome, and its record as the service reports it. */
import type { AnimateOptions } from '@animegan/core'
import type { FaceReport, OneFileFormat, OutputFormat, PictureFormat } from '@animegan/node'
import type { ClipPart } from '@animegan/video'
import type { PictureSize } from './cost.ts'

/** A format of results. */
export type ResultFormat = OutputFormat | OneFileFormat

/** How to draw a picture or a clip. */
export interface JobRequest {
  readonly style: string
  readonly options: AnimateOptions
  /** Default: the picture's own. */
  readonly format?: ResultFormat | undefined
  /** 1 to 100; default: the format's own. */
  readonly quality?: number | undefined
  /** Whether the result keeps the picture's metadata, such as place and camera. */
  readonly metadata: 'strip' | 'keep'
  /** Of clips: what is drawn, in seconds, at which rate, and whether it keeps its sound. */
  readonly start?: number | undefined
  readonly end?: number | undefined
  readonly fps?: number | undefined
  readonly sound?: 'keep' | 'off' | undefined
}

/** The options of `JobRequest` that only clips have. */
export const CLIP_OPTIONS = ['start', 'end', 'fps', 'sound'] as const

/** A clip's parts, each of which is a task of its own under an id of its own. */
export interface ClipPlan {
  readonly parts: readonly (ClipPart & { readonly id: string })[]
}

/** What a part's task is: a part of the job `of`. The part `next` may be taken once this one was. */
export interface PartOf extends ClipPart {
  readonly of: string
  readonly next: string | undefined
}

/** A job as it stands in the queue. */
export interface JobData {
  /** Who sent it: a hash of a key or an address. */
  readonly client: string
  readonly cost: number
  readonly picture: PictureSize & { readonly format: PictureFormat | OneFileFormat }
  readonly request: JobRequest
  /** The trace that the job's tasks belong to, where traces are recorded. */
  readonly trace?: string | undefined
  /** Of the job of a clip. */
  readonly clip?: ClipPlan | undefined
  /** Of a task that draws a part of a clip. */
  readonly part?: PartOf | undefined
  /** The seconds that were estimated when it was admitted, its own time included. */
  readonly promised: number
  /** How long its result is kept, in seconds. */
  readonly keep: number
}

/** The ids of the parts of a clip; none of a picture. */
export const partsOf = ({ clip }: Pick<JobData, 'clip'>): readonly string[] => clip?.parts.map(({ id }) => id) ?? []

/** Why a job could not be done: a problem's type, and one line. */
export interface JobFailure {
  readonly type: string
  readonly detail: string
}

/** A result's facts. */
export interface JobResult {
  readonly width: number
  readonly height: number
  readonly frames: number
  /** Of a clip. */
  readonly seconds?: number | undefined
  readonly format: ResultFormat
  readonly bytes: number
  readonly notices: readonly string[]
  readonly faces?: readonly FaceReport[] | undefined
  /** Why it is incomplete, as text. */
  readonly incomplete?: string | undefined
}

/** How a job ended. */
export type Outcome = { readonly result: JobResult } | { readonly failure: JobFailure }

export const JOB_STATES = ['queued', 'working', 'done', 'failed', 'expired'] as const
export type JobState = (typeof JOB_STATES)[number]

/** A job as it is now. */
export interface JobRecord {
  readonly id: string
  readonly state: JobState
  readonly data: JobData
  /** 1 for the next; 0 if it does not wait. */
  readonly place: number
  /** The fraction done, 0 to 1. */
  readonly progress: number
  /** The preview's facts, once it is there. */
  readonly preview: JobResult | undefined
  readonly outcome: Outcome | undefined
  readonly created: Date
  readonly completed: Date | undefined
}

/** A job that a worker has taken. */
export interface Task {
  readonly id: string
  /** A clip is drawn as parts, which are then joined. */
  readonly kind: 'preview' | 'picture' | 'part' | 'join'
  /** How often it was taken before. */
  readonly attempt: number
  readonly data: JobData
}
