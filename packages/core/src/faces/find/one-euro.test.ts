import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OneEuroFilter } from './one-euro.ts'

const options = { still: 1.2, speed: 0.7, derivative: 0.9 }

test('is algorithm 1 of the paper, once its first samples are averaged', () => {
  /** The smoothing factor of formula 5, by way of the time constant of formula 4. */
  const alpha = (rate: number, cutoff: number): number => {
    const [tau, period] = [1 / (2 * Math.PI * cutoff), 1 / rate]
    return 1 / (1 + tau / period)
  }
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 30 }),
      fc.double({ min: 5, max: 120, noNaN: true }),
      (samples, rate) => {
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
      },
    ),
  )
})

test('of the first samples it gives the mean, as long as that is the quicker', () => {
  const filter = new OneEuroFilter({ still: 0.01, speed: 0, derivative: 1 }, 2)
  const samples = [4, 9, 1, 5, 3]
  samples.forEach((sample, i) => {
    const mean = (2 + samples.slice(0, i + 1).reduce((sum, value) => sum + value, 0)) / (i + 2)
    expect(filter.next(sample, 0.04)).toBeCloseTo(mean, 9)
  })
  expect(filter.state.samples).toBe(6)
})
