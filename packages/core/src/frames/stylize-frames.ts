/**
 * A clip's frames in, the same frames stylized out, one for one, without flicker: statistics held per shot, repeats not
 * computed again, faces followed and redrawn, results steadied over time. Knows no files, codecs or clocks. While the engine works on a frame, the
 * next are fetched and prepared, and the last is filtered and handed out: three frames are under way at most, and none is
 * begun that the consumer does not come for.
 */

import type { FaceStylizer } from '../faces/draw/face-stylizer.ts'
import type { FaceDetector } from '../faces/find/detector.ts'
import { type FollowerState, faceFollowerOf } from '../faces/find/follow.ts'
import type { TrackedFace } from '../faces/find/track.ts'
import type { Picture } from '../picture.ts'
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

/** What finds the faces in frames, and what draws them. Both stay the caller's. */
export interface FrameFaces {
  readonly detector: FaceDetector
  readonly stylizer: FaceStylizer
  /** Anime proportions, from 0, the frames', to 1. Default: 0. */
  readonly proportions?: number | undefined
  /** Whether faces may be shown to the network larger than they are. Default: true. */
  readonly enlarge?: boolean | undefined
}

export interface FrameOptions extends Pick<StylizeOptions, 'strength' | 'effectSize' | 'size' | 'signal'> {
  /** What `state()` of a frame gave: goes on with the frame after it, and gives the same bytes as without a break. */
  readonly state?: Uint8Array | undefined
  /** Faces are drawn at a scale of their own by this; without it they are not looked for. */
  readonly faces?: FrameFaces | undefined
}

/** A face that was followed into a frame. */
export interface FrameFace extends TrackedFace {
  readonly redrawn: boolean
}

/** A stylized frame. Its picture is still needed for the next: it may be read, not written to or transferred. */
export interface StyledFrame extends Frame {
  /** What the picture was made of: the frame's, at the result's size; or one that looks the same. */
  readonly source: Picture
  /** The faces in it, in its pixels, where they were looked for. */
  readonly faces: readonly FrameFace[]
  /** Shows the same picture as the frame before; it was not computed again. */
  readonly repeated: boolean
  /** Everything that the frames after this one depend on, about 6 bytes per pixel and 3 kB per face. */
  state(): Uint8Array
}

/** Frames asked for before they are wanted: with the one being filtered, three are under way. */
const inAdvance = 2

const brightnessPyramid = (picture: Picture): Plane[] => pyramidOf(halve(lumaOf(picture)))

/** A frame that is under way. */
interface Begun {
  readonly frame: Frame
  /** The picture last computed: this frame's, unless it repeats that one. */
  readonly source: Picture
  /** The result, unless it repeats the last. */
  readonly styled?: Promise<Picture>
  readonly pyramid: readonly Plane[]
  readonly cut: boolean
  readonly statistics?: ShotStatistics | undefined
  /** The faces in `source`, and what is known of them after it. */
  readonly faces?: Promise<Followed> | undefined
}

/** Faces of a frame, and all that the next ones' depend on. */
interface Followed {
  readonly faces: readonly TrackedFace[]
  readonly state: FollowerState
}

/**
 * Follows faces through frames without waiting for them: a frame's are looked for when it has been handed to the engine, and
 * those of the frame before are known.
 */
const followFaces = (detector: FaceDetector, state: FollowerState | undefined) => {
  const follower = faceFollowerOf(detector, state)
  let last: Promise<Followed> | undefined = state && Promise.resolve({ faces: [], state })
  return {
    /** Of the frame that is begun last. */
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
    /** Nothing is being looked for any more. */
    idle: async (): Promise<void> => {
      await last?.catch(() => {})
    },
  }
}

/** The stylizer for the current shot: the given one, or that one frozen, which is closed when the next takes over. */
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

/** Looks at frames in order, decides what is to be done with each, and begins it. */
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
 * comes after the frames before it; a consumer that stops early ends the source too (`return()`); the stylizer stays.
 */
export async function* stylizeFrames(
  stylizer: Stylizer,
  frames: AsyncIterable<Frame>,
  { state, faces, ...options }: FrameOptions = {},
): AsyncGenerator<StyledFrame, void, undefined> {
  const resumed = state && readResumeState(state)
  let shown: readonly FrameFace[] = []
  let past: Steadied | undefined = resumed && { result: resumed.result, source: brightnessPyramid(resumed.source) }
  for await (const { frame, source, styled, pyramid, cut, statistics, faces: looked } of ahead(
    begin(stylizer, frames, faces?.detector, options, resumed),
    inAdvance,
  )) {
    const followed = await looked
    if (styled) {
      const drawn = await styled
      shown = faces && followed ? await redraw(faces, source, drawn, followed.faces, options) : []
      // Originals do not flicker: at no strength they come out as they are.
      past = steady(drawn, pyramid, cut || options.strength === 0 ? undefined : past)
    }
    const { result } = past!
    yield {
      picture: result,
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
        }),
    }
  }
}

/** Redraws faces over a frame's result, in place, and gives them. */
const redraw = async (
  { stylizer, proportions = 0, enlarge = true }: FrameFaces,
  source: Picture,
  drawn: Picture,
  faces: readonly TrackedFace[],
  { strength, effectSize, signal }: StylizeOptions,
): Promise<FrameFace[]> => {
  const { redrawn } = await stylizer.redraw(source, drawn, faces, {
    proportions,
    enlarge,
    strength,
    effectSize,
    signal,
  })
  return faces.map((face) => ({ ...face, redrawn: redrawn.includes(face) }))
}
