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
import type { Face, Point } from '../face.ts'
import { headOf } from '../landmarks/head.ts'
import { createLandmarker, type Iris, type LandmarkModels } from '../landmarks/landmarker.ts'
import type { PixelSquare } from '../regions/crop.ts'
import { smoothStep } from '../regions/numbers.ts'
import type { PersonModels } from '../regions/person-mask.ts'
import { createRegionFinder } from '../regions/regions.ts'
import { type DrawnCharacter, drawCharacter } from './draw-character.ts'
import { type Sitter, sit } from './sitter.ts'
import { ownShare, type Place } from './study.ts'
import type { CharacterLook, CharacterOptions } from './subject.ts'

/** The networks that characters are drawn by. */
export interface CharacterModels extends LandmarkModels, PersonModels {}

export interface DrawOptions extends CharacterOptions {
  readonly look: CharacterLook
  /** How far from the photo (0) towards the drawing (1). */
  readonly strength: number
  /** Whether all of the square is drawn, its background too, not only the person. */
  readonly background?: boolean
  /** Faces of the picture that are not to be drawn, and not to be drawn over. */
  readonly others?: readonly Face[]
  readonly signal?: Signal | undefined
}

export interface CharacterArtist extends Closeable {
  /**
   * Draws those of a picture's faces that can be drawn, over `styled`, in place, and gives them. Only pixels of the people, and
   * near them, are written. What is measured of a face is remembered as long as the face is.
   *
   * @param original the picture in which the faces were found
   * @param styled what the style made of it, of any size
   * @param leave what is to be done with the faces that are not drawn, before the others are
   */
  draw<F extends Face>(
    original: Picture,
    styled: Picture,
    faces: readonly F[],
    options: DrawOptions,
    leave?: (faces: readonly F[]) => Promise<unknown>,
  ): Promise<F[]>
}

/** Sides of a canvas, in pixels: below, lines have no room; above, there is nothing more to draw. */
const [LEAST_SIDE, MOST_SIDE] = [384, 1024]
/** Towards the square's border, if it is not the picture's, the drawing fades out over this share of its side. */
const FADE = 0.09

/** Loads the networks. Rejects with `bad-weights` when a file is not what it should be. */
export const createCharacterArtist = async (models: CharacterModels, engine: Engine): Promise<CharacterArtist> => {
  const landmarker = await createLandmarker(models, engine)
  const finder = await createRegionFinder(models, engine)
  const known = new WeakMap<Face, { readonly width: number; readonly sitter: Promise<Sitter | undefined> }>()
  /** Measures a face of a picture that is `scale` times as large as the one that it was found in. */
  const measured = (photo: Picture, face: Face, scale: Scale): Promise<Sitter | undefined> => {
    const before = known.get(face)
    if (before?.width === photo.width) return before.sitter
    const sitter = sit(photo, scaled(face, scale), landmarker, finder)
    known.set(face, { width: photo.width, sitter })
    sitter.catch(() => known.delete(face))
    return sitter
  }
  return {
    draw: async (original, styled, faces, options, leave) => {
      const scale = { x: styled.width / original.width, y: styled.height / original.height }
      const photo = resample(original, styled.width, styled.height)
      const crowd: Place[] = (options.others ?? []).map((face) => placeOf(scaled(face, scale)))
      const sitters: { readonly sitter: Sitter; readonly place: Place }[] = []
      const left: (typeof faces)[number][] = []
      const drawn: (typeof faces)[number][] = []
      for (const face of faces) {
        throwIfAborted(options.signal)
        const sitter = await measured(photo, face, scale)
        const place = sitter?.head ?? placeOf(scaled(face, scale))
        crowd.push(place)
        if (sitter) sitters.push({ sitter, place })
        ;(sitter ? drawn : left).push(face)
      }
      if (left.length > 0) await leave?.(left)
      // What is nearer is larger, and goes over what is farther.
      sitters.sort((a, b) => a.place.unit - b.place.unit || a.place.origin.x - b.place.origin.x)
      for (const { sitter, place } of sitters) {
        const others = crowd.filter((other) => other !== place)
        compose(photo, styled, sitter, others, drawSitter(photo, styled, sitter, others, options), options)
      }
      return drawn
    },
    ...closeable(async () => {
      await landmarker.close()
      await finder.close()
    }),
  }
}

/** How much larger a picture is than another, across and down. */
interface Scale {
  readonly x: number
  readonly y: number
}

const scaled = (face: Face, { x: sx, y: sy }: Scale): Face => {
  if (sx === 1 && sy === 1) return face
  const move = ({ x, y }: Point): Point => ({ x: x * sx, y: y * sy })
  const { box, score } = face
  return {
    box: { x: box.x * sx, y: box.y * sy, width: box.width * sx, height: box.height * sy },
    score,
    rightEye: move(face.rightEye),
    leftEye: move(face.leftEye),
    nose: move(face.nose),
    mouth: move(face.mouth),
  }
}

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

const drawSitter = (
  photo: Picture,
  styled: Picture,
  { landmarks, head, regions }: Sitter,
  others: readonly Place[],
  { look, background, proportions, lashes, age, eyeColour }: DrawOptions,
): DrawnCharacter => {
  const { square } = regions
  const size = Math.min(MOST_SIDE, Math.max(LEAST_SIDE, square.side))
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
  return drawCharacter(
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
    },
    { proportions, lashes, age, eyeColour },
    look,
    background,
  )
}

/** Puts a drawn head where its square was. */
const compose = (
  photo: Picture,
  styled: Picture,
  { head, regions: { square } }: Sitter,
  others: readonly Place[],
  { canvas, mask }: DrawnCharacter,
  { strength }: DrawOptions,
): void => {
  const rgba = new Uint8Array(canvas.width ** 2 * 4)
  for (let i = 0; i < mask.data.length; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = 255 * Math.min(1, Math.max(0, canvas.data[3 * i + c])) + 0.5
    rgba[4 * i + 3] = 255 * mask.data[i] + 0.5
  }
  const { side } = square
  const drawn = resample({ width: canvas.width, height: canvas.width, channels: 4, data: rgba }, side, side).data
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
