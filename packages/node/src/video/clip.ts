/**
 * One clip from file to file: opened, rendered into segments beside the result, muxed with the sound that it had, renamed
 * when whole. Node's files and codecs meet the platform-neutral parts here. Knows nothing of batches or terminals.
 */
import { createHash } from 'node:crypto'
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import {
  type FrameOptions,
  type Picture,
  type StyledFrame,
  type Stylizer,
  sideBySide,
  splitView,
  stylizeFrames,
} from '@animegan/core'
import {
  ClipError,
  type ClipReader,
  type Container,
  codedSize,
  endsEarly,
  mux,
  openClip,
  type Rendered,
  render,
  startSegment,
  statedByResult,
  unheldAudio,
  VIDEO_CODECS,
} from '@animegan/video'
import { type EncodedPacket, FilePathSource, FilePathTarget, type VideoCodec } from 'mediabunny'
import sharp from 'sharp'
import { createSightings, type FaceTools, frameFaces } from '../faces/following.ts'
import type { FaceReport } from '../faces/report.ts'
import { type OutputFormat, outputFormatOf } from '../pictures/index.ts'
import { joinAnimation, MOST_ANIMATION_PIXELS } from './animation.ts'
import { type Codecs, prepareCodecs } from './codecs.ts'
import { isCutOff } from './cut-off.ts'
import { hasFfmpeg, rewrite } from './ffmpeg.ts'
import { areNumbered, numberedKey, openNumbered, startPictureSegment, writeNumbered } from './numbered.ts'
import { type FolderStore, openSegments } from './segments.ts'
import type { ClipFormat } from './sniff.ts'

/** How a before/after picture shows both. */
export type Comparison = 'side' | 'split'

/** What is asked for beyond what pictures have, too. Times in seconds. */
export interface ClipOptions {
  readonly codec?: VideoCodec
  readonly bitrate?: number
  readonly start?: number
  readonly end?: number
  readonly fps?: number
  readonly preview?: number
}

/** What holds for every clip of a run. */
export interface ClipRun {
  readonly clip: ClipOptions
  readonly quality?: number
  readonly compare?: Comparison
  readonly stylize: Pick<FrameOptions, 'strength' | 'effectSize' | 'size'>
  /** Everything else that the pictures depend on: style, engine, version. */
  readonly key: string
  stylizer(): Promise<Stylizer>
  /** What finds faces and draws them, each made at the first call; missing where they are left as they are. */
  readonly faces?: FaceTools
  /** Says something before the clip is done. */
  tell(line: string): void
}

/** Where a clip's results go. */
export interface ClipPlace {
  readonly path: string
  readonly compare: string | undefined
  readonly format: ClipFormat
  /** The folder of the result is a temporary one: no work is kept in it. */
  readonly temporary?: boolean
}

/** What was made of a clip. */
export interface ClipResult {
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly notices: readonly string[]
  /** The faces that were followed through what this run made, each as it was seen largest; missing where none were looked for. */
  readonly faces?: readonly FaceReport[]
  /** Why it is not all of the clip. */
  readonly incomplete?: string
}

/** How far a clip is. */
export interface ClipProgress {
  readonly fraction: number
  /** The part of it that was there from an earlier run. */
  readonly skipped: number
  readonly framesPerSecond: number
  /** What was made last; read at once, not kept. */
  readonly picture: Picture
}

/** Bytes of a result that are gathered before they are written: mediabunny's 16 MiB would show in the peak memory. */
const CHUNK = 2 ** 20

/** 1 to 100; mediabunny's "high" is 75. */
const DEFAULT_QUALITY = 75

/**
 * Styles one clip. Throws an error of one line when nothing can be made of it; work that was done stays beside the result
 * and is taken up when the same is asked again.
 */
export const styleClip = async (
  path: string,
  place: ClipPlace,
  run: ClipRun,
  onProgress: (progress: ClipProgress) => void,
): Promise<ClipResult> => {
  const pictures = (await areNumbered(path)) && !VIDEO_CODECS[place.format as Container]
  const codecs = pictures ? 'none' : await prepareCodecs()
  await mkdir(dirname(place.path), { recursive: true })
  const store = await openSegments(place.path, await keyOf(path, place, run, codecs))
  let reader: ClipReader | undefined
  try {
    reader = await openAny(path, run, store)
    return await styleReader(reader, path, place, run, store, onProgress)
  } catch (error) {
    if (store.finished.length === 0) await store.remove()
    throw place.temporary ? error : described(error, store)
  } finally {
    reader?.close()
  }
}

/** A clip by whatever can read it. */
const openAny = async (path: string, { clip }: ClipRun, store: FolderStore): Promise<ClipReader> => {
  if (await areNumbered(path)) return openNumbered(path, clip.fps)
  try {
    return await openClip(new FilePathSource(path))
  } catch (error) {
    if (!(error instanceof ClipError && error.unknown && (await hasFfmpeg()))) throw error
    const rewritten = join(store.folder, 'source.mp4')
    if (!(await stat(rewritten).catch(() => undefined)))
      await rewrite(path, rewritten).catch(() => Promise.reject(error))
    return openClip(new FilePathSource(rewritten))
  }
}

const styleReader = async (
  reader: ClipReader,
  path: string,
  place: ClipPlace,
  run: ClipRun,
  store: FolderStore,
  onProgress: (progress: ClipProgress) => void,
): Promise<ClipResult> => {
  const { clip, compare, quality = DEFAULT_QUALITY } = run
  const { format } = place
  const notices: string[] = []
  const animated = format === 'gif' || format === 'webp'
  const codec = animated || format === 'frames' ? undefined : codecFor(format, clip.codec)
  if (codec) {
    const unheld = await unheldAudio(format as Container, reader.audio)
    if (unheld.length > 0) {
      throw new ClipError(`expected sound that .${format} can hold, found ${unheld.join(', ')}: name the result .mkv`)
    }
  } else if (animated) checkAnimation(reader, run)
  if (!codec && reader.audio.length > 0) notices.push('its sound is left out: pictures have none')
  if (reader.notice) notices.push(reader.notice)
  if (reader.colour.hdr) notices.push(`its high dynamic range (${reader.colour.hdr.toUpperCase()}) becomes standard`)
  if (store.emptied) notices.push('work done before with another input or other options was not used')

  const from = clip.start
  const until = clip.end
  const last = Math.min(until ?? Number.POSITIVE_INFINITY, reader.end ?? Number.POSITIVE_INFINITY)
  const first = Math.max(from ?? Number.NEGATIVE_INFINITY, reader.start)
  if (first >= last) throw new ClipError(`expected --start before its end at ${last.toFixed(2)} s, found ${from}`)
  const length = last - (from ?? 0)
  const stylizer = await run.stylizer()
  const options: FrameOptions = { ...run.stylize, ...(run.faces && { faces: await frameFaces(run.faces) }) }
  const sightings = run.faces && createSightings()
  async function* seen(frames: AsyncIterable<StyledFrame>): AsyncGenerator<StyledFrame, void, undefined> {
    for await (const frame of frames) {
      sightings?.see(frame, reader.width / frame.source.width)
      yield frame
    }
  }
  const preview = fileOf(place.path, 'preview')
  let shown = clip.preview === undefined
  const write = async (made: string, stream: number, packets: AsyncIterable<EncodedPacket>, until?: number) => {
    if (animated) await joinAnimation(packets, format, quality, made)
    else {
      const target = new FilePathTarget(made, { chunkSize: CHUNK })
      const changes = await mux(
        {
          container: format as Container,
          codec: codec as VideoCodec,
          video: packets,
          decoderConfig: await store.decoderConfig(stream),
          pixelAspect: reader.pixelAspect,
          colour: statedByResult(reader.stated, reader.colour),
          timeResolution: clip.fps ?? reader.timeResolution,
          languageCode: reader.languageCode,
          audio: reader.audio,
          ...((from !== undefined || until !== undefined) && {
            cut: { from: from ?? 0, until: until ?? Number.POSITIVE_INFINITY },
          }),
          tags: reader.tags,
        },
        target,
      )
      const file = await open(made, 'r+')
      try {
        for (const { position, data } of changes) await file.write(data, 0, data.length, position)
        await file.sync()
      } finally {
        await file.close()
      }
    }
  }
  const finish = async (to: string, stream: number, segments: number, until?: number): Promise<void> => {
    const packets = store.packets(stream, segments)
    if (format === 'frames') return writeNumbered(packets, to, reader.firstNumber ?? 1)
    const made = join(store.folder, `result${extname(to)}`)
    try {
      await write(made, stream, packets, until)
      await rename(made, await realpath(to).catch(() => to))
    } catch (error) {
      await rm(made, { force: true }) // where the disk is full, room for what comes next
      throw error
    }
  }

  const began = performance.now()
  const already = store.finished.at(-1)?.end ?? 0
  const share = (end: number): number => (Number.isFinite(length) ? Math.min(1, end / length) : 0)
  const rendered = await render(reader, store, {
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...(clip.fps && { fps: clip.fps }),
    style: (frames, state) => seen(stylizeFrames(stylizer, frames, { ...options, ...(state && { state }) })),
    encode: codec
      ? () =>
          startSegment({
            codec,
            quality,
            matrix: statedByResult(reader.stated, reader.colour).matrix as 'bt709',
            ...(clip.bitrate && { bitrate: clip.bitrate }),
          })
      : () => startPictureSegment(animated ? 'png' : (outputFormatOf(place.path) as OutputFormat), run.quality),
    ...(compare && { compare: comparisonBy(compare) }),
    onFrame: ({ frames, skipped, end, picture }) => {
      const framesPerSecond = ((frames - skipped) * 1000) / (performance.now() - began)
      onProgress({ fraction: share(end), skipped: share(already), framesPerSecond, picture })
    },
    onSegment: async () => {
      const end = store.finished.at(-1)?.end ?? 0
      if (shown || end < (clip.preview as number)) return
      shown = true
      await finish(preview, 0, store.finished.length, end + (from ?? 0))
      run.tell(`${path}: the first ${end.toFixed(1)} s: ${preview}`)
    },
  })
  if (rendered.frames === 0) {
    throw new ClipError(`expected at least one frame, found none that can be decoded${reasonFor(rendered)}`)
  }
  const lost = !(await areNumbered(path)) && (await isCutOff(path))
  const incomplete = missingOf(reader, rendered, from ?? 0, until, lost)
  const cutShort = incomplete ? rendered.end + (from ?? 0) : until
  await finish(place.path, 0, store.finished.length, cutShort)
  if (compare && place.compare) await finish(place.compare, 1, store.finished.length, cutShort)
  await store.remove()
  const size = store.finished[0]
  const coded = codec ? codedSize(size.width, size.height) : size
  if (coded.width !== size.width || coded.height !== size.height) {
    notices.push(`${size.width}x${size.height} becomes ${coded.width}x${coded.height}: video has even sides`)
  }
  return {
    width: coded.width,
    height: coded.height,
    frames: rendered.frames,
    notices,
    ...(sightings && { faces: sightings.reports }),
    ...(incomplete && { incomplete }),
  }
}

/** NAME.anime.EXT and NAME.EXT as NAME.WORD.EXT. */
const fileOf = (path: string, word: string): string => {
  const extension = extname(path)
  const stem = path.slice(0, path.length - extension.length).replace(/\.anime$/, '')
  return `${stem}.${word}${extension}`
}

const codecFor = (container: Container, asked: VideoCodec | undefined): VideoCodec => {
  const held = VIDEO_CODECS[container]
  if (!asked) return held[0]
  if (held.includes(asked)) return asked
  throw new ClipError(`expected a codec for .${container} (${held.join(', ')}), found ${asked}`)
}

const checkAnimation = ({ width, height, start, end }: ClipReader, { clip, stylize }: ClipRun): void => {
  const seconds = Math.min(clip.end ?? Number.POSITIVE_INFINITY, end ?? 60) - Math.max(clip.start ?? 0, start)
  const scale = stylize.size ? stylize.size / Math.max(width, height) : 1
  // Rates of clips that do not say are taken for 30 a second.
  const pixels = width * height * scale * scale * seconds * (clip.fps ?? 30)
  if (pixels <= MOST_ANIMATION_PIXELS) return
  const megapixels = Math.round(pixels / 1e6)
  const most = MOST_ANIMATION_PIXELS / 1e6
  throw new ClipError(
    `expected an animation of at most ${most} megapixels, found about ${megapixels}: use --size, --fps or --end`,
  )
}

const comparisonBy =
  (kind: Comparison) =>
  async (before: Picture, after: Picture): Promise<Picture> => {
    const { width, height } = after
    const same = before.width === width && before.height === height
    const scaled = same
      ? before
      : { width, height, channels: before.channels, data: await scaledTo(before, width, height) }
    return kind === 'side' ? sideBySide(scaled, after) : splitView(scaled, after)
  }

const scaledTo = ({ width, height, channels, data }: Picture, toWidth: number, toHeight: number): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels } }).resize(toWidth, toHeight, { fit: 'fill' }).raw().toBuffer()

/** Everything that the segments depend on: the file, what is asked for, and what makes the pictures. */
const keyOf = async (path: string, { format }: ClipPlace, run: ClipRun, codecs: Codecs | 'none'): Promise<string> => {
  const { preview: _, ...clip } = run.clip
  const faces = run.faces && { proportions: run.faces.proportions }
  const asked = [format, clip, run.quality, run.compare, run.stylize, codecs, faces]
  const source = (await areNumbered(path)) ? await numberedKey(path) : await fileKey(path)
  return JSON.stringify([2, source, asked, run.key])
}

/** Size, time and start of a file: what differs between two, without reading all. */
const fileKey = async (path: string): Promise<string> => {
  const { size, mtimeMs } = await stat(path)
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1 << 16), 0, 1 << 16, 0)
    return JSON.stringify([size, mtimeMs, createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex')])
  } finally {
    await file.close()
  }
}

const reasonFor = ({ broken }: Rendered): string => (broken ? ` (${broken.message})` : '')

/** What is missing at the end of a result, as a line; undefined when nothing is. */
const missingOf = (
  reader: ClipReader,
  rendered: Rendered,
  from: number,
  until: number | undefined,
  lost: boolean,
): string | undefined => {
  const reached = rendered.end + from
  const last = Math.min(until ?? Number.POSITIVE_INFINITY, reader.end ?? Number.POSITIVE_INFINITY)
  const cutOff = lost && (until === undefined || endsEarly(true, rendered, until - from))
  if (!cutOff && !endsEarly(reader.exactEnd, rendered, last - from)) return undefined
  const of = Number.isFinite(last) ? ` of ${last.toFixed(1)}` : ''
  return `damaged or cut off after ${reached.toFixed(1)}${of} s${reasonFor(rendered)}: ${rendered.frames} frames were made`
}

/** An error with a word on the work that is kept. */
const described = (error: unknown, { finished, folder }: FolderStore): unknown => {
  const frames = finished.reduce((sum, segment) => sum + segment.frames, 0)
  if (frames === 0) return error
  const { message, code } = error as { message: string; code?: string }
  const reason = code === 'ENOSPC' ? 'the disk is full' : message
  return new Error(`${reason}; ${frames} frames are kept in ${folder}: the same command goes on from there`, {
    cause: error,
  })
}
