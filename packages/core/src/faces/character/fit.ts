/** Weighted least squares for curves and surfaces with a few coefficients, and the linear equations that they lead to. */

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
  return solve(sums)
}

/**
 * Solves linear equations, one more number a row than there are rows: the last is the right side. By elimination, in place,
 * without a search for pivots: the matrix must be positive definite, as those of least squares with a ridge are.
 */
export const solve = (rows: readonly (number[] | Float64Array)[]): number[] => {
  const n = rows.length
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      if (k === i) continue
      const factor = rows[k][i] / rows[i][i]
      for (let j = i; j <= n; j++) rows[k][j] -= factor * rows[i][j]
    }
  }
  return rows.map((row, i) => row[n] / row[i])
}
