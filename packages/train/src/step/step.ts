/**
 * One training step as one ONNX model: pictures, weights and Adam's moments in; losses, new weights and new moments out.
 * The discriminator goes first, then the generator is judged by the improved one, as in the originals; the result is
 * computed once for both. Knows nothing of files, engines or how pictures are chosen.
 */
import {
  add,
  cast,
  constant,
  div,
  encodeOnnx,
  fold,
  gradients,
  input,
  mul,
  reshape,
  stopGradient,
  sub,
  type Tensor,
  transpose,
} from '@animegan/graph'
import {
  animeganV3Tails,
  type Discriminator,
  discriminatorLive,
  discriminatorV1,
  discriminatorV2,
  discriminatorV3,
  type NetworkOptions,
  networkOf,
  type ParameterSource,
  parametersOf,
  type SpectralState,
  sharedParameters,
  type VggWeights,
  vgg,
} from '@animegan/models'
import { judgementLoss, persuasionLoss } from '../losses/adversarial.ts'
import { grayOf, labLoss, yuvLoss } from '../losses/colour.ts'
import { centred, contentLoss, styleLoss } from '../losses/perceptual.ts'
import { pixelLoss, variationLoss } from '../losses/pixels.ts'
import { regionSmoothed } from '../losses/smoothing.ts'
import { batchStatistics, runningStatistics, statisticsLoss } from '../losses/statistics.ts'
import {
  type DiscriminatorName,
  type GeneratorLoss,
  hasSupport,
  type Phase,
  type Recipe,
  type Reference,
  type Shown,
} from '../recipe.ts'
import { adam, clipped } from './adam.ts'

/** The discriminators that recipes name. */
export const discriminators: Readonly<Record<DiscriminatorName, Discriminator>> = {
  v1: discriminatorV1,
  v2: discriminatorV2,
  v3: discriminatorV3,
  live: discriminatorLive,
}

/** Names of the numbers that every step is fed besides pictures and state. */
export const rates = {
  generator: 'rate.generator',
  discriminator: 'rate.discriminator',
  average: 'rate.average',
  running: 'rate.running',
} as const

/**
 * Pictures that a step may be fed: photos, the teacher's drawings of them, style pictures, and those with their edges
 * smoothed.
 */
export type PictureKind = 'photo' | 'target' | 'style' | 'smooth'

/** A phase's training step. */
export interface Step {
  /** The encoded model. Outputs are the state's names, and the losses' with `loss.` before them. */
  readonly model: Uint8Array
  /** What is fed and comes back changed, by name: weights, moments, averages, power iterations, running statistics. */
  readonly state: ReadonlyMap<string, readonly number[]>
  /** Names of the losses, weighted as the recipe says: `generator`, `discriminator` and their parts. */
  readonly losses: readonly string[]
  /** Pictures that are fed, uint8 [batch, size, size, 3]. */
  readonly pictures: readonly PictureKind[]
}

/** Prefixes of the state's names. */
export const prefixes = {
  generator: 'generator.',
  discriminator: 'discriminator.',
  average: 'average.',
  running: 'running.',
  first: 'first.',
  second: 'second.',
} as const

/** The network options that a recipe trains with. */
export const optionsOf = (recipe: Recipe): NetworkOptions => networkOf(recipe.architecture).defaults

/** Builds a phase's training step. `features` are the perception network's weights; they stay as they are. */
export const buildStep = (recipe: Recipe, phase: Phase, features: VggWeights): Step => {
  const pictures = pictureInputs(recipe)
  const made = generate(recipe, pictures.photo())
  const outputs = new Map<string, Tensor>()
  const losses = new Map<string, Tensor>()

  let judge: ((shown: Tensor) => Tensor) | undefined
  if (phase.discriminator) {
    const { name, terms, weights, state, apply } = discriminatorTerms(recipe, phase, pictures, made.support)
    const total = sumOf(terms)
    for (const [key, term] of terms) losses.set(`${name}.${key}`, term)
    losses.set(name, total)
    const improved = optimise(recipe, weights, total, rates.discriminator, outputs)
    for (const [key, u] of state) outputs.set(prefixes.discriminator + key, u)
    judge = (shown) => apply(shown, improved)
  }

  const perceive = perception(features, phase)
  const terms = new Map<string, Tensor>()
  for (const term of phase.generator) {
    const kind = 'layer' in term ? `${term.loss}.${term.layer}` : term.loss
    const key = term.tail === 'support' ? `support.${kind}` : kind
    const loss =
      term.loss === 'statistics'
        ? runningLoss(key, term.layer, perceive(made[term.tail ?? 'main']), perceive(pictures.style()), outputs)
        : generatorLoss(recipe, term, made, pictures, perceive, judge)
    const value = mul(scalar(loss), term.weight)
    const sum = terms.get(key)
    terms.set(key, sum ? add(sum, value) : value)
  }
  const total = sumOf(terms)
  for (const [key, term] of terms) losses.set(`generator.${key}`, term)
  losses.set('generator', total)
  const weights = [...parametersOf([made.main, made.support])]
  const improved = optimise(recipe, weights, total, rates.generator, outputs)
  if (recipe.average > 0) {
    const rate = input(rates.average, [])
    for (const [name, weight] of improved) {
      const key = prefixes.average + name.slice(prefixes.generator.length)
      const average = input(key, weight.shape)
      outputs.set(key, add(average, mul(sub(weight, average), rate)))
    }
  }

  const named = new Map([...outputs, ...[...losses].map(([name, loss]) => [`loss.${name}`, loss] as const)])
  const folded = fold([...named.values()])
  const names = [...named.keys()]
  return {
    // An ONNX value cannot be an input and an output by one name, so what comes out is marked as new.
    model: encodeOnnx(Object.fromEntries(names.map((name, i) => [`new.${name}`, folded[i]]))),
    state: new Map([...outputs].map(([name, { shape }]) => [name, shape as readonly number[]])),
    losses: [...losses.keys()],
    pictures: pictures.used(),
  }
}

type Weights = readonly (readonly [string, Tensor])[]

/** Adds a step of Adam for the weights to the outputs. Gives the improved weights by name. */
const optimise = (
  recipe: Recipe,
  weights: Weights,
  loss: Tensor,
  rateName: string,
  outputs: Map<string, Tensor>,
): ReadonlyMap<string, Tensor> => {
  const raw = gradients(
    loss,
    weights.map(([, weight]) => weight),
  )
  const bounded = recipe.clip > 0 ? clipped(raw, recipe.clip) : raw
  const rate = input(rateName, [])
  return new Map(
    weights.map(([name, weight], index) => {
      const shape = weight.shape as readonly number[]
      const moments = { first: input(prefixes.first + name, shape), second: input(prefixes.second + name, shape) }
      const next = adam({ weight, ...moments }, bounded[index], rate, recipe.adam)
      outputs.set(name, next.weight)
      outputs.set(prefixes.first + name, next.first)
      outputs.set(prefixes.second + name, next.second)
      return [name, next.weight]
    }),
  )
}

const scalar = (x: Tensor): Tensor => reshape(x, [])

const sumOf = (terms: ReadonlyMap<string, Tensor>): Tensor => [...terms.values()].reduce((sum, term) => add(sum, term))

/** What the generator makes of photos; both are the same where there is no support tail. */
interface Made {
  readonly main: Tensor
  readonly support: Tensor
}

const generate = (recipe: Recipe, photo: Tensor): Made => {
  const source = sharedParameters(prefixes.generator)
  if (hasSupport(recipe)) return animeganV3Tails(photo, optionsOf(recipe), source)
  const main = networkOf(recipe.architecture).build(photo, optionsOf(recipe), source)
  return { main, support: main }
}

/** Pictures by name, made when they are first asked for, -1 to 1 and channels first. */
const pictureInputs = ({ batch, size }: Recipe) => {
  const made = new Map<PictureKind, Tensor>()
  const get = (name: PictureKind) => (): Tensor => {
    const known = made.get(name)
    if (known) return known
    const levels = cast(input(name, [batch, size, size, 3], 'uint8'), 'float32')
    const picture = transpose(sub(div(levels, 127.5), 1), [0, 3, 1, 2])
    made.set(name, picture)
    return picture
  }
  return {
    photo: get('photo'),
    target: get('target'),
    style: get('style'),
    smooth: get('smooth'),
    used: () => [...made.keys()],
  }
}

type Pictures = ReturnType<typeof pictureInputs>

/** The discriminator's terms, its trained weights, and how to apply it with others in place of them. */
const discriminatorTerms = (recipe: Recipe, phase: Phase, pictures: Pictures, result: Tensor) => {
  const discriminator = discriminators[recipe.discriminator]
  const source = sharedParameters(prefixes.discriminator)
  const shown: Readonly<Record<Shown, () => Tensor>> = {
    style: pictures.style,
    'style-gray': () => grayOf(pictures.style()),
    'smooth-gray': () => grayOf(pictures.smooth()),
    'target-gray': () => grayOf(pictures.target()),
    result: () => stopGradient(result),
    'result-gray': () => stopGradient(grayOf(result)),
  }
  let state: SpectralState | undefined
  const terms = new Map<string, Tensor>()
  for (const { shown: kind, target, weight } of phase.discriminator!.losses) {
    const judgement = discriminator.build(shown[kind](), state ? { state } : {}, source)
    state = judgement.state
    terms.set(kind, mul(scalar(judgementLoss(recipe.gan, judgement.logits, target)), weight))
  }
  const weights = [...parametersOf([...terms.values()])].filter(
    ([name]) => name.startsWith(prefixes.discriminator) && !name.endsWith('.u'),
  )
  const last = state!
  return {
    name: 'discriminator',
    terms,
    weights,
    state: last,
    apply: (picture: Tensor, improved: ReadonlyMap<string, Tensor>): Tensor => {
      const better: ParameterSource = (name, shape) =>
        improved.get(prefixes.discriminator + name) ?? source(name, shape)
      return discriminator.build(picture, { state: last }, better).logits
    },
  }
}

type Perceive = (picture: Tensor) => (layer: string) => Tensor

/** Features of pictures, computed once for each picture and up to the last layer that the phase needs. */
const perception = ({ flavour, weights }: VggWeights, { generator }: Phase): Perceive => {
  const layers = generator.flatMap((term) => ('layer' in term ? [term.layer.replace('relu', 'conv')] : []))
  const last = layers.toSorted().at(-1)
  const constants = new Map([...weights].map(([name, value]) => [name, constant(value)]))
  const known = new Map<Tensor, ReadonlyMap<string, Tensor>>()
  return (picture) => (layer) => {
    const features = known.get(picture) ?? vgg(picture, flavour, last!, (name) => constants.get(name)!)
    known.set(picture, features)
    return features.get(layer)!
  }
}

/** The loss of statistics that run over the steps; adds them to the outputs. */
const runningLoss = (
  key: string,
  layer: string,
  result: (layer: string) => Tensor,
  style: (layer: string) => Tensor,
  outputs: Map<string, Tensor>,
): Tensor => {
  const rate = input(rates.running, [])
  const run = (of: string, batch: Tensor): Tensor => {
    const name = `${prefixes.running}${of}.${key}`
    const now = runningStatistics(input(name, batch.shape), stopGradient(batch), rate)
    outputs.set(name, now)
    return now
  }
  const batch = batchStatistics(result(layer))
  return statisticsLoss(batch, run('result', batch), run('style', batchStatistics(style(layer))))
}

const generatorLoss = (
  { gan }: Recipe,
  term: Exclude<GeneratorLoss, { readonly loss: 'statistics' }>,
  made: Made,
  pictures: Pictures,
  perceive: Perceive,
  judge: ((shown: Tensor) => Tensor) | undefined,
): Tensor => {
  const result = made[term.tail ?? 'main']
  const references: Readonly<Record<Reference, () => Tensor>> = {
    photo: pictures.photo,
    target: pictures.target,
    'smoothed-photo': () => regionSmoothed(pictures.photo()),
    'smoothed-result': () => stopGradient(regionSmoothed(made.support)),
  }
  const reference = (to: Reference): Tensor => references[to]()
  switch (term.loss) {
    case 'content':
      return contentLoss(perceive(result)(term.layer), perceive(reference(term.to))(term.layer))
    case 'style': {
      const features = (shown: Tensor): Tensor => {
        const found = perceive(shown)(term.layer)
        return term.centred ? centred(found) : found
      }
      return styleLoss(features(term.of === 'result' ? result : grayOf(result)), features(grayOf(pictures.style())))
    }
    case 'colour':
      return (term.space === 'yuv' ? yuvLoss : labLoss)(result, reference(term.to))
    case 'pixel':
      return pixelLoss(result, reference(term.to))
    case 'variation':
      return variationLoss(result)
    case 'adversarial':
      return persuasionLoss(gan, judge!(term.shown === 'result' ? result : grayOf(result)), term.target)
  }
}
