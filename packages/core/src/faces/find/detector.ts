/**
 * Finds the faces in a picture. The short-range network proposes: it searches the picture at several scales, at the
 * coarser ones also upside down and sideways. The full-range network confirms: it sees each proposal separately,
 * upright and at one size; a face is accepted by the average score of both. The short-range network then sees it once
 * more, large and upright, to locate its key points. A small picture with small faces is enlarged and searched again; a
 * large one is searched at half its size, and hints of faces too small to be found there are examined at full size.
 * Time grows with the number of pixels and is limited in the number of faces; memory is that of one level.
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

/** The two networks: files in the folder `weights` of `@animegan/models`. */
export interface FaceModels {
  /** `face_detection_short_range.tflite` */
  readonly shortRange: Uint8Array
  /** `face_detection_full_range.tflite` */
  readonly fullRange: Uint8Array
}

export interface DetectOptions {
  /**
   * Width in pixels of the smallest face to find. Default: 16 in pictures of up to 1.5 megapixels, 24 up to 3.4, and 32
   * from 6 on (where nine in ten faces of 24 pixels are found). Larger is faster: time is proportional to its inverse
   * square.
   */
  readonly smallest?: number
  /**
   * Faces of a moment ago: only their surroundings are searched, which takes a millisecond or two each. For video
   * frames.
   */
  readonly near?: readonly Face[]
}

export interface FaceDetector extends Closeable {
  /** The faces of a picture, largest first. The same picture, options and engine give the same faces. */
  detect(picture: Picture, options?: DetectOptions): Promise<Face[]>
}

/** How a single face is shown: a piece of `size` pixels, with the face `face` pixels wide in its middle. */
interface View {
  readonly size: number
  readonly face: number
}

/** Least score of the short-range network for a proposal. */
const PROPOSED = 0.4
/** Its least score for a hint: a face that is too small for it at half the picture's size. */
const HINTED = 0.1
/**
 * Hints are followed when the finest level's scale is below this; at larger scales all wanted faces are found without
 * them.
 */
const SEES_ALL = 2 / 3
/** How a hint is shown: at about the picture's full size, where the face may be half as wide as its hint. */
const CLOSER: View = { size: 64, face: 32 }
/**
 * On all levels but the finest, boxes smaller than this are left to the next finer level, which sees their size better.
 */
const LEAST_COARSE = 24
/**
 * Least weighted average score of a proposal and its confirmations. Chosen together with the weights to find most faces
 * with few false ones: bench/FACES.md.
 */
const CONFIRMED = 0.6
/** The same for a face in a crowd: where others of its size are certain, one more is likely. */
const CONFIRMED_IN_CROWD = 0.52
/** Number of others of about the same size that make a crowd. */
const CROWD = 3
/** Sizes within this factor count as about the same. */
const SAME_SIZE = 1.5
/** Weight of a proposal in that average; each view states its own weight. */
const PROPOSAL_WEIGHT = 2
/** A view with a lower score counts as seeing nothing. */
const LEAST_SEEN = 0.05
/** A face smaller than this, in pixels, means there may be others too small to find without a closer look. */
const SMALL = 24
/** Least score of the short-range network for a face that was there a moment ago. */
const STILL_THERE = 0.5
/** Most proposals that are examined, and so most faces that can be found. */
const MOST_PROPOSALS = 600
/** Pieces per run. */
const BATCH = 16
/** Least overlap of a piece's candidate with the one it was cut for. */
const SAME_PLACE = 0.25

/** Views that confirm a proposal, the most informative one first. */
const CONFIRMING = [
  { network: 'fullRange', size: 96, face: 48, weight: 2 },
  { network: 'shortRange', size: 64, face: 24, weight: 1 },
] as const
/** The eyes of an upright head. */
const LEVEL_EYES = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
]
const REFINING: View = { size: 128, face: 56 }

/**
 * Loads the detector's networks. Throws an `AnimeganError` (`bad-weights`) of one line when a file is not the expected
 * network.
 */
export const createFaceDetector = async (models: FaceModels, engine: Engine): Promise<FaceDetector> => {
  const shortRange = await loadFaceNetwork(models.shortRange, blazeFaceShortRange, engine)
  const fullRange = await loadFaceNetwork(models.fullRange, blazeFaceFullRange, engine)

  /**
   * A network's result for each candidate shown separately, in picture coordinates; undefined where it sees no face.
   */
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

  /**
   * What the short-range network finds, with a score of at least `least`, in a level turned by quarters; in picture
   * coordinates.
   */
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

  /** The same in a level whose faces are too small for the network: hints are checked in the picture itself. */
  const proposeByHints = async (whole: Level, level: Level): Promise<Candidate[]> => {
    const seen = await propose(level, 0, 0, HINTED)
    const hints = seen
      .filter(({ score, box }) => score < PROPOSED && box.width * level.scale < SMALL)
      // The eyes of a hint are unreliable, so it is shown without turning it upright.
      .map((hint) => ({ ...hint, points: LEVEL_EYES }))
    const closer = await inspect(shortRange, CLOSER, [whole], suppress(hints, MOST_PROPOSALS), PROPOSED)
    return [...seen.filter(({ score }) => score >= PROPOSED), ...closer.filter((found) => found !== undefined)]
  }

  /** The proposals that are confirmed when shown separately, with the average as their score. */
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
        // A proposal that can no longer reach the threshold is dropped.
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
      // Each level is made from the previous one, which is much less work.
      const before = levels.at(-1)
      const level = levelOf(before ?? whole, scale)
      levels.push(level)
      if (before) {
        for (const turns of [0, 1, 2, 3]) proposals.push(...(await propose(level, turns, LEAST_COARSE)))
      } else if (smallest === undefined && level.scale < SEES_ALL) {
        proposals.push(...(await proposeByHints(whole, level)))
      } else proposals.push(...(await propose(level, 0, 0)))
    }
    // Each face is examined in a level with enough detail for it.
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
      // Fully transparent pixels hide any face.
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

/** The smallest level with at least the detail of `scale`; the largest if none has. */
const levelFor = (levels: readonly Level[], scale: number): Level =>
  levels.findLast((level) => level.scale >= scale) ?? levels[0]

/** Whether there is a crowd of certain faces of about the candidate's size. */
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
