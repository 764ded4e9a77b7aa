/**
 * Our networks against the originals: every fixture's weights, read and mapped, run by ONNX Runtime at symbolic size
 * and compared with the output of the original's own code.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import {
  encodeOnnx,
  floats,
  freezeStatistics,
  input,
  lookup,
  statisticsOf,
  symbolicDim,
  type Tensor,
  type Value,
} from '@animegan/graph'
import * as ort from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { type Discriminator, discriminatorV1, discriminatorV2, discriminatorV3 } from './discriminators/index.ts'
import { readNpy, readPyTorch, readTensorFlowCheckpoint, type TensorMap } from './formats/index.ts'
import { importWeights, type Tail } from './mapping/index.ts'
import { fromHwio } from './mapping/mapping.ts'
import { animeganV3Tails, networks } from './networks/index.ts'
import { sharedParameters } from './parameters.ts'

interface Case {
  readonly name: string
  readonly architecture: string
  readonly format: string
  readonly weights: readonly string[]
  readonly resize: string | null
  readonly input: string
  readonly output: string
  readonly options: {
    readonly normEpsilon: number
    readonly separableNormEpsilon?: number
    readonly outputBias?: boolean
    readonly tail?: Tail
    readonly spectralNormAfter?: string
    readonly spectralNormOrder?: readonly string[]
  }
}

const file = (name: string): Uint8Array => gunzipSync(readFileSync(new URL(`../fixtures/${name}`, import.meta.url)))
const cases: Case[] = JSON.parse(readFileSync(new URL('../fixtures/index.json', import.meta.url), 'utf8'))

const readTensors = ({ format, weights }: Case): TensorMap =>
  format === 'pytorch' ? readPyTorch(file(weights[0])) : readTensorFlowCheckpoint(file(weights[0]), file(weights[1]))

const run = async (
  outputs: Record<string, Tensor>,
  parameters: ReadonlyMap<string, Value>,
  x: Value,
): Promise<ort.InferenceSession.ReturnType> => {
  const session = await ort.InferenceSession.create(encodeOnnx(outputs, { parameters }), { logSeverityLevel: 3 })
  return session.run({ x: new ort.Tensor('float32', x.data as Float32Array, x.shape) })
}

const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length)
  let most = 0
  for (let i = 0; i < a.length; i++) {
    const here = Math.abs(a[i] - b[i])
    if (!(here <= most)) most = here
  }
  return most
}

const symbolic = (multiple: number): Tensor =>
  input('x', [1, 3, symbolicDim('h', multiple), symbolicDim('w', multiple)])

const numbers = (value: Value): Float32Array => value.data as Float32Array

const generators = cases.filter(({ architecture }) => !architecture.startsWith('d'))

describe('generators equal the originals', () => {
  test.each(generators)('$name', async (fixture) => {
    const { options } = fixture
    const { architecture, options: imported, weights } = importWeights(readTensors(fixture), { tail: options.tail })
    expect(architecture).toBe(fixture.architecture === 'lite' ? 'animegan-v2-lite' : `animegan-${fixture.architecture}`)
    expect(imported.normEpsilon).toBe(options.normEpsilon)
    expect(imported.separableNormEpsilon).toBe(options.separableNormEpsilon)
    expect(imported.outputBias ?? false).toBe(options.outputBias ?? false)
    const network = networks[architecture]
    const x = readNpy(file(fixture.input))
    const fits = x.shape.slice(2).every((size) => size % network.multiple === 0)
    const picture = fits ? symbolic(network.multiple) : input('x', x.shape)
    const y = network.build(picture, { ...imported, resize: fixture.resize as typeof imported.resize })
    const result = await run({ y }, weights, x)
    const most = difference(result.y.data as Float32Array, numbers(readNpy(file(fixture.output))))
    expect(most).toBeLessThanOrEqual(2e-5)
  })

  test('the support tail over a shared base', async () => {
    const [main, support] = cases.filter(({ name }) => name.startsWith('tensorflow-v3-full'))
    const weights = importWeights(readTensors(main)).weights as Map<string, Value>
    for (const [name, value] of importWeights(readTensors(main), { tail: 'support' }).weights) {
      weights.set(/^([efg]\d|attention|out)\./.test(name) ? `support.${name}` : name, value)
    }
    expect([...weights.values()].reduce((sum, { data }) => sum + data.length, 0)).toBe(1_557_792)
    const result = await run({ ...animeganV3Tails(symbolic(8)) }, weights, readNpy(file(main.input)))
    for (const [name, fixture] of Object.entries({ main, support })) {
      expect(difference(result[name].data as Float32Array, numbers(readNpy(file(fixture.output))))).toBeLessThan(2e-5)
    }
  })
})

test.each(generators.filter(({ name }) => /^tensorflow-.*-64x96$/.test(name)))(
  'given the statistics of the picture, $name is the same',
  async (fixture) => {
    const { architecture, options, weights } = importWeights(readTensors(fixture))
    const x = readNpy(file(fixture.input))
    const y = networks[architecture].build(symbolic(8), options)
    const measured = await run(statisticsOf([y]), weights, x)
    const values = Object.fromEntries(
      Object.entries(measured).map(([name, { dims, data }]) => [name, floats(data as Float32Array, dims)]),
    )
    const [frozen] = freezeStatistics([y], values)
    const result = await run({ y: frozen }, weights, x)
    expect(difference(result.y.data as Float32Array, numbers(readNpy(file(fixture.output))))).toBeLessThan(2e-5)
  },
)

/** Scopes of the originals by our layers, and of their norms. */
const layers: Record<string, { discriminator: Discriminator; scopes: [string, string][]; norms: [string, string][] }> =
  {
    d1: {
      discriminator: discriminatorV1,
      scopes: [],
      norms: [
        ['b1', 'ins_norm_1'],
        ['c1', 'ins_norm_2'],
        ['c2', 'last_ins_norm'],
      ],
    },
    d2: {
      discriminator: discriminatorV2,
      scopes: [],
      norms: [
        ['b1', '1_norm_1'],
        ['c1', '1_norm_2'],
        ['c2', '2_ins_norm'],
      ],
    },
    d3: {
      discriminator: discriminatorV3,
      scopes: [
        ['a0', 'conv_0'],
        ...['b', 'c', 'd'].flatMap((letter, i): [string, string][] => [
          [`${letter}0`, `conv_s2_${i}`],
          [`${letter}0.target`, `discriminatora${i}_conv_IN`],
          [`${letter}1`, `conv_s1_${i}`],
          [`${letter}1.target`, `discriminatorb${i}_conv_IN`],
        ]),
        ['out', 'D_logit'],
      ],
      norms: [],
    },
  }
const early: [string, string][] = [
  ['a0', 'conv_0'],
  ['b0', 'conv_s2_1'],
  ['b1', 'conv_s1_1'],
  ['c0', 'conv_s2_2'],
  ['c1', 'conv_s1_2'],
  ['c2', 'last_conv'],
  ['out', 'D_logit'],
]

describe('discriminators equal the originals', () => {
  test.each(cases.filter(({ architecture }) => architecture.startsWith('d')))('$name', async (fixture) => {
    const { discriminator, scopes, norms } = layers[fixture.architecture]
    const named = scopes.length > 0 ? scopes : early
    const tensors = readTensors(fixture)
    const take = (name: string) => tensors.get(`discriminator/${name}`) as Value<'float32'>
    const weights = new Map<string, Value>()
    for (const [ours, theirs] of named) {
      weights.set(`${ours}.weight`, fromHwio([take(`${theirs}/kernel`)], []))
      weights.set(`${ours}.u`, take(`${theirs}/u`))
    }
    for (const [ours, theirs] of norms) {
      weights.set(`${ours}.scale`, take(`${theirs}/gamma`))
      weights.set(`${ours}.shift`, take(`${theirs}/beta`))
    }
    const x = readNpy(file(fixture.input))
    const { logits, state } = discriminator.build(symbolic(8))
    const outputs = { logits, ...Object.fromEntries([...state].map(([name, u]) => [`next.${name}`, u])) }
    const result = await run(outputs, weights, x)
    const wanted = numbers(readNpy(file(fixture.output)))
    const size = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const most = difference(result.logits.data as Float32Array, wanted) / size
    const after = numbers(readNpy(file(fixture.options.spectralNormAfter ?? '')))
    const layerOf = new Map(named.map(([ours, theirs]) => [`discriminator/${theirs}/u`, ours]))
    const ours = (fixture.options.spectralNormOrder ?? []).flatMap((name) => [
      ...(result[`next.${lookup(layerOf, name, 'layer')}.u`].data as Float32Array),
    ])
    expect(most).toBeLessThanOrEqual(1e-4)
    expect(difference(ours, after)).toBeLessThan(1e-6)
  })

  test('four applications in one graph share weights and pass on their state', async () => {
    const [fixture] = cases.filter(({ architecture }) => architecture === 'd2')
    const tensors = readTensors(fixture)
    const take = (name: string) => lookup(tensors, `discriminator/${name}`, 'tensor')
    const weights = new Map<string, Value>()
    for (const [ours, theirs] of early) {
      weights.set(`${ours}.weight`, fromHwio([take(`${theirs}/kernel`) as Value<'float32'>], []))
      weights.set(`${ours}.u`, take(`${theirs}/u`))
    }
    for (const [ours, theirs] of layers.d2.norms) {
      weights.set(`${ours}.scale`, take(`${theirs}/gamma`))
      weights.set(`${ours}.shift`, take(`${theirs}/beta`))
    }
    const x = readNpy(file(fixture.input))
    const source = sharedParameters()
    const picture = symbolic(4)
    let judgement = discriminatorV2.build(picture, {}, source)
    for (let i = 0; i < 3; i++) judgement = discriminatorV2.build(picture, { state: judgement.state }, source)
    const once = await run({ u: lookup(judgement.state, 'c2.u', 'state'), y: judgement.logits }, weights, x)
    let u = new Float32Array()
    for (let i = 0; i < 4; i++) {
      const { state } = discriminatorV2.build(picture)
      const steps = await run(Object.fromEntries([...state].map(([name, next]) => [`next.${name}`, next])), weights, x)
      for (const name of state.keys()) {
        const next = steps[`next.${name}`]
        weights.set(name, { dtype: 'float32', shape: next.dims, data: next.data as Float32Array })
      }
      u = steps['next.c2.u'].data as Float32Array<ArrayBuffer>
    }
    expect(difference(once.u.data as Float32Array, u)).toBeLessThan(1e-6)
  })
})
