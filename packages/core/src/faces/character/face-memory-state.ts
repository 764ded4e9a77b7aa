/**
 * Checks whether data read from disk is a valid state of a face memory. The data may be anything: whatever passes can be
 * resumed without a crash, even if its faces are invented. The masks of regions are bytes, and travel beside the rest.
 */
import { isBetween, isCount, isFields, isFilter, isPoint } from '../find/follower-state.ts'
import type { FaceMemoryState } from './face-memory.ts'

/** Numbers beyond this are invalid, and as many of them. */
const FARTHEST = 1e6
const MOST_NUMBERS = 100
/** Three for each of the landmarks. */
const COORDINATES = 3 * 478

const isNumber = (value: unknown): boolean => isBetween(value, -FARTHEST, FARTHEST)

const isLandmarks = (value: unknown): boolean =>
  isFields(value) &&
  isBetween(value.unit, 1e-3, FARTHEST) &&
  Array.isArray(value.head) &&
  value.head.length === 4 &&
  value.head.every(isFilter) &&
  Array.isArray(value.points) &&
  value.points.length === COORDINATES &&
  value.points.every(isNumber)

const isHead = (value: unknown): boolean =>
  isFields(value) &&
  isPoint(value.origin) &&
  isPoint(value.down) &&
  isBetween(value.unit, 1e-3, FARTHEST) &&
  isNumber(value.yaw) &&
  isNumber(value.pitch)

const isSigns = (value: unknown): boolean =>
  isFields(value) &&
  [value.beard, value.glasses, ...(Array.isArray(value.lids) ? value.lids : [])].every(isNumber) &&
  Array.isArray(value.lids) &&
  value.lids.length === 2 &&
  typeof value.darkLenses === 'boolean' &&
  typeof value.grey === 'boolean'

const isSquare = (value: unknown): boolean => isFields(value) && isPoint(value) && isBetween(value.side, 1, FARTHEST)

const isRegions = (value: unknown): boolean =>
  isFields(value) && isNumber(value.at) && isHead(value.head) && isSquare(value.square) && isSigns(value.signs)

const isFace = (value: unknown): boolean =>
  isFields(value) &&
  isCount(value.id, 1) &&
  isBetween(value.shown, 0, 1) &&
  (value.landmarks === undefined || isLandmarks(value.landmarks)) &&
  (value.regions === undefined || isRegions(value.regions)) &&
  isFields(value.numbers) &&
  Object.keys(value.numbers).length <= MOST_NUMBERS &&
  Object.values(value.numbers).every(isNumber)

/** Whether the value is a face memory's state, but for its masks. */
export const isFaceMemoryState = (value: unknown): value is FaceMemoryState =>
  isFields(value) &&
  (value.before === undefined || isBetween(value.before, -FARTHEST * 1e6, FARTHEST * 1e6)) &&
  Array.isArray(value.faces) &&
  value.faces.every(isFace)

/** A state that is plain data, for JSON: with empty masks. */
export const withoutMasks = (state: FaceMemoryState): FaceMemoryState => withMasks(state, () => new Uint8Array())

/** A state's masks, in the order in which `withMasks` takes them. */
export const masksOf = ({ faces }: FaceMemoryState): Uint8Array[] =>
  faces.flatMap(({ regions }) => (regions ? [regions.masks] : []))

/** A state with masks: `take` gives those of each face that has regions, in order. */
export const withMasks = (state: FaceMemoryState, take: () => Uint8Array): FaceMemoryState => ({
  ...state,
  faces: state.faces.map((face) => (face.regions ? { ...face, regions: { ...face.regions, masks: take() } } : face)),
})
