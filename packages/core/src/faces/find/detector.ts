/**
 * Finds the faces in a picture. The short-range network proposes: it is shown the picture at several scales, and upside
 * down and sideways at the coarser ones. The full-range network confirms: it is shown each proposal by itself, upright and
 * at one size, and what both believe is a face. The short-range network then looks at it once more, large and upright,
 * for its key points. A small picture with small faces is enlarged and searched once more; a large one is searched at half
 * its size, and where that gives a hint of a face too small to be seen there, it is looked at closer. Time grows with the
 * pixels and is bounded in the number of faces; memory is that of one level.
 */
import { blazeFaceFullRange, blazeFaceShortRange } from '@animegan/models'
import { type Closeable, closeable } from '../../closing.ts'
import type { Engine } from '../../engine.ts'
import type { Picture } from '../../picture.ts'
import { fillTransparent } from '../../pixels/blend.ts'
import type { Box, Face } from '../face.ts'
import { type Candidate, moved, overlapOf, suppress, tiltOf, toFace, withoutNested } from './candidate.ts'
import { cutSquare, fromPiece, fromQuarterTurned, quarterTurned, type Square } from './crop.ts'
import { type FaceNetwork, loadFaceNetwork } from './network.ts'
import { closerScaleOf, cutTile, type Level, levelOf, scalesOf, tilesOf } from './pyramid.ts'

/** The two networks: files of `@animegan/models`, in its folder `weights`. */
export interface FaceModels {
  /** `face_detection_short_range.tflite` */
  readonly shortRange: Uint8Array
  /** `face_detection_full_range.tflite` */
  readonly fullRange: Uint8Array
}

export interface DetectOptions {
  /**
   * Width in pixels of the smallest face that matters. By default 16 in pictures of up to 1.5 megapixels, 24 up to 3.4, and 32
   * in those of 6 and more, where of those of 24 nine in ten are found. Larger is faster: the time goes with its inverse square.
   */
  readonly smallest?: number
  /** Where faces were a moment ago: only there is looked, which takes a millisecond or two each. For frames. */
  readonly near?: readonly Face[]
}

export interface FaceDetector extends Closeable {
  /** The faces of a picture, largest first. The same picture, options and engine give the same faces. */
  detect(picture: Picture, options?: DetectOptions): Promise<Face[]>
}

/** How a face is shown by itself: a piece of `size` pixels, the face `face` pixels wide in its middle. */
interface View {
  readonly size: number
  readonly face: number
}

/** What the short-range network must believe for a proposal. */
const PROPOSED = 0.4
/** What it must believe for a hint, of a face that is too small for it at half the picture's size. */
const HINTED = 0.1
/** Below this scale of the finest level, hints are followed; from there on, all that is wanted is seen. */
const SEES_ALL = 2 / 3
/** How a hint is shown: at about the picture's own size, where the face may be half as wide as its hint. */
const CLOSER: View = { size: 64, face: 32 }
/** On all levels but the finest, smaller boxes than this are left to the finer level, which sees their size better. */
const LEAST_COARSE = 24
/**
 * What the weighted average of a proposal and its confirmations must be. Chosen, with the weights, for the most faces found
 * at few false ones: bench/FACES.md.
 */
const CONFIRMED = 0.6
/** What it must be for one of a crowd: where others of its size are certain, one more is likely. */
const CONFIRMED_IN_CROWD = 0.52
/** How many others of about its size make a crowd. */
const CROWD = 3
/** Sizes within this factor are about the same. */
const SAME_SIZE = 1.5
/** How much a proposal counts in that average; each view says how much it does. */
const PROPOSAL_WEIGHT = 2
/** Below this, a view counts as seeing nothing. */
const LEAST_SEEN = 0.05
/** A face of less than this many pixels means that there may be others, too small to be seen without a closer look. */
const SMALL = 24
/** What the short-range network must believe of a face that was there a moment ago. */
const STILL_THERE = 0.5
/** Most proposals that are looked at, and so most faces that are found. */
const MOST_PROPOSALS = 600
/** Pieces in one run. */
const BATCH = 16
/** The least that a piece's candidate must share with what it was cut for. */
const SAME_PLACE = 0.25

/** Views that confirm a proposal, the most telling one first. */
const CONFIRMING = [
  { network: 'fullRange', size: 96, face: 48, weight: 2 },
  { network: 'shortRange', size: 64, face: 24, weight: 1 },
] as const
/** Eyes of a head that is upright. */
const LEVEL_EYES = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
]
const REFINING: View = { size: 128, face: 56 }

/** Loads the detector's networks. Throws an `AnimeganError` (`bad-weights`) of one line when a file is not what it should be. */
export const createFaceDetector = async (models: FaceModels, engine: Engine): Promise<FaceDetector> => {
  const shortRange = await loadFaceNetwork(models.shortRange, blazeFaceShortRange, engine)
  const fullRange = await loadFaceNetwork(models.fullRange, blazeFaceFullRange, engine)

  /** What a network sees of each candidate by itself, in the picture's places; undefined where it sees no face. */
  const inspect = async (
    network: FaceNetwork,
    view: View,
    levels: readonly Level[],
    candidates: readonly Candidate[],
    least: number,
  ): Promise<(Candidate | undefined)[]> => {
    const seen: (Candidate | undefined)[] = []
    for (let first = 0; first < candidates.length; first += BATCH) {
      const part = candidates.slice(first, first + BATCH)
      const squares = part.map(
        ({ box, points }): Square => ({
          middle: { x: box.x + box.width / 2, y: box.y + box.height / 2 },
          side: (Math.max(box.width, box.height) * view.size) / view.face,
          turn: tiltOf(points[0], points[1]),
        }),
      )
      const data = new Uint8Array(part.length * view.size ** 2 * 3)
      for (const [i, square] of squares.entries()) {
        const { picture, scale } = levelFor(levels, view.size / square.side)
        const { middle, side, turn } = square
        const there = { middle: { x: middle.x * scale, y: middle.y * scale }, side: side * scale, turn }
        cutSquare(picture, there, view.size, data, i * view.size ** 2 * 3)
      }
      const batch = { count: part.length, width: view.size, height: view.size, data }
      const expected: Box = {
        x: (view.size - view.face) / 2,
        y: (view.size - view.face) / 2,
        width: view.face,
        height: view.face,
      }
      for (const [i, found] of (await network.look(batch, least)).entries()) {
        const here = suppress(found, MOST_PROPOSALS).find(({ box }) => overlapOf(box, expected) > SAME_PLACE)
        seen.push(here && moved(here, squares[i].side / view.size, fromPiece(squares[i], view.size)))
      }
    }
    return seen
  }

  /** What the short-range network sees with a score of `least` in a level turned by quarters, in the picture's places. */
  const propose = async (
    { picture, scale }: Level,
    turns: number,
    leastWidth: number,
    least = PROPOSED,
  ): Promise<Candidate[]> => {
    const turned = quarterTurned(picture, turns)
    const upright = fromQuarterTurned(turns, picture.width, picture.height)
    const found: Candidate[] = []
    for (const tile of tilesOf(turned.width, turned.height, shortRange.multiple)) {
      const { width, height, left, top } = tile
      const batch = { count: 1, width, height, data: cutTile(turned, tile) }
      const [here] = await shortRange.look(batch, least)
      for (const candidate of suppress(here, MOST_PROPOSALS)) {
        if (candidate.box.width < leastWidth) continue
        found.push(
          moved(candidate, 1 / scale, ({ x, y }) => {
            const place = upright({ x: x + left, y: y + top })
            return { x: place.x / scale, y: place.y / scale }
          }),
        )
      }
    }
    return found
  }

  /** The same in a level that has faces too small for the network: where it has a hint of one, the picture is looked at. */
  const proposeByHints = async (whole: Level, level: Level): Promise<Candidate[]> => {
    const seen = await propose(level, 0, 0, HINTED)
    const hints = seen
      .filter(({ score, box }) => score < PROPOSED && box.width * level.scale < SMALL)
      // The eyes of a hint are anywhere: it is shown as upright as it is.
      .map((hint) => ({ ...hint, points: LEVEL_EYES }))
    const closer = await inspect(shortRange, CLOSER, [whole], suppress(hints, MOST_PROPOSALS), PROPOSED)
    return [...seen.filter(({ score }) => score >= PROPOSED), ...closer.filter((found) => found !== undefined)]
  }

  /** Those of the proposals that hold when they are looked at by themselves, with the average as their score. */
  const confirm = async (levels: readonly Level[], proposals: readonly Candidate[]): Promise<Candidate[]> => {
    const whole = CONFIRMING.reduce((sum, { weight }) => sum + weight, PROPOSAL_WEIGHT)
    let open = proposals.map((candidate) => ({ candidate, sum: PROPOSAL_WEIGHT * candidate.score }))
    let rest = whole - PROPOSAL_WEIGHT
    for (const { network, weight, ...view } of CONFIRMING) {
      const seen = await inspect(
        network === 'fullRange' ? fullRange : shortRange,
        view,
        levels,
        open.map(({ candidate }) => candidate),
        LEAST_SEEN,
      )
      rest -= weight
      open = open
        .map(({ candidate, sum }, i) => ({ candidate, sum: sum + weight * (seen[i]?.score ?? 0) }))
        // What cannot reach the threshold any more is not looked at again.
        .filter(({ sum }) => (sum + rest) / whole >= CONFIRMED_IN_CROWD)
    }
    const held = open.map(({ candidate, sum }) => ({ ...candidate, score: sum / whole }))
    const certain = held.filter(({ score }) => score >= CONFIRMED)
    return held.filter((candidate) => candidate.score >= CONFIRMED || isOfCrowd(candidate, certain))
  }

  const search = async (picture: Picture, smallest: number | undefined): Promise<Candidate[]> => {
    const whole: Level = { picture, scale: 1 }
    const levels: Level[] = []
    const proposals: Candidate[] = []
    for (const scale of scalesOf(picture.width, picture.height, smallest)) {
      // Each level is made from the one before it, which is much the smaller work.
      const before = levels.at(-1)
      const level = levelOf(before ?? whole, scale)
      levels.push(level)
      if (before) {
        for (const turns of [0, 1, 2, 3]) proposals.push(...(await propose(level, turns, LEAST_COARSE)))
      } else if (smallest === undefined && level.scale < SEES_ALL) {
        proposals.push(...(await proposeByHints(whole, level)))
      } else proposals.push(...(await propose(level, 0, 0)))
    }
    // Faces are looked at one by one in what has their detail.
    if (levels[0].scale < 1) levels.unshift(whole)
    let believed = await confirm(levels, suppress(proposals, MOST_PROPOSALS))
    const closer = smallest === undefined ? closerScaleOf(picture.width, picture.height) : undefined
    if (closer && believed.some(({ box }) => box.width < SMALL)) {
      const level = levelOf(whole, closer)
      levels.unshift(level)
      proposals.push(...(await propose(level, 0, 0)))
      believed = await confirm(levels, suppress(proposals, MOST_PROPOSALS))
    }
    const refined = await inspect(shortRange, REFINING, levels, believed, STILL_THERE)
    return withoutNested(
      suppress(
        believed.map((candidate, i) => ({ ...(refined[i] ?? candidate), score: candidate.score })),
        MOST_PROPOSALS,
      ),
    )
  }

  const follow = async (picture: Picture, faces: readonly Face[]): Promise<Candidate[]> => {
    const before = faces.slice(0, MOST_PROPOSALS).map(fromFace)
    const found = await inspect(shortRange, REFINING, [{ picture, scale: 1 }], before, STILL_THERE)
    return suppress(
      found.filter((candidate) => candidate !== undefined),
      MOST_PROPOSALS,
    )
  }

  return {
    detect: async (picture, { smallest, near } = {}) => {
      // What nobody sees has no faces.
      const seen = fillTransparent(picture)
      const found = near ? await follow(seen, near) : await search(seen, smallest)
      return found.map(toFace).sort(bySize)
    },
    ...closeable(async () => {
      await shortRange.close()
      await fullRange.close()
    }),
  }
}

/** The smallest level that has at least the detail of `scale`; the largest where none has. */
const levelFor = (levels: readonly Level[], scale: number): Level =>
  levels.findLast((level) => level.scale >= scale) ?? levels[0]

/** Whether a crowd of certain faces is about as large as the candidate. */
const isOfCrowd = ({ box }: Candidate, certain: readonly Candidate[]): boolean => {
  const alike = certain.filter((other) => {
    const growth = other.box.width / box.width
    return growth < SAME_SIZE && growth > 1 / SAME_SIZE
  })
  return alike.length >= CROWD
}

const fromFace = (face: Face): Candidate => ({
  score: face.score,
  box: face.box,
  points: [
    face.rightEye,
    face.leftEye,
    face.nose,
    face.mouth,
    face.rightEar ?? face.rightEye,
    face.leftEar ?? face.leftEye,
  ],
})

/** Largest first, then from the top left. */
const bySize = (a: Face, b: Face): number =>
  b.box.width * b.box.height - a.box.width * a.box.height || a.box.y - b.box.y || a.box.x - b.box.x
