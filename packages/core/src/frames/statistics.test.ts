import { expect, it } from 'vitest'
import type { Statistics } from '../program.ts'
import { approach, brightnessOf, isDue } from './statistics.ts'

const plane = (width: number, ...data: number[]) => ({
  width,
  height: data.length / width,
  data: Uint8Array.from(data),
})

it('brightness is the mean of the coarsest plane', () => {
  expect(brightnessOf([plane(1, 0, 0, 0, 0), plane(1, 7), plane(2, 10, 20, 30, 45)])).toBe(26.25)
})

it('a shot is measured again after twelve frames, or when it is more than 8 levels lighter or darker', () => {
  const measured = { values: {}, age: 3, brightness: 100 }
  for (const [age, brightness, due] of [
    [0, 100, false],
    [11, 100, false],
    [12, 100, true],
    [40, 100, true],
    [0, 108, false],
    [0, 108.5, true],
    [0, 92, false],
    [0, 91.5, true],
  ] as const) {
    expect(isDue({ ...measured, age }, brightness), `${age} ${brightness}`).toBe(due)
  }
})

it('statistics move a quarter of the way to the measured ones, each by name and in its shape', () => {
  const of = (mean: number[], variance: number[]): Statistics => ({
    mean: { dtype: 'float32', shape: [1, 2, 1, 1], data: Float32Array.from(mean) },
    variance: { dtype: 'float32', shape: [1, 1, 1, 1], data: Float32Array.from(variance) },
  })
  const past = of([8, -4], [1])
  expect(approach(past, of([12, 4], [3]))).toEqual(of([9, -2], [1.5]))
  expect(past).toEqual(of([8, -4], [1]))
  // Step by step they get there.
  let now = past
  for (let i = 0; i < 60; i++) now = approach(now, of([12, 4], [3]))
  expect(now.mean.data[0]).toBeCloseTo(12, 4)
})
