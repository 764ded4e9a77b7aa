/**
 * A whole run on in-memory ports; only the engine and the comparison with Node's own ports need Node. Losses and
 * weights must be the same on both, because no crop is resized.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { levelScalesOf, type Picture } from '@animegan/core'
import { type NetworkStyle, networkOf, readStyle } from '@animegan/models'
import * as ort from 'onnxruntime-node'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { localEngine } from '../../../core/src/testing.ts'
import { batchThreads } from '../../../node/src/train/batch-threads.ts'
import { nodePictures } from '../../../node/src/train/pictures.ts'
import { folderStorage } from '../../../node/src/train/storage.ts'
import { sameThread } from '../data/index.ts'
import { random } from '../random.ts'
import type { Recipe } from '../recipe/recipe.ts'
import { teacherPresets } from '../teacher/index.ts'
import { compactVgg, memoryPictures, memoryStorage, randomStyle } from '../testing.ts'
import type { RunPlan } from './plan.ts'
import { type RunProgress, run } from './run.ts'
import type { RunTools } from './session.ts'

const recipe: Recipe = {
  title: 'Tiny',
  description: 'For tests.',
  architecture: 'live',
  discriminator: 'live',
  gan: 'lsgan',
  size: 32,
  batch: 2,
  photoScale: [1, 1],
  styleScale: [1, 1],
  teacher: teacherPresets.sora,
  adam: { beta1: 0.5, beta2: 0.99 },
  emaDecay: 0.9,
  gradientClipNorm: 0,
  phases: [
    { name: 'drawing', steps: 1, learningRate: 1e-3, generator: [{ loss: 'pixel', weight: 1, to: 'target' }] },
    {
      name: 'refinement',
      steps: 2,
      learningRate: 1e-3,
      generator: [
        { loss: 'pixel', weight: 1, to: 'target' },
        { loss: 'adversarial', weight: 1, shown: 'result-gray', target: 1 },
      ],
      discriminator: {
        learningRate: 1e-3,
        losses: [
          { shown: 'style-gray', target: 1, weight: 1 },
          { shown: 'result-gray', target: 0, weight: 1 },
          { shown: 'smooth-gray', target: 0, weight: 1 },
        ],
      },
    },
  ],
}

const plan: RunPlan = {
  name: 'tiny',
  recipe,
  style: 'art',
  photos: ['photos'],
  features: { path: 'random', sha256: '' },
  seed: 5,
  limits: { steps: 2 },
  title: 'Tiny',
  licence: 'CC0-1.0',
  attribution: '',
}

/** Pictures of 72 x 64 with larger squares of random colours. */
const pictureOf = (seed: number): Picture => {
  const colours = Array.from({ length: 9 * 8 }, (_, i) =>
    Array.from({ length: 3 }, (_, c) => random(seed, i, c).below(256)),
  )
  const data = new Uint8Array(72 * 64 * 3)
  for (let i = 0; i < 72 * 64; i++) {
    const [x, y] = [i % 72, Math.floor(i / 72)]
    data.set(colours[Math.floor(y / 8) * 9 + Math.floor(x / 8)], i * 3)
  }
  return { width: 72, height: 64, channels: 3, data }
}

const names = ['art/1', 'art/2', 'photos/1', 'photos/2', 'photos/3']
const drawn = new Map(names.map((name, i) => [`${name}.png`, pictureOf(i)]))
const inMemory = memoryPictures(drawn)

const folder = mkdtempSync(join(tmpdir(), 'animegan-run-'))
afterAll(() => rmSync(folder, { recursive: true }))

const tools = (storage = memoryStorage()): RunTools => ({
  engine: localEngine(ort, false),
  storage,
  pictures: inMemory,
  startWorker: sameThread(inMemory),
  features: compactVgg(),
  warn: (message) => expect.unreachable(message),
})

const all = async (some: RunPlan, with_: RunTools): Promise<RunProgress[]> => {
  const steps: RunProgress[] = []
  for await (const step of run(some, with_)) steps.push(step)
  return steps
}

const files = new Map<string, Uint8Array>()
let steps: RunProgress[]
beforeAll(async () => {
  steps = await all(plan, tools(memoryStorage(files)))
})

it('trains, and writes all files of a run', () => {
  expect(steps.map(({ step, phase, sheet }) => [step, phase, sheet])).toEqual([
    [1, 'drawing', undefined],
    [2, 'refinement', 'sheets/step-0000002.jpg'],
  ])
  expect([...files.keys()].map((name) => name.replace(/tfevents\..*/, 'tfevents')).sort()).toEqual([
    'checkpoints/step-0000002.safetensors',
    'events.out.tfevents',
    'losses.jsonl',
    'report.html',
    'run.json',
    'sheets/step-0000002.jpg',
    'tiny.safetensors',
  ])
  const lines = Buffer.from(files.get('losses.jsonl')!).toString().trim().split('\n')
  expect(lines.map((line) => JSON.parse(line).losses)).toEqual(steps.map(({ losses }) => losses))
  expect(readStyle(files.get('tiny.safetensors')!).metadata.training).toBe(
    'recipe Tiny, 2 steps of 2 crops of 32 px, seed 5',
  )
})

it('calibrates the style of a finished run, not of a stopped one, and also when resuming finds no steps left', async () => {
  const levels = (from: ReadonlyMap<string, Uint8Array>) => levelScalesOf(readStyle(from.get('tiny.safetensors')!))
  expect(levels(files)?.length).toBeGreaterThan(20)
  const stopped = new Map<string, Uint8Array>()
  for await (const { step } of run(plan, tools(memoryStorage(stopped)))) if (step === 2) break
  expect(readStyle(stopped.get('tiny.safetensors')!).metadata.training).toContain('2 steps')
  expect(levels(stopped)).toBeUndefined()
  expect(await all(plan, tools(memoryStorage(stopped)))).toEqual([])
  expect(Buffer.from(stopped.get('tiny.safetensors')!).equals(files.get('tiny.safetensors')!)).toBe(true)
})

it('gives the same bits with folders, threads and sharp', async () => {
  for (const [path, { data, width, height, channels }] of drawn) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    await sharp(data, { raw: { width, height, channels } }).toFile(join(folder, path))
  }
  const storage = folderStorage(join(folder, 'run'), writeFile)
  const onNode = { ...tools(storage), pictures: nodePictures, startWorker: batchThreads(join(folder, 'paintings')) }
  const there = { ...plan, style: join(folder, 'art'), photos: [join(folder, 'photos')] }
  const found = await all(there, onNode)
  expect(found.map(({ losses }) => losses)).toEqual(steps.map(({ losses }) => losses))
  const style = await storage.read('tiny.safetensors')
  expect(Buffer.from(style!).equals(files.get('tiny.safetensors')!)).toBe(true)
})

it('resumed from its storage, equals the uninterrupted run', async () => {
  const longer = { ...plan, limits: { steps: 3 } }
  const [whole, resumed] = [new Map<string, Uint8Array>(), new Map(files)]
  const uninterrupted = await all(longer, tools(memoryStorage(whole)))
  const rest = await all(longer, tools(memoryStorage(resumed)))
  expect(rest.map(({ step, losses }) => [step, losses])).toEqual([[3, uninterrupted[2].losses]])
  expect(Buffer.from(resumed.get('tiny.safetensors')!).equals(whole.get('tiny.safetensors')!)).toBe(true)
})

const changing: Recipe = {
  ...recipe,
  teacher: undefined,
  emaDecay: 0,
  phases: [
    {
      name: 'learning',
      steps: 2,
      learningRate: 1e-3,
      generator: [
        { loss: 'pixel', weight: 1, to: 'start' },
        { loss: 'statistics', weight: 1, layer: 'relu1_2' },
      ],
    },
  ],
}

const begin: NetworkStyle = {
  architecture: 'live',
  title: 'Before',
  licence: 'MIT',
  attribution: 'somebody',
  options: networkOf('live').defaults,
  weights: randomStyle('live'),
  metadata: { balance: '1', effectSize: '640', levels: '[[1,0]]', training: 'long' },
}

it('changes a style: it is held where it was, and keeps what its file says, but not of its weights', async () => {
  const kept = new Map<string, Uint8Array>()
  const losses: Record<string, number>[] = []
  for await (const step of run({ ...plan, recipe: changing, limits: {} }, { ...tools(memoryStorage(kept)), begin })) {
    losses.push(step.losses)
    if (step.step === 2) break
  }
  // At first it draws what it began with, so that only the other term pulls.
  expect(losses[0]['generator.pixel']).toBeLessThan(1e-6)
  expect(losses[0]['generator.statistics.relu1_2']).toBeGreaterThan(1e-4)
  expect(losses[1]['generator.pixel']).toBeGreaterThan(1e-6)
  const { title, metadata } = readStyle(kept.get('tiny.safetensors')!)
  expect(title).toBe('Tiny')
  expect(metadata).toMatchObject({ balance: '1', effectSize: '640' })
  expect(metadata.levels).toBeUndefined()
  expect(metadata.training).toMatch(/2 steps/)
})

it('a recipe that changes a style is refused without one, in a line that says what to do', async () => {
  const refused = all({ ...plan, recipe: changing, limits: {} }, tools())
  await expect(refused).rejects.toMatchObject({ code: 'bad-argument' })
  await expect(refused).rejects.toThrow(/Tiny: expected a style to begin with.*--from/)
})
