/**
 * `node scripts/dist/train-percept.js FEATURES PHOTOS LIST ART OUTPUT STEPS [WEIGHTS]` trains our own perception network: from
 * the file of compact VGG-19, the photos of a folder that a list names, and the pictures of a folder of folders of art, of
 * each of which every fourth picture is left out for judging (percept-sets.ts), to a file of weights; anew or from those
 * of a file. Checkpoints are kept beside the output, from which it goes on.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { importFeatures, readWeights, writePercept } from '@animegan/models'
import { folderStorage, nodeEngine, nodePictures } from '@animegan/node'
import {
  type Batch,
  batchMaker,
  beginningOf,
  type DistilRecipe,
  distilledWeights,
  distilStep,
  readCheckpoint,
  type StepReport,
  train,
  writeCheckpoint,
} from '@animegan/train'
import { artOf } from './percept-sets.ts'

/** Steps between checkpoints. */
const KEEP = 50
const SEED = 1

const recipeFor = (steps: number): DistilRecipe => ({
  architecture: 'percept',
  size: 96,
  batch: 4,
  adam: { beta1: 0.9, beta2: 0.99 },
  emaDecay: 0.995,
  gradientClipNorm: 1,
  statisticsWeight: 2,
  phases: [
    { name: 'rough', steps: Math.round(0.6 * steps), learningRate: 2e-3 },
    { name: 'fine', steps: Math.round(0.3 * steps), learningRate: 5e-4 },
    { name: 'finest', steps: Math.round(0.1 * steps), learningRate: 1e-4 },
  ],
})

const [features, folder, list, art, output, steps, weights] = process.argv.slice(2)
const read = (path: string) => importFeatures(readWeights(readFileSync(path)).tensors).weights
const teacher = read(features)
const photos = readFileSync(list, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((name) => join(folder, name))
const style = artOf(art, 'learn')

const recipe = recipeFor(Number(steps))
const make = batchMaker(
  {
    photos: [{ pictures: photos, weight: 1 }],
    style,
    batch: recipe.batch,
    size: recipe.size,
    seed: SEED,
    photoScale: [0.35, 1],
    styleScale: [0.35, 1],
    salt: 0,
    cacheBytes: 2 ** 30,
  },
  nodePictures,
)
const kinds = ['photo', 'style'] as const
// The next batch is made while the engine computes.
let next: { readonly step: number; readonly made: Promise<Batch> } | undefined
const batch = async (step: number): Promise<Batch> => {
  const made = next?.step === step ? next.made : make({ step, kinds })
  next = { step: step + 1, made: make({ step: step + 1, kinds }) }
  return made
}

const storage = folderStorage(`${output}.run`, async (path, bytes) => writeFileSync(path, bytes))
const from = await readCheckpoint(storage, console.warn)
const engine = await nodeEngine({ backend: 'cpu' })
const begin = weights ? read(weights) : beginningOf(teacher)
const build = () => distilStep(recipe, teacher)
let sums: Record<string, number> = {}
let last: StepReport | undefined
let [kept, counted] = [from?.step ?? 0, 0]
const keep = async ({ step, seconds, checkpoint }: StepReport): Promise<void> => {
  await writeCheckpoint(storage, checkpoint())
  writeFileSync(output, writePercept(distilledWeights(checkpoint().state, teacher), 'MIT'))
  const means = Object.entries(sums).map(
    ([name, loss]) => `${name.replace('generator.', '')} ${(loss / counted).toFixed(3)}`,
  )
  console.log(`${step} steps, ${Math.round(seconds)} s: ${means.join(', ')}`)
  kept = step
  sums = {}
  counted = 0
}
for await (const report of train({ recipe, build, engine, seed: SEED, from, begin, batch })) {
  last = report
  counted++
  for (const [name, loss] of Object.entries(report.losses)) sums[name] = (sums[name] ?? 0) + loss
  if (report.step % KEEP === 0) await keep(report)
}
if (last && last.step > kept) await keep(last)
await engine.close()
