/**
 * Tiles that fade into each other, for models whose result in a tile is not what it would be in the whole picture: a
 * foreign model may have one size only, a reach that is not known, and statistics that cannot be frozen. tiles.ts plans
 * those that fit exactly.
 */
import type { Size } from '@animegan/graph'
import type { Picture } from '../picture.ts'
import type { Rect } from './tiles.ts'

/** One run of the model: the rectangle it reads, which may go beyond the picture to the right and below. */
export interface FadedTile {
  readonly source: Rect
  /** The share of this tile in each of its columns and rows; the shares of all tiles at a pixel add up to one. */
  readonly columns: Float32Array
  readonly rows: Float32Array
}

interface Span {
  readonly from: number
  readonly shares: Float32Array
}

/** Spans of one size over `length`, evenly spread, neighbours overlapping by `overlap` or more. */
const spans = (length: number, size: number, overlap: number): Span[] => {
  const count = length <= size ? 1 : Math.ceil((length - overlap) / (size - overlap))
  const starts = Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round(((length - size) * i) / (count - 1)),
  )
  /** Falls smoothly towards the sides where a neighbour takes over: what a model makes of its borders is hardly seen. */
  const weight = (index: number, at: number): number => {
    const inside = at - starts[index]
    if (inside < 0 || inside >= size) return 0
    const before = index === 0 ? 1 : (inside + 1) / (overlap + 1)
    const after = index === count - 1 ? 1 : (size - inside) / (overlap + 1)
    const t = Math.min(1, before, after)
    return t * t * (3 - 2 * t)
  }
  return starts.map((from, index) => {
    const shares = new Float32Array(size)
    for (let i = 0; i < Math.min(size, length - from); i++) {
      let sum = 0
      for (let other = 0; other < count; other++) sum += weight(other, from + i)
      shares[i] = weight(index, from + i) / sum
    }
    return { from, shares }
  })
}

/** The tiles of one size for a picture, row by row; a picture smaller than one is one tile. */
export const planFaded = (width: number, height: number, tile: Size, overlap: number): FadedTile[] => {
  const across = spans(width, tile.width, overlap)
  const down = spans(height, tile.height, overlap)
  return down.flatMap((v) =>
    across.map((u) => ({
      source: { x: u.from, y: v.from, w: tile.width, h: tile.height },
      columns: u.shares,
      rows: v.shares,
    })),
  )
}

/** Adds up the results of the tiles of a plan, RGB of the tile's size, to the picture. */
export const fadedSum = (width: number, height: number) => {
  const sums = new Float32Array(width * height * 3)
  return {
    add: ({ source, columns, rows }: FadedTile, styled: Uint8Array): void => {
      for (let y = 0; y < Math.min(source.h, height - source.y); y++) {
        for (let x = 0; x < Math.min(source.w, width - source.x); x++) {
          const share = rows[y] * columns[x]
          const [to, from] = [((source.y + y) * width + source.x + x) * 3, (y * source.w + x) * 3]
          for (let c = 0; c < 3; c++) sums[to + c] += share * styled[from + c]
        }
      }
    },
    picture: (): Picture => {
      const data = new Uint8Array(sums.length)
      for (let i = 0; i < data.length; i++) data[i] = sums[i] + 0.5
      return { width, height, channels: 3, data }
    },
  }
}
