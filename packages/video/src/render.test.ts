/** The loop of video styling with a source, an encoder and a store by hand: what is kept when it is stopped, and what comes after. */
import type { Frame, StyledFrame } from '@animegan/core'
import { EncodedPacket } from 'mediabunny'
import { describe, expect, it } from 'vitest'
import type { SegmentEncoder } from './encoder.ts'
import { endsEarly, type FrameSource, render } from './render.ts'
import type { Segment, SegmentStore } from './segment.ts'

/** `count` frames of a tenth of a second; each picture is its number. */
const source = (count: number, brokenAt = count): FrameSource => ({
  start: 0,
  frames: async function* (from): AsyncGenerator<Frame> {
    for (let i = 0; i < count; i++) {
      if (i === brokenAt) throw new Error('torn')
      const timestamp = i / 10
      if (timestamp + 0.1 <= from) continue
      yield { timestamp, duration: 0.1, picture: { width: 1, height: 1, channels: 3, data: Uint8Array.of(i, i, i) } }
    }
  },
})

/** Adds up all pictures so far, so that what comes later depends on what came before. */
async function* style(frames: AsyncIterable<Frame>, state: Uint8Array | undefined): AsyncGenerator<StyledFrame> {
  let sum = state?.[0] ?? 0
  for await (const frame of frames) {
    sum = (sum + (frame.picture.data[0] ?? 0)) & 255
    const after = sum
    yield {
      ...frame,
      picture: { ...frame.picture, data: Uint8Array.of(sum) },
      repeated: false,
      state: () => Uint8Array.of(after),
    }
  }
}

const encode = async (): Promise<SegmentEncoder> => {
  const packets: EncodedPacket[] = []
  return {
    add: async ({ picture, timestamp, duration }) => {
      packets.push(new EncodedPacket(picture.data, packets.length === 0 ? 'key' : 'delta', timestamp, duration))
    },
    finish: async () => ({ packets, decoderConfig: { codec: 'none' } }),
    cancel: async () => {},
  }
}

const memoryStore = (): SegmentStore & { readonly segments: Segment[] } => {
  const segments: Segment[] = []
  return {
    segments,
    get finished() {
      return segments.map(({ info }) => info)
    },
    state: async () => segments.at(-1)?.state,
    add: async (segment) => void segments.push(segment),
    packets: async function* (stream, count) {
      for (const { streams } of segments.slice(0, count)) yield* streams[stream].packets
    },
    decoderConfig: async () => ({ codec: 'none' }),
  }
}

const pixelsIn = ({ segments }: ReturnType<typeof memoryStore>): number[] =>
  segments.flatMap(({ streams }) => streams[0].packets.map(({ data }) => data[0]))

/** Stops after so many frames of a run. */
const stopAfter = (count: number) => {
  const signal = { aborted: false }
  let seen = 0
  const onFrame = (): void => {
    seen++
    if (seen === count) signal.aborted = true
  }
  return { signal, onFrame }
}

describe('stopped', () => {
  it('keeps every frame that is done, and goes on with the next as if it had not been', async () => {
    const whole = memoryStore()
    await render(source(150), whole, { style, encode })
    const store = memoryStore()
    const counts: number[] = []
    for (const pause of [1, 70, 5, 1000]) {
      const { frames, stopped } = await render(source(150), store, { style, encode, ...stopAfter(pause) })
      counts.push(frames)
      expect(stopped).toBe(pause < 1000)
    }
    expect(counts).toEqual([1, 71, 76, 150])
    expect(store.segments.map(({ info }) => info.frames)).toEqual([1, 60, 10, 5, 60, 14])
    expect(pixelsIn(store)).toEqual(pixelsIn(whole))
    const times = store.segments.flatMap(({ streams }) => streams[0].packets.map(({ timestamp }) => timestamp))
    expect(times).toEqual(Array.from({ length: 150 }, (_, i) => i / 10))
    // Each can be decoded by itself.
    expect(store.segments.every(({ streams }) => streams[0].packets[0].type === 'key')).toBe(true)
  })
})

it('a source that breaks ends the clip there, which then ends early', async () => {
  const rendered = await render(source(20, 7), memoryStore(), { style, encode })
  expect(rendered).toMatchObject({ frames: 7, stopped: false, broken: { message: 'torn' } })
  expect(endsEarly(false, rendered, Number.POSITIVE_INFINITY)).toBe(true)
})

it('a clip ends early when it is known where it should end, and that is far', async () => {
  const rendered = await render(source(20), memoryStore(), { style, encode })
  expect(endsEarly(true, rendered, 2.1)).toBe(false)
  expect(endsEarly(true, rendered, 3)).toBe(true)
  // Estimates are no reason.
  expect(endsEarly(false, rendered, 3)).toBe(false)
  expect(endsEarly(true, rendered, Number.POSITIVE_INFINITY)).toBe(false)
})
