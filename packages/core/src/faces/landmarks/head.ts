/**
 * The frame of a head, from its landmarks: origin between the eyes, x to the person's left, y down the face. Its unit,
 * used for everything about drawn faces, is the distance in space between the outer corners of the eyes, which does not
 * change when the head turns. Moves points only. (The frame in alignment.ts comes from a detector's six points.)
 */
import type { Point } from '../face.ts'
import type { Landmarks } from './landmarker.ts'
import { CHIN, EYES, FOREHEAD, LEFT_SIDE, RIGHT_SIDE } from './topology.ts'

export interface Head {
  /** The mean of the four eye corners, in pixels of the picture. */
  readonly origin: Point
  /** Picture pixels per unit. */
  readonly unit: number
  /**
   * The direction of the frame's y axis (down the face) in the picture: a unit vector. The x axis is a quarter turn
   * before it.
   */
  readonly down: Point
  /**
   * How far the head is turned to a side, in degrees: 0 towards the camera, positive where the person's left side is
   * further away.
   */
  readonly yaw: number
  /** How far it is tipped, in degrees: positive where the chin is further away than the forehead. */
  readonly pitch: number
}

const degrees = (radians: number): number => (radians * 180) / Math.PI

/** The head's frame; undefined when eyes, or forehead and chin, coincide or are not finite. */
export const headOf = ({ points }: Pick<Landmarks, 'points'>): Head | undefined => {
  const [right, left] = EYES.map(({ outer }) => points[outer])
  const unit = Math.hypot(left.x - right.x, left.y - right.y, left.z - right.z)
  const [top, chin] = [points[FOREHEAD], points[CHIN]]
  const height = Math.hypot(chin.x - top.x, chin.y - top.y)
  if (!(unit > 0 && height > 0 && Number.isFinite(unit + height))) return undefined
  const corners = EYES.flatMap(({ outer, inner }) => [points[outer], points[inner]])
  const [a, b] = [points[RIGHT_SIDE], points[LEFT_SIDE]]
  return {
    origin: {
      x: corners.reduce((sum, { x }) => sum + x, 0) / corners.length,
      y: corners.reduce((sum, { y }) => sum + y, 0) / corners.length,
    },
    unit,
    down: { x: (chin.x - top.x) / height, y: (chin.y - top.y) / height },
    yaw: degrees(Math.atan2(b.z - a.z, Math.hypot(b.x - a.x, b.y - a.y))),
    pitch: degrees(Math.atan2(chin.z - top.z, height)),
  }
}

/** A point of the picture in the head's frame. */
export const toHead = ({ origin, unit, down }: Head, { x, y }: Point): Point => {
  const [dx, dy] = [(x - origin.x) / unit, (y - origin.y) / unit]
  return { x: dx * down.y - dy * down.x, y: dx * down.x + dy * down.y }
}

/** A point of the head's frame in the picture. */
export const fromHead = ({ origin, unit, down }: Head, { x, y }: Point): Point => ({
  x: origin.x + unit * (x * down.y + y * down.x),
  y: origin.y + unit * (y * down.y - x * down.x),
})
