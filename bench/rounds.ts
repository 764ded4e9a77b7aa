/**
 * Fair timing on a noisy machine: contestants take turns, round after round, and are compared within each round, so a
 * slow minute affects all of them.
 */
import { setTimeout as pause } from 'node:timers/promises'

/** Something to time. Its result is thrown away. */
export interface Contestant {
  readonly name: string
  run(): Promise<unknown>
}

/** Times of a contestant, in milliseconds, and its ratio to the first one. */
export interface Timing {
  readonly name: string
  readonly median: number
  readonly low: number
  readonly high: number
  /** Median over the rounds of this contestant's time divided by the first one's. */
  readonly ratio: number
  readonly ratioLow: number
  readonly ratioHigh: number
}

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b)

/** The value below which the fraction lies. */
const quantile = (values: readonly number[], fraction: number): number => {
  const inOrder = sorted(values)
  return inOrder[Math.round(fraction * (inOrder.length - 1))]
}

/**
 * Milliseconds of rest before each run: threads of PyTorch and of ONNX Runtime go on spinning for up to 0.2 s after a
 * run, and would slow down the next contestant, but not the one that follows a program which sleeps.
 */
const REST = 250

/** Runs each contestant once to warm up, then `rounds` times in turns. */
export const compare = async (contestants: readonly Contestant[], rounds: number): Promise<Timing[]> => {
  const times = contestants.map((): number[] => [])
  for (let round = -1; round < rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      await pause(REST)
      const start = performance.now()
      await contestant.run()
      if (round >= 0) times[i].push(performance.now() - start)
    }
  }
  return contestants.map(({ name }, i) => {
    const own = times[i]
    const ratios = own.map((time, round) => time / times[0][round])
    return {
      name,
      median: quantile(own, 0.5),
      low: quantile(own, 0.25),
      high: quantile(own, 0.75),
      ratio: quantile(ratios, 0.5),
      ratioLow: quantile(ratios, 0.25),
      ratioHigh: quantile(ratios, 0.75),
    }
  })
}
