import { expect, test } from 'vitest'
import { random } from '../random.ts'
import { blur, gaussian } from './blur.ts'
import { clumps, tiers } from './clumps.ts'

const [width, height] = [64, 48]
const plane = (at: (x: number, y: number) => number): Float32Array =>
  Float32Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width)))
/** Smooth noise of a deviation of about 0.05. */
const leaves = blur(
  plane((x, y) => random(1, x, y).normal()),
  width,
  height,
  gaussian(2),
).map((v) => v * 0.35)

test('reduces texture to few levels: more of it lies near plateaus than before', () => {
  const out = clumps(leaves, width, height, 8)
  const spread = Math.sqrt(leaves.reduce((sum, v) => sum + v * v, 0) / leaves.length)
  const between = (values: Float32Array) =>
    values.filter((v) => Math.abs(v / spread) > 0.25 && Math.abs(v / spread) < 0.75).length / values.length
  expect(between(leaves)).toBeGreaterThan(0.3)
  expect(between(out)).toBeLessThan(0.6 * between(leaves))
  // No patch is on the wrong side.
  for (const [i, v] of out.entries()) expect(v * leaves[i]).toBeGreaterThanOrEqual(0)
})

test('quiet areas have no clumps', () => {
  for (const v of clumps(
    leaves.map((d) => d * 0.05),
    width,
    height,
    8,
  ))
    expect(Math.abs(v)).toBe(0)
})

test('tiers deepen a gentle shade, and leave a constant and strong outliers unchanged', () => {
  const waves = plane((x) => 0.5 + 0.1 * Math.sin(x / 4))
  const change = tiers(waves, width, height, 9)
  // Values slightly above the middle go up, values slightly below go down.
  for (let x = 16; x < 48; x++) {
    const off = Math.sin(x / 4)
    if (Math.abs(off) > 0.2 && Math.abs(off) < 0.6) expect(change[24 * width + x] * off).toBeGreaterThan(0)
  }
  for (const v of tiers(
    plane(() => 0.3),
    width,
    height,
    9,
  ))
    expect(Math.abs(v)).toBeLessThan(1e-6)
  const spot = plane((x, y) => (x === 32 && y === 24 ? 1 : 0.5))
  expect(Math.abs(tiers(spot, width, height, 9)[24 * width + 32])).toBeLessThan(1e-3)
})
