/**
 * Calibration of styles for 8 bits: the numbers that the levels of each of a network's tensors stand for are measured
 * on photos and kept in the style's metadata (level-scales.ts). program.ts builds the 8-bit network.
 */
import { AnimeganError, fitLevels, lookup, type Value } from '@animegan/graph'
import { type NetworkStyle, networkOf, networkStyle, type Style } from '@animegan/models'
import type { Engine } from './engine.ts'
import { withLevelScales } from './level-scales.ts'
import type { Picture } from './picture.ts'
import { balance } from './pixels/balance.ts'
import { extractRgb } from './pixels/pad.ts'
import { resample } from './pixels/resample.ts'
import { activationModel, measuringModel, type Statistics } from './program.ts'
import { type Signal, throwIfAborted } from './signal.ts'
import { balances } from './stylizer.ts'

/** Long side of the copies to measure on. */
const side = 384
/** Number of values sampled per tensor, over all pictures together. */
const sampleSize = 12_000
/** Levels of each colour of the chart, the side of its patches in pixels, and the number of them in a row. */
const chartLevels = [0, 128, 255]
const patch = 48
const patches = 6

export interface CalibrateOptions {
  readonly signal?: Signal | undefined
  /** Called with the fraction done, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined
}

/** Indices into a list, evenly spread and out of step with a picture's rows. */
const spread = (length: number, count: number): Iterable<number> => {
  const golden = (Math.sqrt(5) - 1) / 2
  return Array.from({ length: Math.min(length, count) }, (_, i) => Math.floor(((i * golden) % 1) * length))
}

/**
 * Flat patches of all combinations of the levels. Few photos have vivid colours, whose tensors have the largest numbers: without
 * the chart these are cut off, and a flat vivid colour changes by up to 50 levels.
 */
const colourChart = (): Picture => {
  const side = patch * patches
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const [row, column] = [Math.floor(i / 3 / side / patch), Math.floor(((i / 3) % side) / patch)]
    // Eleven patches on: neighbours are unlike each other.
    const colour = ((row * patches + column) * 11) % chartLevels.length ** 3
    return chartLevels[Math.floor(colour / chartLevels.length ** (i % 3)) % chartLevels.length]
  })
  return { width: side, height: side, channels: 3, data }
}

/** The picture as the style's network receives it, reduced to the size for measuring. */
const prepared = (picture: Picture, multiple: number, balanced: boolean) => {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height))
  const [width, height] = [picture.width, picture.height].map((size) =>
    Math.max(multiple * 8, Math.floor((size * scale) / multiple) * multiple),
  )
  const small = resample(picture, width, height)
  const levels = extractRgb(balanced ? balance(small) : small, 0, 0, width, height)
  const plane = width * height
  const floats = Float32Array.from({ length: 3 * plane }, (_, i) => {
    const level = levels[(i % plane) * 3 + Math.floor(i / plane)]
    return level / 127.5 - 1
  })
  return {
    picture: { dtype: 'uint8' as const, shape: [1, height, width, 3], data: levels },
    x: { dtype: 'float32' as const, shape: [1, 3, height, width], data: floats },
  }
}

/**
 * Calibrates a style for 8 bits: the returned style's metadata says what the levels of each tensor stand for, chosen to
 * fit pictures like these, and flat vivid colours. A dozen photos of different kinds are enough.
 *
 * @throws AnimeganError `bad-argument` without pictures, `unsupported` for a network without an 8-bit form
 */
export const calibrate = async (
  given: Style,
  engine: Engine,
  pictures: readonly Picture[],
  { signal, onProgress }: CalibrateOptions = {},
): Promise<NetworkStyle> => {
  const style = networkStyle(given)
  if (pictures.length === 0)
    throw new AnimeganError('bad-argument', 'calibrate: expected pictures to measure on, found none')
  const { multiple } = networkOf(style.architecture)
  const balanced = balances(style)
  const measuring = measuringModel(style)
  const load = async (statistics?: Statistics) => {
    const { model, activations } = activationModel(style, statistics)
    return { session: await engine.load(model), activations }
  }
  // One for all pictures, unless each has statistics of its own.
  let network: Awaited<ReturnType<typeof load>> | undefined
  const samples = new Map<string, number[]>()
  const measured = [...pictures, colourChart()]
  try {
    for (const [index, picture] of measured.entries()) {
      throwIfAborted(signal)
      const feeds = prepared(picture, multiple, balanced && index < pictures.length)
      if (measuring) {
        await network?.session.close()
        network = undefined
      }
      network ??= await load(measuring && (await runOnce(engine, measuring, { picture: feeds.picture })))
      const found = await network.session.run({ x: feeds.x }, { handOver: true })
      for (const [name, { data }] of Object.entries(found)) {
        const sample = samples.get(name) ?? []
        samples.set(name, sample)
        for (const place of spread(data.length, Math.ceil(sampleSize / measured.length)))
          sample.push(Number(data[place]))
      }
      onProgress?.((index + 1) / measured.length)
    }
  } finally {
    await network?.session.close()
  }
  const scales = [...(network?.activations ?? [])].map(([name, { response }]) =>
    fitLevels(Float32Array.from(lookup(samples, name, 'values')), response),
  )
  return withLevelScales(style, scales)
}

/** Loads a model, runs it once and closes it. */
const runOnce = async (engine: Engine, model: Uint8Array, feeds: Readonly<Record<string, Value>>) => {
  const session = await engine.load(model)
  try {
    return await session.run(feeds, { handOver: true })
  } finally {
    await session.close()
  }
}
