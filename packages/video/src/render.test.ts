/**
 * The loop of video styling with a fake source, encoder and store: what is kept when it is stopped, and how it resumes.
 */
import type { Frame, Picture, StyledFrame } from '@animegan/core'
import { EncodedPacket } from 'mediabunny'
import { describe, expect, it } from 'vitest'
import type { SegmentEncoder } from './encoder.ts'
import { endsEarly, type FrameSource, render } from './render.ts'
import type { Segment, SegmentStore } from './segment.ts'

/** `count` frames of a tenth of a second; each picture's value is its number. */
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

/** Adds up all pictures so far, so later results depend on earlier frames. */
async function* style(frames: AsyncIterable<Frame>, state: Uint8Array | undefined): AsyncGenerator<StyledFrame> {
  let sum = state?.[0] ?? 0
  for await (const frame of frames) {
    sum = (sum + (frame.picture.data[0] ?? 0)) & 255
    const after = sum
    yield {
      ...frame,
      picture: { ...frame.picture, data: Uint8Array.of(sum) },
      source: frame.picture,
      faces: [],
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

const storeOfSegments = (): SegmentStore & { readonly segments: Segment[] } => {
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

const pixelsIn = ({ segments }: ReturnType<typeof storeOfSegments>): number[] =>
  segments.flatMap(({ streams }) => streams[0].packets.map(({ data }) => data[0]))

/** Aborts a run after so many frames. */
const abortAfter = (count: number) => {
  const abort = new AbortController()
  let seen = 0
  const onFrame = (): void => {
    seen++
    if (seen === count) abort.abort('enough')
  }
  return { signal: abort.signal, onFrame }
}

describe('aborted', () => {
  it('keeps every finished frame, and resumes with the next as if uninterrupted', async () => {
    const whole = storeOfSegments()
    await render(source(150), whole, { style, encode })
    const store = storeOfSegments()
    const framesIn = (): number => store.segments.reduce((sum, { info }) => sum + info.frames, 0)
    const counts: number[] = []
    for (const pause of [1, 70, 5]) {
      await expect(render(source(150), store, { style, encode, ...abortAfter(pause) })).rejects.toBe('enough')
      counts.push(framesIn())
    }
    expect((await render(source(150), store, { style, encode })).frames).toBe(150)
    expect(counts).toEqual([1, 71, 76])
    expect(store.segments.map(({ info }) => info.frames)).toEqual([1, 60, 10, 5, 60, 14])
    expect(pixelsIn(store)).toEqual(pixelsIn(whole))
    const times = store.segments.flatMap(({ streams }) => streams[0].packets.map(({ timestamp }) => timestamp))
    expect(times).toEqual(Array.from({ length: 150 }, (_, i) => i / 10))
    // Each can be decoded on its own.
    expect(store.segments.every(({ streams }) => streams[0].packets[0].type === 'key')).toBe(true)
  })

  it('stores nothing after a segment that could not be kept', async () => {
    const store = storeOfSegments()
    const full = { ...store, add: () => Promise.reject(new Error('full')) }
    await expect(render(source(150), full, { style, encode, ...abortAfter(65) })).rejects.toBe('enough')
    expect(store.segments).toEqual([])
    await expect(render(source(150), full, { style, encode })).rejects.toThrow('full')
  })

  it('does not keep a segment that may be incomplete: a failed encoder', async () => {
    const store = storeOfSegments()
    const failing = async (): Promise<SegmentEncoder> => ({
      ...(await encode()),
      add: () => Promise.reject(new Error('broken')),
    })
    await expect(render(source(5), store, { style, encode: failing })).rejects.toThrow('broken')
    expect(store.segments).toEqual([])
  })
})

describe('stopped after any frame and resumed, it gives the same as one run:', () => {
  /** Times and pixels of every stream, in tenths of a second. */
  const streamsOf = ({ segments }: ReturnType<typeof storeOfSegments>) =>
    [0, 1].map((stream) =>
      segments.flatMap(({ streams }) =>
        (streams[stream]?.packets ?? []).map(({ timestamp, data }) => [Math.round(timestamp * 1000) / 100, data[0]]),
      ),
    )
  const mixed = async (before: Picture, after: Picture): Promise<Picture> => ({
    ...after,
    data: Uint8Array.of((before.data[0] * 7 + after.data[0]) & 255),
  })
  const late: FrameSource = {
    start: 0.4,
    frames: async function* (from, until) {
      for await (const frame of source(30).frames(from - 0.4, until)) {
        yield { ...frame, timestamp: frame.timestamp + 0.4 }
      }
    },
  }

  it.each([
    ['a part', source(30), { from: 0.95, until: 2.05 }, 12, [0, 0.5, 10.5], 1.1],
    ['a clip that begins late', late, {}, 30, [4, 5, 33], 3.4],
    ['a steady rate', source(30), { fps: 4 }, 12, [0, 2.5, 27.5], 3],
    ['a part at a steady rate', source(30), { from: 1, until: 2, fps: 4 }, 4, [0, 2.5, 7.5], 1],
    ['a comparison', source(30), { compare: mixed }, 30, [0, 1, 29], 3],
  ] as const)('%s', async (_name, from, options, count, [first, second, last], end) => {
    const whole = storeOfSegments()
    const rendered = await render(from, whole, { style, encode, ...options })
    expect(rendered.frames).toBe(count)
    expect(rendered.end).toBeCloseTo(end, 6)
    const [frames, compared] = streamsOf(whole)
    expect([frames[0][0], frames[1][0], frames[count - 1][0]]).toEqual([first, second, last])
    expect(compared.length).toBe('compare' in options ? count : 0)
    if ('compare' in options) {
      expect(compared.map(([, pixel], i) => (pixel - frames[i][1]) & 255)).toEqual(frames.map((_, i) => (i * 7) & 255))
    }
    for (const pause of [1, 2, count - 1]) {
      const store = storeOfSegments()
      await expect(render(from, store, { style, encode, ...options, ...abortAfter(pause) })).rejects.toBe('enough')
      const totals: number[] = []
      const onFrame = (_: StyledFrame, frames: number) => void totals.push(frames)
      const resumed = await render(from, store, { style, encode, ...options, onFrame })
      expect(resumed).toEqual(rendered)
      expect(totals).toEqual(Array.from({ length: count - pause }, (_, i) => pause + 1 + i))
      expect(streamsOf(store)).toEqual([frames, compared])
    }
  })
})

it('counts repeated frames over all segments', async () => {
  async function* halting(frames: AsyncIterable<Frame>): AsyncGenerator<StyledFrame> {
    let i = 0
    for await (const frame of style(frames, undefined)) yield { ...frame, repeated: i++ % 3 > 0 }
  }
  const rendered = await render(source(150), storeOfSegments(), { style: halting, encode })
  expect(rendered).toMatchObject({ frames: 150, repeated: 100 })
})

it('cancels every encoder of an open segment on failure', async () => {
  const cancelled: number[] = []
  let made = 0
  const failing = async (): Promise<SegmentEncoder> => {
    const number = made++
    const cancel = async () => void cancelled.push(number)
    return { ...(await encode()), cancel, ...(number === 1 && { add: () => Promise.reject(new Error('broken')) }) }
  }
  const compare = async (before: Picture): Promise<Picture> => before
  await expect(render(source(5), storeOfSegments(), { style, encode: failing, compare })).rejects.toThrow('broken')
  expect(cancelled).toEqual([0, 1])
})

it('a source error ends the clip there, which then counts as ended early', async () => {
  const rendered = await render(source(20, 7), storeOfSegments(), { style, encode })
  expect(rendered).toMatchObject({ frames: 7, broken: { message: 'torn' } })
  expect(endsEarly(false, rendered, Number.POSITIVE_INFINITY)).toBe(true)
})

it('a clip has ended early if its stated end is known and far off', async () => {
  const rendered = await render(source(20), storeOfSegments(), { style, encode })
  expect(endsEarly(true, rendered, 2.1)).toBe(false)
  expect(endsEarly(true, rendered, 3)).toBe(true)
  // An estimated end does not count.
  expect(endsEarly(false, rendered, 3)).toBe(false)
  expect(endsEarly(true, rendered, Number.POSITIVE_INFINITY)).toBe(false)
})
