/**
 * Plans overlapping tiles of a picture for a fully convolutional network, such that the kept parts together are exactly
 * the network's result for the whole picture. It plans rectangles only and moves no pixels.
 */

/** A rectangle in pixels. */
export interface Rect {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/**
 * One run of the network: the rectangle it reads, and the part of its result that is kept (both in picture
 * coordinates).
 */
export interface Tile {
  readonly source: Rect
  readonly output: Rect
}

export interface TileOptions {
  /** Least distance from a kept pixel to any tile side that is not the picture's border: the network's reach. */
  readonly overlap: number
  /** Every corner and size is a multiple of this; the network's total stride. */
  readonly multiple: number
  /** Most pixels that one tile may have, which limits memory. With this, the tiles' shape is chosen freely. */
  readonly maxTilePixels?: number
  /** Longest side of a tile. With neither limit the plan is one tile. */
  readonly tile?: number
}

/** One axis of the plan: where a tile starts and ends, and which part of it is kept; in pixels. */
interface Span {
  readonly from: number
  readonly to: number
  readonly keepFrom: number
  readonly keepTo: number
}

/**
 * `count` spans over `length`, or null where the overlap leaves no room for so many. All have the same size, the
 * smallest possible. In units of `multiple`, with n units, margin m and size s: the spans' steps are s - 2m, so that `s
 * + (count - 1)(s - 2m) >= n`; the last ends at the border, and starts that would pass it are moved back.
 */
function spans(length: number, count: number, overlap: number, multiple: number): Span[] | null {
  const units = length / multiple
  if (count === 1) return [{ from: 0, to: length, keepFrom: 0, keepTo: length }]
  const margin = Math.ceil(overlap / multiple)
  const size = Math.ceil((units + 2 * margin * (count - 1)) / count)
  if (size >= units || size <= 2 * margin) return null
  const slack = units - size
  const starts = Array.from({ length: count }, (_, i) => Math.floor((slack * i) / (count - 1)))
  // Neighbours overlap by at least 2 * margin units; the cut between them is in the middle of the overlap.
  const cuts = starts.map((start, i) => (i === 0 ? 0 : Math.floor((start + starts[i - 1] + size) / 2)))
  return starts.map((start, i) => ({
    from: start * multiple,
    to: (start + size) * multiple,
    keepFrom: cuts[i] * multiple,
    keepTo: (i === count - 1 ? units : cuts[i + 1]) * multiple,
  }))
}

/** Every usable plan of one axis, by count: while more spans still make them smaller. */
function axisPlans(length: number, overlap: number, multiple: number): Span[][] {
  const plans: Span[][] = []
  let smallest = Number.POSITIVE_INFINITY
  for (let count = 1; count <= length / multiple; count++) {
    const plan = spans(length, count, overlap, multiple)
    if (plan === null) {
      if (count > 1) break
      continue
    }
    const size = plan[0].to
    if (size < smallest) plans.push(plan)
    smallest = Math.min(smallest, size)
  }
  return plans
}

/**
 * The tiles for a picture of `width` by `height`, both already padded to the multiple: row by row, all of one size. Of
 * the plans within the limits, the one that computes the fewest pixels in total, and among those the one with the
 * fewest tiles. Kept parts cover each pixel once. At the picture's border a tile keeps everything: the network's own
 * padding is correct there.
 */
export function planTiles(width: number, height: number, options: TileOptions): Tile[] {
  const { overlap, multiple, maxTilePixels = Number.POSITIVE_INFINITY, tile = Number.POSITIVE_INFINITY } = options
  if (!Number.isInteger(multiple) || multiple < 1 || !(overlap >= 0 && Number.isFinite(overlap))) {
    throw new RangeError(
      `planTiles: expected a multiple from 1 and an overlap from 0, given multiple ${multiple} and overlap ${overlap}`,
    )
  }
  if (!(width > 0 && height > 0) || width % multiple !== 0 || height % multiple !== 0) {
    throw new RangeError(`planTiles: expected a size in multiples of ${multiple}, given ${width} x ${height}`)
  }
  const columns = axisPlans(width, overlap, multiple)
  const rows = axisPlans(height, overlap, multiple)
  let best: { across: Span[]; down: Span[]; pixels: number; count: number } | null = null
  for (const across of columns) {
    const w = across[0].to
    if (w > tile) continue
    for (const down of rows) {
      const h = down[0].to
      if (h > tile || w * h > maxTilePixels) continue
      const count = across.length * down.length
      const pixels = w * h * count
      if (best === null || pixels < best.pixels || (pixels === best.pixels && count < best.count)) {
        best = { across, down, pixels, count }
      }
    }
  }
  if (best === null) {
    const least = `${columns.at(-1)![0].to} x ${rows.at(-1)![0].to}`
    throw new RangeError(
      `planTiles: expected limits that hold a tile of ${least} pixels (overlap ${overlap}, multiple ${multiple}), given maxTilePixels ${maxTilePixels} and tile ${tile}`,
    )
  }
  const { across, down } = best
  return down.flatMap((v) =>
    across.map((u) => ({
      source: { x: u.from, y: v.from, w: u.to - u.from, h: v.to - v.from },
      output: { x: u.keepFrom, y: v.keepFrom, w: u.keepTo - u.keepFrom, h: v.keepTo - v.keepFrom },
    })),
  )
}
