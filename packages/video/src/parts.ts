/**
 * One clip by many workers: splits it at its key frames into parts, animates a part into a file, and joins these files
 * with the clip's sound. A part depends on nothing but the clip and the options, so one that is lost is done again and
 * the result is the same bytes. Knows no workers and no queue; animate-clip.ts is for one process.
 *
 * The pictures are not quite those of one process, which carries its filter, statistics and faces through the whole clip:
 * a part finds them anew in the frames just before it.
 */
import { type AnimateOptions, type Animator, AnimeganError, type Frame, type StyledFrame } from '@animegan/core'
import type { EncodedPacket } from 'mediabunny'
import type { AnimatedClip } from './animate-clip.ts'
import type { EncodedSegment, SegmentEncoder } from './encoder.ts'
import { atRate, cut, SAME } from './frame.ts'
import { ClipError, type ClipReader } from './reader.ts'
import { SEGMENT_FRAMES } from './render.ts'
import { decoderConfigOf, encodeSegment, headerEnd, packetsOf, readHeader, type SegmentHeader } from './segment-file.ts'
import type { ClipTarget } from './target.ts'

/** What is animated of a clip. */
export interface ClipExtent {
  /** Its beginning and end, in the clip's seconds. Default: all. */
  readonly start?: number | undefined
  readonly end?: number | undefined
  /** Frames per second, for a steady rate. Default: the clip's own times. */
  readonly fps?: number | undefined
}

/** A part of a clip: the frames that begin from `from` on and before `until`, in the clip's seconds. */
export interface ClipPart {
  readonly from: number
  readonly until: number
  /** How many these are, by what the file states. */
  readonly frames: number
}

/** A part has at least so many seconds, unless the clip is shorter. */
const LEAST = 2
/** The frames so many seconds before a part are animated with it and left out: its filter and faces begin with them. */
const LEAD = 0.4

/**
 * Splits a clip, decoding nothing: one part or more, each from a key frame to another. Rejects a clip of more than `most`
 * frames, as soon as it has counted so many.
 */
export const splitClip = async (
  clip: ClipReader,
  { start, end, fps, most }: ClipExtent & { readonly most: number },
): Promise<ClipPart[]> => {
  const times: number[] = []
  const keys: number[] = []
  let stated = 0
  for await (const { timestamp, duration, key } of clip.packets()) {
    if (times.length === most) {
      throw new AnimeganError('unsupported', `expected at most ${most} frames, found more`)
    }
    times.push(timestamp)
    if (key) keys.push(timestamp)
    stated = Math.max(stated, timestamp + duration)
  }
  if (times.length === 0) throw new ClipError('damaged', 'expected at least one frame, found none')
  const first = Math.max(clip.start, start ?? clip.start)
  const last = Math.min(stated, end ?? stated)
  if (first >= last) {
    throw new AnimeganError('bad-argument', `expected start before the end at ${last.toFixed(2)} s, found ${start}`)
  }
  const bounds = [first]
  for (const key of keys.toSorted((a, b) => a - b)) {
    if (key - bounds[bounds.length - 1] >= LEAST && last - key >= LEAST / 2) bounds.push(key)
  }
  return bounds.map((from, i) => {
    const until = bounds[i + 1] ?? last
    const own = times.filter((time) => time >= from - SAME && time < until - SAME).length
    return { from, until, frames: fps === undefined ? Math.max(1, own) : Math.ceil((until - from) * fps) }
  })
}

/** How a part is animated. */
export interface AnimatePartOptions extends AnimateOptions, ClipExtent {
  readonly animator: Pick<Animator, 'frames'>
  /** Called after every frame of the part with their number. */
  readonly onFrame?: (frames: number) => void
}

/** An animated part. */
export interface AnimatedPart {
  /** The file, as a list of pieces. */
  readonly file: readonly Uint8Array[]
  readonly frames: number
  /** Why frames are missing, in one line. */
  readonly broken?: string
}

/** Animates a part of a clip. A part in which nothing can be decoded has no frames. */
export const animatePart = async (
  clip: ClipReader,
  target: ClipTarget,
  { from, until }: ClipPart,
  { animator, start, fps, onFrame, strength, size, effectSize, faces, proportions }: AnimatePartOptions,
): Promise<AnimatedPart> => {
  const writer = await target(clip)
  const shift = start ?? 0
  const origin = Math.max(clip.start, start ?? clip.start)
  const begin = Math.max(origin, from - LEAD)
  let broken: string | undefined
  async function* frames(): AsyncGenerator<Frame, void, undefined> {
    try {
      const read = cut(clip.frames(begin, until), { from: begin, until, after: Number.NEGATIVE_INFINITY })
      const steady = fps && atRate(read, fps, origin, Math.max(0, Math.ceil((begin - origin) * fps - SAME)))
      for await (const frame of steady || read) yield { ...frame, timestamp: frame.timestamp - shift }
    } catch (error) {
      broken = error instanceof Error ? error.message : String(error)
    }
  }
  const segments: EncodedSegment[] = []
  let encoder: SegmentEncoder | undefined
  let last: StyledFrame | undefined
  let count = 0
  let repeated = 0
  try {
    for await (const frame of animator.frames(frames(), { strength, size, effectSize, faces, proportions })) {
      if (frame.timestamp + shift < from - SAME) continue
      encoder ??= await writer.encode()
      await encoder.add(frame)
      last = frame
      if (frame.repeated) repeated++
      count++
      onFrame?.(count)
      if (count % SEGMENT_FRAMES > 0) continue
      segments.push(await encoder.finish())
      encoder = undefined
    }
    if (encoder) segments.push(await encoder.finish())
  } catch (error) {
    await encoder?.cancel()
    throw error
  }
  const info = {
    frames: count,
    repeated,
    last: last?.timestamp ?? 0,
    end: last ? last.timestamp + last.duration : 0,
    width: last?.picture.width ?? 0,
    height: last?.picture.height ?? 0,
  }
  const [one] = segments
  const streams = one ? [{ ...one, packets: segments.flatMap(({ packets }) => packets) }] : []
  return { file: encodeSegment(info, streams), frames: count, ...(broken !== undefined && { broken }) }
}

/**
 * Joins the files of all parts, in order, with the clip's sound. Rejects if none has a frame.
 *
 * @param parts functions that read a part's file; one at a time is in memory
 */
export const joinParts = async (
  clip: ClipReader,
  target: ClipTarget,
  parts: readonly (() => Promise<Uint8Array>)[],
  { start, end, fps }: ClipExtent,
): Promise<Omit<AnimatedClip, 'incomplete'>> => {
  const writer = await target(clip)
  const headers: SegmentHeader[] = []
  for (const read of parts) {
    const bytes = await read()
    const header = readHeader(bytes.subarray(0, headerEnd(bytes)), bytes.length)
    if (!header) throw new AnimeganError('bad-file', 'expected a whole part, found a damaged one; send the clip again')
    headers.push(header)
  }
  const filled = headers.filter(({ info }) => info.frames > 0)
  const [first] = filled
  if (!first) throw new ClipError('damaged', 'expected at least one frame, found none that can be decoded')
  async function* packets(): AsyncGenerator<EncodedPacket, void, undefined> {
    for (const [i, read] of parts.entries()) if (headers[i].info.frames > 0) yield* packetsOf(await read(), 0)
  }
  const decoderConfig = decoderConfigOf(first, 0)
  await writer.write({
    packets: packets(),
    decoderConfig,
    cut:
      start === undefined && end === undefined
        ? undefined
        : { from: start ?? 0, until: end ?? Number.POSITIVE_INFINITY },
    timeResolution: fps ?? clip.timeResolution,
  })
  const { codedWidth: width = first.info.width, codedHeight: height = first.info.height } = decoderConfig
  return {
    width,
    height,
    frames: filled.reduce((sum, { info }) => sum + info.frames, 0),
    seconds: filled.at(-1)?.info.end ?? 0,
    notices: writer.notices,
  }
}
