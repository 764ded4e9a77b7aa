/**
 * Cuts a square piece out of a picture, rotated and resized: the input of a face network for one face. Also quarter
 * turns of whole pictures. Bilinear, with more samples per pixel when it shrinks, up to a limit: good enough for a
 * network, not for people's eyes.
 */
import type { Picture } from '../../picture.ts'
import type { Point } from '../face.ts'

/** A square in a picture: its centre, its side in pixels and its rotation in radians, clockwise. */
export interface Square {
  readonly middle: Point
  readonly side: number
  readonly turn: number
}

/** Maximum number of samples along one side of a pixel. */
const MOST_SAMPLES = 2

/** Maps a point of the piece of `size` pixels to the picture. */
export const fromPiece =
  ({ middle, side, turn }: Square, size: number) =>
  ({ x, y }: Point): Point => {
    const [across, down] = [((x - size / 2) * side) / size, ((y - size / 2) * side) / size]
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
    return { x: middle.x + across * cos - down * sin, y: middle.y + across * sin + down * cos }
  }

/** Writes the square as `size * size` RGB pixels into `out` at `offset`; black outside the picture. */
export const cutSquare = (picture: Picture, square: Square, size: number, out: Uint8Array, offset: number): void => {
  const { width, height, channels, data } = picture
  const samples = Math.min(MOST_SAMPLES, Math.max(1, Math.round(square.side / size)))
  const place = fromPiece(square, size)
  const origin = place({ x: 0, y: 0 })
  const step = place({ x: 1, y: 0 })
  const cos = step.x - origin.x
  const sin = step.y - origin.y
  const share = 1 / samples ** 2
  let at = offset
  for (let v = 0; v < size; v++) {
    for (let u = 0; u < size; u++) {
      let red = 0.5
      let green = 0.5
      let blue = 0.5
      for (let j = 0; j < samples; j++) {
        const q = v + (j + 0.5) / samples
        for (let i = 0; i < samples; i++) {
          const p = u + (i + 0.5) / samples
          const x = origin.x + p * cos - q * sin - 0.5
          const y = origin.y + p * sin + q * cos - 0.5
          const left = Math.floor(x)
          const top = Math.floor(y)
          if (left < -1 || top < -1 || left >= width || top >= height) continue
          // A column or row outside the border has weight 0; its pixel is read from inside.
          const toLeft = left < 0 ? 0 : (left + 1 - x) * share
          const toRight = left + 1 < width ? (x - left) * share : 0
          const above = top < 0 ? 0 : top + 1 - y
          const below = top + 1 < height ? y - top : 0
          const row = Math.max(top, 0) * width
          const nextRow = top + 1 < height ? (top + 1) * width : row
          const column = Math.max(left, 0)
          const nextColumn = left + 1 < width ? left + 1 : column
          const a = (row + column) * channels
          const b = (row + nextColumn) * channels
          const c = (nextRow + column) * channels
          const d = (nextRow + nextColumn) * channels
          red += above * (toLeft * data[a] + toRight * data[b]) + below * (toLeft * data[c] + toRight * data[d])
          green +=
            above * (toLeft * data[a + 1] + toRight * data[b + 1]) +
            below * (toLeft * data[c + 1] + toRight * data[d + 1])
          blue +=
            above * (toLeft * data[a + 2] + toRight * data[b + 2]) +
            below * (toLeft * data[c + 2] + toRight * data[d + 2])
        }
      }
      out[at++] = red
      out[at++] = green
      out[at++] = blue
    }
  }
}

/** The picture turned clockwise by a number of quarter turns from 0 to 3. */
export const quarterTurned = (picture: Picture, turns: number): Picture => {
  if (turns === 0) return picture
  const { width, height, channels, data } = picture
  const [columns, rows] = turns === 2 ? [width, height] : [height, width]
  // Where in the original the turned picture's first pixel is, and the steps from it across and down.
  const last = width * height - 1
  const [first, across, down] =
    turns === 1 ? [last - width + 1, -width, 1] : turns === 2 ? [last, -1, -width] : [width - 1, width, -1]
  const out = new Uint8Array(data.length)
  for (let y = 0, at = 0; y < rows; y++) {
    for (let x = 0, from = channels * (first + y * down); x < columns; x++, from += channels * across) {
      for (let c = 0; c < channels; c++) out[at++] = data[from + c]
    }
  }
  return { width: columns, height: rows, channels, data: out }
}

/** Maps a point of the turned picture to the original picture of `width` by `height`. */
export const fromQuarterTurned =
  (turns: number, width: number, height: number) =>
  ({ x, y }: Point): Point =>
    turns === 0
      ? { x, y }
      : turns === 1
        ? { x: y, y: height - x }
        : turns === 2
          ? { x: width - x, y: height - y }
          : { x: width - y, y: x }
