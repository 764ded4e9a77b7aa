/** The loss of the network for regions by hand, and a step of it on a tiny portrait. */
import { floats, input, interpret } from '@animegan/graph'
import { PORTRAIT_CHANNELS, PORTRAIT_CLASSES } from '@animegan/models'
import * as ort from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { localEngine } from '../../../core/src/testing.ts'
import { train } from '../trainer.ts'
import { crossEntropy, type RegionsRecipe, regionsStep } from './regions-step.ts'

const level = (byte: number): number => byte / 127.5 - 1

test('cross entropy is the mean of minus log of the softmax at the labels, by their weights', () => {
  const logits = floats([2, -1, 0, 3, 1, 1], [1, 3, 1, 2])
  const labels = floats([2, 0, 100, 50].map(level), [1, 2, 1, 2])
  const [[loss]] = [
    interpret([crossEntropy(input('x', [1, 3, 1, 2]), input('y', [1, 2, 1, 2]))], { x: logits, y: labels }),
  ]
  // The first pixel has 2, 0, 1 and is of class 2, the second -1, 3, 1 and of class 0.
  const first = Math.log(Math.exp(2) + Math.exp(0) + Math.exp(1)) - 1
  const second = Math.log(Math.exp(-1) + Math.exp(3) + Math.exp(1)) + 1
  expect(Number(loss.data[0])).toBeCloseTo((100 * first + 50 * second) / 151, 4)
})

test('a network learns which pixels are red', async () => {
  const recipe: RegionsRecipe = {
    architecture: 'portrait-regions',
    size: 32,
    batch: 1,
    adam: { beta1: 0.9, beta2: 0.99 },
    emaDecay: 0.9,
    gradientClipNorm: 1,
    phases: [{ name: 'only', steps: 30, learningRate: 2e-3 }],
  }
  const portrait = new Uint8Array(32 * 32 * PORTRAIT_CHANNELS)
  const labels = new Uint8Array(32 * 32 * 2)
  for (let i = 0; i < 32 * 32; i++) {
    const red = i % 32 < 16
    portrait[i * PORTRAIT_CHANNELS] = red ? 255 : 0
    labels.set([red ? 1 : 4, 255], 2 * i)
  }
  const losses: number[] = []
  const training = {
    recipe,
    build: () => regionsStep(recipe),
    engine: localEngine(ort),
    seed: 1,
    batch: async () => ({ portrait, labels }),
  }
  for await (const report of train(training)) losses.push(report.losses.generator)
  expect(losses[0]).toBeGreaterThan(0.8 * Math.log(PORTRAIT_CLASSES.length) * 0.5)
  expect(losses.at(-1)!).toBeLessThan(0.15)
})
