/**
 * The process that touches users' pictures and clips: reads, draws and writes them, and nothing else. It has no connection to the
 * queue or the network, and its parent ends it when it takes too much memory or time, so a hostile picture costs one of
 * these. Started by artist.ts with the threads and the network's memory as arguments.
 */
import { readFile, stat, writeFile } from 'node:fs/promises'
import {
  type Animator,
  AnimeganError,
  createAnimator,
  type Engine,
  type ErrorCode,
  fitLongSide,
  type Picture,
} from '@animegan/core'
import {
  animateAnimation,
  animateClipPart,
  animateStill,
  type ClipForm,
  decodePicture,
  encodePicture,
  faceModels,
  isClip,
  joinClipParts,
  measurePicture,
  nodeEngine,
  type OneFileFormat,
  type OutputFormat,
  openStyle,
  outlineClip,
  outputFormatFor,
  portraitModels,
  readFirstFrame,
  readStart,
  sniff,
} from '@animegan/node'
import { reasonOf } from '@animegan/node/text'
import { ClipError } from '@animegan/video'
import { PREVIEW_SIDE } from '../queue/cost.ts'
import type { JobFailure, JobResult } from '../queue/job.ts'
import type { ArtistReply, ArtistRequest, Inspection, UploadFacts } from './protocol.ts'

const [threads, memory] = process.argv.slice(2).map(Number)
/** Styles that are kept loaded. */
const LOADED_STYLES = 2
const WARM_SIDE = 256
const PREVIEW_QUALITY = 80

let engine: Promise<Engine> | undefined
const animators = new Map<string, Promise<Animator>>()

/** The animator of a style; the one that was not used for longest is closed for it. */
const animatorOf = async (style: string): Promise<Animator> => {
  engine ??= nodeEngine({ threads })
  const found = animators.get(style)
  animators.delete(style)
  const animator =
    found ??
    createAnimator({
      engine: await engine,
      style: await openStyle(style),
      faces: faceModels,
      characters: portraitModels,
      memory,
    })
  animators.set(style, Promise.resolve(animator))
  if (animators.size > LOADED_STYLES) {
    const [[oldest, unused]] = animators
    animators.delete(oldest)
    await (await unused).close()
  }
  return animator
}

type DrawRequest = ArtistRequest & { type: 'draw' }

const draw = (request: DrawRequest): Promise<JobResult> => {
  if (request.kind === 'part') return drawPart(request)
  if (request.kind === 'join') return join(request)
  return request.data.clip ? drawFirstFrame(request) : drawPicture(request)
}

/** How a clip is written: the same for all its parts and for what they are joined to. */
const formOf = ({ data: { request, picture } }: DrawRequest): ClipForm => ({
  format: (request.format ?? picture.format) as OneFileFormat,
  quality: request.quality,
  size: request.options.size,
  start: request.start,
  end: request.end,
  fps: request.fps,
  sound: request.sound !== 'off',
  tags: request.metadata === 'keep',
})

const drawPart = async (request: DrawRequest): Promise<JobResult> => {
  const { input, output, data } = request
  const { options, style } = data.request
  const part = data.part as NonNullable<typeof data.part>
  const form = formOf(request)
  const drawn = await animateClipPart(input, part, form, {
    ...options,
    animator: await animatorOf(style),
    onFrame: (frames) => send({ type: 'progress', fraction: Math.min(1, frames / part.frames) }),
  })
  await writeFile(output, drawn.file)
  return {
    ...sizeOf(data),
    frames: drawn.frames,
    format: form.format,
    bytes: (await stat(output)).size,
    notices: [],
    incomplete: drawn.broken,
  }
}

/** The size of a result, as its picture's header states it. */
const sizeOf = ({ picture: { width, height }, request: { options } }: DrawRequest['data']) =>
  options.size === undefined ? { width, height } : fitLongSide(width, height, options.size)

const join = async (request: DrawRequest): Promise<JobResult> => {
  const { input, output, parts = [], data } = request
  const form = formOf(request)
  const files = parts.map((path) => () => readFile(path))
  const { notices, ...made } = await joinClipParts(input, files, output, form)
  const bytes = (await stat(output)).size
  const stated = data.clip?.parts.reduce((sum, { frames }) => sum + frames, 0) ?? 0
  const missing = form.fps === undefined ? stated - made.frames : 0
  const incomplete =
    missing > 0 ? `damaged or cut off: ${missing} of its ${stated} frames cannot be read` : made.incomplete
  return { ...made, incomplete, format: form.format, bytes, notices: notices.map(({ message }) => message) }
}

const drawFirstFrame = async ({ input, output, data }: DrawRequest): Promise<JobResult> => {
  const { options, style, start } = data.request
  const frame = await readFirstFrame(input, start)
  const small = { ...options, size: PREVIEW_SIDE, effectSize: undefined }
  const { picture } = await (await animatorOf(style)).picture(frame, small)
  const target = { format: 'webp', quality: PREVIEW_QUALITY, name: 'preview' } as const
  const { bytes } = await encodePicture([picture], target)
  await writeFile(output, bytes)
  const { width, height } = picture
  return { width, height, frames: 1, format: 'webp', bytes: bytes.length, notices: [] }
}

const drawPicture = async (request: DrawRequest): Promise<JobResult> => {
  const { kind, input, output } = request
  const { options, style, quality, metadata, format } = request.data.request
  const { width, height, frames } = request.data.picture
  // What the header said when the job was admitted is what it may be.
  const decoded = await decodePicture(await readFile(input), 'picture', { maxPixels: width * height * frames })
  const animator = await animatorOf(style)
  const target =
    kind === 'preview'
      ? ({ format: 'webp', quality: PREVIEW_QUALITY, name: 'preview' } as const)
      : { format: (format as OutputFormat | undefined) ?? outputFormatFor(decoded.format), quality, name: 'picture' }
  const moving = kind === 'picture' && decoded.frames.length > 1
  const animated = await (moving ? animateAnimation : animateStill)(decoded, animator, {
    ...options,
    ...(kind === 'preview' && { size: PREVIEW_SIDE, effectSize: undefined }),
    onProgress: (fraction: number) => send({ type: 'progress', fraction }),
  })
  const { delays, loop, profile } = decoded
  const carry = kind === 'picture' && metadata === 'keep' ? decoded : { delays, loop, profile }
  const encoded = await encodePicture(animated.frames, target, carry)
  await writeFile(output, encoded.bytes)
  const [first] = animated.frames
  return {
    width: first.width,
    height: first.height,
    frames: animated.frames.length,
    format: target.format,
    bytes: (await stat(output)).size,
    notices: [...decoded.notices, ...encoded.notices],
    faces: animated.faces,
    incomplete: decoded.incomplete,
  }
}

const warm = async (style: string): Promise<ArtistReply> => {
  const animator = await animatorOf(style)
  const data = Uint8Array.from({ length: WARM_SIDE ** 2 * 3 }, (_, i) => (i * 7) % 251)
  const picture: Picture = { width: WARM_SIDE, height: WARM_SIDE, channels: 3, data }
  await animator.picture(picture)
  const start = performance.now()
  await animator.picture(picture)
  return { type: 'warmed', side: WARM_SIDE, milliseconds: performance.now() - start }
}

const inspect = async (path: string, clip: Inspection): Promise<UploadFacts> => {
  const start = await readStart(path)
  if (!isClip(start) || sniff(start)) return measurePicture(await readFile(path), 'picture')
  const outline = await outlineClip(path, clip)
  return { ...outline, frames: outline.parts.reduce((sum, { frames }) => sum + frames, 0) }
}

const answer = async (request: ArtistRequest): Promise<ArtistReply> => {
  switch (request.type) {
    case 'inspect':
      return { type: 'inspected', picture: await inspect(request.path, request.clip) }
    case 'warm':
      return warm(request.style)
    case 'draw':
      return { type: 'drawn', result: await draw(request) }
  }
}

const FAILURES: Readonly<Partial<Record<ErrorCode, string>>> = {
  'bad-file': 'not-a-picture',
  'bad-argument': 'bad-request',
  unsupported: 'too-long',
}

const typeOf = (error: unknown): string => {
  if (error instanceof ClipError && error.fault === 'size') return 'too-many-pixels'
  return (error instanceof AnimeganError && FAILURES[error.code]) || 'failed'
}

/** An error as a problem: what is wrong with the picture is told, other reasons are our own. */
const failureOf = (error: unknown): JobFailure => ({
  type: typeOf(error),
  detail: reasonOf(error),
})

const send = (reply: ArtistReply): void => {
  if (process.connected) process.send?.(reply)
}

process.on('message', (request: ArtistRequest) => {
  answer(request).then(send, (error) => send({ type: 'failed', failure: failureOf(error) }))
})
// Not process.exit, which would wait for a run of the engine.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
// Ctrl-C reaches the whole group of processes; the parent decides when this one ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})

send({ type: 'ready' })
