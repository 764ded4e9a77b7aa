/** Maps the variables of the authors' TensorFlow 1 checkpoints to our weights. */
import { floats } from '@animegan/graph'
import { type Entry, entry, filled, fromDepthwise, fromHwio, type Mapping, permute } from './mapping.ts'

const scope = 'generator/G_MODEL/'

/** Layers of one kind in a scope are numbered in order of creation: `Conv`, `Conv_1`, … */
const numbered = (kind: string, index: number): string => (index === 0 ? kind : `${kind}_${index}`)

const weight = (ours: string, theirs: string): Entry => entry(`${ours}.weight`, `${scope}${theirs}/weights`, fromHwio)

const norm = (ours: string, theirs: string): Entry[] => [
  entry(`${ours}.scale`, `${scope}${theirs}/gamma`),
  entry(`${ours}.shift`, `${scope}${theirs}/beta`),
]

/** Convolutions with norms, the first, second, … of their scope. */
const normed = (names: readonly string[], theirs: string, kind: string): Entry[] =>
  names.flatMap((ours, index) => [
    weight(ours, theirs + numbered('Conv', index)),
    ...norm(ours, theirs + numbered(kind, index)),
  ])

/** Inverted residual blocks `scope/r1`, …, whose depthwise weights are `r1/r1/w`. */
const residuals = (count: number, theirs: string, kind: string, bias: boolean): Entry[] =>
  Array.from({ length: count }, (_, block) => {
    const [ours, block1] = [`r${block}`, `${theirs}r${block + 1}/`]
    const own = `${block1}r${block + 1}/`
    return [
      ...normed([`${ours}.expand`], block1, kind),
      entry(`${ours}.depthwise.weight`, `${scope}${own}w`, fromDepthwise),
      ...(bias ? [entry(`${ours}.depthwise.bias`, `${scope}${own}bias`)] : []),
      ...norm(`${ours}.depthwise`, `${block1}1`),
      weight(`${ours}.project`, `${block1}Conv_1`),
      ...norm(`${ours}.project`, `${block1}2`),
    ]
  }).flat()

const separables = (names: readonly string[], theirs: string): Entry[] =>
  names.flatMap((ours, index) => {
    const layer = `${theirs}${numbered('SeparableConv2d', index)}`
    return [
      entry(`${ours}.depthwise.weight`, `${scope}${layer}/depthwise_weights`, fromDepthwise),
      entry(`${ours}.pointwise.weight`, `${scope}${layer}/pointwise_weights`, fromHwio),
      ...norm(ours, `${layer}/InstanceNorm`),
    ]
  })

export const tensorflowV1: Mapping = {
  title: 'AnimeGAN (TensorFlow)',
  architecture: 'animegan-v1',
  options: { resize: 'asymmetric', normEpsilon: 1e-5, separableNormEpsilon: 1e-6 },
  entries: [
    ...normed(['a0', 'a1'], 'b1/', 'InstanceNorm'),
    ...separables(['b0.stride', 'b0.shrink'], 'b1/'),
    ...normed(['b1'], 'b2/', 'InstanceNorm'),
    ...separables(['b2', 'c0.stride', 'c0.shrink'], 'b2/'),
    ...normed(['c1', 'c2'], 'm/', 'InstanceNorm'),
    ...residuals(8, 'm/', 'InstanceNorm', false),
    ...separables(['d0', 'd1'], 'u2/'),
    ...normed(['d2'], 'u2/', 'InstanceNorm'),
    ...separables(['e0'], 'u1/'),
    ...normed(['e1', 'e2'], 'u1/', 'InstanceNorm'),
    weight('out', 'Conv'),
  ],
}

export const tensorflowV2: Mapping = {
  title: 'AnimeGANv2 (TensorFlow)',
  architecture: 'animegan-v2',
  options: { resize: 'asymmetric', normEpsilon: 1e-12 },
  entries: [
    ...normed(['a0', 'b0', 'b1'], 'A/', 'LayerNorm'),
    ...normed(['c0', 'c1'], 'B/', 'LayerNorm'),
    ...normed(['c2', 'c3'], 'C/', 'LayerNorm'),
    ...residuals(4, 'C/', 'LayerNorm', true),
    ...normed(['d0', 'd1'], 'D/', 'LayerNorm'),
    ...normed(['e0', 'e1', 'e2'], 'E/', 'LayerNorm'),
    weight('out', 'out_layer/Conv'),
  ],
}

export const tensorflowLite: Mapping = {
  title: 'AnimeGANv2 lite (TensorFlow)',
  architecture: 'animegan-v2-lite',
  options: { resize: 'asymmetric', normEpsilon: 1e-12 },
  entries: [
    ...normed(['a0', 'b0', 'b1', 'c0', 'c1', 'd0', 'd1'], '', 'LayerNorm'),
    ...[0, 1, 2, 3].flatMap((block) => [
      weight(`r${block}.squeeze`, `Conv_${7 + 3 * block}`),
      ...norm(`r${block}.squeeze`, `res${block + 1}_1`),
      weight(`r${block}.filter`, `Conv_${8 + 3 * block}`),
      ...norm(`r${block}.filter`, `res${block + 1}_2`),
      weight(`r${block}.expand`, `Conv_${9 + 3 * block}`),
    ]),
    ...['e0', 'e1', 'f0', 'f1', 'g0', 'g1'].flatMap((ours, index) => [
      weight(ours, `Conv_${19 + index}`),
      ...norm(ours, `LayerNorm_${7 + index}`),
    ]),
    weight('out', 'out_layer/Conv'),
  ],
}

export type Tail = 'main' | 'support'

const batchNormEpsilon = 1e-3

/**
 * Inference runs the attention's batch norm with its own variables (scope `generator_1`), created once and never
 * trained: scale, shift, mean, variance. They become one scale and one shift; if missing, their initial values are
 * used.
 */
const frozenBatchNorm = (tail: Tail): Entry[] => {
  const path = `generator_1/${tail}/External_attention/Variable`
  const theirs = [path, `${path}_1`, `${path}_2`, `${path}_3`]
  type Fold = (scale: number, shift: number, mean: number, deviation: number) => number
  const fold =
    (combine: Fold): Entry['convert'] =>
    ([scale, shift, mean, variance]) =>
      floats(
        scale.data.map((value, i) =>
          combine(value, shift.data[i], mean.data[i], Math.sqrt(variance.data[i] + batchNormEpsilon)),
        ),
      )
  const untrained = 1 / Math.sqrt(1 + batchNormEpsilon)
  return [
    {
      ours: 'attention.scale',
      theirs,
      convert: fold((scale, _shift, _mean, deviation) => scale / deviation),
      absent: (shape) => filled(untrained, shape),
    },
    {
      ours: 'attention.shift',
      theirs,
      convert: fold((scale, shift, mean, deviation) => shift - (mean * scale) / deviation),
      absent: (shape) => filled(0, shape),
    },
  ]
}

/** The base and one of the two tails, mapped to our main tail. */
export const tensorflowV3 = (tail: Tail): Mapping => {
  const layer = (ours: string, theirs: string): Entry =>
    entry(`${ours}.weight`, `generator/${theirs}/weights`, fromHwio)
  /** Each convolution is followed by that of its LADE. */
  const adapted = (names: readonly string[], theirs: string): Entry[] =>
    names.flatMap((ours, index) => [
      layer(ours, theirs + numbered('Conv', 2 * index)),
      layer(`${ours}.target`, theirs + numbered('Conv', 2 * index + 1)),
    ])
  return {
    title: tail === 'main' ? 'AnimeGANv3 (TensorFlow)' : 'AnimeGANv3, support tail (TensorFlow)',
    architecture: 'animegan-v3',
    options: { resize: 'asymmetric', normEpsilon: 1e-5 },
    entries: [
      ...adapted(['a0', 'b0', 'b1', 'c0', 'c1', 'd0', 'd1'], 'base/'),
      layer('attention.in', `${tail}/External_attention/Conv`),
      {
        ours: 'attention.memory',
        theirs: [`generator/${tail}/External_attention/kernel`],
        convert: ([value], shape) => {
          if (value.shape.length !== 3) return value
          const turned = permute(value, [2, 1, 0])
          return turned.data.length === shape[0] * shape[1] ? { ...turned, shape: [...turned.shape, 1] } : turned
        },
      },
      layer('attention.out', `${tail}/External_attention/Conv_1`),
      ...frozenBatchNorm(tail),
      ...adapted(['e0', 'e1', 'f0', 'f1', 'g0', 'g1'], `${tail}/`),
      layer('out', `${tail}/Conv_12`),
    ],
  }
}
