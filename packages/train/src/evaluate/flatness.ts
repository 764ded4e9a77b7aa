/**
 * Flatness: the share of a picture's pixels that are flat fill or a plain gradient. In a square window with a radius of
 * a 256th of the long side, a plane is fitted by least squares to each axis of OKLab; the pixel in the middle is flat
 * if the root mean square of the residual, over all three axes together, is below one Delta E (OK, times 100), half of
 * a just noticeable difference. Skies, walls and washes are flat; noise, texture, lines and borders are not. Windows
 * lie wholly inside the picture.
 */
import { type Picture, type Planes, toPlanes } from '@animegan/core'

/** Radius as a share of the long side. */
const share = 1 / 256
/** Root mean square of the residual, in OKLab. */
const threshold = 0.01

/** The share of flat pixels, 0 to 1; 1 for a picture too narrow for a window of 3 x 3. Ignores alpha. */
export const flatness = (picture: Picture): number => {
  const planes = toPlanes(picture)
  const { width, height } = planes
  const wanted = Math.max(1, Math.round(Math.max(width, height) * share))
  const radius = Math.min(wanted, (Math.min(width, height) - 1) >> 1)
  const residual = new Float64Array((width - 2 * radius) * (height - 2 * radius))
  for (const axis of ['l', 'a', 'b'] as const) addResidual(residual, planes, axis, radius)
  let flat = 0
  for (const variance of residual) if (variance < threshold * threshold) flat++
  return flat / residual.length
}

/**
 * Adds each window's mean squared residual from its fitted plane. With the origin in the middle of the window, the
 * three terms of the plane are orthogonal, so the residual is the variance minus each slope's share of it.
 */
const addResidual = (to: Float64Array, { width, height, ...axes }: Planes, axis: 'l' | 'a' | 'b', radius: number) => {
  const plane = axes[axis]
  const side = 2 * radius + 1
  const count = side * side
  // The mean squared coordinate along either side of the window.
  const spread = (radius * (radius + 1)) / 3
  const [columns, rows] = [width - 2 * radius, height - 2 * radius]
  for (let y = 0, o = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, o++) {
      // Relative to the middle's value, because the differences are small compared with it.
      const middle = plane[(y + radius) * width + x + radius]
      let [sum, squares, across, down] = [0, 0, 0, 0]
      for (let v = -radius, i = y * width + x; v <= radius; v++, i += width - side) {
        let row = 0
        for (let u = -radius; u <= radius; u++, i++) {
          const value = plane[i] - middle
          row += value
          squares += value * value
          across += u * value
        }
        sum += row
        down += v * row
      }
      const mean = sum / count
      const slopes = spread > 0 ? ((across / count) ** 2 + (down / count) ** 2) / spread : 0
      to[o] += squares / count - mean * mean - slopes
    }
  }
}
