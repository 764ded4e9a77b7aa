/**
 * The main interface: an animator applies a style, on an engine, to pictures, frames and portraits, faces included.
 * Everything that it needs is created on first use. Only this file defines the order of the work (style, find faces,
 * draw or redraw them); the stylizer, the face detector, the character artist and the face stylizer do it.
 */
import { AnimeganError } from '@animegan/graph'
import type { Style } from '@animegan/models'
import { type Closeable, closeable, closedError } from './closing.ts'
import type { Engine } from './engine.ts'
import {
  type CharacterArtist,
  type CharacterModels,
  createCharacterArtist,
  type DrawOptions,
} from './faces/character/character-artist.ts'
import { characterOptions } from './faces/character/character-options.ts'
import { lookOf } from './faces/character/look.ts'
import { type FaceStylizer, faceStylizerOf, type WeightedFace } from './faces/draw/face-stylizer.ts'
import type { Face } from './faces/face.ts'
import { createFaceDetector, type FaceModels } from './faces/find/detector.ts'
import type { Frame } from './frames/frame.ts'
import { type StyledFrame, stylizeFrames } from './frames/stylize-frames.ts'
import { type AnimateOptions, checkOptions } from './options.ts'
import { checkPicture, type Picture } from './picture.ts'
import { blend } from './pixels/blend.ts'
import type { Precision } from './precision.ts'
import { remembering } from './remembering.ts'
import { eachUntilAborted, type Signal, throwIfAborted, untilAborted } from './signal.ts'
import { createStylizer, type StylizeOptions } from './stylizer.ts'

/** The parts of an animator. The caller keeps ownership of engine and style; several animators may share one engine. */
export interface AnimatorParts {
  readonly engine: Engine
  readonly style: Style
  /**
   * The networks that find faces, or a function that fetches them when first needed. Without them, no faces are
   * searched for.
   */
  readonly faces?: FaceModels | (() => Promise<FaceModels>) | undefined
  /**
   * The networks for drawing characters, or a function that fetches them when first needed. Without them, the style
   * redraws faces.
   */
  readonly characters?: CharacterModels | (() => Promise<CharacterModels>) | undefined
  /**
   * Memory limit for the network's intermediate tensors in MiB, 16 or more. Larger pictures are computed in tiles.
   * Default: 512.
   */
  readonly memory?: number | undefined
  /** Numeric precision; `int8` needs a calibrated style. Default: `auto`, whichever is faster. */
  readonly precision?: Precision | undefined
}

/** Options of a single call, besides those of the result. */
export interface CallOptions {
  /** When aborted, the call rejects with the signal's reason; the engine is free once the current tile is done. */
  readonly signal?: Signal | undefined
  /** Called with the fraction done, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined
}

export interface PictureOptions extends AnimateOptions, CallOptions {}

/** A face in a picture, and how it was treated. */
export interface AnimatedFace extends Face {
  /**
   * Whether it was drawn as a character or redrawn by the style; otherwise the styled picture already shows it well
   * enough.
   */
  readonly redrawn: boolean
  /** Whether it was drawn as a character. */
  readonly drawn: boolean
}

export interface AnimatedPicture {
  readonly picture: Picture
  /** The faces of the picture, largest first; absent if they were not searched for. */
  readonly faces?: readonly AnimatedFace[] | undefined
}

export interface FinishOptions
  extends Pick<AnimateOptions, 'strength' | 'proportions' | 'lashes' | 'age' | 'eyeColour'>,
    CallOptions {
  /** The faces to draw or redraw, as returned by `findFaces`. Default: none. */
  readonly faces?: readonly Face[] | undefined
  /** Faces to leave as they are, which drawn ones do not cover. Default: none. */
  readonly others?: readonly Face[] | undefined
  /** Whether to draw them as characters where possible. Default: whether the animator has the networks for that. */
  readonly drawn?: boolean | undefined
}

/** A picture after the network has run, which can be finished several times with different options: for a slider. */
export interface Drawing {
  /**
   * Returns the picture at a strength, with the given faces drawn or redrawn. The result for a face is cached, by the
   * object where it is drawn, so that nothing is run or drawn again if only strength or the choice of faces changes. The
   * result of `onProgress` is awaited after each face.
   */
  finish(options?: FinishOptions): Promise<AnimatedPicture>
}

export interface FramesOptions extends AnimateOptions, Pick<CallOptions, 'signal'> {
  /** The `state()` of a frame: continues with the frame after it, giving the same bytes as without a break. */
  readonly state?: Uint8Array | undefined
  /**
   * Whether to enlarge small faces for the network. Default: true; if false, the time for a face is proportional to its
   * pixels.
   */
  readonly enlarge?: boolean | undefined
}

/** One face as a separate picture. */
export interface Portrait {
  readonly face: Face
  /** Square and upright. */
  readonly picture: Picture
  /** The same part of the original, for a comparison. */
  before(): Promise<Picture>
}

/** Animates with one style on one engine. Calls may overlap; the engine runs one at a time. */
export interface Animator extends Closeable {
  /** Animates a picture, its faces included. Rejects with `bad-argument` for a malformed picture or option. */
  picture(picture: Picture, options?: PictureOptions): Promise<AnimatedPicture>
  /** The first part of `picture`: runs the network on the picture, without faces, for a strength to be chosen later. */
  draw(
    picture: Picture,
    options?: Pick<PictureOptions, 'size' | 'effectSize' | 'signal' | 'onProgress'> & Pick<StylizeOptions, 'onPart'>,
  ): Promise<Drawing>
  /** Finds faces, largest first. Rejects with `missing-models` if the animator has no networks for that. */
  findFaces(picture: Picture, options?: Pick<CallOptions, 'signal'>): Promise<Face[]>
  /** Animates the frames of one clip, in order, one for one, without flicker; faces are tracked. */
  frames(frames: AsyncIterable<Frame>, options?: FramesOptions): AsyncGenerator<StyledFrame, void, undefined>
  /** Makes a portrait of each face in a picture, from left to right. Rejects with `no-face` if there is none. */
  portraits(picture: Picture, options?: PictureOptions): Promise<Portrait[]>
}

const LEAST_MEMORY = 16

/** Creates an animator. Rejects with `bad-argument` or `bad-weights` if a part is invalid. */
export const createAnimator = async ({
  engine,
  style,
  faces,
  characters,
  memory = 512,
  precision,
}: AnimatorParts): Promise<Animator> => {
  if (!(memory >= LEAST_MEMORY)) {
    throw new AnimeganError('bad-argument', `memory: expected ${LEAST_MEMORY} MiB or more, found ${memory}`)
  }
  const stylizer = await createStylizer(style, engine, { memory, precision })
  const faceStylizer = faceStylizerOf(stylizer, style)
  const look = lookOf(style)
  const detector = onDemand(
    faces,
    (models) => createFaceDetector(models, engine),
    "faces: expected the face detector's networks, found none; give the animator `faces`",
  )
  const artist = onDemand(
    characters,
    (models) => createCharacterArtist(models, engine),
    "faces: expected the networks for drawing characters, found none; give the animator `characters`, or `faces: 'styled'`",
  )
  let closed = false

  const enter = (options: AnimateOptions, picture?: Picture, signal?: Signal): AnimateOptions => {
    if (closed) throw closedError('animator')
    if (picture) checkPicture(picture)
    throwIfAborted(signal)
    return checkOptions(options)
  }

  const wantsFaces = (wanted: AnimateOptions['faces']): boolean =>
    faces ? wanted !== 'off' : wanted !== undefined && wanted !== 'off'

  /** The artist for characters if requested or, without a request, if the animator has the networks for it. */
  const artistFor = async (wanted: AnimateOptions['faces']): Promise<CharacterArtist | undefined> =>
    wanted === 'drawn' || (wanted === undefined && characters) ? artist.ready() : undefined

  /** Draws or redraws faces in place over the styled picture, and reports which. */
  const finishFaces = async (
    stylist: FaceStylizer,
    artist: CharacterArtist | undefined,
    original: Picture,
    styled: Picture,
    found: readonly Face[],
    options: AnimateOptions & CallOptions & Pick<DrawOptions, 'full' | 'others'>,
  ): Promise<AnimatedPicture> => {
    const { strength = 1, proportions, effectSize, full, others, signal, onProgress } = options
    const how = { ...characterOptions(options), look, strength, full, others, signal, onProgress }
    const met = artist && strength > 0 ? await artist.meet(original, styled, found, how) : undefined
    let redrawn: readonly WeightedFace[] = []
    const redraw = async (): Promise<void> => {
      const how = { strength, proportions, effectSize, signal, onProgress: met ? undefined : onProgress }
      redrawn = (await stylist.redraw(original, styled, met?.left ?? found, how)).redrawn
    }
    await (met ? met.draw(styled, redraw) : redraw())
    const drawn = met?.drawn ?? []
    const faces = found.map((face) => ({
      ...face,
      redrawn: drawn.includes(face) || redrawn.includes(face),
      drawn: drawn.includes(face),
    }))
    return { picture: styled, faces }
  }

  const detect = async (picture: Picture): Promise<Face[]> => (await detector.ready()).detect(picture)

  const picture: Animator['picture'] = async (given, { signal, onProgress, ...rest } = {}) => {
    const options = enter(rest, given, signal)
    const work = async (): Promise<AnimatedPicture> => {
      const { strength = 1, size, effectSize, faces: wanted } = options
      const sketch = await stylizer.draw(given, { size, effectSize, signal, onProgress })
      const styled = sketch.mix(strength)
      if (!wantsFaces(wanted)) return { picture: styled }
      const found = await detect(given)
      const drawer = found.length > 0 ? await artistFor(wanted) : undefined
      const full = drawer && strength < 1 ? sketch.mix(1) : undefined
      return finishFaces(faceStylizer, drawer, given, styled, found, { ...options, full, signal })
    }
    return untilAborted(work(), signal)
  }

  const draw: Animator['draw'] = async (given, { signal, onProgress, onPart, ...rest } = {}) => {
    const options = enter(rest, given, signal)
    const sketch = await untilAborted(stylizer.draw(given, { ...options, signal, onProgress, onPart }), signal)
    const stylist = faceStylizerOf(remembering(stylizer), style)
    const { effectSize } = options
    let full: Picture | undefined
    return {
      finish: async ({ signal, onProgress, faces: chosen, others, drawn, ...rest } = {}) => {
        throwIfAborted(signal)
        const { strength = 1, ...checked } = checkOptions(rest)
        const styled = sketch.mix(strength)
        if (!chosen) return { picture: styled }
        // A copy, because faces are drawn over it and the sketch may share it.
        const copy = { ...styled, data: styled.data.slice() }
        const work = async (): Promise<AnimatedPicture> => {
          const artist =
            chosen.length > 0
              ? await artistFor(drawn === undefined ? undefined : drawn ? 'drawn' : 'styled')
              : undefined
          if (artist) full ??= sketch.mix(1)
          return finishFaces(stylist, artist, given, copy, chosen, {
            ...checked,
            strength,
            effectSize,
            full,
            others,
            onProgress,
            signal,
          })
        }
        return untilAborted(work(), signal)
      },
    }
  }

  async function* frames(
    given: AsyncIterable<Frame>,
    { signal, state, enlarge, ...rest }: FramesOptions = {},
  ): AsyncGenerator<StyledFrame, void, undefined> {
    const options = enter(rest, undefined, signal)
    const { faces: wanted, proportions, strength, size, effectSize } = options
    const drawer = wantsFaces(wanted) ? await artistFor(wanted) : undefined
    const frameFaces = wantsFaces(wanted) && {
      detector: await detector.ready(),
      stylizer: faceStylizer,
      characters: drawer && { artist: drawer, look, ...characterOptions(options) },
      proportions,
      enlarge,
    }
    yield* eachUntilAborted(
      stylizeFrames(stylizer, given, { strength, size, effectSize, signal, state, faces: frameFaces || undefined }),
      signal,
    )
  }

  /** One face as a portrait: drawn as a character if requested and possible, otherwise redrawn by the style. */
  const portraitOf = async (
    drawer: CharacterArtist | undefined,
    before: () => Promise<Picture>,
    given: Picture,
    face: Face,
    options: PictureOptions,
  ): Promise<Picture> => {
    const { strength = 1, size, effectSize, proportions, signal } = options
    if (drawer && strength > 0) {
      const photo = await before()
      const middle = ({ box }: Face): number =>
        Math.hypot(box.x + box.width / 2 - photo.width / 2, box.y + box.height / 2 - photo.height / 2)
      const [sitter, ...others] = (await detect(photo)).toSorted((a, b) => middle(a) - middle(b))
      if (sitter) {
        const full = await faceStylizer.portrait(given, face, { size, effectSize, signal, proportions: 0 })
        const styled = blend(photo, { ...full, data: full.data.slice() }, strength)
        const how = { ...characterOptions(options), look, strength, full, signal, background: true, others }
        const { drawn, draw } = await drawer.meet(photo, styled, [sitter], how)
        if (drawn.length > 0) {
          await draw(styled)
          return styled
        }
      }
    }
    return faceStylizer.portrait(given, face, { strength, size, effectSize, signal, proportions })
  }

  const portraits: Animator['portraits'] = async (given, { signal, onProgress, ...rest } = {}) => {
    const options = enter(rest, given, signal)
    const work = async (): Promise<Portrait[]> => {
      const found = (await detect(given)).toSorted((a, b) => a.box.x - b.box.x || a.box.y - b.box.y)
      if (found.length === 0) {
        throw new AnimeganError(
          'no-face',
          'expected a face for a portrait, found none: try a picture in which it is larger',
        )
      }
      const drawer = await artistFor(options.faces)
      const done: Portrait[] = []
      for (const face of found) {
        const before = (): Promise<Picture> =>
          faceStylizer.portrait(given, face, { size: options.size, strength: 0, proportions: 0 })
        const picture = await portraitOf(drawer, before, given, face, { ...options, signal })
        done.push({ face, picture, before })
        onProgress?.(done.length / found.length)
      }
      return done
    }
    return untilAborted(work(), signal)
  }

  return {
    picture,
    draw,
    frames,
    portraits,
    findFaces: async (given, { signal } = {}) => {
      enter({}, given, signal)
      return untilAborted(detect(given), signal)
    },
    ...closeable(async () => {
      closed = true
      await stylizer.close()
      await detector.close()
      await artist.close()
    }),
  }
}

/** Something made of networks when it is first needed. */
interface OnDemand<T> {
  /** Makes it at the first call; after a failure, the next call tries again. Throws `missing-models` without networks. */
  ready(): Promise<T>
  /** Closes it, if it was made. */
  close(): Promise<void>
}

const onDemand = <M extends object, T extends Closeable>(
  models: M | (() => Promise<M>) | undefined,
  make: (models: M) => Promise<T>,
  missing: string,
): OnDemand<T> => {
  let made: Promise<T> | undefined
  return {
    ready: () => {
      if (!models) throw new AnimeganError('missing-models', missing)
      made ??= (async () => make(typeof models === 'function' ? await models() : models))()
      made.catch(() => {
        made = undefined // fetching them may succeed later
      })
      return made
    },
    close: async () => {
      await (await made?.catch(() => undefined))?.close()
    },
  }
}
