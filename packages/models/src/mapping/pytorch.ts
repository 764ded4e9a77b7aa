/**
 * Maps the state dicts of PyTorch ports of AnimeGANv2 to our weights. Their convolutions have the same axis order as
 * ours.
 */
import { type Entry, entry, type Mapping } from './mapping.ts'

/** Names of a layer's parts: its convolution, and its norm. */
type Parts = readonly [convolution: string, norm: string]

const weight = (ours: string, theirs: string): Entry => entry(`${ours}.weight`, `${theirs}.weight`)
const bias = (ours: string, theirs: string): Entry => entry(`${ours}.bias`, `${theirs}.bias`)
const norm = (ours: string, theirs: string): Entry[] => [
  entry(`${ours}.scale`, `${theirs}.weight`),
  entry(`${ours}.shift`, `${theirs}.bias`),
]

const normed = (names: readonly string[], path: string, [convolution, normalisation]: Parts, first = 0): Entry[] =>
  names.flatMap((ours, index) => [
    weight(ours, `${path}.${first + index}.${convolution}`),
    ...norm(ours, `${path}.${first + index}.${normalisation}`),
  ])

interface ResidualParts {
  readonly expand: Parts
  readonly depthwise: Parts
  readonly project: Parts
}

/** Four inverted residual blocks, numbered from 1 after the layer before them. */
const residuals = (path: string, { expand, depthwise, project }: ResidualParts): Entry[] =>
  [0, 1, 2, 3].flatMap((block) => {
    const [ours, theirs] = [`r${block}`, `${path}.${block + 1}`]
    return [
      weight(`${ours}.expand`, `${theirs}.${expand[0]}`),
      ...norm(`${ours}.expand`, `${theirs}.${expand[1]}`),
      weight(`${ours}.depthwise`, `${theirs}.${depthwise[0]}`),
      bias(`${ours}.depthwise`, `${theirs}.${depthwise[0]}`),
      ...norm(`${ours}.depthwise`, `${theirs}.${depthwise[1]}`),
      weight(`${ours}.project`, `${theirs}.${project[0]}`),
      ...norm(`${ours}.project`, `${theirs}.${project[1]}`),
    ]
  })

const generator = (
  paths: readonly [a: string, b: string, c: string, d: string, e: string],
  layer: Parts,
  block: ResidualParts,
): Entry[] => {
  const [a, b, c, d, e] = paths
  return [
    ...normed(['a0', 'b0', 'b1'], a, layer),
    ...normed(['c0', 'c1'], b, layer),
    ...normed(['c2'], c, layer),
    ...residuals(c, block),
    ...normed(['c3'], c, layer, 5),
    ...normed(['d0', 'd1'], d, layer),
    ...normed(['e0', 'e1', 'e2'], e, layer),
  ]
}

/** bryandlee/animegan2-pytorch; its networks were trained with aligned corners. */
export const pytorchV2: Mapping = {
  title: 'AnimeGANv2',
  architecture: 'animegan-v2',
  options: { resize: 'align_corners', normEpsilon: 1e-5 },
  entries: [
    ...generator(['block_a', 'block_b', 'block_c', 'block_d', 'block_e'], ['1', '2'], {
      expand: ['layers.0.1', 'layers.0.2'],
      depthwise: ['layers.1.1', 'layers.1.2'],
      project: ['layers.2', 'layers.3'],
    }),
    weight('out', 'out_layer.0'),
  ],
}

/** ptran1203/pytorch-animeGAN; its last convolution has a bias. */
export const pytorchV2Ptran: Mapping = {
  title: 'AnimeGANv2 (pytorch-animeGAN)',
  architecture: 'animegan-v2',
  options: { resize: 'half_pixel', normEpsilon: 1e-5, outputBias: true },
  entries: [
    ...generator(['conv_block1', 'conv_block2', 'res_blocks', 'conv_block3', 'conv_block4'], ['conv', 'ins_norm'], {
      expand: ['conv_block.conv', 'conv_block.ins_norm'],
      depthwise: ['conv_block2.conv', 'conv_block2.ins_norm'],
      project: ['conv', 'norm'],
    }),
    weight('out', 'decode_blocks.0'),
    bias('out', 'decode_blocks.0'),
  ],
}
