/**
 * Stylizes a clip's frames one for one, without flicker: statistics are held per shot, repeats are not recomputed,
 * faces are tracked and redrawn, and results are steadied over time. Knows no files, codecs or clocks. While the engine
 * works on a frame, the next ones are fetched and prepared, and the previous one is filtered and yielded: at most three
 * frames are in progress, and none is begun that the consumer does not request.
 */

import type { CharacterArtist, Met } from '../faces/character/character-artist.ts'
import { type FaceMemory, faceMemoryFrom } from '../faces/character/face-memory.ts'
import type { CharacterLook, CharacterOptions } from '../faces/character/subject.ts'
import type { FaceStylizer, WeightedFace } from '../faces/draw/face-stylizer.ts'
import type { FaceDetector } from '../faces/find/detector.ts'
import { type FollowerState, faceFollowerOf } from '../faces/find/follow.ts'
import type { TrackedFace } from '../faces/find/track.ts'
import type { Picture } from '../picture.ts'
import { blend } from '../pixels/blend.ts'
import { resample } from '../pixels/resample.ts'
import { throwIfAborted } from '../signal.ts'
import { fitLongSide, type StylizeOptions, type Stylizer } from '../stylizer.ts'
import { ahead } from './ahead.ts'
import type { Frame } from './frame.ts'
import { halve, lumaOf, type Plane, pyramidOf } from './luma.ts'
import { isRepeat } from './repeat.ts'
import { type ResumeState, readResumeState, writeResumeState } from './resume-state.ts'
import { isCut } from './shot.ts'
import { approach, brightnessOf, isDue, type ShotStatistics } from './statistics.ts'
import { type Steadied, steady } from './steady.ts'

/** Who draws faces as characters, and how. */
export interface FrameCharacters extends CharacterOptions {
  readonly artist: CharacterArtist
  readonly look: CharacterLook
}

/** What finds faces in frames and draws them. The caller closes it. */
export interface FrameFaces {
  readonly detector: FaceDetector
  readonly stylizer: FaceStylizer
  /** Default: the style redraws faces. */
  readonly characters?: FrameCharacters | undefined
  /** Anime proportions of faces that the style redraws, from 0, the frames', to 1. Default: 0. */
  readonly proportions?: number | undefined
  /** Whether faces may be enlarged for the network. Default: true. */
  readonly enlarge?: boolean | undefined
}

export interface FrameOptions extends Pick<StylizeOptions, 'strength' | 'effectSize' | 'size' | 'signal'> {
  /**
   * The result of a frame's `state()`: continues with the frame after it, and gives the same bytes as without a break.
   */
  readonly state?: Uint8Array | undefined
  /** Draws faces at their own scale; without this, faces are not searched for. */
  readonly faces?: FrameFaces | undefined
}

/** A face tracked into a frame. */
export interface FrameFace extends TrackedFace {
  readonly redrawn: boolean
  /** Whether it is drawn as a character. */
  readonly drawn: boolean
}

/**
 * A stylized frame. Its picture is still needed for the next one, so it may be read but not written to or transferred.
 */
export interface StyledFrame extends Frame {
  /** The picture's source: the frame's picture at the result's size, or an earlier one that looks the same. */
  readonly source: Picture
  /** The faces in it, in its pixels, if they were searched for. */
  readonly faces: readonly FrameFace[]
  /** Whether it shows the same picture as the previous frame, which was not computed again. */
  readonly repeated: boolean
  /**
   * Everything that later frames depend on: about 6 bytes per pixel and 3 kB per face; with characters, about 9 bytes per
   * pixel and 500 kB per face.
   */
  state(): Uint8Array
}

/** Frames requested ahead: with the one being filtered, three are in progress. */
const inAdvance = 2

const brightnessPyramid = (picture: Picture): Plane[] => pyramidOf(halve(lumaOf(picture)))

/** A frame in progress. */
interface Begun {
  readonly frame: Frame
  /** The picture last computed: this frame's, or the one it repeats. */
  readonly source: Picture
  /** The result, unless it repeats the last. */
  readonly styled?: Promise<Picture>
  readonly pyramid: readonly Plane[]
  readonly cut: boolean
  readonly statistics?: ShotStatistics | undefined
  /** The faces in `source`, and the tracking state after it. */
  readonly faces?: Promise<Followed> | undefined
}

/** The faces of a frame, and the state that later frames depend on. */
interface Followed {
  readonly faces: readonly TrackedFace[]
  readonly state: FollowerState
}

/**
 * Tracks faces without making the engine wait: a frame's faces are searched for once the frame has been passed to the
 * engine and the previous frame's faces are known.
 */
const followFaces = (detector: FaceDetector, state: FollowerState | undefined) => {
  const follower = faceFollowerOf(detector, state)
  let last: Promise<Followed> | undefined = state && Promise.resolve({ faces: [], state })
  return {
    /** For the frame begun last. */
    get last(): Promise<Followed> | undefined {
      return last
    },
    next: (picture: Picture, seconds: number, cut: boolean): void => {
      const before = last
      const look = async (): Promise<Followed> => {
        await before
        if (cut) follower.reset()
        return { faces: await follower.next(picture, seconds), state: follower.state() }
      }
      last = look()
      last.catch(() => {}) // thrown when its turn comes, unless the consumer stops before
    },
    /** Resolves when no search is running any more. */
    idle: async (): Promise<void> => {
      await last?.catch(() => {})
    },
  }
}

/** The stylizer for the current shot: the given one, or a frozen copy, which is closed when the next takes over. */
const shotStylizer = (stylizer: Stylizer) => {
  let current = stylizer
  let running: Promise<unknown> = Promise.resolve()
  const close = async (): Promise<void> => {
    const last = current
    current = stylizer
    if (last === stylizer) return
    await running
    await last.close()
  }
  return {
    /** Frames begun earlier are finished first. */
    freeze: async (statistics: ShotStatistics | undefined): Promise<void> => {
      await close()
      if (statistics) current = await stylizer.frozen(statistics.values)
    },
    stylize: (picture: Picture, options: StylizeOptions): Promise<Picture> => {
      const result = current.stylize(picture, options)
      const before = running
      running = result.then(
        () => before,
        () => before,
      )
      return result
    },
    close,
  }
}

/** Goes through frames in order, decides what to do with each, and begins it. */
async function* begin(
  stylizer: Stylizer,
  frames: AsyncIterable<Frame>,
  detector: FaceDetector | undefined,
  options: StylizeOptions,
  resumed: ResumeState | undefined,
): AsyncGenerator<Begun, void, undefined> {
  const shot = shotStylizer(stylizer)
  const faces = detector && followFaces(detector, resumed?.faces)
  const known = (): Pick<Begun, 'statistics' | 'faces'> => {
    return { statistics, faces: faces?.last }
  }
  const { size } = options
  let source = resumed?.source
  let pyramid: readonly Plane[] | undefined = source && brightnessPyramid(source)
  let statistics = resumed?.statistics
  try {
    await shot.freeze(statistics)
    for await (const frame of frames) {
      throwIfAborted(options.signal)
      const { width, height } =
        size === undefined ? frame.picture : fitLongSide(frame.picture.width, frame.picture.height, size)
      const picture = resample(frame.picture, width, height)
      if (source && pyramid && isRepeat(picture, source)) {
        yield { frame, source, pyramid, cut: false, ...known() }
        continue
      }
      const seen = brightnessPyramid(picture)
      const cut = !source || !pyramid || source.width !== width || source.height !== height || isCut(seen, pyramid)
      source = picture
      pyramid = seen
      const brightness = brightnessOf(seen)
      if (cut || (statistics && isDue(statistics, brightness))) {
        const measured = await stylizer.measure(picture, options)
        if (measured) {
          const values = cut || !statistics ? measured : approach(statistics.values, measured)
          statistics = { values, age: 0, brightness }
          await shot.freeze(statistics)
        }
      }
      if (statistics) statistics = { ...statistics, age: statistics.age + 1 }
      const styled = shot.stylize(picture, options)
      styled.catch(() => {}) // thrown when its turn comes, unless the consumer stops before
      faces?.next(picture, frame.timestamp, cut)
      yield { frame, source, styled, pyramid, cut, ...known() }
    }
  } finally {
    await faces?.idle()
    await shot.close()
  }
}

/**
 * Stylizes the frames of one clip, in order. Frames may change size between shots. An error of the source or the engine
 * comes after the frames before it; a consumer that stops early also ends the source (`return()`). The stylizer stays
 * open.
 */
export async function* stylizeFrames(
  stylizer: Stylizer,
  frames: AsyncIterable<Frame>,
  { state, faces, ...given }: FrameOptions = {},
): AsyncGenerator<StyledFrame, void, undefined> {
  const resumed = state && readResumeState(state)
  const { strength = 1 } = given
  const characters = strength > 0 ? faces?.characters : undefined
  const memory = characters && faceMemoryFrom(resumed?.characters?.memory)
  // Heads are drawn into what the style made at full strength; only then all of it is mixed.
  const options = memory ? { ...given, strength: 1 } : given
  let shown: readonly FrameFace[] = []
  let past: Steadied | undefined = resumed && { result: resumed.result, source: brightnessPyramid(resumed.source) }
  let picture = resumed?.characters?.drawn ?? resumed?.result
  for await (const { frame, source, styled, pyramid, cut, statistics, faces: looked } of ahead(
    begin(stylizer, frames, faces?.detector, options, resumed),
    inAdvance,
  )) {
    const followed = await looked
    if (styled) {
      const result = await styled
      const found = followed?.faces ?? []
      if (cut) memory?.reset()
      memory?.enter(
        found.map(({ id }) => id),
        frame.timestamp,
      )
      const met = characters && (await meet(characters, memory, source, found, given.signal))
      const redrawn = faces ? await redraw(faces, source, result, met?.left ?? found, options) : []
      // Originals do not flicker, so at strength 0 they are returned unchanged.
      past = steady(result, pyramid, cut || strength === 0 ? undefined : past)
      picture = past.result
      if (met) {
        // Over a copy: drawn heads are steady by themselves, and mixed with those of earlier frames would be blurred.
        picture = { ...picture, data: picture.data.slice() }
        await met.draw(picture)
        picture = blend(source, picture, strength)
      }
      const drawn = met?.drawn ?? []
      shown = found.map((face) => ({
        ...face,
        redrawn: drawn.includes(face) || redrawn.includes(face),
        drawn: drawn.includes(face),
      }))
    }
    const { result } = past!
    const drawn = picture!
    const remembered = memory?.state()
    yield {
      picture: drawn,
      source,
      faces: shown,
      timestamp: frame.timestamp,
      duration: frame.duration,
      repeated: styled === undefined,
      state: () =>
        writeResumeState({
          source,
          result,
          ...(statistics && { statistics }),
          ...(followed && { faces: followed.state }),
          ...(remembered && { characters: { memory: remembered, drawn } }),
        }),
    }
  }
}

/** Measures a frame's faces for drawing them as characters. */
const meet = (
  { artist, ...how }: FrameCharacters,
  memory: FaceMemory | undefined,
  source: Picture,
  faces: readonly TrackedFace[],
  signal: StylizeOptions['signal'],
): Promise<Met<TrackedFace>> => artist.meet(source, source, faces, { ...how, strength: 1, memory, signal })

/** The style redraws faces in a frame's result, in place; gives those that it redrew. */
const redraw = async (
  { stylizer, proportions = 0, enlarge = true }: FrameFaces,
  source: Picture,
  styled: Picture,
  faces: readonly TrackedFace[],
  { strength, effectSize, signal }: StylizeOptions,
): Promise<readonly WeightedFace[]> => {
  const how = { proportions, enlarge, strength, effectSize, signal }
  return (await stylizer.redraw(source, styled, faces, how)).redrawn
}
