/**
 * Steadies the landmarks of one face from frame to frame: where the head is by one-euro filters, and each point within
 * the head by a mean that gives way to real moves. So the drawing of a still head does not tremble, while lids and lips
 * are as quick as they are. (track.ts does the same for a detector's six points.)
 */
import { OneEuroFilter, type OneEuroOptions, type OneEuroState } from '../find/one-euro.ts'
import { fromHead, type Head, headOf, toHead } from './head.ts'
import { irisOf, type Landmarks, type Point3 } from './landmarker.ts'
import { EYES } from './topology.ts'

/** Everything that the landmarks of later frames depend on. */
export interface SteadyLandmarksState {
  /** The unit of the head when it was first seen, in pixels: places are filtered in it. */
  readonly unit: number
  /** The head's place, across and down, the logarithm of its size, and its turn in radians. */
  readonly head: readonly [across: OneEuroState, down: OneEuroState, size: OneEuroState, turn: OneEuroState]
  /** The points in the head's frame, x, y and z of each. */
  readonly points: readonly number[]
}

const PLACES: OneEuroOptions = { still: 1, speed: 6, derivative: 1 }
const SIZES: OneEuroOptions = { still: 0.6, speed: 4, derivative: 1 }

/** A point that moved less than the first within the head, in its units, trembles; from the second on it has moved. */
const [TREMBLE, MOVED] = [0.004, 0.03]
/** The share that a new place has in one that trembles, at 25 frames a second. */
const LEAST_SHARE = 0.25

const turnOf = ({ down }: Head): number => Math.atan2(-down.x, down.y)

export class SteadyLandmarks {
  #state: SteadyLandmarksState | undefined

  constructor(state?: SteadyLandmarksState) {
    this.#state = state
  }

  get state(): SteadyLandmarksState | undefined {
    return this.#state
  }

  /**
   * The landmarks found in a frame, steadied; the first ones, and those that make no head, as they are.
   *
   * @param interval seconds since the frame before, above 0
   */
  next(landmarks: Landmarks, interval: number): Landmarks {
    const head = headOf(landmarks)
    if (!head) return landmarks
    const before = this.#state
    const unit = before?.unit ?? head.unit
    const filters = (
      before?.head ?? [head.origin.x / unit, head.origin.y / unit, Math.log(head.unit), turnOf(head)]
    ).map((from, i) => new OneEuroFilter(i < 2 ? PLACES : SIZES, from as OneEuroState | number))
    const own = landmarks.points.flatMap((point) => {
      const { x, y } = toHead(head, point)
      return [x, y, point.z / head.unit]
    })
    let points = own
    let steady = head
    if (before) {
      // The same turn as a number near the one before.
      const turned = turnOf(head) - filters[3].state.value
      const turn = filters[3].state.value + Math.atan2(Math.sin(turned), Math.cos(turned))
      const [x, y, size, angle] = [head.origin.x / unit, head.origin.y / unit, Math.log(head.unit), turn].map(
        (value, i) => filters[i].next(value, interval),
      )
      const down = { x: -Math.sin(angle), y: Math.cos(angle) }
      steady = { ...head, origin: { x: x * unit, y: y * unit }, unit: Math.exp(size), down }
      points = steadied(before.points, own, 1 - (1 - LEAST_SHARE) ** (25 * interval))
    }
    const [across, down, size, turn] = filters.map(({ state }) => state)
    this.#state = { unit, head: [across, down, size, turn], points }
    return before ? placed(points, steady, landmarks.presence) : landmarks
  }
}

/** Points of the head moved towards where they were found, each at least by the share. */
const steadied = (before: readonly number[], found: readonly number[], least: number): number[] => {
  const out = new Array<number>(found.length)
  for (let i = 0; i < found.length; i += 3) {
    const moved = Math.hypot(found[i] - before[i], found[i + 1] - before[i + 1])
    const real = Math.min(1, Math.max(0, (moved - TREMBLE) / (MOVED - TREMBLE)))
    const share = least + (1 - least) * real
    for (let k = i; k < i + 3; k++) out[k] = before[k] + share * (found[k] - before[k])
  }
  return out
}

/** Points of a head in the picture. */
const placed = (numbers: readonly number[], head: Head, presence: number): Landmarks => {
  const points = Array.from({ length: numbers.length / 3 }, (_, i): Point3 => {
    const { x, y } = fromHead(head, { x: numbers[3 * i], y: numbers[3 * i + 1] })
    return { x, y, z: numbers[3 * i + 2] * head.unit }
  })
  const [rightIris, leftIris] = EYES.map(({ iris }) => irisOf(points, iris))
  return { points, presence, rightIris, leftIris }
}
