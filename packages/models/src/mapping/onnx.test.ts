/**
 * Networks in other exporters' files, recognised by structure. The oracle is ONNX Runtime running the file as it is: our
 * network with the found weights must give the same picture.
 */
import {
  type Colours,
  encodeOnnx,
  encodePictureModel,
  floats,
  input,
  type PictureModel,
  parameter,
  pictureModelOf,
  readOnnx,
  sizeOf,
  symbolicDim,
} from '@animegan/graph'
import * as ort from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { type Architecture, type NetworkOptions, networks, weightShapes } from '../networks/index.ts'
import { exportedModel, exportNames } from '../testing.ts'
import { type Candidate, candidatesOf } from './onnx.ts'

const plain: Colours = { input: { black: -1, white: 1 }, output: { black: -1, white: 1 }, reversed: [false, false] }

const known = exportNames().filter((name) => /-(?:v1|v2|v3|lite)-/.test(name))
const architectures: Record<string, Architecture> = {
  v1: 'animegan-v1',
  v2: 'animegan-v2',
  v3: 'animegan-v3',
  lite: 'animegan-v2-lite',
}

const run = async (model: Uint8Array, feeds: Record<string, ort.Tensor>): Promise<Float32Array> => {
  const session = await ort.InferenceSession.create(model, { logSeverityLevel: 3 })
  const { result } = await session.run(feeds)
  await session.release()
  return result.data as Float32Array
}

/** The mean difference of our network from the file, both from -1 to 1. */
const differenceFrom = async (file: PictureModel, { architecture, weights }: Candidate, options: NetworkOptions) => {
  const [width, height] = file.size ? [file.size.width, file.size.height] : [96, 64]
  const bytes = Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 100 * Math.sin(i / 50) + (i % 3) * 9)
  const theirs = await run(encodePictureModel(file, plain, { levels: false }), {
    picture: new ort.Tensor('uint8', bytes, [1, height, width, 3]),
  })
  const { build, multiple } = networks[architecture]
  const x = input('x', [1, 3, symbolicDim('h', multiple), symbolicDim('w', multiple)])
  const model = encodeOnnx({ result: build(x, options) }, { parameters: weights })
  const plane = width * height
  const floats = Float32Array.from(
    { length: plane * 3 },
    (_, i) => bytes[(i % plane) * 3 + Math.floor(i / plane)] / 127.5 - 1,
  )
  const ours = await run(model, { x: new ort.Tensor('float32', floats, [1, 3, height, width]) })
  let total = 0
  for (let i = 0; i < ours.length; i++) total += Math.abs(ours[i] - theirs[(i % plane) * 3 + Math.floor(i / plane)])
  return total / ours.length
}

test.each(known)('%s', async (name) => {
  const file = readOnnx(exportedModel(name))
  const candidates = candidatesOf(file)
  expect(candidates.map(({ architecture }) => architecture)).toEqual([
    architectures[name.split('-').find((part) => part in architectures) ?? ''],
  ])
  // The file speaks for the right options: they come first.
  const [options] = candidates[0].options
  expect(options.resize).toBe(
    /half-pixel/.test(name) ? 'half_pixel' : name.startsWith('torch') ? 'align_corners' : 'asymmetric',
  )
  const picture = pictureModelOf(file)
  expect(picture.multiple).toBe(picture.size ? 1 : /-(?:v3|lite)-/.test(name) ? 8 : 4)
  if (picture.size && picture.size.width > 256) return // takes a minute
  expect(await differenceFrom(picture, candidates[0], options)).toBeLessThan(name.includes('float16') ? 3e-3 : 3e-5)
})

describe('whatever their weights are called', () => {
  test.each(Object.keys(networks) as Architecture[])('%s', (architecture) => {
    const network = networks[architecture]
    const names = [...weightShapes(network)]
    const lost = (name: string): string => `onnx::Conv_${(names.findIndex(([own]) => own === name) * 7919) % 1009}`
    const weights = new Map(
      names.map(([name, shape], at) => [
        name,
        floats(
          Float32Array.from({ length: sizeOf(shape) }, (_, i) => at + i / 2 ** 20),
          shape,
        ),
      ]),
    )
    const x = input('x', [1, 3, symbolicDim('h', network.multiple), symbolicDim('w', network.multiple)])
    const y = network.build(x, network.defaults, (name, shape) => parameter(lost(name), shape))
    const bytes = encodeOnnx({ y }, { parameters: new Map([...weights].map(([name, value]) => [lost(name), value])) })
    const found = candidatesOf(readOnnx(bytes))
    expect(found.map((candidate) => candidate.architecture)).toEqual([architecture])
    expect(found[0].options[0]).toMatchObject(network.defaults)
    for (const [name, { shape, data }] of weights) {
      const value = found[0].weights.get(name)
      expect(value?.shape, name).toEqual(shape)
      // Comparing millions of numbers one by one takes minutes.
      expect(
        Buffer.compare(Buffer.from(value?.data.buffer ?? new ArrayBuffer(0)), Buffer.from(data.buffer)),
        name,
      ).toBe(0)
    }
  })
})

test.each(['tf2onnx-v1-opset12.onnx', 'tf2onnx-v3-opset17.onnx'])('%s with its nodes in another order', (name) => {
  const [inOrder] = candidatesOf(readOnnx(exportedModel(name)))
  const shuffled = exportedModel(name, ({ graph }) => {
    const waiting = graph?.node.splice(0) ?? []
    const made = new Set(waiting.flatMap(({ output }) => output))
    // Of the nodes whose inputs are there, the one that the exporter wrote last.
    while (waiting.length > 0) {
      const at = waiting.findLastIndex(({ input }) => input.every((one) => !made.has(one)))
      const [node] = waiting.splice(at, 1)
      graph?.node.push(node)
      for (const one of node.output) made.delete(one)
    }
  })
  const [found] = candidatesOf(readOnnx(shuffled))
  expect(found.architecture).toBe(inOrder.architecture)
  for (const [weight, { data }] of inOrder.weights) {
    const other = found.weights.get(weight)?.data.buffer ?? new ArrayBuffer(0)
    expect(Buffer.compare(Buffer.from(other), Buffer.from(data.buffer)), weight).toBe(0)
  }
})

test('a model of another structure is none of ours', () => {
  expect(candidatesOf(readOnnx(exportedModel('torch-legacy-mild-opset17.onnx')))).toEqual([])
})
