/**
 * Faces followed from frame to frame: which face of this frame is which of the one before, places smoothed so that they
 * do not tremble, and a weight that fades in and out so that nothing pops. It takes what a detector found and the time;
 * it looks at no picture.
 */

import type { Box, Face, Point } from '../face.ts'
import { overlapOf, tiltOf } from './candidate.ts'
import { OneEuroFilter, type OneEuroOptions, type OneEuroState } from './one-euro.ts'

/** A face that is followed. */
export interface TrackedFace extends Face {
  /** The same for the same face as long as it is followed; counts from 1. */
  readonly id: number
  /** 0 to 1: how much of it to show. Rises when it is new, falls when it was not found. */
  readonly weight: number
}

/** The filters of one face, by what they filter, and what came of them last. */
export interface SmoothedState {
  readonly shown: Face
  /** Width in pixels in which places are counted. */
  readonly unit: number
  readonly filters: Readonly<Record<string, OneEuroState>>
}

/** One face that is followed. */
export interface TrackState extends SmoothedState {
  readonly id: number
  readonly weight: number
  /** Where it is looked for. */
  readonly seat: Face
  /** Where it was last found, and when, in seconds. */
  readonly found: Face
  readonly lastSeen: number
}

/** All that a tracker knows: plain data, which comes through JSON as it was. */
export interface TrackerState {
  readonly nextId: number
  /** The time of the last frame, in seconds; none after a reset. */
  readonly before?: number
  readonly tracks: readonly TrackState[]
}

export interface FaceTracker {
  /**
   * Takes the faces found in the frame at `seconds`, and gives those that are followed, by their ids. The same time again
   * changes nothing; an earlier one, or one much later, starts afresh.
   */
  update(found: readonly Face[], seconds: number): TrackedFace[]
  /**
   * Where to look for those that are followed, by their ids: a face's place as it was when it last moved from one. A piece
   * that is cut from a place that does not move gives key points that tremble by the picture's noise alone; one that
   * follows them would hand their errors on from frame to frame.
   */
  searchRegions(): Face[]
  /** Forgets all faces, as at a cut. Ids go on. */
  reset(): void
  /** What it knows now; a tracker that is made of it gives what this one will give. */
  state(): TrackerState
}

/** Seconds until a new face is shown whole. */
const FADE_IN = 0.25
/** Seconds for which a face that is not found stays whole: a blink of the detector. */
const HELD = 0.15
/** Seconds from there until it is gone. */
const FADE_OUT = 0.35
/** A gap after which nothing is known of where faces went, in seconds. */
const LOST_TRACE = 1
/** A face may move this share of its width between frames and be the same. */
const REACH = 0.6
/** And its size may change by this factor. */
const GROWTH = 1.6

/** A face moves from its seat when its middle is this many widths away, its width by this factor another, or its tilt by this. */
const SEAT_REACH = 0.1
const SEAT_GROWTH = 1.12
const SEAT_TILT = 0.12

/** Places are filtered in widths of the face, so that a face near and one far away are held equally still. */
const PLACES: OneEuroOptions = { still: 0.15, speed: 2, derivative: 0.5 }
/** Sizes, and key points relative to the box, change slowly, and their trembling shows most. */
const SIZES: OneEuroOptions = { still: 0.1, speed: 1, derivative: 0.5 }

export const POINTS = ['rightEye', 'leftEye', 'nose', 'mouth', 'rightEar', 'leftEar'] as const

/** The names of all that is filtered. */
export const FILTERED: readonly string[] = [
  ...['x', 'y', 'width', 'height'],
  ...POINTS.flatMap((name) => [`${name} x`, `${name} y`]),
]

/** The filter of a number by its name: the box's middle is a place, all else is about sizes. */
const optionsOf = (name: string): OneEuroOptions => (name === 'x' || name === 'y' ? PLACES : SIZES)

const middleOf = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 })

/**
 * The places of one face, filtered. The box's middle is filtered in the picture, the key points relative to it: so that
 * a head that moves carries its points along without their lag, and their own trembling is held down harder.
 */
class Smoothed {
  readonly #filters = new Map<string, OneEuroFilter>()
  /** One unit for good: in a unit that changes, what is still would move. */
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
  /** The face as it was last found, unfiltered: filtered ones lag, and would be missed. */
  found: Face
  lastSeen: number
  weight: number
}

/** Follows faces, from the beginning or from where `state` was taken. */
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
        // What is there in the first frame did not appear: it is shown whole.
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

/** Which found face each track is now: the nearest pairs first, each face and each track once. */
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

/** How far apart two faces are, in widths; infinite for such different sizes that they are not one. Overlap breaks ties. */
const distanceOf = (a: Face, b: Face): number => {
  const growth = b.box.width / a.box.width
  if (!(growth < GROWTH && growth > 1 / GROWTH)) return Number.POSITIVE_INFINITY
  const [from, to] = [middleOf(a.box), middleOf(b.box)]
  const apart = Math.hypot(to.x - from.x, to.y - from.y) / Math.max(a.box.width, b.box.width)
  return apart + 0.01 * (1 - overlapOf(a.box, b.box))
}
