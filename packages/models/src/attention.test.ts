/**
 * External attention against its definition in plain arithmetic: the softmax over positions with a sum, as in the
 * original.
 */
import { floats, input, interpret, type Value } from '@animegan/graph'
import { expect, test } from 'vitest'
import { externalAttention } from './attention.ts'

test('equals softmax over positions, divided by its sum over entries', () => {
  const [channels, entries, height, width] = [4, 128, 3, 5]
  const positions = height * width
  const numbers = (count: number, size: number, seed: number) =>
    Float32Array.from({ length: count }, (_, i) => size * Math.sin(seed + i * 1.7 + i * i * 0.3))
  const x = numbers(channels * positions, 2, 1)
  const memory = numbers(entries * channels, 3, 2)
  const eye = Float32Array.from({ length: channels ** 2 }, (_, i) => (i % (channels + 1) === 0 ? 1 : 0))

  const at = (c: number, p: number) => x[c * positions + p]
  const similarity = Array.from({ length: entries }, (_, k) =>
    Array.from({ length: positions }, (_, p) =>
      [0, 1, 2, 3].reduce((sum, c) => sum + at(c, p) * memory[k * channels + c], 0),
    ),
  )
  const softmax = similarity.map((row) => {
    const total = row.reduce((sum, value) => sum + Math.exp(value), 0)
    return row.map((value) => Math.exp(value) / total)
  })
  const expected = new Float32Array(channels * positions)
  for (let p = 0; p < positions; p++) {
    const total = softmax.reduce((sum, row) => sum + row[p], 1e-9)
    for (let c = 0; c < channels; c++) {
      const found = softmax.reduce((sum, row, k) => sum + (row[p] / total) * memory[k * channels + c], 0)
      const y = found * 1.5 + 0.25 + at(c, p)
      expected[c * positions + p] = y > 0 ? y : 0.2 * y
    }
  }

  const values: Record<string, Value> = {
    x: floats(x, [1, channels, height, width]),
    'a.in.weight': floats(eye, [channels, channels, 1, 1]),
    'a.memory': floats(memory, [entries, channels, 1, 1]),
    'a.out.weight': floats(eye, [channels, channels, 1, 1]),
    'a.scale': floats(new Float32Array(channels).fill(1.5)),
    'a.shift': floats(new Float32Array(channels).fill(0.25)),
  }
  const source = (name: string, shape: readonly number[]) => input(name, shape)
  const [y] = interpret([externalAttention(source, input('x', [1, channels, height, width]), 'a')], values)
  for (const [i, value] of expected.entries()) expect(y.data[i]).toBeCloseTo(value, 4)
})
