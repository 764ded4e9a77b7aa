/**
 * The first three steps of AnimeGAN's, AnimeGANv3's and CartoonGAN's recipes against a re-statement under PyTorch that
 * knows nothing of recipes or graphs: losses and weights. See fixtures/steps/make.py.
 */
import { readFileSync } from 'node:fs'
import { floats, input, sizeOf } from '@animegan/graph'
import { type FeatureWeights, parametersOf, vgg } from '@animegan/models'
import * as ort from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { localEngine } from '../../../core/src/testing.ts'
import { readNpz } from '../../../models/src/formats/npy.ts'
import { recipePath } from '../../../node/src/train/recipes.ts'
import type { Batch, PictureKind } from '../batch.ts'
import { parseRecipe } from '../recipe/recipe.ts'
import type { Retouch } from '../retouch/between.ts'
import { train } from '../trainer.ts'
import type { State } from './state.ts'
import { buildStep, type Step } from './step.ts'

const [size, batch] = [32, 2]
const place = (name: string) => new URL(`../../fixtures/steps/${name}`, import.meta.url)

interface Expected {
  /** The second moments that each phase begins with, by weight. */
  readonly phases: readonly Readonly<Record<string, number>>[]
  /** The losses of each step, and of every weight some values after it. */
  readonly steps: readonly {
    readonly losses: Readonly<Record<string, number>>
    readonly weights: Readonly<Record<string, readonly number[]>>
  }[]
}
const fixture = JSON.parse(readFileSync(place('steps.json'), 'utf8')) as Record<string, Expected>
/** Values of each weight in the fixture, at most. */
const kept = 6

/** Whole numbers of 32 bits, as in make.py: a hash of each index and a name. */
const hashOf = (name: string) => {
  let seed = 2166136261
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 16777619)
  return (index: number): number => {
    let h = (index + seed) >>> 0
    h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
    return (h ^ (h >>> 15)) >>> 0
  }
}

/** A weight before training. */
const initial = (name: string, shape: readonly number[]) => {
  const hash = hashOf(name)
  const scale = Math.sqrt((name.startsWith('features.') ? 6 : 3) / sizeOf(shape.slice(1)))
  const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
    const value = (hash(i) >>> 8) / 2 ** 23 - 1
    if (name.endsWith('.scale')) return 1 + 0.1 * value
    if (name.endsWith('.shift') || name.endsWith('.bias')) return 0.1 * value
    return name.endsWith('.u') ? value : scale * value
  })
  return floats(values, shape)
}

/** Folded ramps with some noise. */
const picture = (kind: PictureKind, step: number): Uint8Array<ArrayBuffer> => {
  const hash = hashOf(`${kind} ${step}`)
  const phase = hashOf(`${kind} ${step} phase`)(0) & 255
  return Uint8Array.from({ length: batch * size * size * 3 }, (_, i) => {
    const [c, x, row] = [i % 3, Math.floor(i / 3) % size, Math.floor(i / 3 / size)]
    const [y, n] = [row % size, Math.floor(row / size)]
    const ramp = (x * (5 + 2 * c) + y * (9 - 3 * c) + 70 * n + phase + 85 * c) % 384
    return (ramp < 192 ? ramp : 383 - ramp) + (hash(i) & 63)
  })
}

const features = (): FeatureWeights => {
  const last = vgg(input('x', [1, 3, size, size]), 'compact', 'conv4_4').get('conv4_4')!
  const weights = [...parametersOf([last])].map(
    ([name, { shape }]) => [name, initial(`features.${name}`, shape as readonly number[])] as const,
  )
  return { flavour: 'compact', weights: new Map(weights) }
}

/**
 * Checks the results of the first pass, and answers with what scikit-image and OpenCV made of them. A level's fraction
 * may fall to the other side of a whole number.
 */
const recorded: Retouch = async (step, results) => {
  const arrays = readNpz(readFileSync(place(`v3.${step}.npz`)))
  const of = (name: string) => arrays.get(name)!.data as ArrayLike<number>
  for (const [found, name] of [
    [results['result-regions']!, 'filtered'],
    [results['revised-result']!, 'plain'],
  ] as const) {
    const expected = of(name)
    const apart = found.filter((level, i) => level !== expected[i])
    expect(apart.length).toBeLessThan(10)
    expect(found.every((level, i) => Math.abs(level - expected[i]) <= 1)).toBe(true)
  }
  return {
    'result-regions': Uint8Array.from(of('regions')),
    'revised-result': Float32Array.from(of('revised')),
  }
}

/** The state that a phase begins with: weights of before, where there are any, and the fixture's moments. */
const beginning = (step: Step, before: State, moments: Readonly<Record<string, number>>): State =>
  new Map(
    [...step.state].map(([name, shape]) => {
      const [, moment, weight] = /^(first|second)\.(.*)$/.exec(name) ?? []
      if (!moment) return [name, before.get(name) ?? initial(name, shape)]
      return [name, floats(new Float32Array(sizeOf(shape)).fill(moment === 'first' ? 0 : moments[weight]), shape)]
    }),
  )

it.each(['animegan-v1-hayao', 'animegan-v3-hayao', 'cartoongan'])('of %s', async (name) => {
  const { phases, steps } = fixture[name]
  const whole = parseRecipe(readFileSync(recipePath(name), 'utf8'))
  const [start, adversarial] = whole.phases
  const recipe = {
    ...whole,
    size,
    batch,
    phases: [
      { ...start, steps: 1 },
      { ...adversarial, steps: 2 },
    ],
  }
  const off: string[] = []
  const compare = (what: string, found: number, expected: number, tolerance: number): void => {
    if (!(Math.abs(found - expected) < tolerance)) off.push(`${what}: ${found}, expected ${expected}`)
  }
  let state: State = new Map()
  for (const [phase, objective] of recipe.phases.entries()) {
    const built = buildStep(recipe, objective, features())
    const training = {
      recipe,
      build: () => built,
      engine: localEngine(ort, false),
      seed: 1,
      batch: async (step: number, kinds: readonly PictureKind[]): Promise<Batch> =>
        Object.fromEntries(kinds.map((kind) => [kind, picture(kind, step)])),
      retouch: recorded,
      from: { step: phase, phase, phaseStep: 0, seconds: 0, state: beginning(built, state, phases[phase]) },
    }
    for await (const report of train(training, { steps: phase === 0 ? 1 : 3 })) {
      const { losses, weights } = steps[report.step - 1]
      state = report.checkpoint().state
      for (const [loss, value] of Object.entries(losses))
        compare(`${report.step} ${loss}`, report.losses[loss], value, 3e-5 * value)
      for (const [weight, values] of Object.entries(weights)) {
        const { data } = state.get(weight)!
        for (const [i, value] of values.entries())
          compare(`${report.step} ${weight}`, Number(data[Math.floor((i * data.length) / kept)]), value, 1e-5)
      }
    }
  }
  expect(off).toEqual([])
})
