/**
 * One input from file to file: read, decoded, styled frame by frame, encoded, written. The encoded input is let go of
 * as soon as it is decoded. Knows nothing of batches, terminals or how the stylizer is made.
 */
import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Picture, type StylizeOptions, type Stylizer, sideBySide } from '@animegan/core'
import sharp from 'sharp'
import {
  type Carry,
  type DecodedPicture,
  decodePicture,
  encodePicture,
  type OutputFormat,
  sniff,
  writeWhole,
} from '../pictures/index.ts'
import { type Input, readStart } from './inputs.ts'
import { type Destination, fileKey, type Place, placeOf } from './naming.ts'

/** What holds for every input of a run. */
export interface Run {
  readonly destination: Destination
  readonly format?: OutputFormat
  readonly quality?: number
  readonly compare: boolean
  readonly force: boolean
  readonly stylize: Pick<StylizeOptions, 'strength' | 'effectSize' | 'size'>
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
}

/** Styles one input. Throws an error of one line when it cannot be done, and then nothing was written. */
export const styleOne = async (input: Input, run: Run, onProgress: (fraction: number) => void): Promise<Result> => {
  if (input.problem) throw new Error(input.problem)
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
    const { format } = place
    const target = { format, name: path === '-' ? 'stdout' : path, ...(run.quality && { quality: run.quality }) }
    const { bytes, notices: more } = await encodePicture(pictures, target, carry)
    notices.push(...more)
    if (path === '-') return writeStdout(bytes)
    await mkdir(dirname(path), { recursive: true })
    await writeWhole(path, bytes, times && { times })
  }
  await write(place.path, styled, decoded)
  const compare = run.compare ? place.compare : undefined
  if (compare) await write(compare, await beforeAfter(frames, styled), decoded)
  const [{ width, height }] = styled
  return { output: place.path, ...(compare && { compare }), width, height, frames: frames.length, notices }
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

const beforeAfter = async (before: readonly Picture[], after: readonly Picture[]): Promise<Picture[]> => {
  const pairs: Picture[] = []
  for (const [i, frame] of before.entries()) pairs.push(sideBySide(await scaledTo(frame, after[i]), after[i]))
  return pairs
}

const scaledTo = async (picture: Picture, { width, height }: Picture): Promise<Picture> => {
  const { width: w, height: h, channels, data } = picture
  if (w === width && h === height) return picture
  const scaled = sharp(data, { raw: { width: w, height: h, channels }, limitInputPixels: false })
  return { width, height, channels, data: await scaled.resize(width, height, { fit: 'fill' }).raw().toBuffer() }
}
