/**
 * Draws the faces of a picture as characters, over what a style made of it: each head's square is cut out of the photo, drawn on
 * a canvas, and put where it was. Which faces can be drawn is sitter.ts's, how one is drawn draw-character.ts's.
 */
import { type Closeable, closeable } from '../../closing.ts'
import type { Engine } from '../../engine.ts'
import type { Picture } from '../../picture.ts'
import { extractRgb } from '../../pixels/pad.ts'
import { resample } from '../../pixels/resample.ts'
import { type Signal, throwIfAborted } from '../../signal.ts'
import type { WeightedFace } from '../draw/face-stylizer.ts'
import { type Face, scaledFace } from '../face.ts'
import { headOf } from '../landmarks/head.ts'
import { createLandmarker, type Iris, type LandmarkModels } from '../landmarks/landmarker.ts'
import type { PixelSquare } from '../regions/crop.ts'
import { smoothStep } from '../regions/numbers.ts'
import type { PersonModels } from '../regions/person-mask.ts'
import type { RegionModels } from '../regions/region-network.ts'
import { createRegionFinder } from '../regions/regions.ts'
import { drawCharacter } from './draw-character.ts'
import type { FaceMemory, FollowedFace } from './face-memory.ts'
import { expressionOf, glimpseOf, isHeld, movedDrawing, ofDrawn } from './held-drawing.ts'
import { type Sitter, sit } from './sitter.ts'
import { ownShare, type Place } from './study.ts'
import type { CharacterLook, CharacterOptions } from './subject.ts'

/** The networks that characters are drawn by. */
export interface CharacterModels extends LandmarkModels, PersonModels, RegionModels {}

export interface DrawOptions extends CharacterOptions {
  readonly look: CharacterLook
  /** How far from the photo (0) towards the drawing (1). */
  readonly strength: number
  /**
   * What the style made of the picture at full strength; default: what is drawn over. It is not to change: what is drawn
   * from it is remembered, as long as the face is, for other strengths.
   */
  readonly full?: Picture | undefined
  /** Whether all of the square is drawn, its background too, not only the person. */
  readonly background?: boolean
  /** For the frames of a clip, whose faces have numbers: what is remembered of them. The frame was entered. */
  readonly memory?: FaceMemory | undefined
  /** Faces of the picture that are not to be drawn, and not to be drawn over. */
  readonly others?: readonly Face[] | undefined
  readonly signal?: Signal | undefined
  /** Called with the fraction done, 0 to 1, after each step; what it gives is awaited, so that others have their turn. */
  readonly onProgress?: ((fraction: number) => unknown) | undefined
}

/** A face to be drawn; those of clips have a number. */
export interface DrawableFace extends WeightedFace {
  readonly id?: number
}

export interface CharacterArtist extends Closeable {
  /**
   * Measures the faces of a picture, and says which can be drawn. What is measured of a face is remembered as long as
   * the face is.
   *
   * @param original the picture in which the faces were found
   * @param size that of the picture over which they are to be drawn
   */
  meet<F extends DrawableFace>(
    original: Picture,
    size: Pick<Picture, 'width' | 'height'>,
    faces: readonly F[],
    options: DrawOptions,
  ): Promise<Met<F>>
}

/** The faces of a picture, measured. */
export interface Met<F> {
  /** The faces that are drawn. */
  readonly drawn: readonly F[]
  /** The faces that are not drawn, or not wholly: left to the style, to be redrawn before the others go over them. */
  readonly left: readonly F[]
  /**
   * Draws over what the style made of the picture, in place. Only pixels of the people, and near them, are written.
   *
   * @param styled what the style made of the picture, at the strength
   * @param redraw redraws those that are left; called when all heads are drawn, before they are put over the picture
   */
  draw(styled: Picture, redraw?: () => Promise<unknown>): Promise<void>
}

/**
 * Sides of a canvas, in pixels: below the first, lines have no room; above the last, there is nothing more to draw. A
 * small head is drawn larger than it is, up to the second.
 */
const [LEAST_SIDE, ROOMY_SIDE, MOST_SIDE] = [256, 384, 1024]
/** How much larger. */
const ROOM = 1.75
/** Towards the square's border, if it is not the picture's, the drawing fades out over this share of its side. */
const FADE = 0.09

/** Loads the networks. Rejects with `bad-weights` when a file is not what it should be. */
export const createCharacterArtist = async (models: CharacterModels, engine: Engine): Promise<CharacterArtist> => {
  const landmarker = await createLandmarker(models, engine)
  const finder = await createRegionFinder(models, engine)
  const known = new WeakMap<Face, Known>()
  /** Measures a face, which is remembered by `face` as it was found, where it is in this photo. */
  const measured = (photo: Picture, face: DrawableFace, here: Face, memory: FaceMemory | undefined): Known => {
    const before = known.get(face)
    if (before?.width === photo.width) return before
    const followed = face.id === undefined ? undefined : memory?.face(face.id)
    const now: Known = { width: photo.width, followed, sitter: sit(photo, here, landmarker, finder, followed) }
    known.set(face, now)
    now.sitter.catch(() => known.delete(face))
    return now
  }
  return {
    meet: async (original, { width, height }, faces, options) => {
      const { full, others: spared = [], memory: ofClip, signal, onProgress } = options
      const [sx, sy] = [width / original.width, height / original.height]
      const photo = resample(original, width, height)
      const crowd: Place[] = []
      const sitters: {
        readonly sitter: Sitter
        readonly place: Place
        readonly memory: Known
        readonly weight: number
      }[] = []
      const left: (typeof faces)[number][] = []
      const drawn: (typeof faces)[number][] = []
      const look = (face: DrawableFace): Known => measured(photo, face, scaledFace(face, sx, sy), ofClip)
      /** Measures one more face, drawn or not: where a head is does not depend on that. */
      const measure = async (face: DrawableFace, next?: DrawableFace) => {
        throwIfAborted(signal)
        const memory = look(face)
        // The engine looks at the next face while this one's regions are made of what it saw.
        if (next) look(next)
        const sitter = await memory.sitter
        const place = sitter?.head ?? placeOf(scaledFace(face, sx, sy))
        crowd.push(place)
        return { sitter, place, memory }
      }
      for (const face of spared) await measure(face)
      for (const [i, face] of faces.entries()) {
        const { sitter, ...rest } = await measure(face, faces[i + 1])
        if (sitter) {
          sitters.push({ sitter, ...rest, weight: sitter.shown * (face.weight ?? 1) })
          drawn.push(face)
        }
        if (!sitter || sitter.shown < 1) left.push(face)
        await onProgress?.((i + 1) / faces.length / 2)
      }
      const draw: Met<Face>['draw'] = async (styled, redraw) => {
        // All are drawn before one is put over the picture: none depends on which others are drawn.
        const heads: DrawnHead[] = []
        for (const [i, { sitter, place, memory, weight }] of sitters.entries()) {
          throwIfAborted(signal)
          const others = crowd.filter((other) => other !== place)
          const about = wordOf(others, options)
          const remembered = full && memory.drawn?.from === full.data && memory.drawn.about === about
          const head = remembered
            ? memory.drawn!.head
            : held(photo, sitter, memory.followed, () => drawSitter(photo, full ?? styled, sitter, others, options))
          if (full) memory.drawn = { from: full.data, about, head }
          heads.push({ sitter, others, head, weight })
          await onProgress?.((1 + (i + 1) / sitters.length) / 2)
        }
        await redraw?.()
        // What is nearer is larger, and goes over what is farther.
        heads.sort(({ sitter: { head: a } }, { sitter: { head: b } }) => a.unit - b.unit || a.origin.x - b.origin.x)
        for (const head of heads) compose(photo, styled, head, options)
      }
      return { drawn, left, draw }
    },
    ...closeable(async () => {
      await landmarker.close()
      await finder.close()
    }),
  }
}

/** A head that was drawn, and how much of it is shown. */
interface DrawnHead {
  readonly sitter: Sitter
  readonly others: readonly Place[]
  readonly head: Picture
  readonly weight: number
}

/** What is remembered of a face, of a picture of this width. */
interface Known {
  readonly width: number
  /** In a clip. */
  readonly followed: FollowedFace | undefined
  readonly sitter: Promise<Sitter | undefined>
  /** The head as it was last drawn, with what it was drawn from. */
  drawn?: { readonly from: Uint8Array; readonly about: string; readonly head: Picture }
}

/** A head as it is drawn by `draw`; in a clip, as it was drawn shortly before, where it is now. */
const held = (
  photo: Picture,
  { landmarks, head, regions: { square } }: Sitter,
  followed: FollowedFace | undefined,
  draw: () => Picture,
): Picture => {
  if (!followed) return draw()
  const { drawing, seconds } = followed
  const expression = expressionOf(landmarks, head)
  const glimpse = glimpseOf(photo, head)
  if (drawing && isHeld(drawing, seconds, head, expression, glimpse)) return movedDrawing(drawing, head, square)
  const drawn = { at: seconds, head, square, expression, picture: draw() }
  followed.keep({ ...drawn, glimpse: ofDrawn(glimpse, drawn) })
  return drawn.picture
}

/** Everything that a drawn head depends on beside its picture, as text for comparison; the order of the others does not matter. */
const wordOf = (others: readonly Place[], { look, background, proportions, lashes, age, eyeColour }: DrawOptions) =>
  JSON.stringify([
    others.map(({ origin: { x, y }, unit }) => [x, y, unit].join()).sort(),
    [look, background, proportions, lashes, age, eyeColour],
  ])

/** From the distance between the eyes' middles to a head's unit, about. */
const UNIT_OF_EYES = 1.45

/** Where the head of a face is that was not measured. */
const placeOf = ({ rightEye, leftEye }: Face): Place => ({
  origin: { x: (rightEye.x + leftEye.x) / 2, y: (rightEye.y + leftEye.y) / 2 },
  unit: Math.max(1, UNIT_OF_EYES * Math.hypot(leftEye.x - rightEye.x, leftEye.y - rightEye.y)),
})

/** The square of a picture at the canvas's size. */
const squareOf = (picture: Picture, { x, y, side }: PixelSquare, size: number): Picture =>
  resample({ width: side, height: side, channels: 3, data: extractRgb(picture, x, y, side, side) }, size, size)

/** The side of the canvas for a square of `side` pixels. */
const canvasSide = (side: number): number =>
  Math.min(MOST_SIDE, Math.max(LEAST_SIDE, side, Math.min(ROOMY_SIDE, Math.round(ROOM * side))))

/** A head drawn, as large as its square is in the picture, with how much of each pixel was drawn as alpha. */
const drawSitter = (
  photo: Picture,
  styled: Picture,
  { landmarks, head, regions, steady, least }: Sitter,
  others: readonly Place[],
  { look, background, proportions, lashes, age, eyeColour }: DrawOptions,
): Picture => {
  const { square } = regions
  const size = canvasSide(square.side)
  const scale = size / square.side
  const points = landmarks.points.map(({ x, y, z }) => ({
    x: (x - square.x) * scale,
    y: (y - square.y) * scale,
    z: z * scale,
  }))
  const iris = ({ x, y, radius }: Iris): Iris => ({
    x: (x - square.x) * scale,
    y: (y - square.y) * scale,
    radius: radius * scale,
  })
  const { canvas, mask } = drawCharacter(
    {
      photo: squareOf(photo, square, size),
      styled: squareOf(styled, square, size),
      points,
      head: headOf({ points })!,
      regions,
      others: others.map(({ origin, unit }) => ({
        origin: { x: (origin.x - square.x) * scale, y: (origin.y - square.y) * scale },
        unit: unit * scale,
      })),
      irises: [iris(landmarks.rightIris), iris(landmarks.leftIris)],
      detail: head.unit,
      steady,
      least,
    },
    { proportions, lashes, age, eyeColour },
    look,
    background,
  )
  const data = new Uint8Array(size ** 2 * 4)
  for (let i = 0; i < mask.data.length; i++) {
    if (mask.data[i] === 0) continue
    for (let c = 0; c < 3; c++) data[4 * i + c] = 255 * Math.min(1, Math.max(0, canvas.data[3 * i + c])) + 0.5
    data[4 * i + 3] = 255 * mask.data[i] + 0.5
  }
  return resample({ width: size, height: size, channels: 4, data }, square.side, square.side)
}

/** Puts a drawn head where its square was. */
const compose = (
  photo: Picture,
  styled: Picture,
  {
    sitter: {
      head,
      regions: { square },
    },
    others,
    head: { data: drawn },
    weight,
  }: DrawnHead,
  { strength }: DrawOptions,
): void => {
  const { side } = square
  const edge = Math.max(1, FADE * side)
  /** How far a pixel is from the square's border, where that is not the picture's. */
  const inwards = (at: number, start: number, length: number): number =>
    Math.min(start > 0 ? at : side, start + side < length ? side - 1 - at : side)
  for (let row = 0; row < side; row++) {
    const y = square.y + row
    const down = inwards(row, square.y, styled.height)
    for (let column = 0; column < side; column++) {
      const from = 4 * (row * side + column)
      if (drawn[from + 3] === 0) continue
      const x = square.x + column
      const share =
        (drawn[from + 3] / 255) *
        weight *
        smoothStep(0, edge, Math.min(down, inwards(column, square.x, styled.width))) *
        (others.length > 0 ? ownShare(head, others, x, y) : 1)
      const [to, source] = [(y * styled.width + x) * styled.channels, (y * photo.width + x) * photo.channels]
      for (let c = 0; c < 3; c++) {
        const shown = photo.data[source + c] + (drawn[from + c] - photo.data[source + c]) * strength
        styled.data[to + c] += (shown - styled.data[to + c]) * share + 0.5
      }
    }
  }
}
