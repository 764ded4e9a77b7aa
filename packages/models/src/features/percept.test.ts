/** Our own perception network: names, shapes, size, its file, and what is refused. */
import { floats, input, lookup, sizeOf, type Tensor } from '@animegan/graph'
import { expect, test } from 'vitest'
import { readWeights } from '../formats/index.ts'
import { parametersOf } from '../parameters.ts'
import { perceptualFeatures } from './features.ts'
import { PERCEPT_LAYERS, percept } from './percept.ts'
import { vgg } from './vgg.ts'
import { importFeatures, writePercept } from './weights.ts'

const x = input('x', [2, 3, 64, 48])
const shapes = (tensors: Iterable<Tensor>) =>
  [...parametersOf([...tensors])].map(([name, { shape }]) => [name, shape as number[]] as const)
const random = () =>
  new Map(
    shapes(percept(x).values()).map(([name, shape], i) => [
      name,
      floats(
        Float32Array.from({ length: sizeOf(shape) }, (_, k) => Math.sin(12.9898 * k + i)),
        shape,
      ),
    ]),
  )

test("features have the names, sizes and channels of compact VGG-19's", () => {
  const theirs = vgg(x, 'compact', 'conv4_4')
  const ours = percept(x)
  expect([...ours.keys()]).toEqual(PERCEPT_LAYERS.flatMap((layer) => [`conv${layer}`, `relu${layer}`]))
  for (const [name, { shape }] of ours) expect([name, shape]).toEqual([name, lookup(theirs, name, 'feature').shape])
})

test('it has at most 750,000 weights, and only those of the layers that are used are asked for', () => {
  const count = shapes(percept(x).values()).reduce((sum, [, shape]) => sum + sizeOf(shape), 0)
  expect(count).toBeLessThan(750_000)
  const first = lookup(percept(x), 'relu1_1', 'feature')
  expect(shapes([first]).map(([name]) => name)).toEqual(['conv1_1.weight', 'conv1_1.bias'])
})

test('its file holds 16-bit weights, and gives them back', () => {
  const weights = random()
  const bytes = writePercept(weights, 'MIT')
  const { flavour, weights: read } = importFeatures(readWeights(bytes).tensors)
  expect(flavour).toBe('percept')
  expect([...read.keys()]).toEqual([...weights.keys()])
  for (const [name, { data }] of read) {
    const { data: before } = lookup(weights, name, 'weight')
    // Half floats have eleven digits of two.
    expect(Math.max(...data.map((value, i) => Math.abs(value - before[i])))).toBeLessThan(2 ** -11)
  }
  const some = new Map([...weights].filter(([name]) => name !== 'trunk3.bias'))
  expect(() => importFeatures(some)).toThrow(
    "expected the weights of percept up to conv4_4, found none named 'trunk3.bias'",
  )
})

test('a layer that it does not have is refused by name', () => {
  expect(() => perceptualFeatures(x, 'percept', 'conv3_2')).toThrow(
    /percept: expected a layer of 1_1, .*4_4, found 'conv3_2'/,
  )
})
