/**
 * Joins a redrawn face to the picture around it without a visible edge: the rim runs where a transition shows least
 * (rim.ts), the face's colours are pulled towards the surrounding ones along it (membrane.ts), and a soft mask does the
 * rest. Only pixels under the mask are written.
 */
import type { Picture } from '../../picture.ts'
import { type Alignment, toFrame, toPicture } from './alignment.ts'
import { spanMembrane } from './membrane.ts'
import type { Region } from './region.ts'
import { beyond, findRim, isFace, maskAt, type Rim } from './rim.ts'

/** Pixels of the low region along one cell of the colour-difference grid. */
const CELL = 4
/**
 * Limit on a difference's distance from the rim's mean, in levels of 255: a larger one is not one of tone but of
 * content.
 */
const MOST_UNLIKE = 48

/** The rim's cost for one level of difference between the two pictures, relative to one level of slope. */
const UNLIKE = 0.5
/** The rim's cost for running through another face. */
const INTRUSION = 60

/** A plane of numbers, one per pixel of the low region. */
interface Plane {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}

const lumaOf = ({ width, height, channels, data }: Picture): Plane => {
  const values = new Float32Array(width * height)
  for (let i = 0, s = 0; i < values.length; i++, s += channels) {
    values[i] = 0.299 * data[s] + 0.587 * data[s + 1] + 0.114 * data[s + 2]
  }
  return { width, height, values }
}

/** The slope of a plane at each pixel, in levels per pixel: the greater of the differences over two pixels. */
const steepness = ({ width, height, values }: Plane): Plane => {
  const out = new Float32Array(values.length)
  for (let y = 0, i = 0; y < height; y++) {
    const up = y > 0 ? -width : 0
    const down = y < height - 1 ? width : 0
    for (let x = 0; x < width; x++, i++) {
      const across = values[x < width - 1 ? i + 1 : i] - values[x > 0 ? i - 1 : i]
      out[i] = Math.max(Math.abs(across), Math.abs(values[i + down] - values[i + up])) / 2
    }
  }
  return { width, height, values: out }
}

/** The value of a plane at a point, bilinear between pixel centres, with the border repeated. */
const at = ({ width, height, values }: Plane, x: number, y: number): number => {
  const px = Math.min(width - 1, Math.max(0, x))
  const py = Math.min(height - 1, Math.max(0, y))
  const [left, top] = [Math.floor(px), Math.floor(py)]
  const [right, bottom] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)]
  const [u, v] = [px - left, py - top]
  const above = values[top * width + left] * (1 - u) + values[top * width + right] * u
  const below = values[bottom * width + left] * (1 - u) + values[bottom * width + right] * u
  return above * (1 - v) + below * v
}

/** A face and its surroundings at the network's scale. */
export interface LowPair {
  /** The styled picture before redrawing, in the face's region. */
  readonly around: Picture
  /** The redrawn face. */
  readonly drawn: Picture
}

/** Maps pixels of the low region to a face's frame, and back. */
const maps = (alignment: Alignment, region: Region) => {
  const kx = region.lowWidth / region.width
  const ky = region.lowHeight / region.height
  return {
    frame: (x: number, y: number) => toFrame(alignment, { x: region.x + (x + 0.5) / kx, y: region.y + (y + 0.5) / ky }),
    low: (x: number, y: number) => {
      const point = toPicture(alignment, { x, y })
      return { x: (point.x - region.x) * kx - 0.5, y: (point.y - region.y) * ky - 0.5 }
    },
  }
}

/**
 * The rim of a face: it avoids lines and edges of either picture, places where the two differ, and other faces. Ending
 * outside the picture costs nothing.
 */
export const rimOf = (
  { around, drawn }: LowPair,
  alignment: Alignment,
  region: Region,
  moved: boolean,
  neighbours: readonly Alignment[],
): Rim => {
  const { low } = maps(alignment, region)
  const first = lumaOf(around)
  const second = lumaOf(drawn)
  const { width, height, values } = steepness(first)
  const steeper = steepness(second).values
  const cost = values.map((steep, i) => steep + steeper[i] + UNLIKE * Math.abs(first.values[i] - second.values[i]))
  return findRim((x, y) => {
    const point = low(x, y)
    if (point.x < -1 || point.y < -1 || point.x > width || point.y > height) return 0
    const place = toPicture(alignment, { x, y })
    const intrudes = neighbours.some((neighbour) => isFace(toFrame(neighbour, place)))
    return at({ width, height, values: cost }, point.x, point.y) + (intrudes ? INTRUSION : 0)
  }, moved)
}

/**
 * The correction to add to the redrawn face so that its colours meet the surrounding ones: three planes, one number per
 * cell. On the rim and outside it is the mean difference of the two pictures, with less weight where either has lines;
 * inside, the membrane spanned by it.
 */
export const colourDifference = (
  { around, drawn }: LowPair,
  alignment: Alignment,
  region: Region,
  rim: Rim,
): readonly Plane[] => {
  const { frame } = maps(alignment, region)
  const { width: w, height: h } = around
  const width = Math.ceil(w / CELL)
  const height = Math.ceil(h / CELL)
  const count = width * height
  const steep = steepness(lumaOf(around)).values
  const steeper = steepness(lumaOf(drawn)).values
  const sums = [0, 1, 2].map(() => new Float64Array(count))
  const weights = new Float64Array(count)
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0; x < w; x++, i++) {
      const cell = Math.floor(y / CELL) * width + Math.floor(x / CELL)
      const weight = 1 / (1 + ((steep[i] + steeper[i]) / 6) ** 2)
      for (let c = 0; c < 3; c++) {
        sums[c][cell] += weight * (around.data[i * around.channels + c] - drawn.data[i * drawn.channels + c])
      }
      weights[cell] += weight
    }
  }
  const known = new Uint8Array(count)
  const band = new Uint8Array(count)
  for (let y = 0, cell = 0; y < height; y++) {
    for (let x = 0; x < width; x++, cell++) {
      const point = frame((x + 0.5) * CELL - 0.5, (y + 0.5) * CELL - 0.5)
      const out = beyond(rim, point.x, point.y)
      known[cell] = out > -0.5 ? 1 : 0
      band[cell] = Math.abs(out) < 0.5 ? 1 : 0
    }
  }
  const weightsNear = blurred(weights, known, width, height)
  const inBand = (values: Float64Array): number => values.reduce((all, value, i) => all + value * band[i], 0)
  const bandWeight = inBand(weights)
  return sums.map((sum) => {
    const mean = bandWeight > 0 ? inBand(sum) / bandWeight : 0
    const values = blurred(sum, known, width, height)
    for (let i = 0; i < count; i++) {
      const value = weightsNear[i] > 0 ? values[i] / weightsNear[i] : mean
      values[i] = Math.min(mean + MOST_UNLIKE, Math.max(mean - MOST_UNLIKE, value))
    }
    spanMembrane(values, known, width, height)
    return { width, height, values: Float32Array.from(values) }
  })
}

/**
 * Means over 3 x 3 cells, three times, of known cells only: sums and weights are blurred the same way and then divided.
 */
const blurred = (values: Float64Array, known: Uint8Array, width: number, height: number): Float64Array => {
  let from = values.map((value, i) => (known[i] ? value : 0))
  for (let round = 0; round < 3; round++) {
    const out = new Float64Array(from.length)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0
        for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
          for (let i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++) sum += from[j * width + i]
        }
        out[y * width + x] = known[y * width + x] ? sum : 0
      }
    }
    from = out
  }
  return from
}

/**
 * Blends a redrawn face into `picture` by `weight`, 0 to 1.
 *
 * @param drawRow returns a row of the redrawn region, three channels; called only for rows under the mask
 */
export const join = (
  picture: Picture,
  drawRow: (y: number) => Uint8Array,
  region: Region,
  alignment: Alignment,
  rim: Rim,
  difference: readonly Plane[],
  weight: number,
): void => {
  const { data, channels } = picture
  const kx = region.lowWidth / region.width / CELL
  const ky = region.lowHeight / region.height / CELL
  const masks = new Float32Array(region.width)
  for (let y = 0; y < region.height; y++) {
    let [first, last] = [region.width, -1]
    for (let x = 0; x < region.width; x++) {
      const point = toFrame(alignment, { x: region.x + x + 0.5, y: region.y + y + 0.5 })
      masks[x] = weight * maskAt(rim, point.x, point.y)
      if (masks[x] === 0) continue
      first = Math.min(first, x)
      last = x
    }
    if (last < 0) continue
    const drawn = drawRow(y)
    for (let x = first; x <= last; x++) {
      if (masks[x] === 0) continue
      const o = ((region.y + y) * picture.width + region.x + x) * channels
      for (let c = 0; c < 3; c++) {
        const shift = at(difference[c], (x + 0.5) * kx - 0.5, (y + 0.5) * ky - 0.5)
        const value = Math.min(255, Math.max(0, drawn[x * 3 + c] + shift))
        data[o + c] = data[o + c] + masks[x] * (value - data[o + c]) + 0.5
      }
    }
  }
}
