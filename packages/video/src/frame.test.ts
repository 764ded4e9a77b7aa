/** Times of frames: parts of clips and steady rates, in hand-made streams. */
import type { Frame } from '@animegan/core'
import { expect, it } from 'vitest'
import { atRate, cut } from './frame.ts'

/** A frame whose picture's width is its number. */
async function* stream(...times: readonly (readonly [timestamp: number, duration: number])[]) {
  for (const [i, [timestamp, duration]] of times.entries()) {
    yield { timestamp, duration, picture: { width: i, height: 0, channels: 3 as const, data: new Uint8Array() } }
  }
}

const taken = async (frames: AsyncIterable<Frame>): Promise<number[][]> => {
  const found: number[][] = []
  const round = (value: number): number => Math.round(value * 1e6) / 1e6
  for await (const { picture, timestamp, duration } of frames) {
    found.push([picture.width, round(timestamp), round(duration)])
  }
  return found
}

const varied = () => stream([0, 0.1], [0.1, 0.4], [0.5, 0.1], [0.6, 0.4])

it('cuts inside frames, and leaves out finished frames', async () => {
  const all = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY, after: Number.NEGATIVE_INFINITY }
  expect(await taken(cut(varied(), all))).toEqual([
    [0, 0, 0.1],
    [1, 0.1, 0.4],
    [2, 0.5, 0.1],
    [3, 0.6, 0.4],
  ])
  expect(await taken(cut(varied(), { ...all, from: 0.2, until: 0.7 }))).toEqual([
    [1, 0.2, 0.3],
    [2, 0.5, 0.1],
    [3, 0.6, 0.1],
  ])
  expect(await taken(cut(varied(), { ...all, from: 0.2, until: 0.6, after: 0.2 }))).toEqual([[2, 0.5, 0.1]])
  // A remainder due to rounding is not a frame; a frame without duration is.
  const rounded = () => stream([0, 0.2000003], [0.2, 0], [0.2, 0.3])
  expect((await taken(cut(rounded(), { ...all, from: 0.2 }))).map(([number]) => number)).toEqual([1, 2])
  // Whole frames keep their durations to the last bit: 0.1 + 0.2 - 0.1 is not 0.2.
  for await (const { duration } of cut(stream([0.1, 0.2]), all)) expect(duration).toBe(0.2)
})

it('shows at a steady rate what the clip shows at that time', async () => {
  const numbers = (rows: number[][]) => rows.map(([number]) => number)
  const tenths = await taken(atRate(varied(), 10, 0, 0))
  expect(numbers(tenths)).toEqual([0, 1, 1, 1, 1, 2, 3, 3, 3, 3])
  expect(tenths.map(([, , duration]) => duration)).toEqual(Array(10).fill(0.1))
  expect(tenths.map(([, time]) => time)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
  expect(numbers(await taken(atRate(varied(), 4, 0, 0)))).toEqual([0, 1, 2, 3])
  expect(numbers(await taken(atRate(varied(), 10, 0, 7)))).toEqual([3, 3, 3])
})
