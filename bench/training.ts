/**
 * Benchmarks training: a whole step of a recipe's phase, from bytes to new weights, as in the trainer, against the same
 * networks and losses in PyTorch. Pictures and weights are random.
 */
import { readFileSync } from 'node:fs'
import { floats, input, sizeOf, type Tensor, topologicalOrder } from '@animegan/graph'
import { discriminatorLive, type FeatureWeights, networkOf, parametersOf, perceptualFeatures } from '@animegan/models'
import { recipePath } from '@animegan/node'
import { buildStep, type Phase, parseRecipe, type Recipe, type Step, train } from '@animegan/train'
import { nodeEngine } from 'animegan'
import { noise } from './networks.ts'
import { peer } from './peer.ts'
import { formerLive } from './peers/former-live.ts'
import { type Contestant, compare, type Timing } from './rounds.ts'

/** A phase's steps, timed. */
export interface TrainingResult {
  readonly phase: string
  /** The necessary multiply-adds of convolutions, forward and backward, in billions, by contestant. */
  readonly work: Readonly<Record<string, number>>
  readonly timings: readonly Timing[]
  /** Largest resident memory of this process, in MiB. */
  readonly peak: number
}

/** The perception networks that the recipe can learn by: what comes with the packages, and compact VGG-19. */
type Perception = 'percept' | 'compact'

/** A perception network up to conv4_4 with random weights. */
const features = (flavour: Perception): FeatureWeights => {
  const all = perceptualFeatures(input('x', [1, 3, 32, 32]), flavour, 'conv4_4')
  const weights = [...parametersOf([...all.values()])].map(([name, { shape }], seed) => {
    const spread = Math.sqrt(6 / sizeOf((shape as number[]).slice(1)))
    const data = noise(sizeOf(shape as number[]), seed + 1).map((x) => x * spread)
    return [name, floats(data, shape as number[])] as const
  })
  return { flavour, weights: new Map(weights) }
}

/** Multiply-adds of the convolutions that compute a tensor. */
const convolutions = (result: Tensor): number =>
  topologicalOrder([result])
    .filter(({ op }) => op.name === 'conv')
    .reduce(
      (sum, { shape, inputs }) => sum + sizeOf(shape as number[]) * sizeOf((inputs[1].shape as number[]).slice(1)),
      0,
    )

/**
 * The necessary work of a phase: a convolution with trained weights costs three times its forward pass, one that only
 * passes a gradient on costs twice, and one without gradients costs once.
 */
const workOf = ({ batch, size, architecture }: Recipe, flavour: Perception, withDiscriminator: boolean): number => {
  const picture = input('x', [batch, 3, size, size])
  const network = networkOf(architecture)
  const generator = convolutions(network.build(picture, network.defaults))
  const seen = (layer: string): number => convolutions(perceptualFeatures(picture, flavour, layer).get(layer)!)
  const judged = convolutions(discriminatorLive.build(picture).logits)
  // Features of the result and of the target; with a discriminator, of the style as well.
  const perception = seen('conv4_4') * (2 + 1) + (withDiscriminator ? seen('conv4_3') : 0)
  // Style, target and result train the discriminator, which then judges the result.
  const judgement = withDiscriminator ? judged * (3 * 3 + 2) : 0
  return (3 * generator + perception + judgement) / 1e9
}

/** Times steps of a phase of the recipe `live`: ours by the two perception networks, the same with the former network, and PyTorch's. */
export const compareTraining = async (name: string, rounds: number, threads: number): Promise<TrainingResult> => {
  const recipe = parseRecipe(readFileSync(recipePath('live'), 'utf8'))
  const phase = recipe.phases.find((one) => one.name === name)!
  const { batch, size } = recipe
  const levels = (seed: number): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(noise(batch * size * size * 3, seed), (x) => Math.round((x + 1) * 127.5))
  const pictures = { photo: levels(1), target: levels(2), style: levels(3), smooth: levels(4) }
  const engine = await nodeEngine({ backend: 'cpu', threads })
  const contestants: Contestant[] = []
  const work: Record<string, number> = {}
  const enter = (contestant: Contestant, architecture: Recipe['architecture'], flavour: Perception): void => {
    contestants.push(contestant)
    work[contestant.name] = workOf({ ...recipe, architecture }, flavour, phase.discriminator !== undefined)
  }
  const runs = (
    [
      ['ours', recipe.architecture, 'percept'],
      ['ours, by compact VGG-19', recipe.architecture, 'compact'],
      ['ours, the former live, by compact VGG-19', formerLive, 'compact'],
    ] as const
  ).map(([title, architecture, flavour]) => {
    const only = { ...recipe, architecture, phases: [{ ...phase, steps: 1e6 }] }
    const weights = features(flavour)
    const build = (of: Phase): Step => buildStep(only, of, weights)
    const steps = train({ recipe: only, build, engine, seed: 1, batch: async () => pictures })
    enter({ name: title, run: () => steps.next() }, architecture, flavour)
    return steps
  })
  const torch = await peer('training.py', [name, String(batch), String(size)], threads)
  if (torch) enter({ ...torch, name: `${torch.name}, by compact VGG-19` }, recipe.architecture, 'compact')
  try {
    const timings = await compare(contestants, rounds)
    const peak = process.resourceUsage().maxRSS / 1024
    return { phase: name, work, timings, peak }
  } finally {
    torch?.close()
    for (const steps of runs) await steps.return()
    await engine.close()
  }
}
