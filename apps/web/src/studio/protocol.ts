/** What the page can ask of the worker that handles pictures and clips (studio.worker.ts). */
import type { Backend, FileFormat } from '@animegan/browser'
import type { Advice, AnimateOptions, Face, FaceAdvice } from '@animegan/core'
import type { AnimationFormat } from '@animegan/pictures'
import type { Container } from '@animegan/video'

/** A style: one of the site's, fetched when needed, or a file that the visitor opened. */
export type StyleSource =
  | { readonly id: string; readonly url: string; readonly size: number }
  | { readonly id: string; readonly bytes: Uint8Array<ArrayBuffer> }

/** How characters are drawn. */
export type CharacterChoice = Pick<AnimateOptions, 'lashes' | 'age' | 'eyeColour'>

/** Faces to draw as characters, or to redraw at their own scale. */
export interface FaceChoice {
  readonly found: readonly Face[]
  /** Those to draw or redraw, by index in `found`. */
  readonly chosen: readonly number[]
  /** How they are drawn as characters; missing if the style redraws them. */
  readonly drawn?: CharacterChoice
  /** From 0, the original's, to 1; default: that of characters, or 0. */
  readonly proportions?: number
}

/** A part of a clip, in seconds from its beginning. */
export interface ClipPart {
  readonly start: number
  readonly end: number
}

export interface StyleOptions {
  readonly style: StyleSource
  readonly strength: number
  /** Long side of the result; default: the picture's own. */
  readonly size?: number
  /** Long side of the network's input; default: the style's own. */
  readonly effectSize?: number
  /** Whether to correct the exposure first. */
  readonly mend: boolean
  readonly backend: Backend | 'auto'
  /** For photos only; missing if no face is to be drawn or redrawn. */
  readonly faces?: FaceChoice
  /** For clips: the part to draw, in seconds; missing for all. */
  readonly part?: ClipPart
  /** For clips: the result's format; default: the clip's own, or the nearest that can be written. */
  readonly format?: ClipFormat
  /** For clips and the camera: how tracked faces are drawn or redrawn; missing if they are left to the style. */
  readonly followed?: Pick<FaceChoice, 'drawn' | 'proportions'>
}

/** Options of a first look. */
export type PreviewOptions = Pick<StyleOptions, 'style' | 'backend' | 'mend'>

/** Options for drawing the camera's pictures. */
export interface CameraOptions extends Pick<StyleOptions, 'style' | 'strength' | 'backend' | 'followed'> {
  /** Long side of the network's input in the last session. */
  readonly side?: number
}

/** A face in a photo, with advice. */
export interface FoundFace {
  readonly face: Face
  readonly advice: readonly FaceAdvice[]
}

export interface Opened {
  readonly width: number
  readonly height: number
  readonly advice: readonly Advice[]
  readonly thumbnail: Blob
  /** The photo for display, where browsers do not show its file. */
  readonly shown?: Blob
  /** The default format for saving a result. */
  readonly format: FileFormat
  /** An animated picture of which this browser gives only the first frame. */
  readonly still?: boolean
  /** For clips and animated pictures only. */
  readonly clip?: {
    readonly hasSound: boolean
    /** If stated in the file. */
    readonly seconds?: number
    /** Its first frame, for display while there is no result. */
    readonly poster: Blob
    /** The formats that a result can have here. */
    readonly formats: readonly ClipFormat[]
    /** The format in which this browser writes animated pictures, for a clip that is one. */
    readonly animation?: AnimationFormat
  }
}

/** The format of a clip's result, which is the ending of its name. */
export type ResultFormat = Container | AnimationFormat

/** A format to choose for a clip's result: a video file, or an animated picture. */
export type ClipFormat = 'mp4' | 'webm' | 'animation'

/** How before and after are joined: side by side, or in one with a dividing line. */
export const comparisons = ['side', 'split'] as const
export type Comparison = (typeof comparisons)[number]

/** Notes on a clip's result: it ends early, or its high dynamic range or some sound is lost. */
export type ClipNote = 'cutShort' | 'hdr' | 'soundLost'

export interface Styled {
  readonly blob: Blob
  /** A small copy for the list, of photos that were drawn here. */
  readonly thumbnail?: Blob
  readonly width: number
  readonly height: number
  /** What it was made on. */
  readonly backend: Backend | 'service'
  /** Why the graphics card, or the full memory, could not be used, if that was tried first. */
  readonly recovered?: 'webgpu' | 'memory'
  /** The chosen faces, by number, that the style had already drawn well. */
  readonly spared?: readonly number[]
  /** The chosen faces, by number, that could not be drawn as characters and were left to the style. */
  readonly undrawn?: readonly number[]
  /** For clips and animated pictures only. */
  readonly clip?: {
    readonly container: ResultFormat
    readonly frames: number
    readonly seconds: number
    readonly notes: readonly ClipNote[]
  }
}

/** A style made from a weight file. */
export interface ConvertedStyle {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly title: string
  readonly licence: string
  readonly attribution: string
}

/** The current work, for the progress bar. */
export interface Progress {
  readonly stage:
    | 'fetch'
    | 'engine'
    | 'style'
    | 'look'
    | 'faces'
    | 'picture'
    | 'redraw'
    | 'clip'
    | 'compare'
    | 'camera'
    | 'service'
  readonly fraction: number
  /** In the stages `picture`, `clip` and `camera`: the network's backend. */
  readonly backend?: Backend
  /** In the stage `picture`: total pixels of the network's input. */
  readonly pixels?: number
  /** In the stage `clip`: frames done, those of them from an earlier run, and frames per second. */
  readonly frames?: number
  readonly kept?: number
  readonly rate?: number
  /** In the stage `clip`, now and then: the latest frame. In `redraw`: the photo before its faces are drawn, without `before`. */
  readonly preview?: { readonly before?: Blob; readonly after: Blob }
  /** In the stage `clip`, now and then: the beginning of the result as a file that can be played. */
  readonly playable?: { readonly blob: Blob; readonly seconds: number }
}

/** The worker's functions, by name. */
export interface Calls {
  formats: { args: []; result: FileFormat[] }
  open: { args: [key: number, file: Blob]; result: Opened }
  /** Finds the faces of a photo, from left to right. */
  faces: { args: [key: number, file: Blob, on: Pick<StyleOptions, 'style' | 'backend'>]; result: FoundFace[] }
  /** Draws a small copy of a picture, without its faces: a first look, and the style's picture in the rail. */
  preview: { args: [key: number, file: Blob, options: PreviewOptions]; result: Blob }
  style: { args: [key: number, file: Blob, options: StyleOptions, format: FileFormat]; result: Styled }
  /** A photo and its result joined, in the result's size and format. */
  compare: { args: [file: Blob, result: Blob, kind: Comparison]; result: Blob }
  /** The same for a clip and its result, made with these options, with the sound. */
  compareClip: {
    args: [key: number, file: Blob, options: StyleOptions, result: Pick<Styled, 'blob' | 'clip'>, kind: Comparison]
    result: Blob
  }
  /** A result as PNG, without metadata. */
  asPng: { args: [result: Blob]; result: Blob }
  /** Ends when aborted; finished work on the clip is kept, and the same call resumes from there. */
  styleClip: { args: [key: number, file: Blob, options: StyleOptions]; result: Styled }
  /** Deletes the work kept for a clip. */
  forget: { args: [key: number]; result: undefined }
  /** Draws the camera's frames until the port signals the end. */
  camera: { args: [port: MessagePort, options: CameraOptions]; result: undefined }
  convert: { args: [name: string, bytes: Uint8Array<ArrayBuffer>]; result: ConvertedStyle }
  /** Fetches everything that drawing needs into the caches, and the files at some addresses. */
  fetch: { args: [backend: Backend | 'auto', addresses: readonly string[]]; result: undefined }
  /** Starts the engine and prepares the style for a coming picture. */
  warm: { args: [backend: Backend | 'auto', style: StyleSource]; result: undefined }
}

export type CallName = keyof Calls
