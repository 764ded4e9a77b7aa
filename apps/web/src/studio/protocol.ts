/** The messages between the page (studio.ts) and the worker that handles pictures and clips (studio.worker.ts). */
import type { Backend, FileFormat } from '@animegan/browser'
import type { Advice, Face, FaceAdvice } from '@animegan/core'
import type { Container } from '@animegan/video'
import type { ProblemCode } from './problem.ts'

/** A style: one of the site's, fetched when needed, or a file that the visitor opened. */
export type StyleSource =
  | { readonly id: string; readonly url: string; readonly size: number }
  | { readonly id: string; readonly bytes: Uint8Array<ArrayBuffer> }

/** Faces to be redrawn at a scale of their own. */
export interface FaceChoice {
  readonly found: readonly Face[]
  /** Those to be redrawn, by their numbers in `found`. */
  readonly chosen: readonly number[]
  /** From 0, the original's, to 1. */
  readonly proportions: number
}

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
  /** For photos only; missing where no face is to be redrawn. */
  readonly faces?: FaceChoice
  /** For clips and the camera: how the faces that are followed through it are redrawn; missing where they are left to the style. */
  readonly followed?: Pick<FaceChoice, 'proportions'>
}

/** What the camera's pictures are drawn with. */
export interface CameraOptions extends Pick<StyleOptions, 'style' | 'strength' | 'backend' | 'followed'> {
  /** Long side that the network saw when it was last drawn. */
  readonly side?: number
}

/** A face in a photo, and what to tell its owner of it. */
export interface FoundFace {
  readonly face: Face
  readonly advice: readonly FaceAdvice[]
}

export interface Opened {
  readonly width: number
  readonly height: number
  readonly advice: readonly Advice[]
  readonly thumbnail: Blob
  /** The format a result is saved in unless another is asked for. */
  readonly format: FileFormat
  /** For clips only. */
  readonly clip?: {
    readonly hasSound: boolean
    /** Where the file says it. */
    readonly seconds?: number
  }
}

/** What is to be said of a clip's result: it ends before the clip should, its high dynamic range or some sound is lost. */
export type ClipNote = 'cutShort' | 'hdr' | 'soundLost'

export interface Styled {
  readonly blob: Blob
  readonly width: number
  readonly height: number
  /** What it was made on. */
  readonly backend: Backend
  /** Why not on the graphics card, or not with all memory, where that was tried first. */
  readonly recovered?: 'webgpu' | 'memory'
  /** Of the chosen faces, by their numbers, those that the style drew well as they were. */
  readonly spared?: readonly number[]
  /** For clips only. */
  readonly clip?: {
    readonly container: Container
    readonly frames: number
    readonly seconds: number
    readonly notes: readonly ClipNote[]
  }
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
  readonly stage: 'engine' | 'style' | 'faces' | 'picture' | 'redraw' | 'clip' | 'camera'
  readonly fraction: number
  /** In the stages `picture`, `clip` and `camera`: what the network runs on. */
  readonly backend?: Backend
  /** In the stage `picture`: pixels that the network sees in all. */
  readonly pixels?: number
  /** In the stage `clip`: frames done, those of them that an earlier run had left, and frames a second. */
  readonly frames?: number
  readonly kept?: number
  readonly rate?: number
  /** In the stage `clip`, now and then: the frame that was just done. */
  readonly preview?: { readonly before: Blob; readonly after: Blob }
}

/** What the worker does, by name. */
export interface Calls {
  formats: { args: []; result: FileFormat[] }
  open: { args: [key: number, file: Blob]; result: Opened }
  /** Finds the faces of a photo, from left to right. */
  faces: { args: [key: number, file: Blob, on: Pick<StyleOptions, 'style' | 'backend'>]; result: FoundFace[] }
  style: { args: [key: number, file: Blob, options: StyleOptions, format: FileFormat]; result: Styled }
  /** Ends when its signal comes; what is done of the clip is kept, and the same call goes on from there. */
  styleClip: { args: [key: number, file: Blob, options: StyleOptions]; result: Styled }
  /** Throws away what is kept of a clip. */
  forget: { args: [key: number]; result: undefined }
  /** Draws what the camera sees until the port says that it is over. */
  camera: { args: [port: MessagePort, options: CameraOptions]; result: undefined }
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
