/** Chooses which numbers the 256 levels of a tensor stand for, from a sample of its values. */
import type { LevelScale } from '../ops/quantized.ts'

/** The fractions of the sample's range below and above zero to try. Values outside become the outermost level. */
const shares = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15]

const squaredError = (
  sample: Float32Array,
  wanted: Float32Array,
  scale: number,
  zero: number,
  table: Float32Array,
): number => {
  let total = 0
  for (let i = 0; i < sample.length; i++) {
    const level = Math.round(sample[i] / scale) + zero
    const error = table[Math.min(255, Math.max(0, level))] - wanted[i]
    total += error * error
  }
  return total
}

/**
 * The levels with the least squared error after `response`, the function applied to the tensor next: errors that a
 * leaky ReLU or tanh flattens matter less.
 */
export const fitLevels = (sample: Float32Array, response: (x: number) => number): LevelScale => {
  const wanted = sample.map(response)
  const low = sample.reduce((least, value) => Math.min(least, value), 0)
  const high = sample.reduce((most, value) => Math.max(most, value), 0)
  const choose = (below: number, above: number) => {
    const scale = Math.fround((high * above - low * below) / 255) || 1
    const zero = Math.min(255, Math.max(0, Math.round((-low * below) / scale)))
    const table = Float32Array.from({ length: 256 }, (_, level) => response(scale * (level - zero)))
    return { below, above, scale, zero, error: squaredError(sample, wanted, scale, zero, table) }
  }
  let best = choose(1, 1)
  const improve = (choices: ReturnType<typeof choose>[]): void => {
    for (const choice of choices) if (choice.error < best.error) best = choice
  }
  // First one end, then the other, twice: they hardly depend on each other.
  for (let round = 0; round < 2; round++) {
    improve(shares.map((above) => choose(best.below, above)))
    improve(shares.map((below) => choose(below, best.above)))
  }
  return { scale: best.scale, zero: best.zero }
}
