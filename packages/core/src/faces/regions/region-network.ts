/**
 * Runs the network for the regions of a portrait: how likely each pixel is of each class. What is made of that is
 * regions.ts's.
 */
import { bindParameters, cast, div, encodeOnnx, exp, fold, input, maximum, resize, sub, sum, transpose } from '@animegan/graph'
import {
  PORTRAIT_CHANNELS,
  PORTRAIT_CLASSES,
  PORTRAIT_SIZE,
  type PortraitClass,
  portraitRegions,
  readPortraitWeights,
} from '@animegan/models'
import { type Closeable, closeable } from '../../closing.ts'
import type { Engine } from '../../engine.ts'

/** The network's file. */
export interface RegionModels {
  /** `portrait_regions.safetensors` of @animegan/models. */
  readonly regions: Uint8Array
}

/** For each class, how likely each pixel of a portrait is of it; they sum to one. */
export type ClassShares = Readonly<Record<PortraitClass, Float32Array>>

export interface RegionNetwork extends Closeable {
  /** `portrait` is what `guidedPortrait` makes of one of 256 by 256 pixels; its memory is handed over. */
  classify(portrait: Uint8Array<ArrayBuffer>): Promise<ClassShares>
}

/** Loads the network. Throws an `AnimeganError` (`bad-weights`) of one line when the file is not the expected network. */
export const createRegionNetwork = async (models: RegionModels, engine: Engine): Promise<RegionNetwork> => {
  const shape = [1, PORTRAIT_SIZE, PORTRAIT_SIZE, PORTRAIT_CHANNELS]
  const x = transpose(sub(div(cast(input('portrait', shape, 'uint8'), 'float32'), 127.5), 1), [0, 3, 1, 2])
  const logits = resize(portraitRegions(x), 'half_pixel')
  const powers = exp(sub(logits, maximum(logits, [1])))
  const [shares] = fold(bindParameters([div(powers, sum(powers, [1]))], readPortraitWeights(models.regions)))
  const session = await engine.load(encodeOnnx({ shares }))
  return {
    classify: async (data) => {
      const { shares } = await session.run({ portrait: { dtype: 'uint8', shape, data } }, { handOver: true })
      const all = shares.data as Float32Array
      const count = PORTRAIT_SIZE ** 2
      return Object.fromEntries(
        PORTRAIT_CLASSES.map((name, i) => [name, all.subarray(i * count, (i + 1) * count)]),
      ) as ClassShares
    },
    ...closeable(() => session.close()),
  }
}
