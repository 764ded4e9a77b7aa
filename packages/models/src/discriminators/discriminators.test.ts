/** Discriminators: number of weights, output size, and spectral norm against plain arithmetic. */
import { floats, gradients, input, interpret, meanAll, parameter, sizeOf } from '@animegan/graph'
import { expect, test } from 'vitest'
import { parametersOf, sharedParameters } from '../parameters.ts'
import {
  type Discriminator,
  discriminatorCartoongan,
  discriminatorLive,
  discriminatorV1,
  discriminatorV2,
  discriminatorV3,
  spectralNorm,
} from './index.ts'

test.each<[Discriminator, number]>([
  [discriminatorV1, 1_128_800],
  [discriminatorV2, 1_128_800],
  [discriminatorV3, 693_088],
  [discriminatorLive, 278_913],
  [discriminatorCartoongan, 1_129_025],
])('$name', (discriminator, expected) => {
  const { logits, state } = discriminator.build(input('x', [2, 3, 64, 64]))
  const weights = [...parametersOf([logits])].filter(([name]) => !name.endsWith('.u'))
  expect(weights.reduce((sum, [, { shape }]) => sum + sizeOf(shape as number[]), 0)).toBe(expected)
  expect(discriminator.parameters).toBe(expected)
  expect(logits.shape).toEqual([2, 1, 64 / discriminator.stride, 64 / discriminator.stride])
  for (const [name, u] of state) expect(u.shape, name).toEqual(parametersOf([logits]).get(name)?.shape)
})

test('spectral norm is one power iteration', () => {
  const weight = floats([3, 0, 0, 4], [2, 2, 1, 1])
  const u = floats([1, 1], [1, 2])
  const normalised = spectralNorm(parameter('w', [2, 2, 1, 1]), parameter('u', [1, 2]))
  const [w, next] = interpret([normalised.weight, normalised.u], { w: weight, u })
  // v = (3, 4) / 5; W v = (9, 16) / 5; its length is the singular value.
  const sigma = Math.hypot(9, 16) / 5
  expect(w.data[0]).toBeCloseTo(3 / sigma, 6)
  expect(w.data[3]).toBeCloseTo(4 / sigma, 6)
  expect([...(next.data as Float32Array)].map((x) => x * Math.hypot(9, 16))).toEqual([
    expect.closeTo(9, 4),
    expect.closeTo(16, 4),
  ])
})

test('four applications have one set of weights, and gradients flow to it', () => {
  const source = sharedParameters('d.')
  let judgement = discriminatorV2.build(input('x0', [1, 3, 16, 16]), {}, source)
  for (let i = 1; i < 4; i++) {
    judgement = discriminatorV2.build(input(`x${i}`, [1, 3, 16, 16]), { state: judgement.state }, source)
  }
  const weights = parametersOf([judgement.logits, ...judgement.state.values()])
  expect(weights.size).toBe(20)
  expect([...weights.keys()].every((name) => name.startsWith('d.'))).toBe(true)
  const trained = [...weights].filter(([name]) => !name.endsWith('.u')).map(([, tensor]) => tensor)
  expect(gradients(meanAll(judgement.logits), trained).map(({ shape }) => shape)).toEqual(
    trained.map(({ shape }) => shape),
  )
})
