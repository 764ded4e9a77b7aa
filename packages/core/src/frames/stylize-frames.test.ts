/** Streams of frames through a real engine. */
import * as node from 'onnxruntime-node'
import { afterAll, describe, expect, it } from 'vitest'
import { closeable } from '../closing.ts'
import type { Engine } from '../engine.ts'
import type { Picture } from '../picture.ts'
import { createStylizer, type Stylizer } from '../stylizer.ts'
import { largestDifference, localEngine, randomStyle } from '../testing.ts'
import type { Frame } from './frame.ts'
import { type FrameOptions, type StyledFrame, stylizeFrames } from './stylize-frames.ts'
import { clip, noisy, scene, squaredDifference } from './testing.ts'
import { warpingError } from './warping-error.ts'

const engine = localEngine(node)
afterAll(() => engine.close())

const [width, height] = [64, 48]
const pan = (count: number, seed = 1, speed = 1.5): Picture[] =>
  Array.from({ length: count }, (_, i) => scene(width, height, speed * i, (speed * i) / 3, seed))

type Kind = 'live' | 'live, balanced' | 'animegan-v2'
const styleOf = (kind: Kind) =>
  kind === 'live, balanced' ? { ...randomStyle('live'), metadata: { balance: '1' } } : randomStyle(kind)

/** Runs with a new stylizer and closes it. */
const using = async <T>(kind: Kind, work: (stylizer: Stylizer) => Promise<T>, on = engine) => {
  const stylizer = await createStylizer(styleOf(kind), on)
  try {
    return await work(stylizer)
  } finally {
    await stylizer.close()
  }
}

const all = async (
  stylizer: Stylizer,
  frames: AsyncIterable<Frame>,
  options?: FrameOptions,
): Promise<StyledFrame[]> => {
  const out: StyledFrame[] = []
  for await (const frame of stylizeFrames(stylizer, frames, options)) out.push(frame)
  return out
}

/** The engine, counting its loads and runs; open sessions last. */
const counted = () => {
  const counts = { measured: 0, styled: 0, open: 0 }
  const spy: Engine = {
    ...engine,
    load: async (model) => {
      const session = await engine.load(model)
      counts.open++
      return {
        run: async (feeds) => {
          const values = await session.run(feeds)
          counts['result' in values ? 'styled' : 'measured']++
          return values
        },
        ...closeable(async () => {
          counts.open--
          await session.close()
        }),
      }
    },
    ...closeable(async () => {}),
  }
  return { counts, spy }
}

describe('stylizeFrames', () => {
  it('gives one frame for each, at its time, the first one the same as a single picture', async () => {
    await using('live', async (stylizer) => {
      const pictures = pan(5)
      const out = await all(stylizer, clip(pictures))
      expect(out.map(({ timestamp }) => timestamp)).toEqual([0, 1, 2, 3, 4].map((i) => i / 25))
      expect(out.every(({ duration, repeated }) => duration === 0.04 && !repeated)).toBe(true)
      expect(largestDifference(out[0].picture, await stylizer.stylize(pictures[0]))).toBe(0)
      expect(largestDifference(out[4].picture, await stylizer.stylize(pictures[4]))).toBeGreaterThan(0)
    })
  })

  it('at no strength gives the originals, unfiltered', async () => {
    await using('live', async (stylizer) => {
      const pictures = pan(4).map((picture, i) => noisy(picture, 3, i + 1))
      const out = await all(stylizer, clip(pictures), { strength: 0 })
      expect(out.map(({ picture }, i) => largestDifference(picture, pictures[i]))).toEqual([0, 0, 0, 0])
      const almost = await all(stylizer, clip(pictures), { strength: 0.001 })
      expect(largestDifference(almost[3].picture, pictures[3])).toBeGreaterThan(0)
    })
  })

  it('takes the same options as pictures, and accepts an empty clip', async () => {
    await using('live', async (stylizer) => {
      const pictures = pan(2)
      const options = { size: 32, strength: 0.5, effectSize: 48 }
      const [first] = await all(stylizer, clip(pictures), options)
      expect(largestDifference(first.picture, await stylizer.stylize(pictures[0], options))).toBe(0)
      const [wide] = await all(stylizer, clip(pictures), { size: 128 })
      expect([wide.picture.width, wide.picture.height]).toEqual([128, 96])
      expect(await all(stylizer, clip([]))).toEqual([])
      await expect(all(stylizer, clip(pictures), { signal: AbortSignal.abort(new Error('aborted')) })).rejects.toThrow(
        'aborted',
      )
    })
  })

  it('does not recompute repeats, but does recompute slow changes', async () => {
    const { counts, spy } = counted()
    const still = scene(width, height)
    const fading = Array.from({ length: 6 }, (_, i) => ({ ...still, data: still.data.map((value) => value - i) }))
    await using(
      'live',
      async (stylizer) => {
        const out = await all(stylizer, clip([still, still, noisy(still, 1, 1), scene(width, height, 3, 0), ...fading]))
        expect(out.map(({ repeated }) => repeated)).toEqual([
          ...[false, true, true, false],
          ...[false, true, false, true, false, true],
        ])
        expect(largestDifference(out[0].picture, out[2].picture)).toBe(0)
      },
      spy,
    )
    expect(counts).toEqual({ styled: 5, measured: 0, open: 0 })
  })

  it('freezes statistics for a shot, and measures again at cuts and at intervals', async () => {
    const { counts, spy } = counted()
    const shots = [pan(14, 1, 0.2), pan(3, 2).map((picture) => ({ ...picture, data: picture.data.map((v) => v / 3) }))]
    await using(
      'animegan-v2',
      async (stylizer) => {
        const out = await all(stylizer, clip(shots.flat()))
        for (const at of [0, 14]) {
          const alone = await stylizer.stylize(shots.flat()[at])
          expect(largestDifference(out[at].picture, alone)).toBeLessThanOrEqual(1)
        }
      },
      spy,
    )
    // Two shots begin, and the first lasts longer than the interval; in addition, the two pictures are styled alone.
    expect(counts).toEqual({ styled: 17 + 2, measured: 3, open: 0 })
  })

  it('a change in one place causes no flicker elsewhere, which statistics of single frames would cause', async () => {
    // Farther from the change than the network's reach, so only statistics could carry it there.
    const size = 480
    const still = scene(size, 32)
    const pictures = [0, 1, 2].map((i) => {
      const data = still.data.slice()
      for (let y = 0; y < 32; y++) data.fill(120 + 8 * i, (y * size + size - 60) * 3, (y + 1) * size * 3)
      return { ...still, data }
    })
    const farLeft = ({ data }: Picture): number[] =>
      Array.from({ length: 32 * 96 }, (_, i) => data[Math.trunc(i / 96) * size * 3 + (i % 96)])
    await using('animegan-v2', async (stylizer) => {
      const out = await all(stylizer, clip(pictures))
      expect(out.some(({ repeated }) => repeated)).toBe(false)
      expect(farLeft(out[2].picture)).toEqual(farLeft(out[0].picture))
      const alone = [await stylizer.stylize(pictures[0]), await stylizer.stylize(pictures[2])] as const
      expect(farLeft(alone[1])).not.toEqual(farLeft(alone[0]))
    })
  })

  it('steadies a noisy clip', async () => {
    await using('live', async (stylizer) => {
      const still = scene(width, height)
      const pictures = Array.from({ length: 8 }, (_, i) => noisy(still, 5, i))
      const out = await all(stylizer, clip(pictures))
      const alone = [await stylizer.stylize(pictures[6]), await stylizer.stylize(pictures[7])] as const
      expect(squaredDifference(out[6].picture, out[7].picture)).toBeLessThan(0.3 * squaredDifference(...alone))
    })
  })

  it('holds the light of a shot: an object passing on one side does not lighten the other', async () => {
    const [size, half] = [480, 240]
    const still = scene(size, 32)
    const pictures = [0, 1, 2].map((i) => {
      const data = still.data.slice()
      for (let y = 0; y < 32; y++) data.fill(5 + 2 * i, (y * size + half) * 3, (y + 1) * size * 3)
      return { ...still, data }
    })
    const farLeft = ({ data }: Picture): number[] =>
      Array.from({ length: 32 * 96 }, (_, i) => data[Math.trunc(i / 96) * size * 3 + (i % 96)])
    await using('live, balanced', async (stylizer) => {
      const out = await all(stylizer, clip(pictures))
      expect(farLeft(out[2].picture)).toEqual(farLeft(out[0].picture))
      const alone = [await stylizer.stylize(pictures[0]), await stylizer.stylize(pictures[2])] as const
      expect(farLeft(alone[1])).not.toEqual(farLeft(alone[0]))
    })
  })

  it('at least halves the warping error that statistics of single frames leave', async () => {
    const pictures = pan(6).map((picture, i) => noisy(picture, 4, i))
    await using('animegan-v2', async (stylizer) => {
      const alone: Picture[] = []
      for (const picture of pictures) alone.push(await stylizer.stylize(picture))
      const out = await all(stylizer, clip(pictures))
      const error = (results: readonly Picture[]): number => warpingError(results, pictures).result
      expect(error(out.map(({ picture }) => picture))).toBeLessThan(error(alone) / 2)
    })
  })

  it.each([
    ['live', [1, 3, 4, 16, 17, 18]],
    ['live, balanced', [3, 16, 18]],
    ['animegan-v2', [3, 16]],
  ] as const)(
    'resumes after any frame with the same bytes: %s',
    async (kind, cuts) => {
      const still = scene(width, height)
      const pictures = [
        ...pan(2),
        still,
        still,
        still,
        ...pan(12),
        ...pan(3, 2).map((p) => ({ ...p, data: p.data.map((v) => v / 3) })),
      ]
      const whole = await using(kind, (stylizer) => all(stylizer, clip(pictures)))
      for (const cut of cuts) {
        const rest = await using(kind, (stylizer) =>
          all(stylizer, clip(pictures.slice(cut)), { state: whole[cut - 1].state() }),
        )
        expect(rest).toHaveLength(pictures.length - cut)
        for (const [i, { picture, repeated }] of rest.entries()) {
          expect(largestDifference(picture, whole[cut + i].picture), `frame ${cut + i} after ${cut}`).toBe(0)
          expect(repeated).toBe(whole[cut + i].repeated)
        }
        expect(rest.at(-1)!.state()).toEqual(whole.at(-1)!.state())
      }
    },
    240_000,
  )

  it('never has more than three frames in progress, and ends the source when the consumer stops', async () => {
    const { counts, spy } = counted()
    await using(
      'animegan-v2',
      async (stylizer) => {
        const events: string[] = []
        let [asked, delivered, most] = [0, 0, 0]
        const source = clip(pan(30), (event) => {
          events.push(event)
          if (event === 'asked') most = Math.max(most, ++asked - delivered)
        })
        for await (const _ of stylizeFrames(stylizer, source)) if (++delivered === 6) break
        expect(most).toBe(3)
        expect(events.at(-1)).toBe('ended')
        expect(asked).toBeLessThanOrEqual(8)
      },
      spy,
    )
    expect(counts.open).toBe(0)
  })

  it('yields the frames before an error of the source, then the error', async () => {
    const { counts, spy } = counted()
    async function* broken() {
      yield* clip(pan(3))
      throw new Error('the file ends in the middle')
    }
    const seen: StyledFrame[] = []
    await using(
      'animegan-v2',
      async (stylizer) => {
        await expect(async () => {
          for await (const frame of stylizeFrames(stylizer, broken())) seen.push(frame)
        }).rejects.toThrow('the file ends in the middle')
      },
      spy,
    )
    expect(seen).toHaveLength(3)
    expect(counts.open).toBe(0)
  })

  it('treats a change of size as a cut', async () => {
    await using('animegan-v2', async (stylizer) => {
      const out = await all(stylizer, clip([...pan(2), scene(40, 56), scene(40, 56, 1)]))
      expect(out.map(({ picture }) => [picture.width, picture.height])).toEqual([
        ...[1, 2].map(() => [width, height]),
        ...[3, 4].map(() => [40, 56]),
      ])
    })
  })

  it('refuses an invalid state', async () => {
    await using('live', async (stylizer) => {
      await expect(all(stylizer, clip(pan(1)), { state: new Uint8Array(9) })).rejects.toThrow('state of a clip')
    })
  })
})
