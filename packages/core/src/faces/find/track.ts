/**
 * Tracks faces from frame to frame: matches each face to one of the previous frame, smooths positions so that they do
 * not jitter, and fades a weight in and out so that nothing pops. Its input is a detector's faces and the time; it sees
 * no picture.
 */

import type { Box, Face, Point } from '../face.ts'
import { overlapOf, tiltOf } from './candidate.ts'
import { OneEuroFilter, type OneEuroOptions, type OneEuroState } from './one-euro.ts'

/** A tracked face. */
export interface TrackedFace extends Face {
  /** The same for a face as long as it is tracked; counts from 1. */
  readonly id: number
  /** Opacity, 0 to 1: rises when the face is new, falls when it is not found. */
  readonly weight: number
}

/** The filters of one face by name, and their last output. */
export interface SmoothedState {
  readonly shown: Face
  /** Width in pixels used as the unit of positions. */
  readonly unit: number
  readonly filters: Readonly<Record<string, OneEuroState>>
}

/** One tracked face. */
export interface TrackState extends SmoothedState {
  readonly id: number
  readonly weight: number
  /** Where it is searched for; changes only when the face really moves. */
  readonly seat: Face
  /** Where it was last found, and when, in seconds. */
  readonly found: Face
  readonly lastSeen: number
}

/** A tracker's complete state: plain data that survives JSON. */
export interface TrackerState {
  readonly nextId: number
  /** The time of the last frame, in seconds; missing after a reset. */
  readonly before?: number
  readonly tracks: readonly TrackState[]
}

export interface FaceTracker {
  /**
   * Takes the faces found in the frame at `seconds` and returns the tracked ones, ordered by id. The same time again
   * changes nothing; an earlier or much later one restarts tracking.
   */
  update(found: readonly Face[], seconds: number): TrackedFace[]
  /**
   * Where to search for the tracked faces, ordered by id: each face's seat, which changes only when the face really
   * moves. A piece cut at a fixed place gives key points that jitter by the picture's noise alone; one that follows the
   * points would pass their errors on from frame to frame.
   */
  searchRegions(): Face[]
  /** Forgets all faces, as at a cut. Ids continue. */
  reset(): void
  /** Its current state; a tracker made from it gives the same results as this one. */
  state(): TrackerState
}

/** Seconds until a new face has full weight. */
const FADE_IN = 0.25
/** Seconds for which a face that is not found keeps full weight: the detector may miss a frame. */
const HELD = 0.15
/** Seconds from there until it is gone. */
const FADE_OUT = 0.35
/** A gap in seconds after which tracking restarts. */
const LOST_TRACE = 1
/** A face may move by this share of its width between frames and still match. */
const REACH = 0.6
/** And its size may change by this factor. */
const GROWTH = 1.6

/**
 * A face leaves its seat when its centre is this many widths away, its width differs by this factor, or its tilt by
 * this.
 */
const SEAT_REACH = 0.1
const SEAT_GROWTH = 1.12
const SEAT_TILT = 0.12

/** Positions are filtered in units of the face's width, so near and far faces are steadied equally. */
const PLACES: OneEuroOptions = { still: 0.15, speed: 2, derivative: 0.5 }
/** Sizes, and key points relative to the box, change slowly, and their jitter shows most. */
const SIZES: OneEuroOptions = { still: 0.1, speed: 1, derivative: 0.5 }

export const POINTS = ['rightEye', 'leftEye', 'nose', 'mouth', 'rightEar', 'leftEar'] as const

/** The names of all filtered numbers. */
export const FILTERED: readonly string[] = [
  ...['x', 'y', 'width', 'height'],
  ...POINTS.flatMap((name) => [`${name} x`, `${name} y`]),
]

/** The filter of a number by its name: the box's centre is a position, everything else counts as a size. */
const optionsOf = (name: string): OneEuroOptions => (name === 'x' || name === 'y' ? PLACES : SIZES)

const middleOf = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 })

/**
 * Filters the positions of one face. The box's centre is filtered in the picture, the key points relative to it, so a
 * moving head carries its points along without lag, and their own jitter is damped more strongly.
 */
class Smoothed {
  readonly #filters = new Map<string, OneEuroFilter>()
  /** The unit is fixed: if it changed, still points would move. */
  readonly #unit: number
  #face: Face

  constructor(first: Face | SmoothedState) {
    if ('filters' in first) {
      const { shown, unit, filters } = first
      this.#unit = unit
      this.#face = shown
      for (const [name, state] of Object.entries(filters)) {
        this.#filters.set(name, new OneEuroFilter(optionsOf(name), state))
      }
    } else {
      this.#unit = Math.max(1, first.box.width)
      this.#face = first
      this.#pass(first, undefined)
    }
  }

  get state(): SmoothedState {
    const filters = Object.fromEntries([...this.#filters].map(([name, { state }]) => [name, state]))
    return { shown: this.#face, unit: this.#unit, filters }
  }

  get face(): Face {
    return this.#face
  }

  next(face: Face, interval: number): void {
    this.#face = this.#pass(face, interval)
  }

  /** A number through its filter. */
  #filtered(name: string, value: number, interval: number | undefined): number {
    const filter = this.#filters.get(name)
    const counted = value / this.#unit
    if (filter && interval !== undefined) return filter.next(counted, interval) * this.#unit
    this.#filters.set(name, new OneEuroFilter(optionsOf(name), counted))
    return value
  }

  #pass(face: Face, interval: number | undefined): Face {
    const middle = middleOf(face.box)
    const x = this.#filtered('x', middle.x, interval)
    const y = this.#filtered('y', middle.y, interval)
    const width = this.#filtered('width', face.box.width, interval)
    const height = this.#filtered('height', face.box.height, interval)
    const points = POINTS.flatMap((name): [string, Point][] => {
      const point = face[name]
      if (!point) return []
      return [
        [
          name,
          {
            x: x + this.#filtered(`${name} x`, point.x - middle.x, interval),
            y: y + this.#filtered(`${name} y`, point.y - middle.y, interval),
          },
        ],
      ]
    })
    return {
      ...face,
      box: { x: x - width / 2, y: y - height / 2, width, height },
      ...Object.fromEntries(points),
    }
  }
}

interface Track {
  readonly id: number
  readonly places: Smoothed
  seat: Face
  /** The face as last found, unfiltered: filtered faces lag, so matching against them would miss. */
  found: Face
  lastSeen: number
  weight: number
}

/** Tracks faces, from the beginning or from a saved `state`. */
export const faceTrackerFrom = (state?: TrackerState): FaceTracker => {
  let tracks: Track[] = (state?.tracks ?? []).map(({ id, seat, found, lastSeen, weight, ...smoothed }) => {
    return { id, places: new Smoothed(smoothed), seat, found, lastSeen, weight }
  })
  let nextId = state?.nextId ?? 1
  let before = state?.before

  const shown = (): TrackedFace[] =>
    tracks.map(({ id, places, weight }) => ({ ...places.face, id, weight })).sort((a, b) => a.id - b.id)

  return {
    update: (found, seconds) => {
      if (seconds === before) return shown()
      const interval = before === undefined ? undefined : seconds - before
      const first = interval === undefined
      if (interval !== undefined && !(interval > 0 && interval <= LOST_TRACE)) tracks = []
      before = seconds
      const pairs = matched(tracks, found)
      const step = interval ?? 0
      for (const track of tracks) {
        const face = pairs.get(track)
        if (face) {
          track.places.next(face, Math.max(step, 1e-3))
          if (hasLeft(track.seat, track.places.face)) track.seat = track.places.face
          track.found = face
          track.lastSeen = seconds
          track.weight = Math.min(1, track.weight + step / FADE_IN)
        } else if (seconds - track.lastSeen > HELD) {
          track.weight -= step / FADE_OUT
        }
      }
      tracks = tracks.filter(({ weight }) => weight > 1e-6)
      const known = new Set(pairs.values())
      for (const face of found) {
        if (known.has(face)) continue
        // A face in the first frame is not new, so it has full weight at once.
        const weight = first ? 1 : Math.min(1, Math.max(step, 1e-3) / FADE_IN)
        tracks.push({ id: nextId++, places: new Smoothed(face), seat: face, found: face, lastSeen: seconds, weight })
      }
      return shown()
    },
    searchRegions: () => tracks.toSorted((a, b) => a.id - b.id).map(({ seat }) => seat),
    reset: () => {
      tracks = []
      before = undefined
    },
    state: () => ({
      nextId,
      ...(before !== undefined && { before }),
      tracks: tracks.map(({ places, ...track }) => ({ ...track, ...places.state })),
    }),
  }
}

const hasLeft = (seat: Face, face: Face): boolean => {
  const [from, to] = [middleOf(seat.box), middleOf(face.box)]
  const growth = face.box.width / seat.box.width
  const turned = tiltOf(face.rightEye, face.leftEye) - tiltOf(seat.rightEye, seat.leftEye)
  return (
    Math.hypot(to.x - from.x, to.y - from.y) > SEAT_REACH * seat.box.width ||
    growth > SEAT_GROWTH ||
    growth < 1 / SEAT_GROWTH ||
    Math.abs(Math.atan2(Math.sin(turned), Math.cos(turned))) > SEAT_TILT
  )
}

/** Matches found faces to tracks: the nearest pairs first, each face and each track once. */
const matched = (tracks: readonly Track[], found: readonly Face[]): Map<Track, Face> => {
  const pairs = tracks
    .flatMap((track) => found.map((face) => ({ track, face, distance: distanceOf(track.found, face) })))
    .filter(({ distance }) => distance < REACH)
    .sort((a, b) => a.distance - b.distance || a.track.id - b.track.id)
  const matches = new Map<Track, Face>()
  const taken = new Set<Face>()
  for (const { track, face } of pairs) {
    if (matches.has(track) || taken.has(face)) continue
    matches.set(track, face)
    taken.add(face)
  }
  return matches
}

/** The distance between two faces, in widths; infinite if their sizes differ too much to match. Overlap breaks ties. */
const distanceOf = (a: Face, b: Face): number => {
  const growth = b.box.width / a.box.width
  if (!(growth < GROWTH && growth > 1 / GROWTH)) return Number.POSITIVE_INFINITY
  const [from, to] = [middleOf(a.box), middleOf(b.box)]
  const apart = Math.hypot(to.x - from.x, to.y - from.y) / Math.max(a.box.width, b.box.width)
  return apart + 0.01 * (1 - overlapOf(a.box, b.box))
}
