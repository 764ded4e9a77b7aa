/**
 * `node scripts/dist/train-regions.js PORTRAITS PHOTOS OUTPUT STEPS` trains the network for the regions of portraits: from a
 * folder with labels (packages/train/portraits), the folder of the photos that it names, to a file of weights. Portraits
 * that are held out for judging are left out. Checkpoints are kept beside the output, from which it goes on.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFaceDetector, createLandmarker, createPortraitist } from '@animegan/core/parts'
import { writePortraitWeights } from '@animegan/models'
import { faceModels, folderStorage, nodeEngine, portraitModels } from '@animegan/node'
import {
  type LabelledPortrait,
  portraitBatch,
  type RegionsRecipe,
  readCheckpoint,
  regionsStep,
  regionsWeights,
  stockOf,
  train,
  writeCheckpoint,
} from '@animegan/train'
import sharp from 'sharp'

/** One portrait of `portraits.json`; their labels follow each other in `labels.png`. */
interface Listed {
  readonly id: string
  /** The photo, and which of its faces, from 1, the largest first. */
  readonly photo: string
  readonly face: number
}

const SIZE = 256
/** No label. */
const UNKNOWN = 255
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
    { name: 'rough', steps: Math.round(0.8 * steps), learningRate: 2e-3 },
    { name: 'fine', steps: Math.round(0.2 * steps), learningRate: 5e-4 },
  ],
})

const [folder, photos, output, steps] = process.argv.slice(2)
const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T

const engine = await nodeEngine({ backend: 'cpu' })
const detector = await createFaceDetector(await faceModels(), engine)
const models = await portraitModels()
const landmarker = await createLandmarker(models, engine)
const portraitist = await createPortraitist(models, engine)

const heldOut = new Set(read<string[]>('held-out.json'))
/** The person: photos of both sizes of a set are one. */
const personOf = (id: string): string => id.replace('hires__inter_', 'faces_interfaces__').replace(/__\d+$/, '')
const { data: labels } = await sharp(join(folder, 'labels.png'))
  .extractChannel(0)
  .raw()
  .toBuffer({ resolveWithObject: true })

const portraits: LabelledPortrait[] = []
for (const [i, { id, photo, face }] of read<Listed[]>('portraits.json').entries()) {
  if (heldOut.has(personOf(id))) continue
  const image = sharp(join(photos, photo)).rotate().removeAlpha().toColourspace('srgb')
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  const picture = { width: info.width, height: info.height, channels: 3 as const, data: new Uint8Array(data) }
  const found = (await detector.detect(picture))[face - 1]
  const landmarks = found && (await landmarker.landmarks(picture, found))
  const portrait = landmarks && (await portraitist.portrait(picture, landmarks))
  if (!portrait) throw new Error(`${photo}: expected face ${face}, found none`)
  const own = labels.subarray(i * SIZE ** 2, (i + 1) * SIZE ** 2)
  const { origin, unit, down } = portrait.crop.head
  portraits.push({
    guides: portrait.guides,
    classes: Uint8Array.from(own, (label) => (label === UNKNOWN ? 0 : label)),
    weights: Uint8Array.from(own, (label) => (label === UNKNOWN ? 0 : 255)),
    head: { x: origin.x, y: origin.y, unit, downX: down.x, downY: down.y },
  })
}

const recipe = recipeFor(Number(steps))
const storage = folderStorage(`${output}.run`, async (path, bytes) => writeFileSync(path, bytes))
const batches = { stock: stockOf(portraits), seed: 1, batch: recipe.batch, size: recipe.size }
const from = await readCheckpoint(storage, console.warn)
const batch = async (step: number) => portraitBatch(batches, step)
for await (const report of train({ recipe, build: () => regionsStep(recipe), engine, seed: 1, from, batch })) {
  const { step, losses, seconds, checkpoint } = report
  if (step % KEEP !== 0 && step !== Number(steps)) continue
  await writeCheckpoint(storage, checkpoint())
  writeFileSync(output, writePortraitWeights(regionsWeights(checkpoint().state), 'MIT'))
  console.log(`${step} steps, loss ${losses.generator.toFixed(3)}, ${Math.round(seconds)} s`)
}
await engine.close()
