/** Changes the times of frame streams: cuts to a part of a clip, or converts to a steady rate. Changes no picture. */
import type { Frame } from '@animegan/core'

/** Times that differ by less than this count as equal: half a microsecond, for rounding. */
export const SAME = 5e-7

/** Where a stream begins and ends, and how its times are counted. All in seconds. */
export interface Part {
  /** The frame shown at this time is the first, with its remaining duration. */
  readonly from: number
  /** Frames shown from this time on are left out, and the one before ends here. */
  readonly until: number
  /** Frames at or before this time are left out because they are done. */
  readonly after: number
}

/** The frames of a part. */
export async function* cut(
  frames: AsyncIterable<Frame>,
  { from, until, after }: Part,
): AsyncGenerator<Frame, void, undefined> {
  for await (const { picture, timestamp: start, duration } of frames) {
    if (start >= until - SAME) return
    const timestamp = Math.max(from, start)
    const end = Math.min(until, start + duration)
    if (timestamp <= after + SAME || (start < from && end <= from + SAME)) continue
    const whole = timestamp === start && end === start + duration
    yield { picture, timestamp, duration: whole ? duration : Math.max(0, end - timestamp) }
  }
}

/** The frames shown at `origin` + n/fps seconds, n from `first` on, each for 1/fps: some left out, some repeated. */
export async function* atRate(
  frames: AsyncIterable<Frame>,
  fps: number,
  origin: number,
  first: number,
): AsyncGenerator<Frame, void, undefined> {
  let index = first
  let shown: Frame | undefined
  const time = (): number => origin + index / fps
  for await (const frame of frames) {
    for (; shown && time() < frame.timestamp - SAME; index++) {
      yield { picture: shown.picture, timestamp: time(), duration: 1 / fps }
    }
    shown = frame
  }
  for (; shown && time() < shown.timestamp + shown.duration - SAME; index++) {
    yield { picture: shown.picture, timestamp: time(), duration: 1 / fps }
  }
}
