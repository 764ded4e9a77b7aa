/**
 * A run without its report: the data set, and the loop of trainer.ts with its checkpoints. What is seen of it in between is
 * the caller's: run.ts keeps a diary for the command, a page shows samples. The run's storage gets
 *
 *     run.json          the inputs of the run
 *     checkpoints/      the newest two
 *     NAME.safetensors  the style as of the last checkpoint; once the run is finished, calibrated for 8 bits
 */
import { balances, type Engine } from '@animegan/core'
import { type FeatureWeights, type NetworkStyle, type Style, writeStyle } from '@animegan/models'
import { createDataset, type Dataset, type StartBatchWorker } from '../data/index.ts'
import type { Pictures } from '../pictures.ts'
import type { Phase } from '../recipe/phase.ts'
import { needsStart, needsTarget } from '../recipe/recipe.ts'
import { buildStep, type Step } from '../step/step.ts'
import { phaseLengths, type StepReport, train } from '../trainer.ts'
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { withLevels } from './levels.ts'
import { isRun, type RunPlan, writePlan } from './plan.ts'
import type { RunStorage } from './storage.ts'
import { styleFile, styleOf } from './style.ts'

/** Every host has it, but TypeScript knows it only from the hosts' types, which this package does not use. */
declare const performance: { now(): number }

/** The ports that a run needs. */
export interface RunTools {
  readonly engine: Engine
  readonly storage: RunStorage
  readonly pictures: Pictures
  readonly startWorker: StartBatchWorker
  /** Number of processor cores, all of which retouch results where a recipe asks for it; default: 1. */
  readonly cores?: number
  readonly features: FeatureWeights
  /** The style `plan.from`. */
  readonly begin?: NetworkStyle
  /** Receives one line about each skipped file. */
  warn(message: string): void
}

/** An open run. */
export interface RunSession {
  readonly dataset: Dataset
  /** The checkpoint that it goes on from, if it was begun before. */
  readonly from?: Checkpoint
  /** Planned steps; Infinity when only time limits the run. */
  readonly steps: number
  /**
   * Trains; yields after every step, and may be stopped after any. However it ends (by its limits, because the caller
   * stops, or because losses are no longer finite), the last good state is saved as a checkpoint and a style.
   */
  train(): AsyncGenerator<StepReport, void, void>
  /** The style of a checkpoint. */
  style(checkpoint: Checkpoint): NetworkStyle
  /** Writes the finished style, calibrated for 8 bits if its network supports them, and returns it. */
  finish(checkpoint: Checkpoint): Promise<Style>
  /** Ends the workers of the data set. */
  close(): Promise<void>
}

/** Photos that a run holds out as samples, if there are ten times as many, and style pictures to show with them. */
export const samples = 4
/** Steps, and seconds, between checkpoints: what comes first. */
const checkpointEvery = 50
const checkpointSeconds = 20
/** Bytes of decoded pictures to cache. */
const cacheBytes = 1024 * 2 ** 20

/** Opens a run in a storage, which gets the plan if it has none. */
export const openRun = async (plan: RunPlan, tools: RunTools): Promise<RunSession> => {
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
      balanced: begin && needsStart(recipe) && balances(begin),
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
    const style = (checkpoint: Checkpoint): NetworkStyle => styleOf(plan, checkpoint, begin)
    const save = async (checkpoint: Checkpoint): Promise<void> => {
      await writeCheckpoint(storage, checkpoint)
      await storage.write(styleFile(plan), writeStyle(style(checkpoint)))
    }
    const build = (phase: Phase): Step => buildStep(recipe, phase, features, begin?.weights)
    return {
      dataset,
      from,
      steps: phaseLengths(recipe, limits).reduce((sum, length) => sum + length),
      async *train() {
        let saved = from
        let savedAt = performance.now()
        let last = from
        const { batch, retouch } = dataset
        const training = { recipe, build, engine, seed, batch, retouch, from, begin: begin?.weights }
        try {
          for await (const report of train(training, limits)) {
            last = report.checkpoint()
            if (last.step % checkpointEvery === 0 || performance.now() - savedAt > checkpointSeconds * 1000) {
              await save(last)
              saved = last
              savedAt = performance.now()
            }
            yield report
          }
        } finally {
          if (last && last !== saved) await save(last)
        }
      },
      style,
      finish: async (checkpoint) => {
        const finished = await withLevels(style(checkpoint), dataset, pictures, engine)
        await storage.write(styleFile(plan), writeStyle(finished))
        return finished
      },
      close: dataset.close,
    }
  } catch (error) {
    await dataset.close()
    throw error
  }
}
