/**
 * L0 gradient minimisation (Xu, Lu, Xu and Jia, "Image Smoothing via L0 Gradient Minimization", 2011): a picture close
 * to a given one that changes in as few places as possible, so areas become flat and edges stay. The alternation of the
 * paper (algorithm 1): gradients below a bound are dropped, a picture is fitted to those that remain, and the weight of
 * the latter doubles. The picture wraps around at its borders.
 */
import { frequencyFilter } from './fourier.ts'

const growth = 2
const mostWeight = 1e5

/**
 * Smooths colours, 0 to 1.
 *
 * @param planes red, green and blue, `width * height` each; not changed
 * @param amount what a place that changes costs (the paper's lambda); AnimeGANv3 has 0.005
 */
export const l0Smoothed = (
  planes: readonly [Float64Array, Float64Array, Float64Array],
  width: number,
  height: number,
  amount: number,
): [Float64Array, Float64Array, Float64Array] => {
  const count = width * height
  const { frequencies, apply } = filterOf(width, height)
  /** The square of the gradient's frequency response. */
  const roughness = Float64Array.from(
    frequencies,
    ({ x, y }) => 4 - 2 * Math.cos((2 * Math.PI * x) / width) - 2 * Math.cos((2 * Math.PI * y) / height),
  )
  // A fourth plane, of zeros, as the filter takes two real planes as one complex one.
  const now = [...planes.map((plane) => plane.slice()), new Float64Array(count)]
  const across = planes.map(() => new Float64Array(count))
  const down = planes.map(() => new Float64Array(count))
  const gains = new Float64Array(count)
  for (let weight = 2 * amount; weight < mostWeight; weight *= growth) {
    differences(now, across, down, width, height, amount / weight)
    for (const [c, plane] of planes.entries()) {
      for (let y = 0, i = 0; y < height; y++) {
        const above = (y > 0 ? -1 : height - 1) * width
        for (let x = 0; x < width; x++, i++) {
          const left = x > 0 ? -1 : width - 1
          const divergence = across[c][i + left] - across[c][i] + down[c][i + above] - down[c][i]
          now[c][i] = plane[i] + weight * divergence
        }
      }
    }
    now[3].fill(0)
    for (let i = 0; i < count; i++) gains[i] = 1 / (1 + weight * roughness[i])
    apply(now[0], now[1], gains)
    apply(now[2], now[3], gains)
  }
  return [now[0], now[1], now[2]]
}

let latest: { readonly size: string; readonly filter: ReturnType<typeof frequencyFilter> } | undefined

/** The filter of a size; the latest one is kept, as a run has pictures of one size. */
const filterOf = (width: number, height: number): ReturnType<typeof frequencyFilter> => {
  const size = `${width} x ${height}`
  if (latest?.size !== size) latest = { size, filter: frequencyFilter(width, height) }
  return latest.filter
}

/**
 * The differences from each pixel to the next, to the right and downwards; zero where all of them together have a
 * square below `bound`.
 */
const differences = (
  planes: readonly Float64Array[],
  across: readonly Float64Array[],
  down: readonly Float64Array[],
  width: number,
  height: number,
  bound: number,
): void => {
  for (let y = 0, i = 0; y < height; y++) {
    const below = (y < height - 1 ? 1 : 1 - height) * width
    for (let x = 0; x < width; x++, i++) {
      const right = x < width - 1 ? 1 : 1 - width
      let square = 0
      for (let c = 0; c < 3; c++) {
        const plane = planes[c]
        const dx = plane[i + right] - plane[i]
        const dy = plane[i + below] - plane[i]
        across[c][i] = dx
        down[c][i] = dy
        square += dx * dx + dy * dy
      }
      if (square >= bound) continue
      for (let c = 0; c < 3; c++) {
        across[c][i] = 0
        down[c][i] = 0
      }
    }
  }
}
