/** VGG features: their shapes and names, how pictures are prepared, and the number of weights. */
import { floats, input, interpret, lookup, sizeOf, type Tensor, type Value } from '@animegan/graph'
import { expect, test } from 'vitest'
import { parametersOf } from '../parameters.ts'
import { type VggFlavour, vgg } from './vgg.ts'
import { importFeatures } from './weights.ts'

const weightsOf = (tensor: Tensor): [string, number[]][] =>
  [...parametersOf([tensor])].map(([name, { shape }]) => [name, shape as number[]])

test('features have VGG-19 widths and sizes', () => {
  const features = vgg(input('x', [1, 3, 64, 64]), 'caffe', 'conv4_4')
  expect(features.get('conv2_2')?.shape).toEqual([1, 128, 32, 32])
  expect(features.get('conv4_4')?.shape).toEqual([1, 512, 8, 8])
  expect(features.get('relu4_4')?.inputs[0]).toBe(features.get('conv4_4'))
  expect([...features.keys()].at(-1)).toBe('relu4_4')
  const weights = weightsOf(lookup(vgg(input('x', [1, 3, 64, 64]), 'torchvision', 'conv5_4'), 'conv5_4', 'feature'))
  // All sixteen convolutions of VGG-19.
  expect(weights.reduce((sum, [, shape]) => sum + sizeOf(shape), 0)).toBe(20_024_384)
})

test('the compact flavour ends at conv5_1', () => {
  const features = vgg(input('x', [1, 3, 32, 32]), 'compact', 'conv5_1')
  expect(features.get('conv5_1')?.shape).toEqual([1, 128, 2, 2])
  expect(() => vgg(input('x', [1, 3, 32, 32]), 'compact', 'conv5_2')).toThrow(/compact.*found 'conv5_2'/)
})

test.each([
  ['caffe', [255 - 123.68, 127.5 - 116.779, -103.939]],
  ['torchvision', [(1 - 0.485) / 0.229, (0.5 - 0.456) / 0.224, -0.406 / 0.225]],
] as const)('%s: the channels are in the order the weights expect', (flavour, expected) => {
  const y = lookup(vgg(input('x', [1, 3, 1, 1]), flavour, 'conv1_1'), 'conv1_1', 'feature')
  // Channel c of the first convolution copies colour c of the prepared picture.
  const weight = new Float32Array(64 * 27)
  for (let c = 0; c < 3; c++) weight[c * 27 + (flavour === 'caffe' ? 2 - c : c) * 9 + 4] = 1
  const values: Record<string, Value> = {
    x: floats([1, 0, -1], [1, 3, 1, 1]),
    'conv1_1.weight': floats(weight, [64, 3, 3, 3]),
    'conv1_1.bias': floats(new Float32Array(64)),
  }
  const [result] = interpret([y], values)
  for (let c = 0; c < 3; c++) expect(result.data[c]).toBeCloseTo(expected[c], 4)
})

test.each<[VggFlavour, (layer: string, index: number) => [string, string], boolean]>([
  ['caffe', (layer) => [`conv${layer}/0`, `conv${layer}/1`], true],
  ['torchvision', (_layer, at) => [`features.${at}.weight`, `features.${at}.bias`], false],
  ['compact', (layer) => [`conv${layer.replace('_', '')}.weight`, `conv${layer.replace('_', '')}.bias`], false],
])('%s weights are found by their names', (flavour, names, turned) => {
  const end = lookup(vgg(input('x', [1, 3, 32, 32]), flavour, 'conv2_2'), 'conv2_2', 'feature')
  const tensors = new Map<string, Value>([['classifier.0.weight', floats([1])]])
  const places = new Map([
    ['1_1', 0],
    ['1_2', 2],
    ['2_1', 5],
    ['2_2', 7],
  ])
  for (const [name, shape] of weightsOf(end)) {
    const [, layer, part] = /^conv([\d_]+)\.(.*)$/.exec(name) ?? []
    const theirs = layer === '0' ? name : names(layer, lookup(places, layer, 'place'))[part === 'weight' ? 0 : 1]
    const theirShape = turned && shape.length === 4 ? [2, 3, 1, 0].map((axis) => shape[axis]) : shape
    tensors.set(theirs, floats(new Float32Array(sizeOf(shape)), theirShape))
  }
  const imported = importFeatures(tensors, 'conv2_2')
  expect(imported.flavour).toBe(flavour)
  expect([...imported.weights].map(([name, { shape }]) => [name, shape])).toEqual(weightsOf(end))
  expect(() => importFeatures(tensors)).toThrow(
    new RegExp(`expected the weights of ${flavour} VGG-19 up to conv4_4, found`),
  )
})

test('other weights are refused', () => {
  expect(() => importFeatures(new Map([['x', floats([1])]]))).toThrow(
    'expected the weights of VGG-19, compact VGG-19 or percept',
  )
})
