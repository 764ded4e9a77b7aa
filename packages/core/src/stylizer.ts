/**
 * The stylizer, from picture to picture: sizing, transparency, statistics, tiles, guided upsampling and blending around
 * a style's network. Knows no files and no particular engine. Same picture, style, options and engine: same bytes.
 */
import { AnimeganError, floats, type Value } from '@animegan/graph'
import { networkStyle, type Style } from '@animegan/models'
import { type Closeable, closeable, closedError } from './closing.ts'
import type { Engine, Session } from './engine.ts'
import { levelScalesOf } from './level-scales.ts'
import type { AnimateOptions } from './options.ts'
import type { Picture } from './picture.ts'
import { balance, type Scene, sceneOf } from './pixels/balance.ts'
import { blend, fillTransparent, withAlpha } from './pixels/blend.ts'
import { type FadedTile, fadedSum, planFaded } from './pixels/fade.ts'
import { guidedUpsample } from './pixels/guided-upsample.ts'
import { extractRgb } from './pixels/pad.ts'
import { resample } from './pixels/resample.ts'
import { planTiles, type Tile } from './pixels/tiles.ts'
import { chosenPrecision, type Precision } from './precision.ts'
import {
  type Footprint,
  footprintOf,
  frozenModel,
  measuringModel,
  quantizedModel,
  type Statistics,
  wholeModel,
} from './program.ts'
import { type Signal, throwIfAborted } from './signal.ts'

export interface StylizerOptions {
  /** Memory for the network's intermediate tensors in MiB, default 512. Larger pictures are computed in tiles. */
  readonly memory?: number
  /** Numeric precision; `int8` needs a calibrated style. Default: `auto`. */
  readonly precision?: Precision | undefined
}

/** A finished part of a picture, at the network's scale: to show it before the whole is done. */
export interface StyledPart {
  /** Its upper left corner. */
  readonly x: number
  readonly y: number
  /** The size of the whole. */
  readonly of: { readonly width: number; readonly height: number }
  readonly picture: Picture
}

/** Options for one picture; OPTIONS in options.ts has the ranges. */
export interface StylizeOptions extends Pick<AnimateOptions, 'strength' | 'effectSize' | 'size'> {
  /** The light of the picture that this one is cut from, for styles that balance light. Default: its own. */
  readonly scene?: Scene | undefined
  /** Called with the fraction done, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined
  /** Called with each tile as it is done, if there are several, and if they do not fade into each other. */
  readonly onPart?: ((part: StyledPart) => void) | undefined
  /** Stops the work between tiles; the call rejects with the signal's reason. */
  readonly signal?: Signal | undefined
}

/** A styled picture whose strength can still be chosen: for a slider, without running the network again. */
export interface Sketch {
  /** The result at a strength from 0, the original, to 1, all anime. A new picture at every call below 1. */
  mix(strength: number): Picture
}

export interface Stylizer extends Closeable {
  /** Styles one picture. Rejects when aborted or when the engine fails. */
  stylize(picture: Picture, options?: StylizeOptions): Promise<Picture>
  /** The same in two steps: `draw(picture, options)` and then `mix(strength)` give what `stylize` gives. */
  draw(picture: Picture, options?: Omit<StylizeOptions, 'strength'>): Promise<Sketch>
  /**
   * The statistics of a picture at the network's scale, shrunk if memory requires it, and its light for styles that
   * balance light; undefined if there are none.
   */
  measure(picture: Picture, options?: Pick<StylizeOptions, 'effectSize' | 'size'>): Promise<Statistics | undefined>
  /** The same style with fixed statistics for all pictures. Must be closed separately. */
  frozen(statistics: Statistics): Promise<Stylizer>
  /** Frees the style's models; the engine stays open. */
  close(): Promise<void>
}

/** Engines keep copies in their own memory layout in addition to the graph's tensors. */
const engineOverhead = 2
/** Below this, mirrored padding has nothing to mirror at the network's lowest resolution. */
const smallestSide = 32

const roundUp = (size: number, multiple: number): number =>
  Math.ceil(Math.max(size, smallestSide) / multiple) * multiple

/** The size of a picture with its long side scaled to `longSide`, keeping the aspect. */
export const fitLongSide = (width: number, height: number, longSide: number): { width: number; height: number } => {
  const scale = longSide / Math.max(width, height)
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** A style's effect size is the long side of a picture of this shape; other shapes get the same short side. */
const effectShape = 4 / 3

/**
 * The longest short side at which a style's network should see a larger picture; Infinity if not stated. Throws for
 * invalid values.
 */
const ownShortSide = ({ title, metadata: { effectSize } }: Style): number => {
  if (effectSize === undefined) return Infinity
  if (Number(effectSize) >= smallestSide) return Number(effectSize) / effectShape
  throw new Error(`style ${title}: expected an effectSize of ${smallestSide} or more, found '${effectSize}'`)
}

/**
 * Returns a function that gives the long side of the network's input for a picture, not rounded, from the size of the
 * result and the requested effect size, if any. Without a request, the style's own effect size limits the short side, so
 * that the network sees a panorama or a strip as it sees any square of it. Throws a one-line error if the style's own
 * effect size is invalid.
 */
export const effectSizes = (
  style: Style,
): ((result: { readonly width: number; readonly height: number }, asked?: number) => number) => {
  const most = ownShortSide(style)
  return ({ width, height }, asked) => asked ?? Math.max(width, height) * Math.min(1, most / Math.min(width, height))
}

/** Whether a style's network expects light-corrected pictures (`balance`). Throws for invalid values. */
export const balances = ({ title, metadata }: Style): boolean => {
  if (metadata.balance === undefined || metadata.balance === '1') return metadata.balance === '1'
  throw new Error(`style ${title}: expected balance to be 1 or left out, found '${metadata.balance}'`)
}

/** The name of a picture's light among its statistics, where it is held and smoothed over a shot like them. */
const sceneName = 'scene'
const sceneKeys = ['dark', 'middle', 'light', 'castA', 'castB'] as const
const sceneValue = (scene: Scene): Value => floats(sceneKeys.map((key) => scene[key]))
const sceneFrom = ({ [sceneName]: value }: Statistics): Scene | undefined =>
  value && (Object.fromEntries(sceneKeys.map((key, i) => [key, Number(value.data[i])])) as unknown as Scene)

/** Makes a style's models for a precision: local with statistics, whole without. Throws when not possible. */
const modelsOf = (style: Style, precision: 'fp32' | 'int8'): ((statistics?: Statistics) => Uint8Array) => {
  if (precision === 'fp32') {
    return (statistics) => (statistics ? frozenModel(networkStyle(style), statistics) : wholeModel(style))
  }
  const [network, scales] = [networkStyle(style), levelScalesOf(style)]
  if (scales) return (statistics) => quantizedModel(network, scales, statistics)
  throw new AnimeganError(
    'unsupported',
    `style ${style.title}: expected one calibrated for 8 bits, found one that is not; calibrate it (animegan calibrate)`,
  )
}

/**
 * Prepares a style to run on an engine. Throws AnimeganError `unsupported` for 8 bits of a style that is not
 * calibrated.
 */
export const createStylizer = async (
  style: Style,
  engine: Engine,
  { memory = 512, precision: asked }: StylizerOptions = {},
): Promise<Stylizer> => {
  const footprint = footprintOf(style)
  const precision = chosenPrecision(style, footprint, engine, asked)
  const modelOf = modelsOf(style, precision)
  const seenOf = effectSizes(style)
  const balanced = balances(style)
  const maxTilePixels = Math.floor((memory * 2 ** 20) / (footprint.bytesPerPixel * engineOverhead))

  /** A picture at the result's size, the same without transparency, and the latter at the network's size. */
  const prepare = (given: Picture, { effectSize, size }: StylizeOptions) => {
    const target = size === undefined ? given : fitLongSide(given.width, given.height, size)
    const original = resample(given, target.width, target.height)
    const opaque = fillTransparent(original)
    const { width, height } = original
    const seen = fitLongSide(width, height, seenOf(original, effectSize))
    return { original, opaque, small: resample(opaque, seen.width, seen.height) }
  }

  /**
   * The last plan with several tiles: frames of a clip have one size, and planning one of 720p takes as long as
   * decoding it. A picture that fits into one tile, such as a face, needs no plan.
   */
  let plan: { readonly width: number; readonly height: number; readonly tiles: Tile[] } | undefined
  const planned = (width: number, height: number): Tile[] => {
    if (plan?.width !== width || plan.height !== height) {
      const { multiple, radius } = footprint
      plan = { width, height, tiles: planTiles(width, height, { maxTilePixels, overlap: radius, multiple }) }
    }
    return plan.tiles
  }

  const measured = (small: Picture): Promise<Statistics> => measure(engine, style, small, footprint, maxTilePixels)

  let loaded: Promise<Session> | undefined
  /** The whole network, loaded when first needed. */
  const wholeSession = (): Promise<Session> => {
    loaded ??= engine.load(modelOf())
    return loaded
  }

  /** A stylizer with a session of the whole network or of the frozen one, using the light of `shot` if given. */
  const stylizerOf = (
    ownSession: () => Promise<Session>,
    free: () => Promise<void>,
    frozen: boolean,
    shot?: Scene,
  ): Stylizer => {
    let closed = false

    const run = async (small: Picture, options: StylizeOptions): Promise<Picture> => {
      const picture = balanced ? balance(small, options.scene ?? shot) : small
      if (footprint.fades) {
        const tiles = fadedTiles(picture, footprint, maxTilePixels)
        return runTiles(await ownSession(), picture, tiles, fadedSum(picture.width, picture.height), options)
      }
      const width = roundUp(picture.width, footprint.multiple)
      const height = roundUp(picture.height, footprint.multiple)
      const fits = width * height <= maxTilePixels
      const tiles = fits ? [wholeTile(width, height)] : planned(width, height)
      const parts = keptParts(picture, tiles.length > 1 ? options.onPart : undefined)
      // 8-bit networks cannot measure their statistics during a run.
      const whole = fits && precision === 'fp32'
      if (whole || frozen || !footprint.hasStatistics)
        return runTiles(await ownSession(), picture, tiles, parts, options)
      const session = await engine.load(modelOf(await measured(picture)))
      try {
        return await runTiles(session, picture, tiles, parts, options)
      } finally {
        await session.close()
      }
    }

    const layers = async (given: Picture, options: StylizeOptions) => {
      if (closed) throw closedError('stylizer')
      const { original, opaque, small } = prepare(given, options)
      const styledSmall = await run(small, options)
      const same = small.width === original.width && small.height === original.height
      return { original, opaque, styled: same ? styledSmall : bringToSize(small, styledSmall, opaque) }
    }

    return {
      stylize: async (given, options = {}) => {
        const { original, opaque, styled } = await layers(given, options)
        return withAlpha(blend(opaque, styled, options.strength ?? 1), original)
      },
      draw: async (given, options = {}) => {
        const { original, opaque, styled } = await layers(given, options)
        return {
          mix: (strength) => {
            const copy = strength === 1 ? styled : { ...styled, data: styled.data.slice() } // blend writes over it
            return withAlpha(blend(opaque, copy, strength), original)
          },
        }
      },
      measure: async (given, options = {}) => {
        if (!footprint.hasStatistics && !balanced) return undefined
        const { small } = prepare(given, options)
        if (!balanced) return measured(small)
        const scene = sceneOf(small)
        const network = footprint.hasStatistics ? await measured(balance(small, scene)) : {}
        return { ...network, [sceneName]: sceneValue(scene) }
      },
      frozen: async (statistics) => {
        const scene = sceneFrom(statistics)
        if (!footprint.hasStatistics) return stylizerOf(wholeSession, async () => {}, false, scene)
        const { [sceneName]: _, ...network } = statistics
        const session = await engine.load(modelOf(network))
        return stylizerOf(
          async () => session,
          () => session.close(),
          true,
          scene,
        )
      },
      ...closeable(async () => {
        closed = true
        await free()
      }),
    }
  }

  return stylizerOf(wholeSession, async () => (await loaded)?.close(), false)
}

const wholeTile = (w: number, h: number): Tile => {
  const all = { x: 0, y: 0, w, h }
  return { source: all, output: all }
}

/** Tiles of a model's only size; or one of the picture's own size, if that fits the memory, else square ones. */
const fadedTiles = (
  { width, height }: Picture,
  { size, multiple, radius }: Footprint,
  maxPixels: number,
): FadedTile[] => {
  const whole = { width: roundUp(width, multiple), height: roundUp(height, multiple) }
  const side = Math.max(smallestSide, Math.floor(Math.sqrt(maxPixels) / multiple) * multiple)
  const square = { width: Math.min(side, whole.width), height: Math.min(side, whole.height) }
  const tile = size ?? (whole.width * whole.height <= maxPixels ? whole : square)
  return planFaded(width, height, tile, Math.min(radius, Math.floor(Math.min(tile.width, tile.height) / 4)))
}

const bringToSize = (small: Picture, styled: Picture, guide: Picture): Picture =>
  styled.width > guide.width ? resample(styled, guide.width, guide.height) : guidedUpsample(small, styled, guide)

/** Measures statistics on the picture, shrunk to what fits the memory. */
const measure = async (
  engine: Engine,
  style: Style,
  picture: Picture,
  { multiple }: Footprint,
  maxPixels: number,
): Promise<Statistics> => {
  const scale = Math.min(1, Math.sqrt(maxPixels / (picture.width * picture.height)))
  const side = (size: number): number => Math.max(smallestSide, Math.floor((size * scale) / multiple) * multiple)
  const copy = resample(picture, side(picture.width), side(picture.height))
  const session = await engine.load(measuringModel(style)!)
  try {
    const [width, height] = [roundUp(copy.width, multiple), roundUp(copy.height, multiple)]
    return await session.run({ picture: pixels(copy, 0, 0, width, height) }, { handOver: true })
  } finally {
    await session.close()
  }
}

const pixels = (picture: Picture, x: number, y: number, width: number, height: number) => ({
  dtype: 'uint8' as const,
  shape: [1, height, width, 3],
  data: extractRgb(picture, x, y, width, height),
})

/** Where the results of tiles are put together. */
interface Assembly<T> {
  add(tile: T, styled: Uint8Array): void
  picture(): Picture
}

/** Keeps of each tile its own part. */
const keptParts = ({ width, height }: Picture, onPart: StylizeOptions['onPart']): Assembly<Tile> => {
  const result = new Uint8Array(width * height * 3)
  return {
    add: ({ source, output: kept }, styled) => {
      const columns = Math.min(kept.w, width - kept.x)
      const rows = Math.min(kept.h, height - kept.y)
      const part = onPart && new Uint8Array(columns * rows * 3)
      for (let y = 0; y < rows; y++) {
        const from = ((y + kept.y - source.y) * source.w + kept.x - source.x) * 3
        const row = styled.subarray(from, from + columns * 3)
        result.set(row, ((y + kept.y) * width + kept.x) * 3)
        part?.set(row, y * columns * 3)
      }
      if (!part || columns <= 0 || rows <= 0) return
      const picture: Picture = { width: columns, height: rows, channels: 3, data: part }
      onPart({ x: kept.x, y: kept.y, of: { width, height }, picture })
    },
    picture: () => ({ width, height, channels: 3, data: result }),
  }
}

/** Runs the tiles, preparing the next one while one is computed, and assembles them. */
const runTiles = async <T extends Pick<Tile, 'source'>>(
  session: Session,
  picture: Picture,
  tiles: readonly T[],
  assembly: Assembly<T>,
  { onProgress, signal }: StylizeOptions,
): Promise<Picture> => {
  const start = async ({ source }: T) => {
    throwIfAborted(signal)
    const feeds = { picture: pixels(picture, source.x, source.y, source.w, source.h) }
    return session.run(feeds, { handOver: true, signal })
  }
  let pending = start(tiles[0])
  for (const [index, tile] of tiles.entries()) {
    const current = pending
    if (index + 1 < tiles.length) {
      pending = start(tiles[index + 1])
      pending.catch(() => {}) // reported when it is awaited, unless the current tile fails first
    }
    assembly.add(tile, (await current).result.data as Uint8Array)
    onProgress?.((index + 1) / tiles.length)
  }
  return assembly.picture()
}
