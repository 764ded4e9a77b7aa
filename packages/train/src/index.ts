/**
 * Training of styles: recipes, data sets, losses, the training loop, and runs. Pictures, workers and storage are ports:
 * @animegan/node and @animegan/browser have theirs.
 */
export type { Batch, BatchOrder, PictureKind } from './batch.ts'
export {
  type BatchPlan,
  type BatchWorker,
  batchMaker,
  type Painter,
  type StartBatchWorker,
  sameThread,
} from './data/index.ts'
export { beginningOf, type DistilRecipe, distilledWeights, distilStep } from './distil/distil-step.ts'
export {
  type Closeness,
  type Estimate,
  type Evaluation,
  type EvaluationObserver,
  type EvaluationPlan,
  evaluate,
  fewestPictures,
  type Measures,
} from './evaluate/index.ts'
export { type Crops, setDistance } from './evaluate/kernel-distance.ts'
export { type StyleFeatures, styleFeatures } from './evaluate/style-features.ts'
export type { GeneratorTerm } from './losses/table.ts'
export type { Found, Pictures, Region, Skipped } from './pictures.ts'
export type { DiscriminatorTraining, Phase } from './recipe/phase.ts'
export { needsStart, parseRecipe, type Recipe } from './recipe/recipe.ts'
export { type LabelledPortrait, type PortraitHead, type PortraitStock, stockOf } from './regions/composite.ts'
export { type PortraitBatches, portraitBatch } from './regions/portrait-batches.ts'
export { type RegionsRecipe, regionsStep, regionsWeights } from './regions/regions-step.ts'
export { type Checkpoint, readCheckpoint, writeCheckpoint } from './run/checkpoint.ts'
export { reportFile, sheetPattern } from './run/diary.ts'
export { isRun, type PlannedFile, type RunPlan, readPlan, writePlan } from './run/plan.ts'
export { type RunProgress, run } from './run/run.ts'
export { openRun, type RunSession, type RunTools } from './run/session.ts'
export type { RunStorage } from './run/storage.ts'
export { styleFile } from './run/style.ts'
export type { State } from './step/state.ts'
export { buildStep, type Step } from './step/step.ts'
export {
  characterPresets,
  type TeacherName,
  type TeacherOptions,
  teach,
  teacherNames,
  teacherPresets,
  teacherVersion,
} from './teacher/index.ts'
export { type Limits, type StepReport, type Training, train } from './trainer.ts'
