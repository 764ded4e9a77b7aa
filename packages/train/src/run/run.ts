/**
 * A training run with its report. It can be stopped at any moment, even by kill -9, and resumes from the last complete
 * checkpoint as if nothing had happened. The command does the printing. Beside what session.ts keeps, the run's storage
 * contains
 *
 *     losses.jsonl      a line for each step
 *     sheets/           sample sheets at intervals
 *     events.out.*      losses and sheets for TensorBoard
 *     report.html       losses and sheets as a page
 */
import { type Closeness, closeness, fewestPictures } from '../evaluate/index.ts'
import type { StepReport } from '../trainer.ts'
import { openDiary } from './diary.ts'
import type { RunPlan } from './plan.ts'
import { drawSamples } from './samples.ts'
import { openRun, type RunTools } from './session.ts'
import { styleOfWeights } from './style.ts'

/** The progress of a run after a step. */
export interface RunProgress extends StepReport {
  /** Total number of planned steps; Infinity when only time limits the run. */
  readonly steps: number
  /** Name of the sheet in the run's storage, if one was made. */
  readonly sheet?: string
}

/** Steps between sheets. */
const sheetEvery = 100
/** Style pictures at most that the result is compared with. */
const compared = 24

/**
 * Trains, or continues training, in a storage; yields after every step. However it ends, its state is saved (see
 * `RunSession.train`). A run that reaches its limits calibrates the style for 8 bits, if its network supports
 * them, and returns how far the style is from the art, and what it began with (`begin`, else the photos), on the photos of
 * the sheets; nothing if there are too few pictures.
 */
export async function* run(plan: RunPlan, tools: RunTools): AsyncGenerator<RunProgress, Closeness | undefined, void> {
  const { engine, storage, pictures, features, begin } = tools
  const session = await openRun(plan, tools)
  const { dataset, steps } = session
  try {
    const diary = await openDiary(storage, plan, session.from?.step ?? 0)
    let last = session.from
    try {
      for await (const report of session.train()) {
        const { step } = report
        last = report.checkpoint()
        await diary.note(report)
        let sheet: string | undefined
        if (step % sheetEvery === 0 || step === steps)
          sheet = await diary.show(step, await drawSamples(session.style(last), plan.recipe, dataset, pictures, engine))
        yield { ...report, steps, sheet }
      }
    } finally {
      await diary.close()
    }
    if (!last) return undefined
    const style = await session.finish(last)
    const [photos, styleImages] = [dataset.samples.photos, dataset.someStyles(compared)]
    if (Math.min(photos.length, styleImages.length) < fewestPictures) return undefined
    const before = begin && styleOfWeights(plan, begin.weights, begin)
    return await closeness({ before, after: style, engine, pictures, features, photos, styleImages })
  } finally {
    await session.close()
  }
}
