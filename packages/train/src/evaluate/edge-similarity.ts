/**
 * Whether a result has its contours where the photo has them: Pearson's correlation of the two pictures' gradient
 * magnitudes, at full size and at a half and a quarter of it, averaged. It is the edge preservation of Sattar et al.
 * ("Image enhancement based on a nonlinear multiscale method", 1997), who correlate Laplacians; gradient magnitudes do not
 * mind whether a line is drawn dark on bright or the other way round. How strong edges are, and where they lie in
 * brightness, does not matter: only where they are strong and where weak.
 */
import type { Picture } from '@animegan/core'
import { requireSameSize } from './same-size.ts'

/** A plane of numbers, row by row. */
interface Plane {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

const scales = 3

/**
 * The similarity of two pictures of one size: 1 for the same contours, about 0 for unrelated ones, less for opposite ones.
 * Two pictures without any edges are alike, one with and one without have nothing in common. Alpha is not looked at.
 */
export const edgeSimilarity = (photo: Picture, result: Picture): number => {
  requireSameSize('edgeSimilarity', photo, result)
  let [a, b] = [luma(photo), luma(result)]
  let sum = 0
  for (let scale = 0; scale < scales; scale++) {
    if (scale > 0) [a, b] = [halved(a), halved(b)]
    sum += correlation(gradient(a), gradient(b))
  }
  return sum / scales
}

/** Luma by ITU-R BT.601, 0 to 255. */
const luma = ({ width, height, channels, data }: Picture): Plane => {
  const plane = new Float32Array(width * height)
  for (let i = 0, s = 0; i < plane.length; i++, s += channels) {
    plane[i] = 0.299 * data[s] + 0.587 * data[s + 1] + 0.114 * data[s + 2]
  }
  return { width, height, data: plane }
}

/** Means of squares of 2 x 2; a row or column left over at the end is left out, unless it is the only one. */
const halved = ({ width, height, data }: Plane): Plane => {
  const half = { width: Math.max(1, width >> 1), height: Math.max(1, height >> 1) }
  const [right, below] = [width > 1 ? 1 : 0, height > 1 ? width : 0]
  const out = new Float32Array(half.width * half.height)
  for (let y = 0, o = 0; y < half.height; y++) {
    for (let x = 0, s = 2 * y * width; x < half.width; x++, s += 2, o++) {
      out[o] = (data[s] + data[s + right] + data[s + below] + data[s + right + below]) / 4
    }
  }
  return { ...half, data: out }
}

/** Magnitudes of the gradient by Sobel's operator, the border repeated outwards. */
const gradient = ({ width, height, data }: Plane): Float32Array => {
  const out = new Float32Array(data.length)
  for (let y = 0, o = 0; y < height; y++) {
    const above = Math.max(0, y - 1) * width
    const row = y * width
    const below = Math.min(height - 1, y + 1) * width
    for (let x = 0; x < width; x++, o++) {
      const left = Math.max(0, x - 1)
      const right = Math.min(width - 1, x + 1)
      // Sums along a diagonal's ends first: the same for a picture and its mirror image.
      const across =
        data[above + right] -
        data[above + left] +
        (data[below + right] - data[below + left]) +
        2 * (data[row + right] - data[row + left])
      const down =
        data[below + left] -
        data[above + left] +
        (data[below + right] - data[above + right]) +
        2 * (data[below + x] - data[above + x])
      out[o] = Math.sqrt(across * across + down * down)
    }
  }
  return out
}

/** Less than this, in squared levels of 255, is rounding and no edge. */
const nothing = 1e-3

/** Pearson's correlation. */
const correlation = (a: Float32Array, b: Float32Array): number => {
  const [meanA, meanB] = [average(a), average(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] - meanA, b[i] - meanB]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  const [flatA, flatB] = [aa < nothing * a.length, bb < nothing * b.length]
  if (flatA || flatB) return flatA && flatB ? 1 : 0
  return ab / Math.sqrt(aa * bb)
}

const average = (values: Float32Array): number => {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
