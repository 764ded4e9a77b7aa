/**
 * A training run in a folder: everything a run reads and leaves behind. It can be stopped at any moment, kill -9
 * included, and goes on from the last whole checkpoint as if nothing had happened. The loop itself is trainer.ts's; what
 * is printed is the command's.
 *
 *     run.json          what the run is made of
 *     checkpoints/      the newest two
 *     losses.jsonl      a line for each step
 *     sheets/           a sample sheet every so many steps
 *     events.out.*      the same for TensorBoard
 *     report.html       the same to read
 *     NAME.safetensors  the style as of the last checkpoint; NAME is the folder's
 */
import { access, appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { balance, createStylizer, type Engine } from '@animegan/core'
import { type Architecture, networkOf, type Style, type VggWeights, weightShapes, writeStyle } from '@animegan/models'
import { type Checkpoint, readCheckpoint, type WriteFile, writeCheckpoint } from './checkpoint.ts'
import { createDataset, type Dataset } from './data/dataset.ts'
import { decodePicture } from './data/pictures.ts'
import { needsTarget, parseRecipe, type Recipe, recipeText } from './recipe.ts'
import { type LossRecord, reportPage } from './report/html.ts'
import { type Sample, type Sheet, sampleSheet } from './report/sheet.ts'
import { eventFileName, eventFileStart, eventRecord } from './report/tensorboard.ts'
import { generatorWeights } from './step/state.ts'
import { optionsOf } from './step/step.ts'
import { teach } from './teacher/index.ts'
import { type Limits, phaseLengths, type StepReport, train } from './trainer.ts'

/** A file that a run is made of, and its SHA-256, so that a resumed run notices another one. */
export interface PlannedFile {
  readonly path: string
  readonly sha256: string
}

/** What a run is made of. */
export interface RunPlan {
  readonly recipe: Recipe
  /** Folder of style pictures. */
  readonly style: string
  /** Folders of photos. */
  readonly photos: readonly string[]
  /** The perception network's file. */
  readonly features: PlannedFile
  /** The style whose weights the run begins with; absent: random ones. */
  readonly from?: PlannedFile
  readonly seed: number
  readonly limits: Limits
  readonly title: string
  readonly licence: string
  readonly attribution: string
}

/** What a run needs from outside. */
export interface RunTools {
  readonly engine: Engine
  readonly features: VggWeights
  /** The weights of `plan.from`, by their names in a style. */
  readonly begin?: Style['weights']
  readonly write: WriteFile
  /** Folder where the teacher's paintings are kept, for this run and others; absent: they are painted for each crop. */
  readonly paintings?: string
  /** Told in a line of what was passed over. */
  warn(message: string): void
}

/** How a run stands after a step. */
export interface RunProgress extends StepReport {
  /** Steps that are planned in all; Infinity when only time limits the run. */
  readonly steps: number
  /** Path of the sheet, if one was made. */
  readonly sheet?: string
}

const format = 'animegan-run/1'
const planFile = 'run.json'
const checkpointFolder = 'checkpoints'
const lossFile = 'losses.jsonl'
const sheetFolder = 'sheets'
const reportFile = 'report.html'

/** Steps between sheets, and between checkpoints. */
const sheetEvery = 100
const checkpointEvery = 50
/** Photos of a sheet, and style pictures below them. */
const samples = 4
const sheetWidth = 1536
const sampleSide = 640
/** Decoded pictures that are kept. */
const cacheBytes = 1024 * 2 ** 20

/** Whether a folder holds a run. */
export const isRun = (folder: string): Promise<boolean> =>
  access(join(folder, planFile)).then(
    () => true,
    () => false,
  )

const writePlan = async (folder: string, plan: RunPlan, write: WriteFile): Promise<void> => {
  await mkdir(folder, { recursive: true })
  const paths = { style: resolve(plan.style), photos: plan.photos.map((path) => resolve(path)) }
  const absolute = (file: PlannedFile): PlannedFile => ({ ...file, path: resolve(file.path) })
  const files = { features: absolute(plan.features), ...(plan.from && { from: absolute(plan.from) }) }
  const json = { format, ...plan, ...paths, ...files, recipe: JSON.parse(recipeText(plan.recipe)) as unknown }
  await write(join(folder, planFile), Buffer.from(`${JSON.stringify(json, undefined, 2)}\n`))
}

/** Reads the plan of a run that was begun. Throws an error of one line if there is none, or it is damaged. */
export const readRun = async (folder: string): Promise<RunPlan> => {
  const path = join(folder, planFile)
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`${folder}: expected the folder of a run (with ${planFile}), found none`)
  })
  try {
    const json = JSON.parse(text) as RunPlan & { readonly format?: unknown }
    if (json.format !== format) throw new Error(`expected format ${format}, found ${JSON.stringify(json.format)}`)
    return { ...json, recipe: parseRecipe(JSON.stringify(json.recipe)) }
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`)
  }
}

/**
 * Trains, or goes on training, in a folder, which gets the plan if it has none; yields after every step. However it ends, by its limits, because
 * whoever iterates stops, or because losses are no numbers any more, the last good state is a checkpoint and a style.
 */
export async function* run(folder: string, plan: RunPlan, tools: RunTools): AsyncGenerator<RunProgress, void, void> {
  const { recipe, seed, limits } = plan
  const { engine, features, begin, write, warn } = tools
  const { batch, size, photoScale, styleScale, teacher } = recipe
  const dataset = await createDataset({
    photos: plan.photos.map((path) => ({ path })),
    style: plan.style,
    batch,
    size,
    photoScale,
    styleScale,
    seed,
    ...(needsTarget(recipe) && { teacher: teacher! }),
    paintings: tools.paintings,
    holdOut: samples,
    cacheBytes,
  })
  try {
    for (const { path, reason } of dataset.skipped) warn(`${path}: left out: ${reason}`)
    if (!(await isRun(folder))) await writePlan(folder, plan, write)
    const from = await readCheckpoint(join(folder, checkpointFolder), warn)
    const diary = await openDiary(folder, plan, from?.step ?? 0, write)
    const save = async (checkpoint: Checkpoint): Promise<void> => {
      await writeCheckpoint(join(folder, checkpointFolder), checkpoint, write)
      await write(styleFile(folder), writeStyle(styleOf(plan, checkpoint)))
    }
    let saved = from
    let last = from
    try {
      const steps = phaseLengths(recipe, limits).reduce((sum, length) => sum + length)
      const training = {
        recipe,
        features,
        engine,
        seed,
        batch: dataset.batch,
        ...(from && { from }),
        ...(begin && { begin }),
      }
      for await (const report of train(training, limits)) {
        last = report.checkpoint()
        await diary.note(report)
        if (report.step % checkpointEvery === 0) {
          await save(last)
          saved = last
        }
        const sheet = report.step % sheetEvery === 0 || report.step === steps
        if (sheet) await diary.show(report.step, await drawSheet(styleOf(plan, last), recipe, dataset, engine))
        yield { ...report, steps, ...(sheet && { sheet: join(folder, sheetPath(report.step)) }) }
      }
    } finally {
      if (last && last !== saved) await save(last)
      await diary.close()
    }
  } finally {
    await dataset.close()
  }
}

/** Where the style of a run is. */
export const styleFile = (folder: string): string => join(folder, `${basename(resolve(folder))}.safetensors`)

const sheetPath = (step: number): string => `${sheetFolder}/step-${String(step).padStart(7, '0')}.jpg`

const styleOf = ({ recipe, title, licence, attribution, seed, from }: RunPlan, { step, state }: Checkpoint): Style => ({
  architecture: recipe.architecture,
  title,
  licence,
  attribution,
  options: optionsOf(recipe),
  weights: onlyOf(recipe.architecture, generatorWeights(state)),
  // No times: the same run gives the same bytes.
  metadata: {
    ...(recipe.effectSize && { effectSize: String(recipe.effectSize) }),
    ...(needsTarget(recipe) && { balance: '1' }),
    training: `recipe ${recipe.title}, ${step} steps of ${recipe.batch} crops of ${recipe.size} px, seed ${seed}${from ? `, from ${basename(from.path)}` : ''}`,
  },
})

/** The weights that a style has: not those that only help in training. */
const onlyOf = <T>(architecture: Architecture, weights: ReadonlyMap<string, T>): Map<string, T> => {
  const shapes = weightShapes(networkOf(architecture))
  return new Map([...weights].filter(([name]) => shapes.has(name)))
}

/** The sheet of a style: photos it was not trained on, results, targets, and pictures of the art. */
const drawSheet = async (style: Style, recipe: Recipe, dataset: Dataset, engine: Engine): Promise<Sheet> => {
  const stylizer = await createStylizer(style, engine)
  try {
    const rows: Sample[] = []
    for (const path of dataset.samples.photos) {
      const photo = await decodePicture(path, sampleSide)
      const target = needsTarget(recipe) && { target: teach(balance(photo), recipe.teacher!) }
      rows.push({ photo, result: await stylizer.stylize(photo), ...target })
    }
    const art = await Promise.all(dataset.samples.styles.map((path) => decodePicture(path, sampleSide)))
    return await sampleSheet(rows, art, { width: sheetWidth })
  } finally {
    await stylizer.close()
  }
}

/** What a run says of itself: losses, sheets, events and the report. */
interface Diary {
  note(report: StepReport): Promise<void>
  show(step: number, sheet: Sheet): Promise<void>
  close(): Promise<void>
}

/** Opens the diary after `step`; what it says of later steps is of an interrupted run, and will be said again. */
const openDiary = async (folder: string, plan: RunPlan, step: number, write: WriteFile): Promise<Diary> => {
  await mkdir(join(folder, sheetFolder), { recursive: true })
  const text = await readFile(join(folder, lossFile), 'utf8').catch(() => '')
  const records = text
    .split('\n')
    .flatMap(parseRecord)
    .filter((record) => record.step <= step)
  const lineOf = (record: LossRecord): string => `${JSON.stringify(record)}\n`
  await write(join(folder, lossFile), Buffer.from(records.map(lineOf).join('')))
  const sheets: { step: number; path: string }[] = []
  for (const name of (await readdir(join(folder, sheetFolder))).sort()) {
    const at = Number(/^step-(\d+)\.jpg$/.exec(name)?.[1])
    if (at <= step) sheets.push({ step: at, path: sheetPath(at) })
    else if (at > step) await rm(join(folder, sheetFolder, name))
  }
  const now = (): number => Date.now() / 1000
  const events = join(folder, eventFileName(now()))
  await appendFile(events, eventFileStart(now(), step === 0 ? 0 : step + 1))

  const writeReport = async (): Promise<void> => {
    if (records.length === 0) return
    const page = reportPage({ title: plan.title, facts: factsOf(plan, records), records, sheets })
    await write(join(folder, reportFile), Buffer.from(page))
  }
  return {
    async note({ step, phase, seconds, losses }) {
      const record = { step, phase, seconds, losses }
      records.push(record)
      await appendFile(join(folder, lossFile), lineOf(record))
      const scalars = Object.fromEntries(
        Object.entries(losses).map(([name, loss]) => [name.replaceAll('.', '/'), loss]),
      )
      await appendFile(events, eventRecord({ step, time: now(), scalars }))
    },
    async show(step, sheet) {
      await write(join(folder, sheetPath(step)), sheet.bytes)
      sheets.push({ step, path: sheetPath(step) })
      await appendFile(events, eventRecord({ step, time: now(), images: { samples: sheet } }))
      await writeReport()
    },
    close: writeReport,
  }
}

interface DiaryRecord extends LossRecord {
  readonly seconds: number
}

/** A line of the file of losses; none if it was cut off. */
const parseRecord = (line: string): DiaryRecord[] => {
  try {
    return [JSON.parse(line) as DiaryRecord]
  } catch {
    return []
  }
}

const factsOf = ({ recipe, style, photos, seed, licence, from }: RunPlan, records: readonly DiaryRecord[]) => {
  const { step, phase, seconds } = records.at(-1)!
  return [
    ['Recipe', `${recipe.title}: ${recipe.description}`],
    ['Network', `${recipe.architecture}, discriminator ${recipe.discriminator}`],
    ['Style pictures', style],
    ['Photos', photos.join(', ')],
    ['Licence', licence],
    ['Steps', `${step} of ${recipe.batch} crops of ${recipe.size} x ${recipe.size}, in phase ${phase}`],
    ['Time', `${(seconds / 60).toFixed(1)} minutes, ${(seconds / step).toFixed(2)} s a step`],
    ['Seed', String(seed)],
    ['Began with', from ? from.path : 'random weights'],
  ] as const
}
