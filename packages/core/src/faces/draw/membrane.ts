/**
 * A membrane: numbers known in some cells of a grid, spread smoothly over the rest, like a soap film over a wire.
 * Solves Laplace's equation there, as gradient-domain cloning does for the difference of two pictures (Pérez et al.,
 * "Poisson Image Editing", 2003). For small grids, such as the colour difference along a rim.
 */

/** Rounds of over-relaxation. On a grid of 128 x 128, the remaining error is far below a level of 255. */
const ROUNDS = 160

/**
 * Fills the cells that are not `known` in place. Cells at the grid's border use only the neighbours they have. If no
 * cell is known, nothing changes.
 */
export const spanMembrane = (values: Float64Array, known: Uint8Array, width: number, height: number): void => {
  const sum = values.reduce((total, value, i) => total + (known[i] ? value : 0), 0)
  const count = known.reduce((total, flag) => total + (flag ? 1 : 0), 0)
  if (count === 0) return
  for (let i = 0; i < values.length; i++) if (!known[i]) values[i] = sum / count
  // The best factor for a square of n cells (Young, 1954).
  const relaxation = 2 / (1 + Math.sin(Math.PI / Math.max(4, Math.max(width, height))))
  for (let round = 0; round < ROUNDS; round++) {
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        if (known[i]) continue
        let around = 0
        let neighbours = 0
        if (x > 0) {
          around += values[i - 1]
          neighbours++
        }
        if (x < width - 1) {
          around += values[i + 1]
          neighbours++
        }
        if (y > 0) {
          around += values[i - width]
          neighbours++
        }
        if (y < height - 1) {
          around += values[i + width]
          neighbours++
        }
        if (neighbours > 0) values[i] += relaxation * (around / neighbours - values[i])
      }
    }
  }
}
