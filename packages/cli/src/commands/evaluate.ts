/**
 * `evaluate`: measures a style with a folder of photos and one of pictures in the style. This file does the printing;
 * @animegan/train computes the measures.
 */
import { createAnimator, type Engine, type Style, type WarpingError } from '@animegan/core'
import {
  DEFAULT_FEATURES,
  describeError,
  findStyle,
  nodeEngine,
  nodePictures,
  plain,
  readFeatures,
  readStyleAt,
} from '@animegan/node'
import { type Estimate, type Evaluation, evaluate, fewestPictures, type Measures } from '@animegan/train'
import { Progress } from '../batch/progress.ts'
import { onInterrupt } from '../interrupt.ts'
import { formatDuration, formatTable } from '../text.ts'
import { engineOptions } from './engine-flags.ts'
import { type FoundPictures, picturesIn } from './pictures-in.ts'

/** The options of `evaluate`. */
export interface EvaluateFlags {
  readonly photos: string
  readonly styleImages: string
  readonly clip?: string
  readonly features?: string
  readonly json?: boolean
}

/** A file that is left out, and why. */
type Skipped = Evaluation['skipped'][number]

/** How each figure is shown: its name, its digits, and its meaning. */
const rows: Readonly<Record<keyof Measures, readonly [name: string, digits: number, meaning: string]>> = {
  styleDistance: ['style distance', 3, 'results to style pictures (KID); 0 is identical'],
  photoDistance: ['photo distance', 3, 'untouched photos to style pictures'],
  distanceRatio: ['ratio', 2, 'of these two; 1 is no closer than the photos'],
  edgeSimilarity: ['edge similarity', 3, "the photo's contours kept; 1 is all"],
  colourShift: ['colour shift', 1, 'local mean colours, Delta E; 2 is just visible'],
  ink: ['ink', 4, 'share of pixels on dark thin structures that the photo does not have'],
  flatness: ['flatness', 3, 'share of pixels in flat fill or a plain gradient'],
  photoFlatness: ['photo flatness', 3, 'the same of the untouched photos'],
  textureLeft: [
    'texture left',
    3,
    'energy of fine texture relative to the photo; 1: all of it, more: texture is added',
  ],
}

/** Without a terminal, a line is printed every so many pictures. */
const lineEvery = 20

/** Evaluates a style. Returns the exit code: 1 if pictures had to be left out. */
export const evaluateCommand = async (name: string, flags: EvaluateFlags): Promise<number> => {
  const start = performance.now()
  const place = await findStyle(name)
  const { weights: features } = await readFeatures(flags.features ?? DEFAULT_FEATURES)
  const style = await readStyleAt(place)
  const photos = await enoughIn(flags.photos)
  const art = await enoughIn(flags.styleImages)
  const total = photos.pictures.length + art.pictures.length
  const progress = new Progress(process.stderr, total, 'pictures')
  const leaveOut = ({ path, reason }: Skipped): void =>
    progress.line(`animegan: ${plain(path)}: left out: ${plain(reason)}`)
  const known = [...photos.skipped, ...art.skipped]
  for (const one of known) leaveOut(one)
  const undo = onInterrupt(() => progress.clear())
  const engine = await nodeEngine(engineOptions({ backend: 'auto' }))
  let evaluation: Evaluation
  let flicker: WarpingError | undefined
  try {
    // First, so that an unreadable clip is reported at once.
    if (flags.clip !== undefined) flicker = await flickerIn(flags.clip, style, engine)
    let done = 0
    const observer = {
      begin: (path: string): void => progress.begin(plain(path)),
      end: (): void => {
        progress.end(1)
        done++
        if (!process.stderr.isTTY && done % lineEvery === 0) progress.line(`${done} of ${total} pictures`)
      },
    }
    const found = { photos: photos.pictures, styleImages: art.pictures }
    const plan = { style, engine, pictures: nodePictures, features, ...found }
    evaluation = await evaluate(plan, observer)
  } finally {
    progress.clear()
    await engine.close()
    undo()
  }
  for (const one of evaluation.skipped) leaveOut(one)
  const skipped = [...known, ...evaluation.skipped]
  const counts = { photos: evaluation.photos, styleImages: evaluation.styleImages }
  if (flags.json) {
    const warping = flicker && {
      warpingError: significant(flicker.result),
      clipWarpingError: significant(flicker.source),
    }
    const json = { style: place.name, ...figuresOf(evaluation.measures), ...warping, ...counts, skipped }
    process.stdout.write(`${JSON.stringify(json)}\n`)
  } else {
    const line = `${plain(place.name)}, ${style.architecture}: ${counts.photos} photos, ${counts.styleImages} style pictures`
    process.stdout.write(`${line}\n${tableOf(evaluation.measures, flicker)}\n`)
  }
  const { value, error } = evaluation.measures.photoDistance
  if (value < 2 * error) {
    process.stderr.write(
      'note: the photos are hardly farther from the style pictures than by chance: ignore the ratio\n',
    )
  }
  process.stderr.write(`${total} pictures in ${formatDuration(performance.now() - start)}\n`)
  return skipped.length > 0 ? 1 : 0
}

/** The pictures of a folder; throws if there are too few for a meaningful result. */
const enoughIn = async (folder: string): Promise<FoundPictures> => {
  const found = await picturesIn(folder)
  if (found.pictures.length >= fewestPictures) return found
  const wanted = `expected at least ${fewestPictures} pictures that can be read`
  throw new Error(`${folder}: ${wanted}, found ${found.pictures.length}; use 20 or more for meaningful figures`)
}

/** The measured figures, in the order of display. */
const measuresIn = (measures: Measures): [keyof Measures, Estimate][] =>
  (Object.keys(rows) as (keyof Measures)[]).flatMap((name): [keyof Measures, Estimate][] => {
    const measure = measures[name]
    return measure ? [[name, measure]] : []
  })

/** Each figure by its name, and its standard error by the name with `Error`. */
const figuresOf = (measures: Measures): Record<string, number> =>
  Object.fromEntries(
    measuresIn(measures).flatMap(([name, { value, error }]) => [
      [name, significant(value)],
      [`${name}Error`, significant(error)],
    ]),
  )

/** Digits beyond the sixth are rounding noise of the engine. */
const significant = (value: number): number => Number(value.toPrecision(6))

/** Styles the beginning of a clip and measures it. */
const flickerIn = async (path: string, style: Style, engine: Engine): Promise<WarpingError> => {
  const { flickerOf } = await import('@animegan/node')
  await using animator = await createAnimator({ style, engine })
  try {
    return await flickerOf(path, animator)
  } catch (error) {
    throw new Error(describeError(error, path))
  }
}

const tableOf = (measures: Measures, flicker: WarpingError | undefined): string =>
  formatTable([
    ['MEASURE', 'VALUE', 'ERROR', 'MEANING'],
    ...measuresIn(measures).map(([key, { value, error }]) => {
      const [name, digits, meaning] = rows[key]
      return [name, value.toFixed(digits), error.toFixed(digits), meaning]
    }),
    ...(flicker
      ? [
          [
            'flicker',
            (flicker.result / flicker.source).toFixed(2),
            '',
            "warping error over the clip's own; 1 is no more",
          ],
        ]
      : []),
  ])
