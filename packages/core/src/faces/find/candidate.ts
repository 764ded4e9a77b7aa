/**
 * A candidate, a face network's raw output for one place: a score, a box and six key points, in pixels of the picture
 * searched. Moves candidates between pictures and merges those of one face; does not find them.
 */
import type { Box, Face, Point } from '../face.ts'

export interface Candidate {
  /** 0 to 1. */
  readonly score: number
  readonly box: Box
  /** Right eye, left eye, nose, mouth, right ear, left ear. */
  readonly points: readonly Point[]
}

/** Intersection over union, 0 to 1. */
export const overlapOf = (a: Box, b: Box): number => {
  const shared = sharedArea(a, b)
  return shared > 0 ? shared / (a.width * a.height + b.width * b.height - shared) : 0
}

const sharedArea = (a: Box, b: Box): number => {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return across > 0 && down > 0 ? across * down : 0
}

/** Boxes that overlap more than this are one face: `min_suppression_threshold` of MediaPipe's face detection. */
const SAME_FACE = 0.3

/**
 * Weighted non-maximum suppression, as in MediaPipe: candidates that overlap the best one are averaged, weighted by
 * score, and keep the best score. Best first; equal scores in the order given. Returns at most `most`.
 */
export const suppress = (candidates: readonly Candidate[], most: number): Candidate[] => {
  const merged: Candidate[] = []
  let rest = candidates.toSorted((a, b) => b.score - a.score)
  while (rest.length > 0 && merged.length < most) {
    const best = rest[0]
    const same = rest.filter((other) => other === best || overlapOf(other.box, best.box) > SAME_FACE)
    rest = rest.filter((other) => other !== best && !(overlapOf(other.box, best.box) > SAME_FACE))
    merged.push(same.length > 1 ? { ...average(same), score: best.score } : best)
  }
  return merged
}

/**
 * If more than this share of a smaller box lies in a larger one, one of the two is not a face, since the larger would
 * hide the smaller.
 */
const WITHIN = 0.4

/** Keeps the better of nested candidates; best first. */
export const withoutNested = (candidates: readonly Candidate[]): Candidate[] => {
  const kept: Candidate[] = []
  for (const candidate of candidates.toSorted((a, b) => b.score - a.score)) {
    const nested = kept.some(({ box }) => {
      const shared = sharedArea(box, candidate.box)
      return shared > WITHIN * Math.min(box.width * box.height, candidate.box.width * candidate.box.height)
    })
    if (!nested) kept.push(candidate)
  }
  return kept
}

/** The average, weighted by score. */
const average = (candidates: readonly Candidate[]): Candidate => {
  const total = candidates.reduce((sum, { score }) => sum + score, 0)
  const mean = (read: (candidate: Candidate) => number): number =>
    candidates.reduce((sum, candidate) => sum + candidate.score * read(candidate), 0) / total
  return {
    score: mean(({ score }) => score),
    box: {
      x: mean(({ box }) => box.x),
      y: mean(({ box }) => box.y),
      width: mean(({ box }) => box.width),
      height: mean(({ box }) => box.height),
    },
    points: candidates[0].points.map((_, i) => ({
      x: mean(({ points }) => points[i].x),
      y: mean(({ points }) => points[i].y),
    })),
  }
}

/**
 * The candidate in another picture's coordinates: `move` maps points by a rotation, a scaling by `scale` and a shift.
 * The box stays upright: its centre moves, its sides are scaled.
 */
export const moved = (candidate: Candidate, scale: number, move: (point: Point) => Point): Candidate => {
  const { box, points, score } = candidate
  const middle = move({ x: box.x + box.width / 2, y: box.y + box.height / 2 })
  const [width, height] = [box.width * scale, box.height * scale]
  return {
    score,
    box: { x: middle.x - width / 2, y: middle.y - height / 2, width, height },
    points: points.map(move),
  }
}

/**
 * The rotation of a head in the picture in radians, clockwise: 0 when the left eye is to the right of the right eye.
 */
export const tiltOf = (rightEye: Point, leftEye: Point): number =>
  Math.atan2(leftEye.y - rightEye.y, leftEye.x - rightEye.x)

/** The candidate as a face. */
export const toFace = ({ score, box, points }: Candidate): Face => {
  const [rightEye, leftEye, nose, mouth, rightEar, leftEar] = points as [Point, Point, Point, Point, Point, Point]
  return { score, box, rightEye, leftEye, nose, mouth, rightEar, leftEar }
}
