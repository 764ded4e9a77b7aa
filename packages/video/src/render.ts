/**
 * The loop of video styling: passes a clip's frames through a filter into segments, and resumes after a stop at any
 * moment. Decoding, styling and encoding overlap; memory does not grow with length. Does not know where segments are
 * kept or how they are used.
 */
import type { Frame, Picture, Signal, StyledFrame } from '@animegan/core'
import type { SegmentEncoder } from './encoder.ts'
import { atRate, cut } from './frame.ts'
import type { SegmentInfo, SegmentStore } from './segment.ts'

/** The source of frames, such as `openClip`'s reader. */
export interface FrameSource {
  /** When the first frame is shown, in seconds. */
  readonly start: number
  /** The frames from the one shown at `from` up to those shown before `until`. */
  frames(from: number, until: number): AsyncIterable<Frame>
}

/** How to render a clip. */
export interface RenderOptions {
  /** The part of the clip, in its seconds; the result's times count from its start. */
  readonly from?: number
  readonly until?: number
  /** A steady rate instead of the clip's own times. */
  readonly fps?: number
  /** Styles frames, from the beginning or from a saved `state`. */
  style(frames: AsyncIterable<Frame>, state: Uint8Array | undefined): AsyncIterable<StyledFrame>
  /** Starts a segment of the result. */
  encode(): Promise<SegmentEncoder>
  /** Makes a second stream that shows originals and results. */
  readonly compare?: (before: Picture, after: Picture) => Promise<Picture>
  /** Called after every frame with the total number of finished frames, and awaited. */
  onFrame?(frame: StyledFrame, frames: number): void | Promise<void>
  /** Called after every segment. */
  onSegment?(): Promise<void>
  /**
   * When aborted, finished frames are kept as a segment and the signal's reason is thrown; the same call resumes from
   * there.
   */
  readonly signal?: Signal
}

/** The outcome of rendering. */
export interface Rendered {
  readonly frames: number
  readonly repeated: number
  /** The end of the last frame, in the result's seconds. */
  readonly end: number
  /** Why the clip could not be read to its end. */
  readonly broken?: Error
}

/** Frames per segment: the most that is redone after a run was killed, and the distance between key frames. */
export const SEGMENT_FRAMES = 60

/** Renders the frames that are not yet in the store. Errors of the source end the clip; all others are thrown. */
export const render = async (source: FrameSource, store: SegmentStore, options: RenderOptions): Promise<Rendered> => {
  const { from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY, fps, signal } = options
  const origin = Math.max(source.start, from)
  const shift = Number.isFinite(from) ? from : 0
  const past = store.finished
  const skipped = past.reduce((sum, { frames }) => sum + frames, 0)
  const last = past.at(-1)
  let broken: Error | undefined

  async function* frames(): AsyncGenerator<Frame, void, undefined> {
    const resumed = fps === undefined ? last && last.last + shift : origin + skipped / fps
    const begin = Math.max(origin, resumed ?? origin)
    const read = untilBroken(source.frames(begin, until), (error) => {
      broken = error
    })
    const part = { from: origin, until, after: fps === undefined && last ? begin : Number.NEGATIVE_INFINITY }
    yield* fps === undefined ? cut(read, part) : atRate(cut(read, part), fps, origin, skipped)
  }

  const originals: Picture[] = []
  async function* noted(): AsyncGenerator<Frame, void, undefined> {
    for await (const frame of frames()) {
      if (options.compare) originals.push(frame.picture)
      yield { ...frame, timestamp: frame.timestamp - shift }
    }
  }

  let open: OpenSegment | undefined
  let closing: Promise<void> = Promise.resolve()
  let done = skipped
  const close = async (segment: OpenSegment): Promise<void> => {
    await store.add(await segment.finish())
    await options.onSegment?.()
  }
  try {
    for await (const styled of options.style(noted(), last && (await store.state()))) {
      open ??= await openSegment(options)
      const before = originals.shift()
      await open.add(styled, before && options.compare ? await options.compare(before, styled.picture) : undefined)
      await options.onFrame?.(styled, ++done)
      if (signal?.aborted) throw signal.reason
      if (open.frames < SEGMENT_FRAMES) continue
      // The last frames are encoded and written while the next are styled; one segment at a time.
      await closing
      closing = close(open)
      closing.catch(() => {}) // thrown where it is awaited
      open = undefined
    }
    await closing
    if (open) {
      closing = close(open)
      open = undefined
      await closing
    }
  } catch (error) {
    const whole = await closing.then(
      () => true,
      () => false,
    )
    // After an abort, finished frames are kept if possible; after any other error the segment may be incomplete.
    if (open && whole && signal?.aborted && error === signal.reason) {
      const last = open
      await last
        .finish()
        .then(store.add)
        .catch(() => last.cancel())
    } else await open?.cancel()
    throw error
  }
  return {
    frames: store.finished.reduce((sum, segment) => sum + segment.frames, 0),
    repeated: store.finished.reduce((sum, segment) => sum + segment.repeated, 0),
    end: store.finished.at(-1)?.end ?? 0,
    broken,
  }
}

/** A clip that ends this many seconds before its stated end was cut off. */
const MISSING = 0.25

/**
 * Whether rendering ended before the clip should: it is damaged or cut off.
 *
 * @param last the expected end, in the result's seconds
 */
export const endsEarly = (exactEnd: boolean, { broken, end }: Rendered, last: number): boolean =>
  broken !== undefined || (Number.isFinite(last) && exactEnd && last - end > MISSING)

async function* untilBroken(
  frames: AsyncIterable<Frame>,
  report: (error: Error) => void,
): AsyncGenerator<Frame, void, undefined> {
  try {
    yield* frames
  } catch (error) {
    report(error instanceof Error ? error : new Error(String(error)))
  }
}

type OpenSegment = Awaited<ReturnType<typeof openSegment>>

const openSegment = async ({ encode, compare }: RenderOptions) => {
  const encoders = await Promise.all(compare ? [encode(), encode()] : [encode()])
  let last: StyledFrame | undefined
  let frames = 0
  let repeated = 0
  return {
    get frames(): number {
      return frames
    },
    add: async (frame: StyledFrame, compared: Picture | undefined): Promise<void> => {
      await encoders[0].add(frame)
      if (compared) await encoders[1]?.add({ ...frame, picture: compared })
      frames++
      if (frame.repeated) repeated++
      last = frame
    },
    finish: async () => {
      const { picture, timestamp, duration, state } = last as StyledFrame
      const { width, height } = picture
      const info: SegmentInfo = { frames, repeated, last: timestamp, end: timestamp + duration, width, height }
      return { info, streams: await Promise.all(encoders.map((encoder) => encoder.finish())), state: state() }
    },
    cancel: async () => {
      await Promise.allSettled(encoders.map((encoder) => encoder.cancel()))
    },
  }
}
