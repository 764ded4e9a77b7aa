/** Small numeric helpers for finding regions: a smooth step, and percentiles over selected pixels. */

/** 0 up to `from`, 1 from `to` on, a smooth curve between; reversed where `to` is less. */
export const smoothStep = (from: number, to: number, x: number): number => {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)))
  return t * t * (3 - 2 * t)
}

/** The indices for which the condition holds. */
export const indicesWhere = (count: number, holds: (i: number) => boolean): number[] => {
  const found: number[] = []
  for (let i = 0; i < count; i++) if (holds(i)) found.push(i)
  return found
}

/** The `percent`th percentile of `values`, interpolated; 0 for an empty list. */
export const percentile = (values: readonly number[], percent: number): number => {
  if (values.length === 0) return 0
  // Typed arrays sort numbers without a comparison in JavaScript.
  const sorted = new Float64Array(values).sort()
  const at = ((sorted.length - 1) * percent) / 100
  const below = Math.floor(at)
  const next = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (sorted[next] - sorted[below]) * (at - below)
}

export const median = (values: readonly number[]): number => percentile(values, 50)

/** The mean; 0 for an empty list. */
export const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
