/**
 * `calibrate`: measures a style's ranges for 8 bits on photos and writes them into its file, which `--precision int8`
 * needs. Then measures on the same photos how close 8 bits come to floats, and prints it.
 */
import { readFile } from 'node:fs/promises'
import { calibrate, createAnimator, type Engine, loadStyle, type Picture, type Style } from '@animegan/core'
import { writeStyle } from '@animegan/models'
import {
  describeError,
  findStyle,
  formatBytes,
  nodeEngine,
  nodePictures,
  plain,
  readStyleAt,
  type StylePlace,
} from '@animegan/node'
import { Progress } from '../batch/progress.ts'
import { onInterrupt } from '../interrupt.ts'
import { expected } from '../usage.ts'
import { mayWrite, writeOutput } from './output.ts'
import { type FoundPictures, picturesIn } from './pictures-in.ts'

/** The options of `calibrate`. */
export interface CalibrateFlags {
  readonly photos: readonly string[]
  readonly output?: string
  readonly threads?: number
  readonly force?: boolean
}

/** The most photos to measure on, spread over those given; more would not change the result. */
const mostPhotos = 24
/** Long side to which the photos are reduced. */
const longSide = 512

interface Photo {
  readonly path: string
  readonly picture: Picture
}

/** Calibrates a style. Returns the exit code: 1 if pictures had to be left out. */
export const calibrateCommand = async (name: string, flags: CalibrateFlags): Promise<number> => {
  const place = await findStyle(name)
  const { style, output } = await open(place, flags)
  const { photos, skipped } = await readPhotos(flags.photos)
  const progress = new Progress(process.stderr, 2, '')
  for (const { path, reason } of skipped) progress.line(`animegan: ${plain(path)}: left out: ${plain(reason)}`)
  const undo = onInterrupt(() => progress.clear())
  const engine = await nodeEngine({ threads: flags.threads })
  let calibrated: Style
  let distance: Distance
  try {
    progress.begin('measuring')
    const pictures = photos.map(({ picture }) => picture)
    calibrated = await calibrate(style, engine, pictures, { onProgress: (fraction) => progress.update(fraction) })
    progress.end()
    progress.begin('comparing')
    distance = await compare(calibrated, engine, photos, (fraction) => progress.update(fraction))
  } catch (error) {
    throw new Error(describeError(error, name))
  } finally {
    progress.clear()
    await engine.close()
    undo()
  }
  const bytes = writeStyle(calibrated)
  await writeOutput(output, bytes)
  const { all, worst, path } = distance
  process.stderr.write(
    `${plain(name)}, ${style.architecture}: measured on ${photos.length} photo${photos.length === 1 ? '' : 's'}; 8 bits are ${all.toFixed(1)} dB from floats, ` +
      `${worst.toFixed(1)} in the worst, ${plain(path)}\n` +
      `-> ${plain(output)} (${formatBytes(bytes.length)}); use it with --style ${plain(output)} --precision int8\n`,
  )
  return skipped.length > 0 ? 1 : 0
}

/**
 * The style, and the file to write: by default the style's own, unless it comes with the command, was added, or is another
 * program's.
 */
const open = async (
  place: StylePlace,
  { output, force }: CalibrateFlags,
): Promise<{ style: Style; output: string }> => {
  const { name, path, origin } = place
  if (output !== undefined) {
    await mayWrite(output, force || output === path)
    return { style: await readStyleAt(place), output }
  }
  const ofUs = (): Promise<Style | undefined> =>
    readFile(path)
      .then(loadStyle)
      .catch(() => undefined)
  const style = origin === 'file' ? await ofUs() : undefined
  if (style) return { style, output: path }
  const why = origin === 'file' ? 'no style file' : origin
  throw expected(`calibrate ${name}`, `-o, a file for the calibrated style, as ${name} is ${why}`, 'none')
}

/** Photos spread evenly over the folders, and the files that cannot be read. */
const readPhotos = async (folders: readonly string[]) => {
  const found: FoundPictures[] = []
  for (const folder of folders) found.push(await picturesIn(folder))
  const skipped = found.flatMap((folder) => folder.skipped)
  const paths = found.flatMap(({ pictures }) => pictures)
  const count = Math.min(paths.length, mostPhotos)
  const photos: Photo[] = []
  for (let i = 0; i < count; i++) {
    const path = paths[Math.floor(((i + 0.5) * paths.length) / count)]
    const picture = await nodePictures.read(path, longSide).catch((error: unknown) => {
      throw new Error(describeError(error, path))
    })
    photos.push({ path, picture })
  }
  return { photos, skipped }
}

/** The distance of 8 bits from floats in decibels: over all photos together, and for the worst of them. */
interface Distance {
  readonly all: number
  readonly worst: number
  readonly path: string
}

const compare = async (
  style: Style,
  engine: Engine,
  photos: readonly Photo[],
  onProgress: (fraction: number) => void,
): Promise<Distance> => {
  await using float = await createAnimator({ style, engine, precision: 'fp32' })
  await using eight = await createAnimator({ style, engine, precision: 'int8' })
  const errors: number[] = []
  for (const { picture } of photos) {
    const [{ picture: wanted }, { picture: found }] = [await float.picture(picture), await eight.picture(picture)]
    errors.push(meanSquare(wanted, found))
    onProgress(errors.length / photos.length)
  }
  const most = Math.max(...errors)
  return {
    all: decibels(errors.reduce((sum, error) => sum + error, 0) / errors.length),
    worst: decibels(most),
    path: photos[errors.indexOf(most)].path,
  }
}

const meanSquare = (a: Picture, b: Picture): number =>
  a.data.reduce((sum, level, i) => sum + (level - b.data[i]) ** 2, 0) / a.data.length

/** Peak signal-to-noise ratio for levels from 0 to 255. */
const decibels = (error: number): number => 10 * Math.log10(255 ** 2 / error)
