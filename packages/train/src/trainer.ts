/**
 * The training loop: phases and steps, on any inference engine. It requests batches, runs the step's graph, and yields
 * the state and losses of every step. Others supply the pictures and record the figures.
 */
import type { Engine, Session } from '@animegan/core'
import { AnimeganError, floats, sizeOf, type Value } from '@animegan/graph'
import { type Batch, type PictureKind, pictureChannels, pictureType } from './batch.ts'
import type { Phase } from './recipe/phase.ts'
import type { Recipe } from './recipe/recipe.ts'
import { openBetween, type Retouch } from './retouch/between.ts'
import type { Checkpoint } from './run/checkpoint.ts'
import { stepSize } from './step/adam.ts'
import { prefixes, type RateName, rateInput } from './step/names.ts'
import { type State, startState } from './step/state.ts'
import type { Step } from './step/step.ts'

/** Every host has it, but TypeScript knows it only from the hosts' types, which this package does not use. */
declare const performance: { now(): number }

/** What the loop needs to know of a phase. */
export interface Stretch {
  readonly name: string
  readonly steps: number
  readonly learningRate: number
  readonly discriminator?: { readonly learningRate: number }
}

/** What it needs to know of a recipe, whatever the recipe is for. */
export interface Schedule<P extends Stretch>
  extends Pick<Recipe, 'size' | 'batch' | 'adam' | 'emaDecay' | 'initialWeights'> {
  /** The name of the trained network. */
  readonly architecture: string
  readonly phases: readonly P[]
}

/** The inputs of a run. The same run gives the same weights, for one engine and number of threads. */
export interface Training<P extends Stretch = Phase> {
  readonly recipe: Schedule<P>
  /** A phase's training step. */
  build(phase: P): Step
  readonly engine: Engine
  readonly seed: number
  /** The pictures of a step, of the kinds it needs; the same for the same step. */
  batch(step: number, kinds: readonly PictureKind[]): Promise<Batch>
  /** Retouches a step's results, for recipes that ask for it. */
  readonly retouch?: Retouch
  /** The checkpoint to resume from. */
  readonly from?: Checkpoint
  /** Initial weights of the generator instead of random ones, by their names in a style. */
  readonly begin?: ReadonlyMap<string, Value<'float32'>>
}

/** The length of a run, which ends at whichever limit comes first. */
export interface Limits {
  /**
   * Total steps; default: those of the recipe, or as many as time allows. Earlier phases keep their length; the last
   * one takes the rest.
   */
  readonly steps?: number
  /** Total time spent on steps, including those before a resume. */
  readonly seconds?: number
}

/** A completed step. */
export interface StepReport {
  readonly step: number
  readonly phase: string
  /** Weighted losses by name. */
  readonly losses: Readonly<Record<string, number>>
  /** Time spent on steps so far. */
  readonly seconds: number
  /** The state after it. */
  checkpoint(): Checkpoint
}

/** Number of consecutive discarded steps after which a run is given up. */
const patience = 5

/** The number of steps of each phase. */
export const phaseLengths = (
  { phases }: { readonly phases: readonly Stretch[] },
  { steps, seconds }: Limits,
): number[] => {
  const lengths = phases.map((phase) => phase.steps)
  if (steps === undefined && seconds === undefined) return lengths
  let left = steps ?? Infinity
  return lengths.map((length, i) => {
    const own = i === lengths.length - 1 ? left : Math.min(length, left)
    left -= own
    return own
  })
}

/**
 * Trains, yielding after every step; the caller may stop at any time. Rejects when losses are no longer finite; the
 * previously yielded step still has the last good state.
 */
export async function* train<P extends Stretch>(
  training: Training<P>,
  limits: Limits = {},
): AsyncGenerator<StepReport, void, void> {
  const { recipe, engine, seed, from, begin = [] } = training
  const lengths = phaseLengths(recipe, limits)
  let { step = 0, phase = 0, phaseStep = 0, seconds = 0 } = from ?? {}
  let state: State | undefined = from?.state
  let carried: State | undefined = new Map([...begin].map(([name, value]) => [prefixes.generator + name, value]))
  let failures = 0
  for (; phase < recipe.phases.length; phase++, phaseStep = 0) {
    if (phaseStep >= lengths[phase]) {
      // A finished phase passes its state to the next one.
      carried = state ?? carried
      state = undefined
      continue
    }
    const objective = recipe.phases[phase]
    const built = training.build(objective)
    state = state ? checkState(built, state, recipe) : startState(built, seed, carried, recipe.initialWeights)
    const between = await openBetween(engine, built, training.retouch)
    const session = await engine.load(built.model)
    try {
      while (phaseStep < lengths[phase]) {
        if (limits.seconds !== undefined && seconds >= limits.seconds) return
        const start = performance.now()
        const given = feedsOf(recipe, await training.batch(step, between.kinds), between.kinds)
        const made = feedsOf(recipe, await between.retouched(step, given, state), between.retouchedKinds)
        const feeds = { ...given, ...made, ...ratesOf(built, recipe, phase, phaseStep) }
        const { losses, next } = await runStep(session, built, feeds, state)
        step++
        phaseStep++
        seconds += (performance.now() - start) / 1000
        const odd = oddity(losses, next)
        if (odd) {
          if (++failures >= patience) {
            const found = `${odd} at step ${step}, ${patience} times in a row`
            const hint = 'try a lower learningRate in the recipe'
            throw new AnimeganError('bad-argument', `training: expected numbers, found ${found}; ${hint}`)
          }
        } else {
          failures = 0
          state = next
        }
        const reached = { step, phase, phaseStep, seconds, state }
        yield { step, phase: objective.name, losses, seconds, checkpoint: () => reached }
      }
    } finally {
      await session.close()
      await between.close()
    }
    carried = state
    state = undefined
  }
}

/** A batch's pictures of some kinds as inputs of a step. */
const feedsOf = (
  { batch, size }: Schedule<Stretch>,
  pictures: Batch,
  kinds: readonly PictureKind[],
): Record<string, Value> =>
  Object.fromEntries(
    kinds.map((name) => {
      const data = pictures[name]
      const shape = [batch, size, size, pictureChannels(name)]
      if (data?.length !== sizeOf(shape))
        throw new Error(`training: expected ${name} as [${shape}], found ${data?.length ?? 'nothing'}`)
      return [name, { dtype: pictureType(name), shape, data } as Value]
    }),
  )

/** A step's share in the running statistics, after the first steps. */
const slowest = 0.02

/** The numbers of a step. The average follows the weights closely at first, so that early ones are forgotten. */
const ratesOf = (
  step: Step,
  { adam, emaDecay, phases }: Schedule<Stretch>,
  phase: number,
  phaseStep: number,
): Record<string, Value> => {
  const t = phaseStep + 1
  const { learningRate, discriminator } = phases[phase]
  const numbers: Record<RateName, number> = {
    generator: stepSize(learningRate, t, adam),
    discriminator: stepSize(discriminator?.learningRate ?? 0, t, adam),
    average: 1 - Math.min(emaDecay, (1 + t) / (10 + t)),
    running: Math.max(1 / t, slowest),
  }
  return Object.fromEntries(step.rates.map((name) => [rateInput(name), floats([numbers[name]], [])]))
}

const runStep = async (
  session: Session,
  step: Step,
  feeds: Readonly<Record<string, Value>>,
  state: State,
): Promise<{ losses: Record<string, number>; next: State }> => {
  const own = Object.fromEntries([...step.state.keys()].map((name) => [name, state.get(name)!]))
  const results = await session.run({ ...feeds, ...own })
  const next = new Map(state)
  for (const name of step.state.keys()) next.set(name, results[`new.${name}`] as Value<'float32'>)
  const losses = Object.fromEntries(step.losses.map((name) => [name, Number(results[`new.loss.${name}`].data[0])]))
  return { losses, next }
}

/** Describes the first non-finite number among the losses and the state, if any. */
const oddity = (losses: Readonly<Record<string, number>>, state: State): string | undefined => {
  const loss = Object.entries(losses).find(([, value]) => !Number.isFinite(value))
  if (loss) return `${loss[1]} as loss ${loss[0]}`
  for (const [name, { data }] of state) {
    let sum = 0
    for (const value of data) sum += value
    if (!Number.isFinite(sum)) return `${sum} in ${name}`
  }
  return undefined
}

/** Throws an `AnimeganError` (`bad-weights`) unless a checkpoint's state belongs to the recipe's networks. */
const checkState = (step: Step, state: State, { architecture }: Schedule<Stretch>): State => {
  for (const [name, shape] of step.state) {
    const found = state.get(name)
    if (found?.shape.join() === shape.join()) continue
    const what = `expected '${name}' of ${architecture} as [${shape}], found ${found ? `[${found.shape}]` : 'none'}`
    throw new AnimeganError('bad-weights', `checkpoint: ${what}; it belongs to another recipe`)
  }
  return state
}
