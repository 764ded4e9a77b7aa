/**
 * What a picture's style is measured by: means and standard deviations of each channel of a perception network's features
 * at relu1_1, relu2_1, relu3_1 and relu4_1 (see losses/statistics.ts). Taken
 * of six crops of a picture, at one scale for all pictures, so that pictures of different sizes compare.
 */
import type { Engine, Picture } from '@animegan/core'
import { bindParameters, cast, concat, div, encodeOnnx, fold, input, sub, transpose } from '@animegan/graph'
import { type FeatureWeights, perceptualFeatures } from '@animegan/models'
import { featureStatistics } from '../losses/statistics.ts'
import type { Pictures } from '../pictures.ts'
import type { Crops } from './kernel-distance.ts'

/** Measures pictures on an engine. */
export interface StyleFeatures {
  /** A vector for each crop of the picture. Its length is twice the number of channels, its mean square 1. */
  measure(picture: Picture): Promise<Crops>
  /** Frees the network; the engine stays. */
  close(): Promise<void>
}

const layers = ['1_1', '2_1', '3_1', '4_1'] as const

/** Crops along the picture's short side and its long side, evenly spread, from border to border. */
const alongShort = 2
const alongLong = 3
const count = alongShort * alongLong
/** A crop's side: as a share of the picture's short side, and in pixels once it is scaled. */
const share = 1 / 2
const side = 160

/** Loads the network. */
export const styleFeatures = async (
  { flavour, weights }: FeatureWeights,
  engine: Engine,
  resize: Pictures['resize'],
): Promise<StyleFeatures> => {
  const crops = input('crops', [count, side, side, 3], 'uint8')
  const x = transpose(sub(div(cast(crops, 'float32'), 127.5), 1), [0, 3, 1, 2])
  const features = perceptualFeatures(x, flavour, `conv${layers.at(-1)}`)
  const statistics = layers.map((layer) => featureStatistics(features.get(`relu${layer}`)!))
  const [vectors] = fold(bindParameters([concat(statistics, 1)], weights))
  const session = await engine.load(encodeOnnx({ vectors }))
  return {
    measure: async (picture) => {
      const data = await cutCrops(picture, resize)
      const results = await session.run({ crops: { dtype: 'uint8', shape: [count, side, side, 3], data } })
      const numbers = results.vectors.data as Float32Array
      const length = results.vectors.shape[1]
      return Array.from({ length: count }, (_, i) => numbers.slice(i * length, (i + 1) * length))
    },
    close: () => session.close(),
  }
}

/** The crops, [count, side, side, 3], each cut before it is scaled, so that memory is bounded whatever the shape. */
const cutCrops = async (picture: Picture, resize: Pictures['resize']): Promise<Uint8Array> => {
  const { width, height } = picture
  const cut = Math.max(1, Math.round(Math.min(width, height) * share))
  const [columns, rows] = width >= height ? [alongLong, alongShort] : [alongShort, alongLong]
  const at = (index: number, of: number, length: number): number => Math.round((index / (of - 1)) * (length - cut))
  const out = new Uint8Array(count * side * side * 3)
  for (let i = 0; i < count; i++) {
    const [left, top] = [at(i % columns, columns, width), at(Math.floor(i / columns), rows, height)]
    const crop = await resize(picture, { left, top, width: cut, height: cut }, side, side)
    out.set(crop.data, i * side * side * 3)
  }
  return out
}
