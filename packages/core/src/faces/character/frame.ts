/** A small coordinate system on the canvas in which one part of a face is drawn, and the plainest shapes in it. */
import type { Point } from '../face.ts'
import { type Coverage, cover, type Polygon, type Size } from './coverage.ts'

/** A place (x, y) of the frame lies at `origin + x * across + y * down` of the canvas; both directions as long as its unit. */
export interface Frame {
  readonly origin: Point
  readonly across: Point
  readonly down: Point
}

/** A place of the frame on the canvas. */
export const place = ({ origin, across, down }: Frame, { x, y }: Point): Point => ({
  x: origin.x + x * across.x + y * down.x,
  y: origin.y + x * across.y + y * down.y,
})

/** A place of the canvas in the frame, whose directions are at right angles. */
export const locate = ({ origin, across, down }: Frame, { x, y }: Point): Point => {
  const [dx, dy] = [x - origin.x, y - origin.y]
  const square = (v: Point): number => v.x * v.x + v.y * v.y
  return {
    x: (dx * across.x + dy * across.y) / square(across),
    y: (dx * down.x + dy * down.y) / square(down),
  }
}

/** The frame from one place to another: `from` is its origin, the way to `to` its x; its y is on the side of `down`. */
export const frameBetween = (from: Point, to: Point, down: Point): Frame => {
  const across = { x: to.x - from.x, y: to.y - from.y }
  const side = -across.y * down.x + across.x * down.y < 0 ? -1 : 1
  return { origin: from, across, down: { x: -across.y * side, y: across.x * side } }
}

/** Corners of an ellipse: enough for one as large as a face. */
const CORNERS = 72

/** An ellipse in a frame, as a polygon of the canvas; it may be turned, in radians from x towards y. */
export const ellipse = (frame: Frame, middle: Point, rx: number, ry: number, turn = 0): Polygon => {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  return Array.from({ length: CORNERS }, (_, i) => {
    const angle = (2 * Math.PI * i) / CORNERS
    const [x, y] = [rx * Math.cos(angle), ry * Math.sin(angle)]
    return place(frame, { x: middle.x + x * cos - y * sin, y: middle.y + x * sin + y * cos })
  })
}

/** What lies between two curves that run the same way. */
export const between = (one: readonly Point[], other: readonly Point[], canvas: Size): Coverage =>
  cover([[...one, ...other.toReversed()]], canvas)
