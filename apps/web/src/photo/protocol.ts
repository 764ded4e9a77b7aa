/** The messages between the page (studio.ts) and the worker that handles pictures (photo.worker.ts). */
import type { Advice } from '@animegan/core'
import type { Backend } from '../engine/assets.ts'
import type { FileFormat } from './encode.ts'
import type { ProblemCode } from './problem.ts'

/** A style: one of the site's, fetched when needed, or a file that the visitor opened. */
export type StyleSource =
  | { readonly id: string; readonly url: string; readonly size: number }
  | { readonly id: string; readonly bytes: Uint8Array<ArrayBuffer> }

export interface StyleOptions {
  readonly style: StyleSource
  readonly strength: number
  /** Long side of the result; the picture's own when left out. */
  readonly size?: number
  /** Long side the network sees; the style's own when left out. */
  readonly effectSize?: number
  /** Whether to mend the exposure first. */
  readonly mend: boolean
  readonly backend: Backend | 'auto'
}

export interface Opened {
  readonly width: number
  readonly height: number
  readonly advice: readonly Advice[]
  readonly thumbnail: Blob
  /** The format a result is saved in unless another is asked for. */
  readonly format: FileFormat
}

export interface Styled {
  readonly blob: Blob
  readonly width: number
  readonly height: number
  /** What it was made on. */
  readonly backend: Backend
  /** Why not on the graphics card, or not with all memory, where that was tried first. */
  readonly recovered?: 'gpu' | 'memory'
}

/** A style made of a weight file. */
export interface ConvertedStyle {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly title: string
  readonly licence: string
  readonly attribution: string
}

/** What is under way, for the progress bar. */
export interface Progress {
  readonly stage: 'engine' | 'style' | 'picture'
  readonly fraction: number
  /** In the stage `picture`: pixels that the network sees in all, and what it runs on. */
  readonly pixels?: number
  readonly backend?: Backend
}

/** What the worker does, by name. */
export interface Calls {
  formats: { args: []; result: FileFormat[] }
  open: { args: [key: number, file: Blob]; result: Opened }
  style: { args: [key: number, file: Blob, options: StyleOptions, format: FileFormat]; result: Styled }
  convert: { args: [name: string, bytes: Uint8Array<ArrayBuffer>]; result: ConvertedStyle }
  /** Fetches what styling needs, so that it is in the caches. */
  fetch: { args: [backend: Backend | 'auto', style: StyleSource]; result: undefined }
  /** Starts the engine and readies the style: a picture is about to come. */
  warm: { args: [backend: Backend | 'auto', style: StyleSource]; result: undefined }
}

export type CallName = keyof Calls

export type ToWorker =
  | { readonly id: number; readonly call: CallName; readonly args: readonly unknown[] }
  | { readonly cancel: number }

export type FromWorker =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly problem: ProblemCode; readonly detail: string }
  | { readonly id: number; readonly progress: Progress }
