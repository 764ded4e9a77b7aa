/**
 * Benchmarks networks alone: ours as the product runs them, with and without frozen statistics, against plain ONNX
 * Runtime on the unoptimised graph, and PyTorch. One picture, float32 input and output, random weights.
 */
import {
  bindParameters,
  encodeOnnx,
  floats,
  fold,
  freezeStatistics,
  input,
  sizeOf,
  splitPhases,
  statisticsOf,
  type Tensor,
  type Value,
} from '@animegan/graph'
import { type Architecture, networkOf, weightShapes } from '@animegan/models'
import * as ort from 'onnxruntime-node'
import { pytorch } from './peer.ts'
import { type Contestant, compare, type Timing } from './rounds.ts'

/** A comparison at one size. */
export interface NetworkResult {
  readonly network: Architecture
  readonly size: number
  readonly timings: readonly Timing[]
  /** Largest difference to plain ONNX Runtime's result, in levels of 255, by contestant. */
  readonly differences: Readonly<Record<string, number>>
}

/** Numbers from -1 to 1, the same for the same seed. */
export const noise = (count: number, seed: number): Float32Array => {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
}

/** Random weights that keep a network's values in a sensible range. */
export const randomWeights = (architecture: Architecture): Map<string, Value<'float32'>> => {
  const weights = new Map<string, Value<'float32'>>()
  for (const [name, shape] of weightShapes(networkOf(architecture))) {
    const spread = name.endsWith('.weight') ? Math.sqrt(6 / sizeOf(shape.slice(1))) : 0.1
    const centre = name.endsWith('.scale') ? 1 : 0
    const data = noise(sizeOf(shape), weights.size + 1).map((x) => centre + x * spread)
    weights.set(name, floats(data, shape))
  }
  return weights
}

/**
 * The network's graph, in the TensorFlow mode of resizing if it has one, and with its statistics frozen if it has any.
 */
const graphs = async (architecture: Architecture, picture: Tensor, feeds: Record<string, ort.Tensor>) => {
  const network = networkOf(architecture)
  const written = network.build(picture, network.defaults)
  const weights = randomWeights(architecture)
  const bound = (tensors: readonly Tensor[]): Tensor[] => bindParameters(tensors, weights)
  const optimised = (tensors: readonly Tensor[]): Tensor => splitPhases(fold(bound(tensors)))[0]
  const statistics = statisticsOf([written])
  const found: Record<string, Tensor> = { plain: bound([written])[0], ours: optimised([written]) }
  if (Object.keys(statistics).length > 0) {
    const names = Object.keys(statistics)
    const measured = await load(Object.fromEntries(bound(Object.values(statistics)).map((t, i) => [names[i], t])))
    const values = await measured.run(feeds)
    await measured.release()
    const frozen = Object.fromEntries(
      Object.entries(values).map(([name, { dims, data }]) => [name, floats(data as Float32Array, dims)]),
    )
    found.frozen = optimised(freezeStatistics([written], frozen))
  }
  return found
}

const load = (outputs: Readonly<Record<string, Tensor>>): Promise<ort.InferenceSession> =>
  ort.InferenceSession.create(encodeOnnx(outputs), { logSeverityLevel: 3, enableMemPattern: false })

const titles: Readonly<Record<string, string>> = {
  plain: 'ONNX Runtime, graph as written',
  ours: 'ours, exact',
  frozen: 'ours, statistics frozen',
}

/** Compares the ways to run a network on a square picture. The first is plain ONNX Runtime. */
export const compareNetwork = async (
  architecture: Architecture,
  size: number,
  rounds: number,
  threads: number,
): Promise<NetworkResult> => {
  const shape = [1, 3, size, size]
  const feeds = { picture: new ort.Tensor('float32', noise(sizeOf(shape), 7), shape) }
  const built = await graphs(architecture, input('picture', shape), feeds)
  const contestants: Contestant[] = []
  const differences: Record<string, number> = {}
  const sessions: ort.InferenceSession[] = []
  let wanted: Float32Array | undefined
  for (const [key, result] of Object.entries(built)) {
    const session = await load({ result })
    sessions.push(session)
    const data = (await session.run(feeds)).result.data as Float32Array
    wanted ??= data
    const reference = wanted
    differences[titles[key]] = data.reduce((most, x, i) => Math.max(most, Math.abs(x - reference[i])), 0) * 127.5
    contestants.push({ name: titles[key], run: () => session.run(feeds) })
  }
  const peer =
    architecture === 'animegan-v2' || architecture === 'live'
      ? await pytorch('pytorch.py', [architecture, String(size)], threads)
      : undefined
  const timings = await compare(peer ? [...contestants, peer] : contestants, rounds)
  peer?.close()
  for (const session of sessions) await session.release()
  return { network: architecture, size, timings, differences }
}

/** `live` against unoptimised v2, which it replaces. */
export const compareLive = async (size: number, rounds: number): Promise<readonly Timing[]> => {
  const shape = [1, 3, size, size]
  const feeds = { picture: new ort.Tensor('float32', noise(sizeOf(shape), 7), shape) }
  const contestants: Contestant[] = []
  for (const [architecture, key] of [
    ['animegan-v2', 'plain'],
    ['live', 'ours'],
  ] as const) {
    const result = (await graphs(architecture, input('picture', shape), feeds))[key]
    const session = await load({ result })
    contestants.push({ name: `${architecture}, ${titles[key]}`, run: () => session.run(feeds) })
  }
  return compare(contestants, rounds)
}
