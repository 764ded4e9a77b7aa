import { describe, expect, it } from 'vitest'
import { startState } from './state.ts'
import type { Step } from './step.ts'

const shapes = new Map([
  ['generator.a0.weight', [32, 12, 3, 3]],
  ['generator.out.weight', [12, 32, 3, 3]],
  ['generator.out.bias', [12]],
])
const step = { model: new Uint8Array(), state: shapes, losses: [], pictures: [], rates: [] } satisfies Step

const deviation = (data: ArrayLike<number>): number =>
  Math.sqrt(Array.from(data).reduce((sum, v) => sum + v * v, 0) / data.length)

describe('a generator of cells starts', () => {
  const state = startState(step, 1)
  const of = (name: string) => state.get(name)!.data

  it("with He's deviation, and a tenth of it in the last convolution", () => {
    expect(deviation(of('generator.a0.weight'))).toBeCloseTo(Math.sqrt(2 / 108), 2)
    expect(deviation(of('generator.out.weight'))).toBeCloseTo(0.1 * Math.sqrt(2 / 288), 3)
  })

  it('with equal weights for the four pixels of a cell, but not for its three colours', () => {
    const last = of('generator.out.weight')
    const channel = (i: number) => last.slice(i * 288, (i + 1) * 288)
    for (const place of [1, 2, 3])
      for (const colour of [0, 1, 2]) expect(channel(3 * place + colour)).toEqual(channel(colour))
    expect(channel(1)).not.toEqual(channel(0))
  })
})

describe('a recipe says that weights begin', () => {
  const begun = (generator: 'xavier' | 'normal') =>
    startState(step, 1, new Map(), { generator, discriminator: 'normal' }).get('generator.a0.weight')!.data

  it("as Xavier's, uniform within a bound of inputs and outputs", () => {
    const bound = Math.sqrt(6 / (12 * 9 + 32 * 9))
    expect(Math.max(...begun('xavier').map(Math.abs)) / bound).toBeCloseTo(1, 2)
    expect(deviation(begun('xavier'))).toBeCloseTo(bound / Math.sqrt(3), 2)
  })

  it('as normal numbers, cut off at two deviations of 0.02', () => {
    expect(Math.max(...begun('normal').map(Math.abs))).toBeLessThan(0.04)
    expect(deviation(begun('normal'))).toBeCloseTo(0.02 * 0.88, 3)
  })
})
