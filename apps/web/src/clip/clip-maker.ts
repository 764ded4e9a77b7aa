/**
 * Clips in the picture worker: opened, styled by the pipeline that the command has, kept in a drawer segment by segment,
 * muxed with the sound as it was. Each clip of the page has a drawer; a closed tab, a pause or a dead graphics card costs
 * the frames of one segment at most. Loaded when the first clip comes.
 */
import { thumbnail } from '@animegan/browser'
import { type Frame, fitLongSide, type Picture, type StyledFrame } from '@animegan/core'
import {
  ClipError,
  type ClipFault,
  type ClipReader,
  codedSize,
  endsEarly,
  mux,
  openClip,
  type Rendered,
  render,
  type SegmentEncoder,
  type SegmentStore,
  startSegment,
  statedByResult,
} from '@animegan/video'
import { BlobSource, StreamTarget, type StreamTargetChunk } from 'mediabunny'
import type { Painter } from '../studio/painter.ts'
import { Problem, type ProblemCode } from '../studio/problem.ts'
import type { ClipNote, Opened, Progress, Styled, StyleOptions } from '../studio/protocol.ts'
import { mimeTypes, type Wrapping, wrappingFor } from './containers.ts'
import { clearDrawers, type Drawer, openDrawer } from './drawer.ts'
import { segmentsIn } from './drawer-segments.ts'

/** Bits a pixel at 30 frames a second, and the least for a clip: browsers' encoders are made for speed, and thin lines show it. */
const BITS_PER_PIXEL = 0.16
const LEAST_BITRATE = 1e6
/** Milliseconds between pictures of the present frame, and the long side of them. */
const PREVIEW_EVERY = 700
const PREVIEW_SIDE = 1280
/** Bytes at either end of a file that tell it from others. */
const TELLING = 1 << 16

const faults: Readonly<Record<ClipFault, ProblemCode>> = {
  format: 'clipFormat',
  codec: 'clipCodec',
  picture: 'clipSound',
  size: 'clipLarge',
}

const openReader = async (file: Blob): Promise<ClipReader> => {
  if (typeof VideoDecoder === 'undefined') throw new Problem('clipBrowser')
  try {
    return await openClip(new BlobSource(file), { hardwareAcceleration: 'no-preference' })
  } catch (cause) {
    const { fault = 'format', message } = cause as ClipError
    throw cause instanceof ClipError ? new Problem(faults[fault], message, cause) : cause
  }
}

/** What is known of a clip at once, with its first frame for the list. Throws a `Problem`. */
export const openClipFile = async (file: Blob, thumbnailSide: number): Promise<Opened> => {
  const reader = await openReader(file)
  try {
    const frames = reader.frames(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
    const first = await frames.next().catch((cause: Error) => {
      throw new Problem('clipDamaged', cause.message, cause)
    })
    await frames.return()
    if (first.done) throw new Problem('clipDamaged', 'no frame')
    const { picture } = first.value
    const { num, den } = reader.pixelAspect
    return {
      width: Math.round((picture.width * num) / den),
      height: picture.height,
      advice: [],
      thumbnail: await thumbnail(picture, thumbnailSide),
      format: 'png',
      clip: { hasSound: reader.audio.length > 0, ...(reader.end !== undefined && { seconds: reader.end }) },
    }
  } finally {
    reader.close()
  }
}

export interface ClipTask {
  /** The page's number for it: a clip has one drawer at a time. */
  readonly key: number
  readonly file: Blob
  readonly options: StyleOptions
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/** Makes clips. */
export class ClipMaker {
  private readonly drawers = new Map<number, { readonly about: string; readonly drawer: Drawer }>()

  constructor(private readonly painter: Painter) {
    clearDrawers().catch(() => {}) // private windows have none
  }

  /**
   * Styles a clip, from where it was left if it was begun before. Throws a `Problem`, `cancelled` when the signal came:
   * what is done is then kept.
   */
  async style(task: ClipTask): Promise<Styled> {
    const reader = await openReader(task.file)
    try {
      const drawer = await this.drawerFor(task)
      const size = sizeOf(reader, task.options)
      const wrapping = await wrappingFor(reader, codedSize(size.width, size.height))
      const { result: rendered, ...how } = await this.painter.attempt(
        { ...task.options, ...task },
        async ({ animator, backend }) => {
          const { strength, effectSize, size: side, followed } = task.options
          if (followed) task.onProgress({ stage: 'faces', fraction: 0 })
          const store = await segmentsIn(drawer)
          const watch = new Watch(task, reader, store, backend)
          const rendered = await render(reader, store, {
            signal: task.signal,
            style: (frames, state) =>
              watch.results(
                animator.frames(watch.sources(frames), {
                  strength,
                  effectSize,
                  size: side,
                  faces: followed ? 'auto' : 'off',
                  proportions: followed?.proportions,
                  state,
                }),
              ),
            encode: () => startGuarded(reader, wrapping),
          })
          return { rendered, store }
        },
      )
      return { ...how, ...(await finish(reader, drawer, wrapping, rendered.rendered, rendered.store)) }
    } finally {
      reader.close()
    }
  }

  /** Throws away what is kept of a clip. */
  async forget(key: number): Promise<void> {
    const held = this.drawers.get(key)
    this.drawers.delete(key)
    await held?.drawer.empty()
  }

  /** The clip's drawer for these options; that for others is thrown away. */
  private async drawerFor({ key, file, options }: ClipTask): Promise<Drawer> {
    const about = await keyOf(file, options)
    const held = this.drawers.get(key)
    if (held?.about === about) return held.drawer
    await this.forget(key)
    const drawer = await openDrawer(about)
    this.drawers.set(key, { about, drawer })
    return drawer
  }
}

const sizeOf = ({ width, height }: ClipReader, { size }: StyleOptions): { width: number; height: number } =>
  size === undefined ? { width, height } : fitLongSide(width, height, size)

/** Everything that a clip's pictures depend on as a word: the same file with the same settings is found again. */
const keyOf = async (file: Blob, { style, strength, size, effectSize, followed }: StyleOptions): Promise<string> => {
  const from = 'url' in style ? style.url : style.id
  const asked = JSON.stringify([2, file.size, from, strength, size, effectSize, followed])
  const ends = new Blob([asked, file.slice(0, TELLING), file.slice(Math.max(0, file.size - TELLING))])
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await ends.arrayBuffer()))
  return [...digest.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** An encoder whose failures are told from the engine's. */
const startGuarded = async (reader: ClipReader, { codec, width, height }: Wrapping): Promise<SegmentEncoder> => {
  const guarded = <T>(work: Promise<T>): Promise<T> =>
    work.catch((cause: Error) => {
      throw new Problem('clipEncode', cause.message, cause)
    })
  const bitrate = Math.round(Math.max(LEAST_BITRATE, width * height * 30 * BITS_PER_PIXEL))
  const matrix = statedByResult(reader.stated, reader.colour).matrix as 'bt709'
  const encoder = await guarded(startSegment({ codec, bitrate, matrix, hardwareAcceleration: 'no-preference' }))
  return {
    add: (frame) => guarded(encoder.add(frame)),
    finish: () => guarded(encoder.finish()),
    cancel: () => encoder.cancel(),
  }
}

/** Watches frames go by: how many, how fast, and what the present one looks like. */
class Watch {
  private readonly began = performance.now()
  private readonly before: number
  private frames: number
  private readonly originals: Frame[] = []
  private shownAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly task: ClipTask,
    private readonly reader: ClipReader,
    store: SegmentStore,
    private readonly backend: Styled['backend'],
  ) {
    this.before = store.finished.reduce((sum, { frames }) => sum + frames, 0)
    this.frames = this.before
    this.report(store.finished.at(-1)?.end ?? 0)
  }

  async *sources(frames: AsyncIterable<Frame>): AsyncGenerator<Frame, void, undefined> {
    for await (const frame of frames) {
      this.originals.push(frame)
      yield frame
    }
  }

  async *results(frames: AsyncIterable<StyledFrame>): AsyncGenerator<StyledFrame, void, undefined> {
    for await (const frame of frames) {
      const original = this.originals.shift()
      this.frames++
      const due = performance.now() - this.shownAt >= PREVIEW_EVERY
      if (due) this.shownAt = performance.now()
      this.report(
        frame.timestamp + frame.duration,
        due && original && { before: await small(original.picture), after: await small(frame.picture) },
      )
      yield frame
    }
  }

  private report(end: number, preview: { before: Blob; after: Blob } | false | undefined = undefined): void {
    const fresh = this.frames - this.before
    const rate = fresh > 0 ? (fresh * 1000) / (performance.now() - this.began) : undefined
    const seconds = this.reader.end
    this.task.onProgress({
      stage: 'clip',
      fraction: seconds ? Math.min(1, Math.max(0, end) / seconds) : 0,
      backend: this.backend,
      frames: this.frames,
      kept: this.before,
      ...(rate && { rate }),
      ...(preview && { preview }),
    })
  }
}

const small = (picture: Picture): Promise<Blob> => thumbnail(picture, PREVIEW_SIDE, 'image/jpeg')

/** Muxes what was rendered into the drawer. */
const finish = async (
  reader: ClipReader,
  drawer: Drawer,
  { container, codec, audio }: Wrapping,
  rendered: Rendered,
  store: SegmentStore,
): Promise<Pick<Styled, 'blob' | 'width' | 'height' | 'clip'>> => {
  if (rendered.stopped) throw new Problem('cancelled')
  if (rendered.frames === 0) throw new Problem('clipDamaged', rendered.broken?.message)
  const early = endsEarly(reader.exactEnd, rendered, reader.end ?? Number.POSITIVE_INFINITY)
  const name = `result.${container}`
  const file = await drawer.create(name)
  const writable = new WritableStream<StreamTargetChunk>({ write: ({ data, position }) => file.write(data, position) })
  let written: Blob
  try {
    const changes = await mux(
      {
        container,
        codec,
        video: store.packets(0, store.finished.length),
        decoderConfig: await store.decoderConfig(0),
        pixelAspect: reader.pixelAspect,
        colour: statedByResult(reader.stated, reader.colour),
        timeResolution: reader.timeResolution,
        languageCode: reader.languageCode,
        audio,
        ...(early && { cut: { from: 0, until: rendered.end } }),
        tags: reader.tags,
      },
      new StreamTarget(writable),
    )
    for (const { position, data } of changes) file.write(data, position)
  } finally {
    written = await file.close()
  }
  const notes: ClipNote[] = []
  if (early) notes.push('cutShort')
  if (reader.colour.hdr) notes.push('hdr')
  if (audio.length < reader.audio.length) notes.push('soundLost')
  const first = store.finished[0]
  return {
    ...codedSize(first.width, first.height),
    blob: written.slice(0, written.size, mimeTypes[container]),
    clip: { container, frames: rendered.frames, seconds: rendered.end, notes },
  }
}
