/**
 * Runs the network for the regions of a portrait: how likely each pixel is of each class. What is made of that is
 * regions.ts's.
 */
import {
  bindParameters,
  cast,
  div,
  encodeOnnx,
  exp,
  fold,
  input,
  maximum,
  resize,
  sub,
  sum,
  transpose,
} from '@animegan/graph'
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
import type { Point } from '../face.ts'

/** The network's file. */
export interface RegionModels {
  /** `portrait_regions.safetensors` of @animegan/models. */
  readonly regions: Uint8Array
}

/** For each class, how likely each pixel of a portrait is of it; they sum to one. */
export type ClassShares = Readonly<Record<PortraitClass, Float32Array>>

export interface RegionNetwork extends Closeable {
  /**
   * `portrait` is what `guidedPortrait` makes of one of 256 by 256 pixels; `down` the direction of the face, for the network
   * knows heads that are nearly upright: it is shown the portrait turned by quarters.
   */
  classify(portrait: Uint8Array, down: Point): Promise<ClassShares>
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
    classify: async (portrait, down) => {
      const turned = turnedPixels(down)
      const data = new Uint8Array(portrait.length)
      for (let i = 0; i < turned.length; i++) {
        const from = turned[i] * PORTRAIT_CHANNELS
        data.set(portrait.subarray(from, from + PORTRAIT_CHANNELS), i * PORTRAIT_CHANNELS)
      }
      const { shares } = await session.run({ portrait: { dtype: 'uint8', shape, data } }, { handOver: true })
      const all = shares.data as Float32Array
      const count = PORTRAIT_SIZE ** 2
      return Object.fromEntries(
        PORTRAIT_CLASSES.map((name, c) => {
          const back = new Float32Array(count)
          for (let i = 0; i < count; i++) back[turned[i]] = all[c * count + i]
          return [name, back]
        }),
      ) as ClassShares
    },
    ...closeable(() => session.close()),
  }
}

/** For each pixel of a portrait turned by quarters until its face is upright, or nearly, the pixel where it was. */
const turnedPixels = ({ x: dx, y: dy }: Point): Int32Array => {
  const quarters = (Math.round(Math.atan2(-dx, dy) / (Math.PI / 2)) + 4) % 4
  const last = PORTRAIT_SIZE - 1
  return Int32Array.from({ length: PORTRAIT_SIZE ** 2 }, (_, i) => {
    let [x, y] = [i % PORTRAIT_SIZE, Math.floor(i / PORTRAIT_SIZE)]
    for (let turn = 0; turn < quarters; turn++) [x, y] = [last - y, x]
    return y * PORTRAIT_SIZE + x
  })
}
