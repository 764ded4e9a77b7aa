/**
 * The training step of our own perception network: `percept` learns to give what compact VGG-19, its teacher, sees, for
 * crops of photos and of art. Also where it begins: its first convolutions are the teacher's and stay so, and its
 * trunk starts with the teacher's strongest channels where it stands for one convolution.
 */
import {
  add,
  concat,
  constant,
  div,
  floats,
  input,
  lookup,
  mean,
  meanAll,
  mul,
  sizeOf,
  sub,
  type Tensor,
  type Value,
} from '@animegan/graph'
import { type FeatureWeights, parametersOf, percept, sharedParameters, vgg } from '@animegan/models'
import { featureStatistics } from '../losses/statistics.ts'
import type { Recipe } from '../recipe/recipe.ts'
import { draftStep } from '../step/draft.ts'
import { follow } from '../step/generator.ts'
import { prefixes } from '../step/names.ts'
import { optimise } from '../step/optimise.ts'
import { generatorWeights, type State } from '../step/state.ts'
import { finishStep, type Step } from '../step/step.ts'
import { createTerms } from '../step/terms.ts'
import type { Schedule, Stretch } from '../trainer.ts'

/** What a training of this network is decided by. */
export interface DistilRecipe extends Schedule<Stretch>, Pick<Recipe, 'gradientClipNorm'> {
  /** How much the statistics that style is measured by count beside the features themselves. */
  readonly statisticsWeight: number
}

type Weights = FeatureWeights['weights']

/** Convolutions that are the teacher's own. */
const kept = ['conv1_1', 'conv1_2', 'conv2_1'] as const
/** Layers that are learned. */
const learned = ['2_2', '3_1', '3_3', '4_1', '4_3', '4_4'] as const

/** Weights and bias of a convolution. */
const convolution = (weights: Weights, name: string): readonly [Value<'float32'>, Value<'float32'>] => [
  lookup(weights, `${name}.weight`, 'weight'),
  lookup(weights, `${name}.bias`, 'weight'),
]

/** The teacher's first convolution with its preparation of the picture folded in: for pictures from -1 to 1. */
const firstOf = (teacher: Weights): Weights => {
  const [{ data: mix }, { data: shift }] = convolution(teacher, 'conv0')
  const [{ data: kernel, shape }, { data: bias }] = convolution(teacher, 'conv1_1')
  const taps = 9
  const data = new Float32Array(kernel.length)
  const shifted = Float32Array.from(bias)
  for (let out = 0; out < shape[0]; out++) {
    for (let prepared = 0; prepared < 3; prepared++) {
      for (let tap = 0; tap < taps; tap++) {
        const weight = kernel[(out * 3 + prepared) * taps + tap]
        shifted[out] += weight * shift[prepared]
        for (let colour = 0; colour < 3; colour++) {
          // A level from -1 to 1 is half of it and a half, from 0 to 1.
          const half = (weight * mix[prepared * 3 + colour]) / 2
          data[(out * 3 + colour) * taps + tap] += half
          shifted[out] += half
        }
      }
    }
  }
  return new Map([
    ['conv1_1.weight', floats(data, shape)],
    ['conv1_1.bias', floats(shifted, [shape[0]])],
  ])
}

/** What is kept of the teacher, by `percept`'s names. */
export const keptOf = (teacher: Weights): Weights => {
  const weights = firstOf(teacher)
  for (const name of kept.slice(1)) {
    for (const part of [`${name}.weight`, `${name}.bias`]) weights.set(part, lookup(teacher, part, 'weight'))
  }
  return weights
}

/**
 * What training begins with, besides random numbers: as `trunk2` the channels of the teacher's conv2_2 that weigh the
 * most in its conv3_1, these in conv2_2 and nothing for the others, and conv3_1 as far as it looks at these.
 */
export const beginningOf = (teacher: Weights): Weights => {
  const count = widthOf('trunk2.weight')
  const [kernel, bias] = convolution(teacher, 'conv2_2')
  const [next, nextBias] = convolution(teacher, 'conv3_1')
  const [own, taps] = [sizeOf(kernel.shape.slice(1)), 9]
  const [outputs, channels] = next.shape
  const strength = Array.from({ length: channels }, (_, channel) => {
    let squares = 0
    for (let out = 0; out < outputs; out++) {
      for (let tap = 0; tap < taps; tap++) squares += next.data[(out * channels + channel) * taps + tap] ** 2
    }
    let before = 0
    for (let i = 0; i < own; i++) before += kernel.data[channel * own + i] ** 2
    return squares * before
  })
  const chosen = strength
    .map((_, channel) => channel)
    .toSorted((a, b) => strength[b] - strength[a])
    .slice(0, count)
  const pick = (data: Float32Array, size: number, from: number): number[] =>
    chosen.flatMap((channel) => [...data.subarray((from + channel) * size, (from + channel + 1) * size)])
  const rows = Array.from({ length: outputs }, (_, out) => pick(next.data, taps, out * channels))
  const places = Float32Array.from({ length: channels * count }, (_, i) =>
    chosen[i % count] === Math.floor(i / count) ? 1 : 0,
  )
  return new Map([
    ['conv2_2.weight', floats(places, [channels, count, 1, 1])],
    ['trunk2.weight', floats(pick(kernel.data, own, 0), kernel.shape.with(0, count))],
    ['trunk2.bias', floats(pick(bias.data, 1, 0), [count])],
    ['conv3_1.weight', floats(rows.flat(), next.shape.with(1, count))],
    ['conv3_1.bias', nextBias],
  ])
}

const widthOf = (name: string): number => {
  const features = percept(input('x', [1, 3, 32, 32]))
  return lookup(parametersOf([...features.values()]), name, 'weight').shape[0] as number
}

/** The share of the teacher's variance, over a batch and per channel, that the features [n, c, h, w] do not have. */
const unexplained = (features: Tensor, wanted: Tensor): Tensor => {
  const off = sub(features, wanted)
  const varied = sub(wanted, mean(wanted, [0, 2, 3]))
  return div(meanAll(mul(off, off)), add(meanAll(mul(varied, varied)), 1e-8))
}

/** Builds the training step. `teacher` are the weights of compact VGG-19. */
export const distilStep = (recipe: DistilRecipe, teacher: Weights): Step => {
  const draft = draftStep(recipe)
  const pictures = concat([draft.picture('photo'), draft.picture('style')], 0)
  const constants = (weights: Weights) => new Map([...weights].map(([name, value]) => [name, constant(value)]))
  const theirs = constants(teacher)
  const wanted = vgg(pictures, 'compact', 'conv4_4', (name) => lookup(theirs, name, 'weight'))
  const own = constants(keptOf(teacher))
  const source = sharedParameters(prefixes.generator)
  const features = percept(pictures, (name, shape) => own.get(name) ?? source(name, shape))

  const terms = createTerms()
  for (const layer of learned) {
    const pair = (kind: string): [Tensor, Tensor] => [
      lookup(features, `${kind}${layer}`, 'feature'),
      lookup(wanted, `${kind}${layer}`, 'feature'),
    ]
    terms.add(`features.${layer}`, unexplained(...pair('conv')), 1)
    const [has, should] = pair('relu').map(featureStatistics) as [Tensor, Tensor]
    const off = sub(has, should)
    terms.add(`statistics.${layer}`, meanAll(mul(off, off)), recipe.statisticsWeight)
  }
  const total = terms.total('generator', draft.losses)
  const ends = learned.map((layer) => lookup(features, `conv${layer}`, 'feature'))
  const improved = optimise(recipe, [...parametersOf(ends)], total, draft.rate('generator'), draft)
  if (recipe.emaDecay > 0) follow(improved, draft)
  return finishStep(draft)
}

/** The network's weights of a state, their moving average if there is one, with those kept of the teacher. */
export const distilledWeights = (state: State, teacher: Weights): Weights =>
  new Map([...keptOf(teacher), ...generatorWeights(state)])
