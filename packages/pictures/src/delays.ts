/** Times of an animation's frames in the units of its format. */

/** Durations in milliseconds as whole multiples of `unit`, at least one, rounded so that errors do not add up. */
export const delaysOf = (durations: readonly number[], unit: number): number[] => {
  let [passed, given] = [0, 0]
  return durations.map((duration) => {
    passed += duration
    const delay = Math.max(unit, Math.round((passed - given) / unit) * unit)
    given += delay
    return delay
  })
}
