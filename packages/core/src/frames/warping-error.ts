/**
 * How much a clip flickers: the warping error of Lai et al., Learning Blind Video Temporal Consistency (ECCV 2018).
 * Each frame is compared with its predecessor, moved along the source's optical flow, where nothing was hidden. The
 * source itself has an error, from noise, light and flow, which is the baseline for its result.
 */
import type { Picture } from '../picture.ts'
import { lumaOf } from './luma.ts'
import { type Flow, opticalFlow } from './optical-flow.ts'

/** Where the flow to the predecessor can be trusted: 1, else 0. */
interface Motion {
  readonly flow: Flow
  readonly visible: Uint8Array
}

const sampleFlow = (plane: Float32Array, width: number, height: number, x: number, y: number): number => {
  const x0 = Math.min(Math.floor(x), Math.max(0, width - 2))
  const y0 = Math.min(Math.floor(y), Math.max(0, height - 2))
  const [fx, fy] = [x - x0, y - y0]
  const at = y0 * width + x0
  const [right, down] = [width > 1 ? 1 : 0, height > 1 ? width : 0]
  const top = plane[at] + fx * (plane[at + right] - plane[at])
  const bottom = plane[at + down] + fx * (plane[at + down + right] - plane[at + down])
  return top + fy * (bottom - top)
}

/**
 * A pixel is visible if flow there and back returns to it, if it lies inside, and if it is not at the border of a
 * motion: the three tests, with their constants, of Ruder et al., Artistic Style Transfer for Videos (2016).
 */
const motionBetween = (current: Picture, previous: Picture): Motion => {
  const [here, there] = [lumaOf(current), lumaOf(previous)]
  const flow = opticalFlow(here, there)
  const back = opticalFlow(there, here)
  const { width, height, u, v } = flow
  const visible = new Uint8Array(width * height)
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++, o++) {
      const [toX, toY] = [x + u[o], y + v[o]]
      if (toX < 0 || toY < 0 || toX > width - 1 || toY > height - 1) continue
      const backU = sampleFlow(back.u, width, height, toX, toY)
      const backV = sampleFlow(back.v, width, height, toX, toY)
      const length = u[o] ** 2 + v[o] ** 2
      const astray = (u[o] + backU) ** 2 + (v[o] + backV) ** 2
      if (astray > 0.01 * (length + backU ** 2 + backV ** 2) + 0.5) continue
      const [right, below] = [x < width - 1 ? o + 1 : o, y < height - 1 ? o + width : o]
      const change = (u[right] - u[o]) ** 2 + (u[below] - u[o]) ** 2 + (v[right] - v[o]) ** 2 + (v[below] - v[o]) ** 2
      if (change > 0.01 * length + 0.002) continue
      visible[o] = 1
    }
  }
  return { flow, visible }
}

/**
 * The sum, over visible pixels and colours, of squared differences (0..1) to the predecessor moved along, and their
 * count.
 */
const movedDifference = (current: Picture, previous: Picture, { flow, visible }: Motion): [number, number] => {
  const { width, height, u, v } = flow
  let [total, count] = [0, 0]
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++, o++) {
      if (visible[o] === 0) continue
      const [fromX, fromY] = [x + u[o], y + v[o]]
      const x0 = Math.min(Math.floor(fromX), Math.max(0, width - 2))
      const y0 = Math.min(Math.floor(fromY), Math.max(0, height - 2))
      const [fx, fy] = [fromX - x0, fromY - y0]
      const step = previous.channels
      const at = (y0 * width + x0) * step
      const right = width > 1 ? step : 0
      const down = height > 1 ? width * step : 0
      for (let c = 0; c < 3; c++) {
        const i = at + c
        const top = previous.data[i] + fx * (previous.data[i + right] - previous.data[i])
        const bottom = previous.data[i + down] + fx * (previous.data[i + down + right] - previous.data[i + down])
        total += ((current.data[o * current.channels + c] - top - fy * (bottom - top)) / 255) ** 2
      }
      count++
    }
  }
  return [total / 3, count]
}

/** The warping errors of a result and of its source, as mean squared differences of colours from 0 to 1. */
export interface WarpingError {
  readonly result: number
  readonly source: number
}

/**
 * Measures a shot: `results[i]` is the result for `sources[i]`, in order, all of one size; at least two frames. Both
 * errors are the mean over pairs of frames of the mean over pixels that are visible in both; 0 where there are none.
 */
export const warpingError = (results: readonly Picture[], sources: readonly Picture[]): WarpingError => {
  if (results.length !== sources.length || sources.length < 2) {
    throw new RangeError(
      `warpingError: expected as many results as sources, two at least, given ${results.length} and ${sources.length}`,
    )
  }
  const { width, height } = sources[0]
  const odd = [...results, ...sources].find((picture) => picture.width !== width || picture.height !== height)
  if (odd) {
    throw new RangeError(
      `warpingError: expected pictures of ${width} x ${height}, given one of ${odd.width} x ${odd.height}`,
    )
  }
  let [ofResult, ofSource] = [0, 0]
  for (let i = 1; i < sources.length; i++) {
    const motion = motionBetween(sources[i], sources[i - 1])
    const [resultTotal, count] = movedDifference(results[i], results[i - 1], motion)
    const [sourceTotal] = movedDifference(sources[i], sources[i - 1], motion)
    if (count === 0) continue
    ofResult += resultTotal / count
    ofSource += sourceTotal / count
  }
  return { result: ofResult / (sources.length - 1), source: ofSource / (sources.length - 1) }
}
