/**
 * What is remembered of the faces of a clip from frame to frame, so that they are drawn steadily: their landmarks and
 * the numbers measured of them are steadied, and the drawing of a face that turns away or is covered fades out, and back
 * in. Draws nothing; which faces are the same is track.ts's.
 */
import type { Picture } from '../../picture.ts'
import type { Head } from '../landmarks/head.ts'
import type { Landmarks } from '../landmarks/landmarker.ts'
import { SteadyLandmarks, type SteadyLandmarksState } from '../landmarks/steady-landmarks.ts'
import { carriedRegions, type KeptRegions } from '../regions/carried.ts'
import { portraitSquare } from '../regions/crop.ts'
import type { Regions } from '../regions/regions.ts'
import type { HeldDrawing } from './held-drawing.ts'

/** A number that is measured of a face, by its name: steadied in a clip; in a photo, the number itself. */
export type Steady = (name: string, value: number) => number

export const asMeasured: Steady = (_, value) => value

/** Seconds in which a drawing fades in or out. */
const FADE = 0.3
/** Seconds after which a number that has changed has come closer by two thirds. */
const SLOW = 0.35
/** A gap in seconds after which a face is met anew. */
const LOST_TRACE = 1

/** What is remembered of one face. */
export interface RememberedFace {
  readonly id: number
  /** How much of its drawing is shown, 0 to 1. */
  readonly shown: number
  readonly landmarks?: SteadyLandmarksState | undefined
  readonly regions?: KeptRegions | undefined
  readonly drawing?: HeldDrawing | undefined
  readonly numbers: Readonly<Record<string, number>>
}

/** Everything that later frames depend on. Apart from the masks of regions and drawings, it is plain data that survives JSON. */
export interface FaceMemoryState {
  /** The time of the last frame, in seconds; missing after a cut. */
  readonly before?: number
  readonly faces: readonly RememberedFace[]
}

/** One face in one frame. */
export interface FollowedFace {
  /** The frame's time. */
  readonly seconds: number
  /** Its landmarks, steadied. To be called once in a frame. */
  landmarks(found: Landmarks): Landmarks
  /** Its regions in this picture: carried along, or found. To be called once in a frame. */
  regions(picture: Picture, head: Head, find: () => Promise<Regions | undefined>): Promise<Regions | undefined>
  readonly steady: Steady
  /** The least that a number has been so far. */
  readonly least: Steady
  /** How much of its drawing was shown in the frame before, 0 to 1. */
  readonly shown: number
  /** How much is shown now, by whether it is seen well enough. To be called once in a frame. */
  show(clear: boolean): number
  /** The head as it was last drawn, if it was shown since. */
  readonly drawing: HeldDrawing | undefined
  /** Keeps a drawing that was made in this frame. */
  keep(drawing: HeldDrawing): void
}

export interface FaceMemory {
  /** Begins the frame at `seconds`, in which there are the faces with these numbers; the others are forgotten. */
  enter(ids: readonly number[], seconds: number): void
  /** A face of this frame. */
  face(id: number): FollowedFace
  /** Forgets all faces, as at a cut. */
  reset(): void
  /** Its current state; a memory made from it is the same. */
  state(): FaceMemoryState
}

/** A face as it is remembered while the clip goes on. */
class Remembered {
  readonly #landmarks: SteadyLandmarks
  readonly #numbers: Map<string, number>
  #regions: KeptRegions | undefined
  #drawing: HeldDrawing | undefined
  #shown: number
  #isNew: boolean

  constructor(
    readonly id: number,
    from?: RememberedFace,
  ) {
    this.#landmarks = new SteadyLandmarks(from?.landmarks)
    this.#numbers = new Map(Object.entries(from?.numbers ?? {}))
    this.#regions = from?.regions
    this.#drawing = from?.drawing
    this.#shown = from?.shown ?? 0
    this.#isNew = from === undefined
  }

  get state(): RememberedFace {
    const { id } = this
    const landmarks = this.#landmarks.state
    const regions = this.#regions
    const drawing = this.#drawing
    return {
      id,
      shown: this.#shown,
      ...(landmarks && { landmarks }),
      ...(regions && { regions }),
      ...(drawing && { drawing }),
      numbers: Object.fromEntries(this.#numbers),
    }
  }

  /** The face in a frame at `seconds`, `interval` seconds after the one before. */
  next(seconds: number, interval: number): FollowedFace {
    // What is measured only when the head is drawn anew has as long to change.
    const elapsed = this.#drawing ? Math.max(interval, seconds - this.#drawing.at) : interval
    const share = 1 - Math.exp(-elapsed / SLOW)
    const done = new Set<string>()
    const shown = this.#shown
    return {
      seconds,
      shown,
      drawing: this.#drawing,
      keep: (drawing) => {
        this.#drawing = drawing
      },
      landmarks: (found) => this.#landmarks.next(found, interval),
      regions: async (picture, head, find) => {
        const square = portraitSquare(picture, head)
        if (!square) return undefined
        const { regions, kept } = await carriedRegions(this.#regions, head, square, seconds, find)
        this.#regions = kept
        return regions
      },
      least: (name, value) => {
        const now = Math.min(value, this.#numbers.get(`least ${name}`) ?? value)
        this.#numbers.set(`least ${name}`, now)
        return now
      },
      steady: (name, value) => {
        const before = this.#numbers.get(name)
        // Asked for again in one frame, it is the same.
        if (before !== undefined && done.has(name)) return before
        done.add(name)
        const now = before === undefined ? value : before + share * (value - before)
        this.#numbers.set(name, now)
        return now
      },
      show: (clear) => {
        const step = interval / FADE
        // The tracker fades a new face in: its drawing is there at once.
        this.#shown = this.#isNew ? Number(clear) : Math.min(1, Math.max(0, shown + (clear ? step : -step)))
        this.#isNew = false
        if (this.#shown === 0) this.#drawing = undefined
        return this.#shown
      },
    }
  }
}

/** Remembers the faces of one clip, from the beginning or from a saved `state`. */
export const faceMemoryFrom = (state?: FaceMemoryState): FaceMemory => {
  let faces = new Map((state?.faces ?? []).map((face) => [face.id, new Remembered(face.id, face)]))
  let before = state?.before
  let here = new Map<number, FollowedFace>()
  return {
    enter: (ids, seconds) => {
      const interval = before === undefined ? 0 : seconds - before
      if (!(interval > 0 && interval <= LOST_TRACE)) faces = new Map()
      faces = new Map(ids.map((id) => [id, faces.get(id) ?? new Remembered(id)]))
      here = new Map([...faces].map(([id, face]) => [id, face.next(seconds, Math.max(interval, 1e-3))]))
      before = seconds
    },
    face: (id) => {
      const face = here.get(id)
      if (!face) throw new RangeError(`face ${id}: expected a face of this frame`)
      return face
    },
    reset: () => {
      faces = new Map()
      before = undefined
    },
    state: () => ({
      ...(before !== undefined && { before }),
      faces: [...faces.values()].map((face) => face.state),
    }),
  }
}
