/** What percept keeps of compact VGG-19 gives the same features, what it begins with is chosen as said, and it learns. */
import { floats, input, interpret, lookup, type Value } from '@animegan/graph'
import { percept, vgg } from '@animegan/models'
import * as ort from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { localEngine } from '../../../core/src/testing.ts'
import { random } from '../random.ts'
import { compactVgg } from '../testing.ts'
import { train } from '../trainer.ts'
import { beginningOf, type DistilRecipe, distilledWeights, distilStep, keptOf } from './distil-step.ts'

const { weights: teacher } = compactVgg()
// Biases of a real network are not zero.
for (const [name, { shape, data }] of teacher) {
  if (!name.endsWith('.bias')) continue
  const { normal } = random(7, name.length, data.length)
  teacher.set(
    name,
    floats(
      data.map(() => 0.1 * normal()),
      shape,
    ),
  )
}

const side = 32
const noise = (seed: number): Uint8Array<ArrayBuffer> => {
  const { below } = random(seed)
  return Uint8Array.from({ length: side * side * 3 }, () => below(256))
}

test("its first layers are the teacher's, but for borders", () => {
  const x = input('x', [1, 3, side, side])
  const picture = floats(
    Float32Array.from(noise(3), (level) => level / 127.5 - 1),
    [1, 3, side, side],
  )
  const names = ['conv1_1', 'relu1_2', 'conv2_1']
  const theirs = vgg(x, 'compact', 'conv2_1')
  const ours = percept(x)
  const wanted = interpret(
    names.map((name) => lookup(theirs, name, 'feature')),
    { x: picture, ...Object.fromEntries(teacher) },
  )
  const kept: Record<string, Value> = { x: picture, ...Object.fromEntries(keptOf(teacher)) }
  const found = interpret(
    names.map((name) => lookup(ours, name, 'feature')),
    kept,
  )
  for (const [i, { shape, data }] of wanted.entries()) {
    const [, channels, height, width] = shape
    // What is nearer to a border than three pixels of the picture sees zeros in place of a mirror.
    const border = 3
    for (let c = 0, at = 0; c < channels; c++)
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++, at++) {
          if (Math.min(row, column, height - 1 - row, width - 1 - column) < border) continue
          expect(Math.abs((found[i].data[at] as number) - (data[at] as number))).toBeLessThan(1e-4)
        }
  }
})

test('it begins with the channels of conv2_2 that weigh most', () => {
  // Channels 4, 7, 10 and so on are ten times as strong as the others, 16 are taken.
  const strong = Array.from({ length: 10 }, (_, i) => 4 + 3 * i).filter((channel) => channel < 32)
  const kernel = lookup(teacher, 'conv2_2.weight', 'weight')
  const size = kernel.data.length / 32
  const changed = kernel.data.map((value, i) => (strong.includes(Math.floor(i / size)) ? 10 : 1) * value)
  const begun = beginningOf(new Map(teacher).set('conv2_2.weight', floats(changed, kernel.shape)))
  const trunk = lookup(begun, 'trunk2.weight', 'weight')
  expect(trunk.shape).toEqual([16, 32, 3, 3])
  const next = lookup(begun, 'conv3_1.weight', 'weight')
  const theirs = lookup(teacher, 'conv3_1.weight', 'weight')
  const places = Array.from({ length: 16 }, (_, place) => {
    const first = trunk.data[place * size]
    return changed.findIndex((value, i) => i % size === 0 && value === first) / size
  })
  expect(places.slice(0, strong.length).toSorted((a, b) => a - b)).toEqual(strong)
  for (const [place, channel] of places.entries()) {
    const bias = (name: string, i: number) =>
      lookup(name === 'trunk2' ? begun : teacher, `${name}.bias`, 'weight').data[i]
    expect(bias('trunk2', place)).toBe(bias('conv2_2', channel))
    // The kernel from this channel to output 5.
    const from = (data: Float32Array, channels: number, i: number) => [
      ...data.subarray((5 * channels + i) * 9, (5 * channels + i + 1) * 9),
    ]
    expect(from(next.data, 16, place)).toEqual(from(theirs.data, 32, channel))
  }
})

test('it learns to see what the teacher sees', async () => {
  const recipe: DistilRecipe = {
    architecture: 'percept',
    size: side,
    batch: 1,
    adam: { beta1: 0.9, beta2: 0.99 },
    emaDecay: 0.9,
    gradientClipNorm: 1,
    statisticsWeight: 2,
    phases: [{ name: 'only', steps: 40, learningRate: 2e-3 }],
  }
  const batch = { photo: noise(1), style: noise(2) }
  const build = () => distilStep(recipe, teacher)
  const training = {
    recipe,
    build,
    engine: localEngine(ort),
    seed: 1,
    begin: beginningOf(teacher),
    batch: async () => batch,
  }
  const losses: Readonly<Record<string, number>>[] = []
  let weights = new Map<string, Value>()
  for await (const report of train(training)) {
    losses.push(report.losses)
    weights = distilledWeights(report.checkpoint().state, teacher)
  }
  expect(losses.at(-1)!.generator).toBeLessThan(0.5 * losses[0].generator)
  expect(losses.at(-1)!['generator.features.4_1']).toBeLessThan(0.9 * losses[0]['generator.features.4_1'])
  // The weights are complete: the network runs with them.
  const x = input('x', [1, 3, 16, 16])
  const feeds = { x: floats(new Float32Array(3 * 256), [1, 3, 16, 16]), ...Object.fromEntries(weights) }
  const [last] = interpret([lookup(percept(x), 'conv4_4', 'feature')], feeds)
  expect(last.data.every(Number.isFinite)).toBe(true)
})
