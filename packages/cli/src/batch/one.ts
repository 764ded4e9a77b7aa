/**
 * One input from file to file: read, decoded, styled frame by frame, encoded, written. The encoded input is let go of
 * as soon as it is decoded. Clips are told from pictures here, and handed to video/clip.ts. Knows nothing of batches,
 * terminals or how the stylizer is made.
 */
import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Picture, type StylizeOptions, type Stylizer, sideBySide, splitView } from '@animegan/core'
import sharp from 'sharp'
import { describeContent } from '../pictures/format.ts'
import {
  type Carry,
  type DecodedPicture,
  decodePicture,
  encodePicture,
  type OutputFormat,
  sniff,
  writeWhole,
} from '../pictures/index.ts'
import { type ClipProgress, type ClipRun, styleClip } from '../video/clip.ts'
import { isClip } from '../video/sniff.ts'
import { type Input, readStart } from './inputs.ts'
import {
  type Destination,
  fileKey,
  isClipFormat,
  isClipName,
  type Place,
  placeOf,
  type ResultFormat,
} from './naming.ts'

/** What holds for every input of a run. */
export interface Run {
  readonly destination: Destination
  readonly format?: ResultFormat
  readonly quality?: number
  readonly compare: 'side' | 'split' | undefined
  readonly force: boolean
  readonly stylize: Pick<StylizeOptions, 'strength' | 'effectSize' | 'size'>
  readonly clips: Pick<ClipRun, 'clip' | 'key' | 'tell'>
  /** The results of this run so far, by file, and the input that each was made from. */
  readonly written: Map<string, string>
  /** Gives the stylizer, made at the first call. */
  stylizer(): Promise<Stylizer>
}

/** What was made of an input. */
export interface Result {
  readonly output: string
  readonly compare?: string
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly notices: readonly string[]
  /** Why it is not all of the input. */
  readonly incomplete?: string
}

/** Told how much of an input is done, 0 to 1, and for clips more of it. */
export type OnProgress = (fraction: number, clip?: ClipProgress) => void

/** Styles one input. Throws an error of one line when it cannot be done, and then nothing was written. */
export const styleOne = async (input: Input, run: Run, onProgress: OnProgress): Promise<Result> => {
  if (input.problem) throw new Error(input.problem)
  if (input.path !== '-' && (await isClipFile(input.path))) return styleClipFile(input, run, onProgress)
  const { decoded, place, times } = await open(input, run)
  const stylizer = await run.stylizer()
  const { frames } = decoded
  const styled: Picture[] = []
  for (const [i, frame] of frames.entries()) {
    const report = (fraction: number): void => onProgress((i + fraction) / frames.length)
    styled.push(await stylizer.stylize(frame, { ...run.stylize, onProgress: report }))
  }
  const notices = [...decoded.notices]
  const write = async (path: string, pictures: readonly Picture[], carry: Carry): Promise<void> => {
    const format = place.format as OutputFormat
    const target = { format, name: path === '-' ? 'stdout' : path, ...(run.quality && { quality: run.quality }) }
    const { bytes, notices: more } = await encodePicture(pictures, target, carry)
    notices.push(...more)
    if (path === '-') return writeStdout(bytes)
    await mkdir(dirname(path), { recursive: true })
    await writeWhole(path, bytes, times && { times })
  }
  await write(place.path, styled, decoded)
  const { compare: compareAs } = run
  const compare = compareAs ? place.compare : undefined
  if (compare && compareAs) await write(compare, await beforeAfter(frames, styled, compareAs), decoded)
  const [{ width, height }] = styled
  return { output: place.path, ...(compare && { compare }), width, height, frames: frames.length, notices }
}

/** By its first bytes; by its name where they are those of nothing that is known. */
const isClipFile = async (path: string): Promise<boolean> => {
  const start = await readStart(path)
  return isClip(start) || (isClipName(path) && !sniff(start))
}

const styleClipFile = async (input: Input, run: Run, onProgress: OnProgress): Promise<Result> => {
  const start = await readStart(input.path)
  const found = isClip(start) ? undefined : describeContent(start)
  if (found && found !== 'something else') throw new Error(`expected a clip, found ${found}`)
  const place = placeOf(input, 'clip', run.destination, run.format)
  const { path, format } = place
  const compare = run.compare && place.compare
  if (!isClipFormat(format)) throw new Error(`expected a clip's format, found ${format}`)
  await claim([path, ...(compare ? [compare] : [])], input.path, run)
  const made = await styleClip(
    input.path,
    { path, compare, format },
    {
      ...run.clips,
      ...(run.quality && { quality: run.quality }),
      ...(run.compare && { compare: run.compare }),
      stylize: run.stylize,
      stylizer: run.stylizer,
    },
    (progress) => onProgress(progress.fraction, progress),
  )
  return { output: path, ...(compare && { compare }), ...made }
}

interface Opened {
  readonly decoded: DecodedPicture
  readonly place: Place
  readonly times?: { readonly atime: Date; readonly mtime: Date }
}

/** Reads and decodes an input, once it is certain that its result may be written. */
const open = async (input: Input, run: Run): Promise<Opened> => {
  const name = input.path === '-' ? 'stdin' : input.path
  const bytes = input.path === '-' ? await readStdin() : await readPicture(input.path)
  const content = sniff(bytes)
  // What is no picture fails here, with a word on what it is.
  if (!content)
    return { decoded: await decodePicture(bytes, name), place: { path: '-', compare: undefined, format: 'png' } }
  const place = placeOf(input, content, run.destination, run.format)
  await claim([place.path, ...(run.compare && place.compare ? [place.compare] : [])], name, run)
  const times = input.path === '-' ? undefined : await stat(input.path)
  return { decoded: await decodePicture(bytes, name), place, ...(times && { times }) }
}

const claim = async (paths: readonly string[], name: string, { written, force }: Run): Promise<void> => {
  for (const path of paths) {
    if (path === '-') continue
    const other = written.get(fileKey(path))
    if (other !== undefined) throw new Error(`its result ${path} is that of ${other} already`)
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory()) throw new Error(`its result ${path} would replace a folder`)
    if (found?.isFile() && !force) throw new Error(`its result ${path} is already there; --force overwrites it`)
  }
  for (const path of paths) written.set(fileKey(path), name)
}

/** The whole file when it starts like a picture; otherwise its start only, so that a long film is not read. */
const readPicture = async (path: string): Promise<Uint8Array> => {
  const { size } = await stat(path)
  const start = await readStart(path)
  return sniff(start) || size <= start.length ? readFile(path) : start
}

const readStdin = async (): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const writeStdout = (bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()))
  })

const beforeAfter = async (
  before: readonly Picture[],
  after: readonly Picture[],
  kind: 'side' | 'split',
): Promise<Picture[]> => {
  const join = kind === 'side' ? sideBySide : splitView

  const pairs: Picture[] = []
  for (const [i, frame] of before.entries()) pairs.push(join(await scaledTo(frame, after[i]), after[i]))
  return pairs
}

const scaledTo = async (picture: Picture, { width, height }: Picture): Promise<Picture> => {
  const { width: w, height: h, channels, data } = picture
  if (w === width && h === height) return picture
  const scaled = sharp(data, { raw: { width: w, height: h, channels }, limitInputPixels: false })
  return { width, height, channels, data: await scaled.resize(width, height, { fit: 'fill' }).raw().toBuffer() }
}
