import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OneEuroFilter } from './one-euro.ts'

/** Evenly spread, in thousandths: nearly all numbers of `fc.double` are close to 0. */
const number = (min: number, max: number) => fc.integer({ min: min * 1000, max: max * 1000 }).map((n) => n / 1000)
const options = { still: 1.2, speed: 0.7, derivative: 0.9 }

test('is algorithm 1 of the paper after the averaging of the first samples', () => {
  /** The smoothing factor of formula 5, computed from the time constant of formula 4. */
  const alpha = (rate: number, cutoff: number): number => {
    const [tau, period] = [1 / (2 * Math.PI * cutoff), 1 / rate]
    return 1 / (1 + tau / period)
  }
  fc.assert(
    fc.property(fc.array(number(-50, 50), { minLength: 1, maxLength: 30 }), number(5, 120), (samples, rate) => {
      const filter = new OneEuroFilter(options, { value: 3, slope: 0, samples: 1e9 })
      let [filtered, speed] = [3, 0]
      for (const sample of samples) {
        const slope = (sample - filtered) * rate
        const a = alpha(rate, options.derivative)
        speed = a * slope + (1 - a) * speed
        const b = alpha(rate, options.still + options.speed * Math.abs(speed))
        filtered = b * sample + (1 - b) * filtered
        expect(filter.next(sample, 1 / rate)).toBeCloseTo(filtered, 9)
      }
    }),
  )
})

test('averages the first samples as long as that reacts faster', () => {
  const filter = new OneEuroFilter({ still: 0.01, speed: 0, derivative: 1 }, 2)
  const samples = [4, 9, 1, 5, 3]
  samples.forEach((sample, i) => {
    const mean = (2 + samples.slice(0, i + 1).reduce((sum, value) => sum + value, 0)) / (i + 2)
    expect(filter.next(sample, 0.04)).toBeCloseTo(mean, 9)
  })
  expect(filter.state.samples).toBe(6)
})
