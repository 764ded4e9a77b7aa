/**
 * Calibration of styles for 8 bits: the numbers that the levels of each of a network's tensors stand for are measured
 * on photos and kept in the style's metadata. This file measures and reads them; program.ts builds the 8-bit network.
 */
import { AnimeganError, fitLevels, type LevelScale, lookup, type Value } from '@animegan/graph'
import { networkOf, type Style } from '@animegan/models'
import type { Engine } from './engine.ts'
import type { Picture } from './picture.ts'
import { extractRgb } from './pixels/pad.ts'
import { resample } from './pixels/resample.ts'
import { activationModel, measuringModel } from './program.ts'
import { type Signal, throwIfAborted } from './signal.ts'

/** The key in a style's metadata. */
const key = 'levels'
/** Long side of the copies to measure on. */
const side = 384
/** Number of values sampled per tensor, over all pictures together. */
const sampleSize = 12_000

/** Reads the scales and zeros of the levels from a style. Undefined when the style is not calibrated. */
export const levelScalesOf = ({ title, metadata }: Style): LevelScale[] | undefined => {
  const text = metadata[key]
  if (text === undefined) return undefined
  const refusal = new AnimeganError(
    'bad-weights',
    `style ${title}: expected pairs of a scale and a zero as ${key}, found something else; calibrate it again`,
  )
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    throw refusal
  }
  if (!Array.isArray(list)) throw refusal
  return list.map((pair: unknown): LevelScale => {
    const [scale, zero, ...rest]: unknown[] = Array.isArray(pair) ? pair : []
    if (typeof scale !== 'number' || typeof zero !== 'number' || rest.length > 0) throw refusal
    if (!(scale > 0 && scale < Infinity && Number.isInteger(zero) && zero >= 0 && zero <= 255)) throw refusal
    return { scale, zero }
  })
}

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

/** The picture as networks receive it, reduced to the size for measuring. */
const prepared = (picture: Picture, multiple: number) => {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height))
  const [width, height] = [picture.width, picture.height].map((size) =>
    Math.max(multiple * 8, Math.floor((size * scale) / multiple) * multiple),
  )
  const levels = extractRgb(resample(picture, width, height), 0, 0, width, height)
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
 * fit pictures like these. A dozen photos of different kinds are enough.
 *
 * @throws AnimeganError `bad-argument` without pictures, `unsupported` for a network without an 8-bit form
 */
export const calibrate = async (
  style: Style,
  engine: Engine,
  pictures: readonly Picture[],
  { signal, onProgress }: CalibrateOptions = {},
): Promise<Style> => {
  if (pictures.length === 0)
    throw new AnimeganError('bad-argument', 'calibrate: expected pictures to measure on, found none')
  const { multiple } = networkOf(style.architecture)
  const measuring = measuringModel(style)
  let local = measuring ? undefined : activationModel(style)
  const samples = new Map<string, number[]>()
  for (const [index, picture] of pictures.entries()) {
    throwIfAborted(signal)
    const feeds = prepared(picture, multiple)
    if (measuring) local = activationModel(style, await runOnce(engine, measuring, { picture: feeds.picture }))
    const found = local ? await runOnce(engine, local.model, { x: feeds.x }) : {}
    for (const [name, { data }] of Object.entries(found)) {
      const sample = samples.get(name) ?? []
      samples.set(name, sample)
      for (const place of spread(data.length, Math.ceil(sampleSize / pictures.length))) sample.push(Number(data[place]))
    }
    onProgress?.((index + 1) / pictures.length)
  }
  const scales = [...(local?.activations ?? [])].map(([name, { response }]) =>
    fitLevels(Float32Array.from(lookup(samples, name, 'values')), response),
  )
  const text = JSON.stringify(scales.map(({ scale, zero }) => [Number(scale.toPrecision(6)), zero]))
  return { ...style, metadata: { ...style.metadata, [key]: text } }
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
