/**
 * Checks whether data read from disk is a valid state of a face memory. The data may be anything: whatever passes can be
 * resumed without a crash, even if its faces are invented. The masks of regions and drawings are bytes, and travel beside the rest.
 */
import { isBetween, isCount, isFields, isFilter, isPoint } from '../find/follower-state.ts'
import { KEPT_BYTES } from '../regions/carried.ts'
import type { FaceMemoryState } from './face-memory.ts'
import { EXPRESSION, GLIMPSE } from './held-drawing.ts'

/** Numbers beyond this are invalid, and as many of them. */
const FARTHEST = 1e6
const MOST_NUMBERS = 100
/** Three for each of the landmarks. */
const COORDINATES = 3 * 478

const isNumber = (value: unknown): boolean => isBetween(value, -FARTHEST, FARTHEST)

const isNumbers = (value: unknown, count: number): boolean =>
  Array.isArray(value) && value.length === count && value.every(isNumber)

const isLandmarks = (value: unknown): boolean =>
  isFields(value) &&
  isBetween(value.unit, 1e-3, FARTHEST) &&
  Array.isArray(value.head) &&
  value.head.length === 4 &&
  value.head.every(isFilter) &&
  isNumbers(value.points, COORDINATES)

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
  typeof value.grey === 'boolean' &&
  typeof value.flesh === 'boolean'

const isSquare = (value: unknown): boolean =>
  isFields(value) && isPoint(value) && isCount(value.side, 1) && value.side <= FARTHEST

const isRegions = (value: unknown): boolean =>
  isFields(value) && isNumber(value.at) && isHead(value.head) && isSquare(value.square) && isSigns(value.signs)

const isDrawing = (value: unknown): boolean =>
  isFields(value) &&
  isNumber(value.at) &&
  isHead(value.head) &&
  isSquare(value.square) &&
  isNumbers(value.expression, EXPRESSION) &&
  isNumbers(value.glimpse, GLIMPSE)

const isFace = (value: unknown): boolean =>
  isFields(value) &&
  isCount(value.id, 1) &&
  isBetween(value.shown, 0, 1) &&
  (value.landmarks === undefined || isLandmarks(value.landmarks)) &&
  (value.regions === undefined || isRegions(value.regions)) &&
  (value.drawing === undefined || isDrawing(value.drawing)) &&
  isFields(value.numbers) &&
  Object.keys(value.numbers).length <= MOST_NUMBERS &&
  Object.values(value.numbers).every(isNumber)

/** Whether the value is a face memory's state, but for its bytes. */
export const isFaceMemoryState = (value: unknown): value is FaceMemoryState =>
  isFields(value) &&
  (value.before === undefined || isBetween(value.before, -FARTHEST * 1e6, FARTHEST * 1e6)) &&
  Array.isArray(value.faces) &&
  value.faces.every(isFace)

/** A state that is plain data, for JSON: without masks and drawings. */
export const withoutBytes = (state: FaceMemoryState): FaceMemoryState => withBytes(state, () => new Uint8Array())

/** A state's masks and drawings, in the order in which `withBytes` takes them. */
export const bytesOf = ({ faces }: FaceMemoryState): Uint8Array[] =>
  faces.flatMap(({ regions, drawing }) => [
    ...(regions ? [regions.masks] : []),
    ...(drawing ? [drawing.picture.data] : []),
  ])

/** A state with masks and drawings: `take` gives the bytes of each, in order, by how many there are. */
export const withBytes = (state: FaceMemoryState, take: (count: number) => Uint8Array): FaceMemoryState => ({
  ...state,
  faces: state.faces.map(({ regions, drawing, ...face }) => {
    const side = drawing?.square.side ?? 0
    return {
      ...face,
      ...(regions && { regions: { ...regions, masks: take(KEPT_BYTES) } }),
      ...(drawing && {
        drawing: { ...drawing, picture: { width: side, height: side, channels: 4, data: take(4 * side ** 2) } },
      }),
    }
  }),
})
