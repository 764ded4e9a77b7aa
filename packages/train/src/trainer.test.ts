/**
 * The training loop on a tiny run: losses fall, phases follow each other, and a resumed run equals the uninterrupted
 * one.
 */
import { createHash } from 'node:crypto'
import * as ort from 'onnxruntime-node'
import { beforeAll, describe, expect, it } from 'vitest'
import { localEngine } from '../../core/src/testing.ts'
import type { Batch } from './batch.ts'
import { random } from './random.ts'
import type { Recipe } from './recipe/recipe.ts'
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './run/checkpoint.ts'
import { generatorWeights } from './step/state.ts'
import { buildStep } from './step/step.ts'
import { compactVgg, memoryStorage } from './testing.ts'
import { phaseLengths, type StepReport, type Training, train } from './trainer.ts'

const size = 32
const batch = 2

const recipe: Recipe = {
  title: 'Tiny',
  description: 'For tests.',
  architecture: 'live',
  discriminator: 'live',
  gan: 'lsgan',
  size,
  batch,
  photoScale: [1, 1],
  styleScale: [1, 1],
  adam: { beta1: 0.5, beta2: 0.999 },
  emaDecay: 0.9,
  gradientClipNorm: 1,
  phases: [
    { name: 'first', steps: 4, learningRate: 1e-3, generator: [{ loss: 'pixel', weight: 1, to: 'target' }] },
    {
      name: 'second',
      steps: 4,
      learningRate: 1e-3,
      generator: [
        { loss: 'content', weight: 1, to: 'photo', layer: 'conv4_4' },
        { loss: 'style', weight: 1, layer: 'conv3_1', of: 'result-gray', centred: false },
        { loss: 'statistics', weight: 1, layer: 'relu2_2' },
        { loss: 'colour', weight: 1, to: 'photo', space: 'lab' },
        { loss: 'variation', weight: 1 },
        { loss: 'adversarial', weight: 1, shown: 'result-gray', target: 1 },
      ],
      discriminator: {
        learningRate: 1e-3,
        losses: [
          { shown: 'style-gray', target: 1, weight: 1 },
          { shown: 'result-gray', target: 0, weight: 1 },
          { shown: 'smooth-gray', target: 0, weight: 0.5 },
        ],
      },
    },
  ],
}

/** The photos are squares of 8 x 8 pixels, the target their negative, the style a bright chequer. */
const batchOf = async (step: number): Promise<Batch> => {
  const { below } = random(7, step)
  const across = size / 8
  const squares = Uint8Array.from({ length: batch * across * across * 3 }, () => below(256))
  const photo = Uint8Array.from({ length: batch * size * size * 3 }, (_, i) => {
    const [place, x] = [Math.floor(i / 3 / size), Math.floor(i / 3) % size]
    return squares[(Math.floor(place / 8) * across + (x >> 3)) * 3 + (i % 3)]
  })
  const style = photo.map((_, i) => ((i >> 3) & 1 ? 250 : 60))
  return { photo, target: photo.map((level) => 255 - level), style, smooth: style.map(() => 155) }
}

const training = (over: Partial<Training> & { readonly recipe?: Recipe } = {}): Training => ({
  recipe,
  build: (phase) => buildStep(over.recipe ?? recipe, phase, compactVgg()),
  engine: localEngine(ort, false),
  seed: 3,
  batch: batchOf,
  ...over,
})

const all = async (run: AsyncGenerator<StepReport>): Promise<StepReport[]> => {
  const reports: StepReport[] = []
  for await (const report of run) reports.push(report)
  return reports
}

/** A digest of each weight of the network, by name: where one differs, a failure prints its name, not a million numbers. */
const digestsOf = (report: StepReport): Record<string, string> =>
  Object.fromEntries(
    [...generatorWeights(report.checkpoint().state)].map(([name, { dtype, shape, data }]) => {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      return [name, `${dtype} [${shape}] ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`]
    }),
  )

describe('a tiny run', () => {
  let reports: StepReport[]
  beforeAll(async () => {
    reports = await all(train(training()))
  })

  it('runs the phases in order, with the losses of each', () => {
    expect(reports.map(({ step, phase }) => `${step} ${phase}`)).toEqual([
      ...[1, 2, 3, 4].map((step) => `${step} first`),
      ...[5, 6, 7, 8].map((step) => `${step} second`),
    ])
    expect(Object.keys(reports[0].losses)).toEqual(['generator.pixel', 'generator'])
    const { losses } = reports[7]
    expect(Object.keys(losses).filter((name) => name.startsWith('discriminator.'))).toHaveLength(3)
    const parts = Object.entries(losses).filter(([name]) => name.startsWith('generator.'))
    expect(parts.reduce((sum, [, loss]) => sum + loss, 0)).toBeCloseTo(losses.generator, 3)
  })

  it('gives the same result when interrupted anywhere and resumed from a file', async () => {
    const storage = memoryStorage()
    const wanted = digestsOf(reports[7])
    for (const at of [2, 6]) {
      await writeCheckpoint(storage, reports[at - 1].checkpoint())
      const from = await readCheckpoint(storage, () => {})
      const rest = await all(train(training({ from: from! })))
      expect(rest.map(({ step }) => step)).toEqual(reports.slice(at).map(({ step }) => step))
      expect(digestsOf(rest.at(-1)!)).toEqual(wanted)
    }
  })

  it('gives another result with another seed', async () => {
    const [other] = await all(train(training({ seed: 4 }), { steps: 1 }))
    expect(other.losses.generator).not.toBe(reports[0].losses.generator)
  })

  it('starts from given weights', async () => {
    const begin = generatorWeights(reports[7].checkpoint().state)
    const still = {
      ...recipe,
      emaDecay: 0,
      phases: recipe.phases.map((phase) => ({ ...phase, steps: 1, learningRate: 0 })),
    }
    const after = await all(train(training({ recipe: { ...still, phases: still.phases.slice(0, 1) }, begin })))
    expect(digestsOf(after[0])).toEqual(digestsOf(reports[7]))
  })

  it('learns: a regression onto a picture comes close to it', async () => {
    const first = { ...recipe.phases[0], steps: 30 }
    const long = await all(train(training({ recipe: { ...recipe, phases: [first] } })))
    const losses = long.map(({ losses }) => losses.generator)
    expect(losses.at(-1)! / losses[0]).toBeLessThan(0.5)
  })
})

describe('a run ends by', () => {
  it('a number of steps, of which the last phase takes the rest', async () => {
    expect(phaseLengths(recipe, {})).toEqual([4, 4])
    expect(phaseLengths(recipe, { steps: 100 })).toEqual([4, 96])
    expect(phaseLengths(recipe, { steps: 3 })).toEqual([3, 0])
    expect(phaseLengths(recipe, { seconds: 3 })).toEqual([4, Infinity])
    expect(phaseLengths(recipe, { steps: 6, seconds: 3 })).toEqual([4, 2])
    expect((await all(train(training(), { steps: 2 }))).length).toBe(2)
  })

  it('time', async () => {
    const reports = await all(train(training(), { seconds: 0.001 }))
    expect(reports.length).toBe(1)
  })

  it('non-finite weights, after a few tries; the last good state is kept', async () => {
    const wild = { ...recipe.phases[0], learningRate: 1e38, steps: 50 }
    const run = train(training({ recipe: { ...recipe, phases: [wild] } }))
    let last: Checkpoint | undefined
    const rest = async (): Promise<void> => {
      for await (const report of run) last = report.checkpoint()
    }
    await expect(rest()).rejects.toThrow('5 times in a row; try a lower learningRate')
    for (const { data } of last!.state.values()) expect(data.every(Number.isFinite)).toBe(true)
  })

  it('a checkpoint of another network', async () => {
    const [report] = await all(train(training(), { steps: 1 }))
    const other: Recipe = { ...recipe, architecture: 'animegan-v2-lite' }
    await expect(all(train(training({ recipe: other, from: report.checkpoint() })))).rejects.toThrow(
      'it belongs to another recipe',
    )
  })
})
