/**
 * `train`: trains a style file from a folder of style pictures and folders of photos. Prints a bar or plain lines on
 * standard error; @animegan/train does the training.
 */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { type Architecture, type FeatureWeights, type NetworkStyle, networkStyle, networks } from '@animegan/models'
import {
  batchThreads,
  DEFAULT_FEATURES,
  describeError,
  findStyle,
  folderStorage,
  nearest,
  nodeEngine,
  nodePictures,
  paintingsFolder,
  plain,
  readFeatures,
  readStyleAt,
  recipeNames,
  recipePath,
  removePending,
  type StylePlace,
  serveReport,
  writeWhole,
} from '@animegan/node'
import {
  type Closeness,
  characterPresets,
  isRun,
  type Limits,
  needsStart,
  type PlannedFile,
  parseRecipe,
  type Recipe,
  type RunPlan,
  type RunProgress,
  type RunStorage,
  readPlan,
  run,
  styleFile,
  teacherNames,
  teacherPresets,
} from '@animegan/train'
import { Progress } from '../batch/progress.ts'
import { formatClock, formatDuration } from '../text.ts'
import { expected, oneOf, UsageError } from '../usage.ts'
import { type EngineFlags, engineOptions } from './engine-flags.ts'

/** The options of `train`. */
export interface TrainFlags extends EngineFlags {
  readonly style?: string
  readonly photos?: readonly string[]
  readonly output?: string
  readonly resume?: string
  readonly watch?: boolean
  readonly recipe: string
  readonly arch?: string
  readonly teacher?: string
  readonly steps?: number
  readonly minutes?: number
  readonly seed: number
  readonly features?: string
  readonly from?: string
  readonly title?: string
  readonly licence: string
  readonly attribution: string
}

/** Without a terminal, a line is printed every so many steps. */
const lineEvery = 50

/** Trains a style, or resumes training. Returns the exit code: 130 if interrupted. */
export const train = async (flags: TrainFlags): Promise<number> => {
  const { folder, storage, plan, features, begin } =
    flags.resume === undefined ? await prepare(flags) : await goOn(flags.resume, flags)
  const engine = await nodeEngine(engineOptions(flags))
  const progress = new Progress(process.stderr, 1, 'steps')
  const warn = (message: string): void => progress.line(`warning: ${plain(message)}`)
  const interruption = politely(() => progress.line('stopping after this step; press Ctrl-C again to stop at once'))
  let last: RunProgress | undefined
  let first: RunProgress | undefined
  let close: Closeness | undefined
  const report = flags.watch ? await serveReport(storage) : undefined
  try {
    if (report) progress.line(`watch it at ${report.url}`)
    progress.begin('preparing')
    const tools = {
      engine,
      storage,
      pictures: nodePictures,
      startWorker: batchThreads(paintingsFolder()),
      cores: availableParallelism(),
      features,
      begin,
      warn,
    }
    const steps = run(plan, tools)
    for (;;) {
      const { value, done } = await steps.next()
      if (done) {
        close = value ?? undefined
        break
      }
      last = value
      first ??= value
      tell(progress, folder, value, first, plan.limits)
      if (interruption.asked()) await steps.return(undefined)
    }
  } catch (error) {
    throw new Error(describeError(error, folder))
  } finally {
    interruption.end()
    progress.clear()
    await report?.close()
    await engine.close()
  }
  const path = join(folder, styleFile(plan))
  const done = last ? `${last.step} steps in ${formatDuration(last.seconds * 1000)}` : 'nothing left to do'
  process.stderr.write(`${plain(folder)}: ${done}; see ${plain(resolve(folder, 'report.html'))}\n`)
  if (close) process.stderr.write(`${closenessLine(close, begin !== undefined)}\n`)
  if (interruption.asked()) process.stderr.write(`continue with: animegan train --resume ${plain(folder)}\n`)
  process.stderr.write(`-> ${plain(path)}; use it with --style ${plain(path)}\n`)
  return interruption.asked() ? 130 : 0
}

/** How far the result is from the art, and how far what it began with was. */
const closenessLine = ({ before, after }: Closeness, begun: boolean): string => {
  const figure = ({ value, error }: Closeness['after']): string => `${value.toFixed(3)} ± ${error.toFixed(3)}`
  const what = begun ? 'the style it began with' : 'the photos themselves'
  return `distance to the art (0 is alike): ${figure(after)}; before, ${what}: ${figure(before)}`
}

interface Prepared {
  readonly folder: string
  readonly storage: RunStorage
  readonly plan: RunPlan
  readonly features: FeatureWeights
  /** The style that the run begins with. */
  readonly begin?: NetworkStyle
}

const prepare = async (flags: TrainFlags): Promise<Prepared> => {
  const { style, photos, output } = flags
  if (style === undefined) throw expected('train', '--style, a folder of pictures to learn from', 'none')
  if (photos === undefined) throw expected('train', '--photos, a folder of photos', 'none')
  if (output === undefined) throw expected('train', '-o, a folder for the run', 'none')
  const storage = folderStorage(output, writeWhole)
  if (await isRun(storage))
    throw new Error(`${output}: expected a folder without a run, found one; continue it with --resume ${output}`)
  const recipe = await readRecipe(flags.recipe)
  if (flags.teacher !== undefined && !recipe.teacher)
    throw expected('--teacher', 'a recipe with a teacher, such as live', flags.recipe)
  if (needsStart(recipe) && flags.from === undefined)
    throw expected(`--recipe ${flags.recipe}`, '--from, a style to begin with, such as sora', 'none')
  const teacher = flags.teacher === undefined ? undefined : oneOf('--teacher', teacherNames)(flags.teacher)
  const drawing = teacher && { teacher: teacherPresets[teacher], character: characterPresets[teacher] }
  const { weights, ...file } = await readFeatures(flags.features ?? DEFAULT_FEATURES)
  const architecture =
    flags.arch === undefined
      ? recipe.architecture
      : oneOf('--arch', Object.keys(networks) as Architecture[])(flags.arch)
  const from = flags.from === undefined ? undefined : await readStart(await findStyle(flags.from), architecture)
  const name = basename(resolve(output))
  const plan: RunPlan = {
    name,
    recipe: { ...recipe, ...drawing, architecture },
    style: resolve(style),
    photos: photos.map((path) => resolve(path)),
    features: absolute(file),
    from: from && absolute(from.file),
    seed: flags.seed,
    limits: limitsOf(flags),
    title: flags.title ?? name,
    licence: flags.licence,
    attribution: flags.attribution,
  }
  return { folder: output, storage, plan, features: weights, begin: from?.style }
}

/** A file, with a path that stays valid when the run is resumed from another folder. */
const absolute = (file: PlannedFile): PlannedFile => ({ ...file, path: resolve(file.path) })

/** A style to start from. Throws a one-line error if it has another network. */
const readStart = async (place: StylePlace, architecture: Architecture) => {
  const style = networkStyle(await readStyleAt(place))
  const found = style.architecture
  if (found !== architecture) throw expected('--from', `a style of ${architecture}`, `${place.name}, of ${found}`)
  const sha256 = createHash('sha256')
    .update(await readFile(place.path))
    .digest('hex')
  return { style, file: { path: place.path, sha256 } }
}

const goOn = async (folder: string, flags: TrainFlags): Promise<Prepared> => {
  const given = (['style', 'photos', 'output', 'arch', 'teacher', 'from'] as const).find(
    (name) => flags[name] !== undefined,
  )
  if (given) throw expected('train --resume', 'a run with its original options', `--${given}`)
  const storage = folderStorage(folder, writeWhole)
  const plan = await readPlan(storage).catch((error: unknown) => {
    throw new Error(describeError(error, folder))
  })
  const { weights, sha256 } = await readFeatures(flags.features ?? plan.features.path)
  const start =
    plan.from && (await readStart({ ...plan.from, name: plan.from.path, origin: 'file' }, plan.recipe.architecture))
  if (sha256 !== plan.features.sha256) throw notThatOfTheRun(plan.features.path)
  if (start && start.file.sha256 !== plan.from?.sha256) throw notThatOfTheRun(start.file.path)
  const limits = flags.steps === undefined && flags.minutes === undefined ? plan.limits : limitsOf(flags)
  return { folder, storage, plan: { ...plan, limits }, features: weights, begin: start?.style }
}

const notThatOfTheRun = (path: string): Error =>
  new Error(`${path}: expected the file that the run was started with, found another`)

const limitsOf = ({ steps, minutes }: TrainFlags): Limits => ({
  steps,
  seconds: minutes === undefined ? undefined : minutes * 60,
})

/** A recipe by name or file. */
const readRecipe = async (name: string): Promise<Recipe> => {
  const isFile = (await stat(name).catch(() => undefined))?.isFile()
  const names = await recipeNames()
  if (!isFile && !names.includes(name)) {
    const near = nearest(name, names)
    throw new UsageError(
      `--recipe: expected a file or one of ${names.join(', ')}, found '${name}'${near ? `; did you mean ${near}?` : ''}`,
    )
  }
  try {
    return parseRecipe(await readFile(isFile ? name : recipePath(name), 'utf8'))
  } catch (error) {
    throw new Error(describeError(error, name))
  }
}

/** Shows the run's progress; the rate counts the steps since it was started or resumed. */
const tell = (progress: Progress, folder: string, now: RunProgress, first: RunProgress, limits: Limits): void => {
  const { step, steps, phase, seconds, losses, sheet } = now
  const done = Math.max(step / steps, limits.seconds === undefined ? 0 : seconds / limits.seconds)
  const since = step - first.step
  const rate = since > 0 ? (seconds - first.seconds) / since : seconds / step
  const left = Math.min((steps - step) * rate, (limits.seconds ?? Infinity) - seconds)
  const figures = Object.entries(losses)
    .filter(([name]) => !name.includes('.'))
    .map(([name, loss]) => `${name} ${loss.toPrecision(4)}`)
  const of = Number.isFinite(steps) ? ` of ${steps}` : ''
  const text = `step ${step}${of}, ${phase}, ${rate.toFixed(2)} s/step, ${figures.join(', ')}`
  if (sheet !== undefined) progress.line(`${text}: ${plain(join(folder, sheet))}`)
  else if (!process.stderr.isTTY && step % lineEvery === 0) progress.line(`${text}, ${formatClock(left)} left`)
  progress.begin(text)
  progress.update(Math.min(done, 0.9999))
}

/** Ctrl-C once stops the run after its step; twice ends the process, as by any other signal. */
const politely = (say: () => void): { asked(): boolean; end(): void } => {
  let asked = false
  const handler = (signal: NodeJS.Signals): void => {
    if (asked) {
      end()
      removePending()
      process.kill(process.pid, signal)
      return
    }
    asked = true
    say()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const end = (): void => {
    for (const signal of signals) process.off(signal, handler)
  }
  for (const signal of signals) process.on(signal, handler)
  return { asked: () => asked, end }
}
