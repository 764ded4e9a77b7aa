/** A smooth step: 0 up to `from`, 1 from `to` on, a cubic with flat ends in between. */
export const smoothstep = (from: number, to: number, v: number): number => {
  const t = (v - from) / (to - from)
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t)
}
