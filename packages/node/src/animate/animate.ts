/**
 * Animates a picture, an animated picture or a clip from file to file in one call, for programs. Engine, style, faces
 * and codecs are set up for the call, unless an animator is given.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  type AnimateOptions,
  type Animator,
  AnimeganError,
  checkOptions,
  createAnimator,
  type Precision,
  type Style,
} from '@animegan/core'
import { writeStyle } from '@animegan/models'
import { type Backend, nodeEngine } from '../engine/node-engine.ts'
import { faceModels, portraitModels } from '../faces/models.ts'
import type { FaceReport } from '../faces/report.ts'
import { inTemporaryFolder } from '../files/stream.ts'
import { writeWhole } from '../files/whole-file.ts'
import { decodePicture } from '../pictures/decode.ts'
import { encodePicture } from '../pictures/encode.ts'
import { type OutputFormat, outputFormatFor, outputFormatOf } from '../pictures/format.ts'
import { openStyle } from '../styles/find.ts'
import type { ClipOptions } from '../video/clip.ts'
import { animateClipFile } from '../video/lazy.ts'
import { type ClipFormat, containerOf } from '../video/sniff.ts'
import { animateAnimation } from './animation.ts'
import { type ClipSource, openSource, type PictureSource, type SourceInput } from './source.ts'
import { animateStill } from './still.ts'

/** How a file is animated. */
export interface AnimateFileOptions extends AnimateOptions, ClipOptions {
  /** A built-in style's name, a style file, or a style. Default: sora. */
  readonly style?: string | Style | undefined
  readonly backend?: Backend | undefined
  /** Threads for the CPU; default: one for each core. */
  readonly threads?: number | undefined
  /** Memory limit for the network, in MiB. Default: 512. */
  readonly memory?: number | undefined
  /** Numeric precision; 8 bits need a calibrated style. Default: whichever is faster. */
  readonly precision?: Precision | undefined
  /** Format of the result. Default: the output name's, or the input's. */
  readonly format?: OutputFormat | ClipFormat | undefined
  /** 1 to 100; default: the format's own. */
  readonly quality?: number | undefined
  /** Whether to replace an existing output. Default: false. */
  readonly overwrite?: boolean | undefined
  /**
   * Your own animator, for batches, instead of `style`, `backend`, `threads`, `memory` and `precision`; you close it.
   */
  readonly animator?: Animator | undefined
  readonly signal?: AbortSignal | undefined
  /** Called with the fraction done, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined
}

/** The result for a file. */
export interface AnimatedFile {
  readonly width: number
  readonly height: number
  readonly frames: number
  /** What could not be kept, as text. */
  readonly notices: readonly string[]
  /** The faces in it; missing if faces were not searched for. */
  readonly faces?: readonly FaceReport[] | undefined
  /** Why the result is incomplete. */
  readonly incomplete?: string | undefined
}

/**
 * Animates a file.
 *
 * @param input a path, or the bytes of a picture or a clip, whole or as a stream
 * @param output a path, which is written completely or not at all, or a stream
 * @throws AnimeganError of one line: `not-found`, `bad-file`, `already-exists`, `unknown-style`, `bad-argument` and
 * others; the
 *   signal's reason when it is aborted
 */
export const animate = async (
  input: SourceInput,
  output: string | Writable,
  options: AnimateFileOptions = {},
): Promise<AnimatedFile> => {
  const name = typeof input === 'string' ? input : 'input'
  if (typeof input === 'string' && !(await stat(input).catch(() => undefined)) && !input.includes('%')) {
    throw new AnimeganError('not-found', `${input}: expected a picture or a clip, found no such file`)
  }
  if (typeof output === 'string' && !options.overwrite && (await stat(output).catch(() => undefined))) {
    throw new AnimeganError('already-exists', `${output}: already exists; \`overwrite: true\` replaces it`)
  }
  options.signal?.throwIfAborted()
  const source = await openSource(input, name)
  const prepared = await prepare(options)
  try {
    return await (source.kind === 'clip'
      ? clipToFile(source, output, prepared, options)
      : animatePictureFile(source, output, prepared.animator, options))
  } finally {
    await prepared.close()
  }
}

interface Prepared {
  readonly animator: Animator
  /** Everything that the animator's pictures depend on, for resuming work on a clip. */
  readonly key: string
  close(): Promise<void>
}

const prepare = async ({
  animator,
  style = 'sora',
  backend,
  threads,
  memory,
  precision,
}: AnimateFileOptions): Promise<Prepared> => {
  if (animator) return { animator, key: 'given', close: async () => {} }
  const opened = typeof style === 'string' ? await openStyle(style) : style
  const engine = await nodeEngine({ backend, threads })
  try {
    const made = await createAnimator({
      engine,
      style: opened,
      faces: faceModels,
      characters: portraitModels,
      memory,
      precision,
    })
    const key = JSON.stringify([
      createHash('sha256').update(writeStyle(opened)).digest('hex'),
      backend,
      memory,
      precision,
    ])
    return { animator: made, key, close: engine.close }
  } catch (error) {
    await engine.close()
    throw error
  }
}

const animatePictureFile = async (
  source: PictureSource,
  output: string | Writable,
  animator: Animator,
  options: AnimateFileOptions,
): Promise<AnimatedFile> => {
  const decoded = await decodePicture(source.bytes, source.name)
  const own = source.content && outputFormatFor(source.content)
  const named = typeof output === 'string' ? outputFormatOf(extname(output).slice(1)) : undefined
  const format = options.format ?? named ?? (typeof output === 'string' ? undefined : own)
  if (!format || outputFormatOf(format) !== format) {
    const found = format ?? `'${extname(output as string)}'`
    throw new AnimeganError('unsupported', `expected jpeg, png, webp, avif, gif or tiff for a picture, found ${found}`)
  }
  const moving = decoded.frames.length > 1
  const { frames, faces } = await (moving ? animateAnimation : animateStill)(decoded, animator, options)
  const label = typeof output === 'string' ? output : 'output'
  const { bytes, notices } = await encodePicture(frames, { format, name: label, quality: options.quality }, decoded)
  options.signal?.throwIfAborted()
  if (typeof output === 'string') {
    await mkdir(dirname(output), { recursive: true })
    await writeWhole(output, bytes, { times: source.times })
  } else await pipeline(Readable.from([bytes]), output)
  const [{ width, height }] = frames
  const { incomplete } = decoded
  return { width, height, frames: frames.length, notices: [...decoded.notices, ...notices], faces, incomplete }
}

const clipToFile = (
  source: ClipSource,
  output: string | Writable,
  { animator, key }: Prepared,
  options: AnimateFileOptions,
): Promise<AnimatedFile> => {
  const named = typeof output === 'string' ? (containerOf(extname(output)) ?? extname(output).slice(1)) : 'mp4'
  const format = (options.format ?? named) as ClipFormat
  const { codec, bitrate, sound, start, end, fps, preview, quality, signal } = options
  const run = {
    clip: { codec, bitrate, sound, start, end, fps, preview },
    quality,
    options: checkOptions(options),
    key,
    animator: async () => animator,
    signal,
    tell: () => {},
  }
  const make = (clip: string, to: string, temporary: boolean): Promise<AnimatedFile> =>
    animateClipFile(clip, { path: to, compare: undefined, format, temporary }, run, ({ fraction }) =>
      options.onProgress?.(fraction),
    )
  return source.withFile((clip) =>
    typeof output === 'string'
      ? make(clip, output, false)
      : inTemporaryFolder(async (folder) => {
          const file = join(folder, `result.${format}`)
          const made = await make(clip, file, true)
          await pipeline(createReadStream(file), output)
          return made
        }),
  )
}
