/** What the page can ask of the worker that teaches styles (teach.worker.ts). */
import type { Backend } from '@animegan/browser'
import type { ConvertedStyle, StyleSource } from '../studio/protocol.ts'

/** A picture to learn from or to draw, as it is used: small, and checked to decode. */
export interface Lookout {
  /** At most 1024 pixels a side, as training uses it. */
  readonly file: Blob
  readonly thumbnail: Blob
  /** A few colours of the picture, by which copies of one picture are known. */
  readonly print: Uint8Array
  /** Whether its file says that a camera took it. */
  readonly photographed: boolean
}

/** What a lesson begins with. */
export interface LessonPlan {
  readonly title: string
  readonly start: StyleSource
  readonly startTitle: string
  readonly art: readonly Blob[]
  /** The samples come first: three, one of them the visitor's if there is one. */
  readonly photos: readonly Blob[]
}

/** A lesson that is kept in this browser. */
export interface Lesson {
  readonly title: string
  readonly startTitle: string
  readonly steps: number
  /** Small copies of the art. */
  readonly art: readonly Blob[]
  readonly samples: readonly Sample[]
}

/** A sample photo at the size it is shown, and what the style makes of it. */
export interface Sample {
  readonly photo: Blob
  readonly width: number
  readonly height: number
}

/** How training goes. */
export interface LessonProgress {
  readonly step: number
  /** The weighted sum of losses. */
  readonly loss: number
  /** Seconds of a step, lately. */
  readonly pace: number
  readonly backend: Backend
  /** Why it is not done as it was begun: the graphics card failed, or memory was short. */
  readonly recovered?: 'webgpu' | 'memory'
  /** Now and then: what the style makes of the samples. */
  readonly drawn?: readonly Blob[]
}

/** The worker's functions, by name. */
export interface LessonCalls {
  /** Checks a picture and makes it ready. */
  look: { args: [file: Blob]; result: Lookout }
  /** The lesson that is kept here, if any. Rejects with `elsewhere` while another tab has it. */
  recall: { args: []; result: Lesson | undefined }
  /** Keeps a new lesson in place of any other. */
  begin: { args: [plan: LessonPlan]; result: Lesson }
  /** Trains from where the lesson stands until it is aborted, which keeps it, or all steps are done. */
  train: { args: [backend: Backend | 'auto']; result: undefined }
  /** The style as far as it has come, finished. */
  finish: { args: [backend: Backend | 'auto']; result: ConvertedStyle }
  /** Forgets the lesson. */
  forget: { args: []; result: undefined }
}

/** Fewest different pictures of art to learn from. */
export const FEWEST_ART = 10
/** Sample photos that are shown. */
export const SAMPLES = 3
/** The lock that the tab with the lesson holds. */
export const LESSON_LOCK = 'animegan.lesson'
