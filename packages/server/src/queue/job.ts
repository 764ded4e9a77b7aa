/** What a job is: its data in the queue, its outcome, and its record as the service reports it. Types only. */
import type { AnimateOptions } from '@animegan/core'
import type { FaceReport, OutputFormat, PictureFormat } from '@animegan/node'
import type { PictureSize } from './cost.ts'

/** How to draw a picture. */
export interface JobRequest {
  readonly style: string
  readonly options: AnimateOptions
  /** Default: the picture's own. */
  readonly format?: OutputFormat | undefined
  /** 1 to 100; default: the format's own. */
  readonly quality?: number | undefined
  /** Whether the result keeps the picture's metadata, such as place and camera. */
  readonly metadata: 'strip' | 'keep'
}

/** A job as it stands in the queue. */
export interface JobData {
  /** Who sent it: a hash of a key or an address. */
  readonly client: string
  readonly cost: number
  readonly picture: PictureSize & { readonly format: PictureFormat }
  readonly request: JobRequest
  /** The seconds that were estimated when it was admitted, its own time included. */
  readonly promised: number
  /** How long its result is kept, in seconds. */
  readonly keep: number
}

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
  readonly format: OutputFormat
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
  readonly kind: 'preview' | 'picture'
  /** How often it was taken before. */
  readonly attempt: number
  readonly data: JobData
}
