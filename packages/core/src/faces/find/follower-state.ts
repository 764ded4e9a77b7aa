/**
 * Checks whether data read from disk is a valid follower state. The data may be anything: whatever passes can be
 * resumed without a crash, even if its faces are invented.
 */
import type { FollowerState } from './follow.ts'
import { FILTERED, POINTS, type TrackState } from './track.ts'

/** Coordinates beyond this are invalid. */
const FARTHEST = 1e6

type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isBetween = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && value >= least && value <= most

export const isCount = (value: unknown, least: number): value is number =>
  isBetween(value, least, 2 ** 52) && Number.isInteger(value)

export const isPoint = (value: unknown): boolean =>
  isFields(value) && [value.x, value.y].every((place) => isBetween(place, -FARTHEST, FARTHEST))

const isFace = (value: unknown): boolean => {
  if (!isFields(value) || !isBetween(value.score, 0, 1) || !isPoint(value.box)) return false
  const { width, height } = value.box as Fields
  if (![width, height].every((side) => isBetween(side, 1e-3, FARTHEST))) return false
  return POINTS.every((name) => (name.endsWith('Ear') && value[name] === undefined) || isPoint(value[name]))
}

export const isFilter = (value: unknown): boolean =>
  isFields(value) &&
  [value.value, value.slope].every((number) => isBetween(number, -FARTHEST, FARTHEST)) &&
  isCount(value.samples, 1)

const isTrack = (value: unknown): value is TrackState =>
  isFields(value) &&
  isCount(value.id, 1) &&
  isBetween(value.weight, 0, 1) &&
  isBetween(value.lastSeen, -FARTHEST * 1e6, FARTHEST * 1e6) &&
  isBetween(value.unit, 1, FARTHEST) &&
  isFace(value.seat) &&
  isFace(value.found) &&
  isFace(value.shown) &&
  isFields(value.filters) &&
  Object.entries(value.filters).every(([name, filter]) => FILTERED.includes(name) && isFilter(filter))

/** Whether the value is a follower's state. */
export const isFollowerState = (value: unknown): value is FollowerState => {
  if (!isFields(value) || !isCount(value.since, 0) || !isFields(value.tracker)) return false
  const { nextId, before, tracks } = value.tracker
  const timed = before === undefined || isBetween(before, -FARTHEST * 1e6, FARTHEST * 1e6)
  return timed && isCount(nextId, 1) && Array.isArray(tracks) && tracks.every((track) => isTrack(track))
}
