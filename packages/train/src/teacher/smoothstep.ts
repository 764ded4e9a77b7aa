/** A gate that opens smoothly: 0 up to `from`, 1 from `to` on, a cubic with level ends between. */
export const smoothstep = (from: number, to: number, v: number): number => {
  const t = (v - from) / (to - from)
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t)
}
