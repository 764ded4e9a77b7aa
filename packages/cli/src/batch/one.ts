/**
 * One input from file to file: read, decoded, styled frame by frame or portrait by portrait, encoded, written. The encoded input is let go of
 * as soon as it is decoded. Clips are told from pictures here, and handed to video/clip.ts. Knows nothing of batches,
 * terminals or how the stylizer is made.
 */
import { createReadStream } from 'node:fs'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import {
  type Frame,
  type Picture,
  type StylizeOptions,
  type Stylizer,
  sideBySide,
  splitView,
  stylizeFrames,
} from '@animegan/core'
import {
  areNumbered,
  type ClipPlace,
  type ClipProgress,
  type ClipRun,
  collect,
  createSightings,
  type DecodedPicture,
  decodePicture,
  describeContent,
  describeFace,
  encodePicture,
  type FaceReport,
  findNumbers,
  frameFaces,
  inTemporaryFolder,
  isCamera,
  isClip,
  isNumbered,
  keep,
  numberedPath,
  type OutputFormat,
  peek,
  recordCamera,
  sniff,
  streamOf,
  styleClip,
  writeWhole,
} from '@animegan/node'
import sharp from 'sharp'
import { type FaceRun, findSitters, redrawFaces } from './faces.ts'
import { type Input, readStart } from './inputs.ts'
import {
  type Destination,
  fileKey,
  isClipFormat,
  isClipName,
  type Place,
  placeOf,
  portraitPlaces,
  type ResultFormat,
} from './naming.ts'

/** Milliseconds for which browsers show a frame that states none, or next to none. */
const UNSTATED_DELAY = 100

/** What holds for every input of a run. */
export interface Run {
  readonly destination: Destination
  readonly format?: ResultFormat
  readonly quality?: number
  readonly compare: 'side' | 'split' | undefined
  readonly force: boolean
  readonly stylize: Pick<StylizeOptions, 'strength' | 'effectSize' | 'size'>
  /** What is done with faces; nothing when it is missing. */
  readonly faces?: FaceRun
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
  /** The faces in the picture; of an animation or a clip those that were followed, as each was seen largest. Missing where none were looked for. */
  readonly faces?: readonly FaceReport[]
  /** Why it is not all of the input. */
  readonly incomplete?: string
}

/** Told how much of an input is done, 0 to 1, and for clips more of it. */
export type OnProgress = (fraction: number, clip?: ClipProgress) => void

/** Styles one input. Throws an error of one line when it cannot be done. */
export const styleOne = async (input: Input, run: Run, onProgress: OnProgress): Promise<Result[]> => {
  if (input.problem) throw new Error(input.problem)
  if (await isCamera(input.path)) {
    const place = await claimClip(input, run)
    return inTemporaryFolder(async (folder) => {
      const path = join(folder, 'camera.mkv')
      await recordCamera(input.path, run.clips.clip.end, path)
      return [await styleClipAt(path, place, run, onProgress)]
    })
  }
  const stream = await streamOf(input.path)
  const peeked = stream && (await peek(stream))
  if (peeked && isClip(peeked.start)) {
    const place = await claimClip(input, run)
    return inTemporaryFolder(async (folder) => {
      const path = join(folder, 'clip')
      await keep(peeked, path)
      return [await styleClipAt(path, place, run, onProgress)]
    })
  }
  if (!peeked && (await isClipFile(input.path))) {
    return [await styleClipAt(input.path, await claimClip(input, run), run, onProgress)]
  }
  const opened = await open(input, peeked && (await collect(peeked)), run)
  if (run.faces?.mode === 'only') return stylePortraits(input, opened, run, run.faces, onProgress)
  const { frames } = opened.decoded
  const { styled, faces } = await (frames.length > 1 ? styleAnimation : styleStill)(opened.decoded, run, onProgress)
  const result = await writeResult(frames, styled, opened.place, opened, run)
  return [{ ...result, ...(faces && { faces }) }]
}

/** Pictures styled, and what is told of the faces in them, where they were looked for. */
interface Styled {
  readonly styled: readonly Picture[]
  readonly faces?: readonly FaceReport[]
}

const styleStill = async ({ frames }: DecodedPicture, run: Run, onProgress: OnProgress): Promise<Styled> => {
  const [frame] = frames as [Picture]
  const drawn = await (await run.stylizer()).stylize(frame, { ...run.stylize, onProgress })
  if (!run.faces) return { styled: [drawn] }
  const { picture, reports } = await redrawFaces(frame, drawn, run.faces, run.stylize)
  return { styled: [picture], faces: reports }
}

/** An animated picture is a clip that is held in memory. */
const styleAnimation = async (
  { frames, delays }: DecodedPicture,
  run: Run,
  onProgress: OnProgress,
): Promise<Styled> => {
  async function* timed(): AsyncGenerator<Frame, void, undefined> {
    let timestamp = 0
    for (const [i, picture] of frames.entries()) {
      const delay = delays[i] ?? 0
      const duration = (delay > 10 ? delay : UNSTATED_DELAY) / 1000
      yield { picture, timestamp, duration }
      timestamp += duration
    }
  }
  const sightings = run.faces && createSightings()
  const options = { ...run.stylize, ...(run.faces && { faces: await frameFaces(run.faces) }) }
  const styled: Picture[] = []
  for await (const frame of stylizeFrames(await run.stylizer(), timed(), options)) {
    sightings?.see(frame, frames[0].width / frame.source.width)
    styled.push(frame.picture)
    onProgress(styled.length / frames.length)
  }
  return { styled, ...(sightings && { faces: sightings.reports }) }
}

/** Draws each face of a picture as a portrait of its own. */
const stylePortraits = async (
  input: Input,
  opened: Opened,
  run: Run,
  faceRun: FaceRun,
  onProgress: OnProgress,
): Promise<Result[]> => {
  const { frames } = opened.decoded
  const { frame, faces } = await findSitters(frames, faceRun)
  const places = portraitPlaces(opened.place, faces.length)
  await claim(
    places.flatMap((place) => pathsOf(place, run)),
    input.path === '-' ? 'stdin' : input.path,
    run,
  )
  const stylizer = await faceRun.stylizer()
  const { proportions } = faceRun
  const still = { ...opened, decoded: { ...opened.decoded, delays: [] } }
  const results: Result[] = []
  for (const [i, face] of faces.entries()) {
    const options = { ...run.stylize, ...(proportions !== undefined && { proportions }) }
    const portrait = await stylizer.portrait(frame, face, options)
    const before = run.compare
      ? await stylizer.portrait(frame, face, { ...options, strength: 0, proportions: 0 })
      : portrait
    const result = await writeResult([before], [portrait], places[i], i === 0 ? still : withoutNotices(still), run)
    results.push({ ...result, faces: [{ ...describeFace(frame, face), output: result.output }] })
    onProgress((i + 1) / faces.length)
  }
  return results
}

const withoutNotices = (opened: Opened): Opened => ({ ...opened, decoded: { ...opened.decoded, notices: [] } })

/** Encodes and writes a result, and its before/after picture where that is wanted. */
const writeResult = async (
  before: readonly Picture[],
  after: readonly Picture[],
  place: Place,
  { decoded, times }: Opened,
  run: Run,
): Promise<Result> => {
  const notices = [...decoded.notices]
  const write = async (path: string, pictures: readonly Picture[]): Promise<void> => {
    const format = place.format as OutputFormat
    const target = { format, name: path === '-' ? 'stdout' : path, ...(run.quality && { quality: run.quality }) }
    const { bytes, notices: more } = await encodePicture(pictures, target, decoded)
    notices.push(...more)
    if (path === '-') return writeStdout(bytes)
    await mkdir(dirname(path), { recursive: true })
    await writeWhole(path, bytes, times && { times })
  }
  await write(place.path, after)
  const { compare: compareAs } = run
  const compare = compareAs ? place.compare : undefined
  if (compare && compareAs) await write(compare, await beforeAfter(before, after, compareAs))
  const [{ width, height }] = after
  return { output: place.path, ...(compare && { compare }), width, height, frames: after.length, notices }
}

/**
 * Whether a file is a clip by its first bytes; by its name where they are those of nothing that is known. Throws for what
 * is a clip by its name only.
 */
const isClipFile = async (path: string): Promise<boolean> => {
  if (await areNumbered(path)) return true
  const start = await readStart(path)
  if (isClip(start)) return true
  if (!isClipName(path) || sniff(start)) return false
  const found = describeContent(start)
  if (found !== 'something else') throw new Error(`expected a clip, found ${found}`)
  return true
}

/** Where a clip's results go, once it is certain that they may be written. */
const claimClip = async (input: Input, run: Run): Promise<ClipPlace> => {
  if (run.faces?.mode === 'only') throw new Error('expected a picture for --faces only, found a clip')
  const { path, format, compare } = placeOf(input, 'clip', run.destination, run.format)
  if (!isClipFormat(format)) throw new Error(`expected a clip's format, found ${format}`)
  const wanted = run.compare && compare
  await claim([path, ...(wanted ? [wanted] : [])], input.path, run)
  return { path, compare: wanted, format }
}

/** Styles the clip in a file. */
const styleClipAt = async (
  source: string,
  { path, compare, format }: ClipPlace,
  run: Run,
  onProgress: OnProgress,
): Promise<Result> => {
  const styleTo = (to: string, temporary = false) =>
    styleClip(
      source,
      { path: to, compare, format, temporary },
      {
        ...run.clips,
        ...(run.quality && { quality: run.quality }),
        ...(run.compare && { compare: run.compare }),
        stylize: run.stylize,
        stylizer: run.stylizer,
        ...(run.faces && { faces: run.faces }),
      },
      (progress) => onProgress(progress.fraction, progress),
    )
  const made = await (path === '-'
    ? inTemporaryFolder(async (folder) => {
        const file = join(folder, `result.${format}`)
        const result = await styleTo(file, true)
        await pipeline(createReadStream(file), process.stdout, { end: false })
        return result
      })
    : styleTo(path))
  return { output: path, ...(compare && { compare }), ...made }
}

interface Opened {
  readonly decoded: DecodedPicture
  readonly place: Place
  readonly times?: { readonly atime: Date; readonly mtime: Date }
}

/** Reads and decodes an input, once it is certain that its result may be written. */
const open = async (input: Input, streamed: Uint8Array | undefined, run: Run): Promise<Opened> => {
  const name = input.path === '-' ? 'stdin' : input.path
  const bytes = streamed ?? (await readPicture(input.path))
  const content = sniff(bytes)
  // What is no picture fails here, with a word on what it is.
  if (!content)
    return { decoded: await decodePicture(bytes, name), place: { path: '-', compare: undefined, format: 'png' } }
  const place = placeOf(input, content, run.destination, run.format)
  // How many portraits there will be is not known yet.
  if (run.faces?.mode !== 'only') await claim(pathsOf(place, run), name, run)
  const times = streamed ? undefined : await stat(input.path)
  return { decoded: await decodePicture(bytes, name), place, ...(times && { times }) }
}

/** Everything that is written for a result. */
const pathsOf = ({ path, compare }: Place, run: Run): string[] => [path, ...(run.compare && compare ? [compare] : [])]

const claim = async (paths: readonly string[], name: string, { written, force }: Run): Promise<void> => {
  for (const path of paths) {
    if (path === '-') continue
    if (fileKey(path) === fileKey(name)) throw new Error('its result would replace it; name another with -o')
    const other = written.get(fileKey(path))
    if (other !== undefined) throw new Error(`its result ${path} is that of ${other} already`)
    const [number] = isNumbered(path) ? await findNumbers(path) : []
    if (number !== undefined && !force) {
      throw new Error(`its result ${numberedPath(path, number)} is already there; --force overwrites it`)
    }
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
