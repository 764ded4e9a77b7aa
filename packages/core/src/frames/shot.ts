/**
 * Detects where a shot ends. Two measures must agree, as comparisons of detectors advise (Boreczky & Rowe, Comparison
 * of Video Shot Boundary Detection Techniques, 1996): how badly patches of a frame match the previous one, and how far
 * apart the brightness histograms are. Detects cuts only: fades and dissolves are slow enough for everything smoothed
 * to follow.
 */
import { type Plane, pyramidOf } from './luma.ts'
import { motionBetween } from './motion.ts'

/** Shots are judged on copies of at most this width. */
const width = 128
/**
 * Mean absolute difference, in levels, after motion compensation. Within shots of the test clips it is mostly below
 * 4.5; across cuts between them it is above 5.8, even where only the person changes.
 */
const difference = 5
/**
 * That difference times the histogram distance, 0..1: below 0.2 within shots where the difference is above 3, above
 * 0.34 at cuts.
 */
const product = 0.3
const bins = 32

const histogramOf = ({ data }: Plane): Float64Array => {
  const histogram = new Float64Array(bins)
  for (let i = 0; i < data.length; i++) histogram[data[i] >> 3] += 1 / data.length
  return histogram
}

/** A plane's mean and standard deviation. */
const lightOf = ({ data }: Plane): { mean: number; deviation: number } => {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length
  return { mean, deviation: Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length) }
}

/** The plane with the mean and deviation of another, so that a fade or a flash makes no difference. */
const relit = (plane: Plane, as: Plane): Plane => {
  const [own, wanted] = [lightOf(plane), lightOf(as)]
  const gain = own.deviation === 0 ? 0 : wanted.deviation / own.deviation
  const data = plane.data.map((value) => Math.min(255, Math.max(0, wanted.mean + gain * (value - own.mean) + 0.5)))
  return { ...plane, data }
}

/** Whether a shot begins with a frame, given the brightness pyramids, of one size, of the frame and its predecessor. */
export const isCut = (frame: readonly Plane[], before: readonly Plane[]): boolean => {
  const fitting = frame.findIndex((plane) => plane.width <= width)
  const level = fitting < 0 ? frame.length - 1 : fitting
  const [now, then] = [frame[level], before[level]]
  const alike = relit(then, now)
  const { misfits } = motionBetween(frame.slice(level), pyramidOf(alike))
  const unlike = misfits.reduce((sum, value) => sum + value, 0) / misfits.length
  if (unlike <= difference) return false
  const histogram = histogramOf(then)
  const apart = histogramOf(now).reduce((sum, share, bin) => sum + Math.abs(share - histogram[bin]) / 2, 0)
  return unlike * apart > product
}
