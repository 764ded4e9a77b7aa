/**
 * Benchmarks networks alone: ours as the product runs them, with and without frozen statistics and in 8 bits, against
 * plain ONNX Runtime on the unoptimised graph, PyTorch and OpenVINO; and `live` against the network that had its name
 * before. One picture, random weights.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { calibrate, levelScalesOf, type Picture } from '@animegan/core'
import { frozenModel, quantizedModel, type Statistics } from '@animegan/core/parts'
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
import { type Architecture, type NetworkStyle, networkOf, weightShapes } from '@animegan/models'
import { nodeEngine } from 'animegan'
import * as native from 'onnxruntime-node'
import * as web from 'onnxruntime-web'
import { type Peer, peer } from './peer.ts'
import { formerLive } from './peers/former-live.ts'
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

/** A network with random weights, as a style. */
export const randomStyle = (architecture: Architecture): NetworkStyle => ({
  architecture,
  title: 'random',
  licence: 'CC0-1.0',
  attribution: '',
  options: networkOf(architecture).defaults,
  weights: randomWeights(architecture),
  metadata: {},
})

/** A square picture of noise: for 8-bit networks as it is, and as the numbers that other networks see. */
const noisyPicture = (side: number) => {
  const data = Uint8Array.from(noise(side * side * 3, 7), (x) => Math.round((x + 1) * 127.5))
  const picture: Picture = { width: side, height: side, channels: 3, data }
  return { picture, levels: [1, side, side, 3], numbers: normalised(data), shape: [1, 3, side, side] }
}

/** Interleaved levels as planes of numbers from -1 to 1. */
const normalised = (data: Uint8Array): Float32Array => {
  const plane = data.length / 3
  return Float32Array.from(data, (_, i) => data[(i % plane) * 3 + Math.floor(i / plane)] / 127.5 - 1)
}

/** The model of a network with random weights in 8 bits, calibrated on a picture. */
const quantized = async (
  architecture: Architecture,
  picture: Picture,
  statistics?: Statistics,
): Promise<Uint8Array> => {
  const engine = await nodeEngine({ backend: 'cpu' })
  try {
    const style = await calibrate(randomStyle(architecture), engine, [picture])
    return quantizedModel(style, levelScalesOf(style)!, statistics)
  } finally {
    await engine.close()
  }
}

/**
 * The network's graph, in the TensorFlow mode of resizing if it has one, and with its statistics frozen if it has any.
 */
const graphs = async (architecture: Architecture, picture: Tensor, feeds: Record<string, native.Tensor>) => {
  const network = networkOf(architecture)
  const written = network.build(picture, network.defaults)
  const weights = randomWeights(architecture)
  const bound = (tensors: readonly Tensor[]): Tensor[] => bindParameters(tensors, weights)
  const optimised = (tensors: readonly Tensor[]): Tensor => splitPhases(fold(bound(tensors)))[0]
  const statistics = statisticsOf([written])
  const found: Record<string, Tensor> = { plain: bound([written])[0], ours: optimised([written]) }
  if (Object.keys(statistics).length === 0) return { found }
  const names = Object.keys(statistics)
  const measured = await load(
    encodeOnnx(Object.fromEntries(bound(Object.values(statistics)).map((t, i) => [names[i], t]))),
  )
  const values = await measured.run(feeds)
  await measured.release()
  const frozen: Statistics = Object.fromEntries(
    Object.entries(values).map(([name, { dims, data }]) => [name, floats(data as Float32Array, dims)]),
  )
  found.frozen = optimised(freezeStatistics([written], frozen))
  return { found, statistics: frozen }
}

const settings = { logSeverityLevel: 3, enableMemPattern: false } as const
const load = (model: Uint8Array): Promise<native.InferenceSession> => native.InferenceSession.create(model, settings)

const titles: Readonly<Record<string, string>> = {
  plain: 'ONNX Runtime, graph as written',
  ours: 'ours, exact',
  frozen: 'ours, statistics frozen',
}
const eightBits = 'ours, 8 bits'

/** Networks that run in 8 bits and by other programs, too. */
const widelyCompared: readonly Architecture[] = ['animegan-v2', 'live']

/** PyTorch in three ways and OpenVINO, as far as they are installed. `model` is the path of the graph as written. */
const peersOf = async (architecture: Architecture, size: number, threads: number, model: string): Promise<Peer[]> => {
  const peers: (Peer | undefined)[] = []
  for (const way of ['eager', 'channels-last', 'compiled'])
    peers.push(await peer('pytorch.py', [architecture, way, String(size)], threads))
  peers.push(await peer('openvino_model.py', [model, String(size)], threads))
  return peers.filter((one) => one !== undefined)
}

/** Compares the ways to run a network on a square picture. The first is plain ONNX Runtime. */
export const compareNetwork = async (
  architecture: Architecture,
  size: number,
  rounds: number,
  threads: number,
  folder: string,
): Promise<NetworkResult> => {
  const { picture, levels, numbers, shape } = noisyPicture(size)
  const feeds = { picture: new native.Tensor('float32', numbers, shape) }
  const { found, statistics } = await graphs(architecture, input('picture', shape), feeds)
  const contestants: Contestant[] = []
  const differences: Record<string, number> = {}
  const sessions: native.InferenceSession[] = []
  let wanted: Float32Array | undefined
  const enter = async (name: string, model: Uint8Array, given: Record<string, native.Tensor>): Promise<void> => {
    const session = await load(model)
    sessions.push(session)
    const { data } = (await session.run(given)).result
    const result = data instanceof Uint8Array ? normalised(data) : (data as Float32Array)
    wanted ??= result
    const reference = wanted
    differences[name] = result.reduce((most, x, i) => Math.max(most, Math.abs(x - reference[i])), 0) * 127.5
    contestants.push({ name, run: () => session.run(given) })
  }
  for (const [key, result] of Object.entries(found)) await enter(titles[key], encodeOnnx({ result }), feeds)
  const peers: Peer[] = []
  if (widelyCompared.includes(architecture)) {
    const bytes = { picture: new native.Tensor('uint8', picture.data, levels) }
    await enter(eightBits, await quantized(architecture, picture, statistics), bytes)
    const model = join(folder, `${architecture}.onnx`)
    writeFileSync(model, encodeOnnx({ result: found.plain }))
    peers.push(...(await peersOf(architecture, size, threads, model)))
  }
  try {
    return { network: architecture, size, timings: await compare([...contestants, ...peers], rounds), differences }
  } finally {
    for (const one of peers) one.close()
    for (const session of sessions) await session.release()
  }
}

/** `live` against unoptimised v2, which it replaces. */
export const compareLive = async (size: number, rounds: number): Promise<readonly Timing[]> => {
  const { numbers, shape } = noisyPicture(size)
  const feeds = { picture: new native.Tensor('float32', numbers, shape) }
  const contestants: Contestant[] = []
  for (const [architecture, key] of [
    ['animegan-v2', 'plain'],
    ['live', 'ours'],
  ] as const) {
    const result = (await graphs(architecture, input('picture', shape), feeds)).found[key]
    const session = await load(encodeOnnx({ result }))
    contestants.push({ name: `${architecture}, ${titles[key]}`, run: () => session.run(feeds) })
  }
  return compare(contestants, rounds)
}

/** ONNX Runtime's builds: native, and WebAssembly with two threads, here without a browser. */
const runtimes = { native, wasm: web } as const
web.env.wasm.numThreads = 2

/** The former `live` against `live` in floats and in 8 bits. Bytes in and out, as the product runs networks. */
export const compareWithFormer = async (
  runtime: keyof typeof runtimes,
  size: number,
  rounds: number,
): Promise<readonly Timing[]> => {
  const { InferenceSession, Tensor } = runtimes[runtime]
  const { picture, levels } = noisyPicture(size)
  const feeds = { picture: new Tensor('uint8', picture.data, levels) }
  const models = {
    'the former live': frozenModel(randomStyle(formerLive), {}),
    live: frozenModel(randomStyle('live'), {}),
    'live, 8 bits': await quantized('live', picture),
  }
  const contestants: Contestant[] = []
  for (const [name, model] of Object.entries(models)) {
    const session = await InferenceSession.create(model, settings)
    contestants.push({ name, run: () => session.run(feeds) })
  }
  return compare(contestants, rounds)
}
