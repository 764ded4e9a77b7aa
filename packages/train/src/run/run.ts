/**
 * A training run: the loop of trainer.ts with everything that it reads and writes. It can be stopped at any moment,
 * even by kill -9, and resumes from the last complete checkpoint as if nothing had happened. The command does the
 * printing. The run's storage contains
 *
 *     run.json          the inputs of the run
 *     checkpoints/      the newest two
 *     losses.jsonl      a line for each step
 *     sheets/           sample sheets at intervals
 *     events.out.*      losses and sheets for TensorBoard
 *     report.html       losses and sheets as a page
 *     NAME.safetensors  the style as of the last checkpoint; once the run is finished, calibrated for 8 bits
 */
import type { Engine } from '@animegan/core'
import { type FeatureWeights, type NetworkStyle, writeStyle } from '@animegan/models'
import { createDataset, type StartBatchWorker } from '../data/index.ts'
import { type Closeness, closeness, fewestPictures } from '../evaluate/index.ts'
import type { Pictures } from '../pictures.ts'
import type { Phase } from '../recipe/phase.ts'
import { needsTarget } from '../recipe/recipe.ts'
import { buildStep, type Step } from '../step/step.ts'
import { phaseLengths, type StepReport, train } from '../trainer.ts'
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { openDiary } from './diary.ts'
import { withLevels } from './levels.ts'
import { isRun, type RunPlan, writePlan } from './plan.ts'
import { drawSamples, samples } from './samples.ts'
import type { RunStorage } from './storage.ts'
import { styleFile, styleOf, styleOfWeights } from './style.ts'

/** The ports that a run needs. */
export interface RunTools {
  readonly engine: Engine
  readonly storage: RunStorage
  readonly pictures: Pictures
  readonly startWorker: StartBatchWorker
  /** Number of processor cores, all of which retouch results where a recipe asks for it; default: 1. */
  readonly cores?: number
  readonly features: FeatureWeights
  /** The weights of `plan.from`, by their names in a style. */
  readonly begin?: NetworkStyle['weights']
  /** Receives one line about each skipped file. */
  warn(message: string): void
}

/** The progress of a run after a step. */
export interface RunProgress extends StepReport {
  /** Total number of planned steps; Infinity when only time limits the run. */
  readonly steps: number
  /** Name of the sheet in the run's storage, if one was made. */
  readonly sheet?: string
}

/** Steps between sheets, and between checkpoints. */
const sheetEvery = 100
const checkpointEvery = 50
/** Style pictures at most that the result is compared with. */
const compared = 24
/** Bytes of decoded pictures to cache. */
const cacheBytes = 1024 * 2 ** 20

/**
 * Trains, or continues training, in a storage, which gets the plan if it has none; yields after every step. However it
 * ends (by its limits, because the caller stops, or because losses are no longer finite), the last good state is saved
 * as a checkpoint and a style. A run that reaches its limits calibrates the style for 8 bits, if its network supports
 * them, and returns how far the style is from the art, and what it began with (`begin`, else the photos), on the photos of
 * the sheets; nothing if there are too few pictures.
 */
export async function* run(plan: RunPlan, tools: RunTools): AsyncGenerator<RunProgress, Closeness | undefined, void> {
  const { recipe, seed, limits } = plan
  const { engine, storage, pictures, startWorker, cores = 1, features, begin, warn } = tools
  const { batch, size, photoScale, styleScale } = recipe
  const dataset = await createDataset(
    {
      photos: plan.photos.map((path) => ({ path })),
      style: plan.style,
      batch,
      size,
      photoScale,
      styleScale,
      seed,
      teacher: needsTarget(recipe) ? recipe.teacher : undefined,
      retouch: recipe.retouch,
      salt: recipe.salt,
      workers: recipe.retouch ? Math.min(cores, batch) : 1,
      holdOut: samples,
      cacheBytes,
    },
    { pictures, startWorker },
  )
  try {
    for (const { path, reason } of dataset.skipped) warn(`${path}: left out: ${reason}`)
    if (!(await isRun(storage))) await writePlan(storage, plan)
    const from = await readCheckpoint(storage, warn)
    const diary = await openDiary(storage, plan, from?.step ?? 0)
    const save = async (checkpoint: Checkpoint): Promise<void> => {
      await writeCheckpoint(storage, checkpoint)
      await storage.write(styleFile(plan), writeStyle(styleOf(plan, checkpoint)))
    }
    let saved = from
    let last = from
    try {
      const steps = phaseLengths(recipe, limits).reduce((sum, length) => sum + length)
      const build = (phase: Phase): Step => buildStep(recipe, phase, features)
      const training = { recipe, build, engine, seed, batch: dataset.batch, retouch: dataset.retouch, from, begin }
      for await (const report of train(training, limits)) {
        const { step } = report
        last = report.checkpoint()
        await diary.note(report)
        if (step % checkpointEvery === 0) {
          await save(last)
          saved = last
        }
        let sheet: string | undefined
        if (step % sheetEvery === 0 || step === steps) {
          sheet = await diary.show(step, await drawSamples(styleOf(plan, last), recipe, dataset, pictures, engine))
        }
        yield { ...report, steps, sheet }
      }
    } finally {
      if (last && last !== saved) await save(last)
      await diary.close()
    }
    if (!last) return undefined
    const style = await withLevels(styleOf(plan, last), dataset, pictures, engine)
    await storage.write(styleFile(plan), writeStyle(style))
    const [photos, styleImages] = [dataset.samples.photos, dataset.someStyles(compared)]
    if (Math.min(photos.length, styleImages.length) < fewestPictures) return undefined
    const before = begin && styleOfWeights(plan, begin)
    return await closeness({ before, after: style, engine, pictures, features, photos, styleImages })
  } finally {
    await dataset.close()
  }
}
