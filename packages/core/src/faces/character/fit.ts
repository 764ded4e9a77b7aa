/** Weighted least squares for curves with a few coefficients. */

/**
 * The coefficients c that bring `row . c` nearest to each value, squares weighted; a ridge, one number a coefficient and above 0,
 * holds those back that the values say little about. All rows are as long as the ridge.
 */
export const leastSquares = (
  rows: readonly (readonly number[])[],
  values: readonly number[],
  weights: readonly number[],
  ridge: readonly number[],
): number[] => {
  const n = ridge.length
  const sums = ridge.map((value, i) => Array.from({ length: n + 1 }, (_, j) => (i === j ? value : 0)))
  rows.forEach((row, k) => {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) sums[i][j] += weights[k] * row[i] * row[j]
      sums[i][n] += weights[k] * row[i] * values[k]
    }
  })
  // The matrix is positive definite: no pivots need be looked for.
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      if (k === i) continue
      const factor = sums[k][i] / sums[i][i]
      for (let j = i; j <= n; j++) sums[k][j] -= factor * sums[i][j]
    }
  }
  return sums.map((row, i) => row[n] / row[i])
}
