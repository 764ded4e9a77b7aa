/** Connected components of a mask. */
import type { Plane } from './plane.ts'

export interface Piece {
  readonly area: number
  /** Its box. */
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface Pieces {
  /** For each pixel the number of its piece, counting from 1; 0 where the mask is not above a half. */
  readonly labels: Int32Array
  /** Indexed by number; entry 0 is not a piece. */
  readonly pieces: readonly Piece[]
}

/** The connected pieces where a mask is above a half: by shared sides, or with `corners` by corners too. */
export const piecesOf = ({ width, height, data }: Plane, corners: boolean): Pieces => {
  const labels = new Int32Array(data.length)
  const pieces: Piece[] = [{ area: 0, left: 0, top: 0, right: -1, bottom: -1 }]
  const open: number[] = []
  for (let first = 0; first < data.length; first++) {
    if (!(data[first] > 0.5) || labels[first] !== 0) continue
    const label = pieces.length
    let [area, left, top, right, bottom] = [0, width, height, 0, 0]
    labels[first] = label
    open.push(first)
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const x = at % width
      const y = Math.floor(at / width)
      area++
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const nx = x + dx
          const ny = y + dy
          if ((!corners && dx !== 0 && dy !== 0) || nx < 0 || ny < 0 || nx >= width || ny >= height) continue
          const next = ny * width + nx
          if (data[next] > 0.5 && labels[next] === 0) {
            labels[next] = label
            open.push(next)
          }
        }
      }
    }
    pieces.push({ area, left, top, right, bottom })
  }
  return { labels, pieces }
}
