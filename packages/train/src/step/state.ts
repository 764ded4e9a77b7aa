/**
 * The state of a training run: weights, Adam's moments, the moving average and the vectors of spectral norm, by name.
 * Initialised at random from a seed, or carried over from one phase to the next; knows no files.
 */
import { floats, sizeOf, type Value } from '@animegan/graph'
import { random } from '../random.ts'
import type { InitialWeights } from '../recipe/initial-weights.ts'
import { prefixes } from './names.ts'
import type { Step } from './step.ts'

/** State by name, as `Step.state` lists it. */
export type State = ReadonlyMap<string, Value<'float32'>>

/** Keys that separate the random numbers of the weights from those of the pictures. */
const weightsKey = 0x77

/** Channels of a pixel, and of a cell of 2 x 2 pixels, which only the last convolution of a generator outputs. */
const pixel = 3
const cell = 12

/**
 * The remaining deviation when normal numbers beyond two deviations are redrawn, as in TensorFlow's truncated normal.
 */
const truncatedDeviation = 0.87962566

/** How weights are drawn unless the recipe says otherwise. */
const usual: InitialWeights = { generator: 'he', discriminator: 'normal' }

/** The deviation of `normal` weights. */
const smallDeviation = 0.02

/** The parts that start at zero in every phase: moments and running statistics. */
const fromZero = [prefixes.first, prefixes.second, prefixes.running] as const

/**
 * The state that a phase starts with. Unless the recipe says otherwise, generators have He's initialisation
 * (AnimeGANv2's variance_scaling_initializer: truncated normal, factor 2, fan-in), except for the last convolution, which
 * starts at a tenth of it: otherwise the results of a network without norms have a deviation of about 3, where tanh has
 * no slope left to learn from. The pixels of a cell start equal, so that flat areas start without a lattice (Aitken et
 * al., "Checkerboard artifact free sub-pixel convolution", 2017). Discriminators have a deviation of 0.02. State in
 * `carried` is kept, but moments restart, because each phase has its own Adam, and so does the average.
 */
export const startState = (
  step: Step,
  seed: number,
  carried: State = new Map(),
  initialWeights: InitialWeights = usual,
): State => {
  const state = new Map<string, Value<'float32'>>()
  for (const [index, [name, shape]] of [...step.state].entries()) {
    if (fromZero.some((prefix) => name.startsWith(prefix))) {
      state.set(name, floats(new Float32Array(sizeOf(shape)), shape))
    } else if (!name.startsWith(prefixes.average)) {
      state.set(name, carried.get(name) ?? initial(name, shape, seed, index, initialWeights))
    }
  }
  for (const [name] of step.state) {
    if (!name.startsWith(prefixes.average)) continue
    const weight = state.get(prefixes.generator + name.slice(prefixes.average.length))!
    state.set(name, floats(Float32Array.from(weight.data), weight.shape))
  }
  // A phase without a discriminator keeps an earlier one.
  for (const [name, value] of carried)
    if (!state.has(name) && name.startsWith(prefixes.discriminator)) state.set(name, value)
  return state
}

const initial = (
  name: string,
  shape: readonly number[],
  seed: number,
  index: number,
  drawings: InitialWeights,
): Value<'float32'> => {
  const data = new Float32Array(sizeOf(shape))
  if (name.endsWith('.scale')) return floats(data.fill(1), shape)
  if (name.endsWith('.shift') || name.endsWith('.bias')) return floats(data, shape)
  const { normal, uniform } = random(seed, weightsKey, index)
  if (name.endsWith('.u')) return floats(data.map(normal), shape)
  const truncated = (): number => {
    for (;;) {
      const value = normal()
      if (Math.abs(value) < 2) return value
    }
  }
  const drawing = name.startsWith(prefixes.generator) ? drawings.generator : drawings.discriminator
  const inputs = sizeOf(shape.slice(1))
  if (drawing === 'xavier') {
    // Outputs count as often as they are used, like inputs: shape[0] times the size of the kernel.
    const bound = Math.sqrt(6 / (inputs + sizeOf(shape.with(1, 1))))
    return floats(
      data.map(() => bound * (2 * uniform() - 1)),
      shape,
    )
  }
  const he = Math.sqrt(2 / inputs) / truncatedDeviation
  const isLast = drawing === 'he' && (shape[0] === pixel || shape[0] === cell) && shape.length === 4
  const deviation = drawing === 'he' ? (isLast ? 0.1 : 1) * he : smallDeviation
  for (let i = 0; i < data.length; i++) data[i] = truncated() * deviation
  if (isLast) {
    const one = (data.length / shape[0]) * pixel
    for (let at = one; at < data.length; at += one) data.copyWithin(at, 0, one)
  }
  return floats(data, shape)
}

/** The generator's weights by their names in a style file: the moving average if there is one. */
export const generatorWeights = (state: State): Map<string, Value<'float32'>> => {
  const averaged = [...state.keys()].some((name) => name.startsWith(prefixes.average))
  const prefix = averaged ? prefixes.average : prefixes.generator
  return new Map(
    [...state].flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
    ),
  )
}
