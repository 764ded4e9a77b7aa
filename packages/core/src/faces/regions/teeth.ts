/** Finds teeth: bright pixels with little red between open lips. */
import { LIPS } from '../landmarks/topology.ts'
import { coverOutlines, type FaceMap, outlineOf } from './face-map.ts'
import { indicesWhere, percentile, smoothStep } from './numbers.ts'
import type { Plane } from './plane.ts'

/** The centres of the lips' inner edges. */
const [UPPER, LOWER] = [13, 14]

/** How much of each pixel of the crop is teeth, 0 to 1. `colours` are the crop's in Lab, `bare` says how much of each pixel is skin. */
export const findTeeth = (colours: Float32Array, map: FaceMap, bare: Float32Array): Plane => {
  const { points, head, size } = map
  const gap = Math.hypot(points[UPPER].x - points[LOWER].x, points[UPPER].y - points[LOWER].y) / head.unit
  const open = smoothStep(0.025, 0.06, gap)
  const skin = indicesWhere(size * size, (i) => bare[i] > 0.8 && map.outside[i] < -0.1)
  const lit = percentile(
    skin.map((i) => colours[3 * i]),
    60,
  )
  const least = Math.max(38, 0.62 * lit)
  const mouth = coverOutlines(points, [outlineOf(LIPS.innerUpper, LIPS.innerLower)], size)
  const data = mouth.data.map((share, i) => {
    if (share === 0) return 0
    const [lightness, red] = [colours[3 * i], colours[3 * i + 1]]
    return share * open * smoothStep(least - 6, least + 6, lightness) * smoothStep(26, 18, red)
  })
  return { width: size, height: size, data }
}
