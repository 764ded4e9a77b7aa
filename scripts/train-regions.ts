/**
 * `node scripts/dist/train-regions.js PORTRAITS PHOTOS OUTPUT STEPS [WEIGHTS]` trains the network for the regions of portraits:
 * from a folder with labels (packages/train/portraits), the folder of the photos that it names, to a file of weights;
 * from random weights or those of a file. Portraits that are held out for judging are left out. Checkpoints are kept
 * beside the output, from which it goes on.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { readPortraitWeights, writePortraitWeights } from '@animegan/models'
import { folderStorage, nodeEngine } from '@animegan/node'
import {
  portraitBatch,
  type RegionsRecipe,
  readCheckpoint,
  regionsStep,
  regionsWeights,
  stockOf,
  train,
  writeCheckpoint,
} from '@animegan/train'
import { readPortraits, SIZE } from './labelled-portraits.ts'

/** Steps between checkpoints. */
const KEEP = 100

const recipeFor = (steps: number): RegionsRecipe => ({
  architecture: 'portrait-regions',
  size: SIZE,
  batch: 4,
  adam: { beta1: 0.9, beta2: 0.99 },
  emaDecay: 0.99,
  gradientClipNorm: 1,
  phases: [
    { name: 'rough', steps: Math.round(0.8 * steps), learningRate: 1e-3 },
    { name: 'fine', steps: Math.round(0.2 * steps), learningRate: 2e-4 },
  ],
})

const [folder, photos, output, steps, weights] = process.argv.slice(2)
const engine = await nodeEngine({ backend: 'cpu' })
const portraits = await readPortraits(folder, photos, 'learn', engine)

const recipe = recipeFor(Number(steps))
const storage = folderStorage(`${output}.run`, async (path, bytes) => writeFileSync(path, bytes))
const batches = { stock: stockOf(portraits), seed: 1, batch: recipe.batch, size: recipe.size }
const from = await readCheckpoint(storage, console.warn)
const begin = weights ? readPortraitWeights(readFileSync(weights)) : undefined
const batch = async (step: number) => portraitBatch(batches, step)
for await (const report of train({ recipe, build: () => regionsStep(recipe), engine, seed: 1, from, begin, batch })) {
  const { step, losses, seconds, checkpoint } = report
  if (step % KEEP !== 0 && step !== Number(steps)) continue
  await writeCheckpoint(storage, checkpoint())
  writeFileSync(output, writePortraitWeights(regionsWeights(checkpoint().state), 'MIT'))
  console.log(`${step} steps, loss ${losses.generator.toFixed(3)}, ${Math.round(seconds)} s`)
}
await engine.close()
