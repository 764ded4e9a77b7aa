/**
 * For tests of a head's parts: a subject from a real face's recorded landmarks, with no network and no photo but a flat one, its
 * mirror image, and what a part changed on a canvas. Not part of the package.
 */
import { readFileSync } from 'node:fs'
import type { Picture } from '../../picture.ts'
import type { Point } from '../face.ts'
import { headOf, toHead } from '../landmarks/head.ts'
import type { Iris, Point3 } from '../landmarks/landmarker.ts'
import { EYES, LIPS, OUTLINE } from '../landmarks/topology.ts'
import type { Plane } from '../regions/plane.ts'
import { type Canvas, fade, type Rgb } from './canvas.ts'
import { lumaOf } from './colour.ts'
import { asMeasured } from './face-memory.ts'
import type { CharacterLook, Subject } from './subject.ts'

const recorded: Record<string, { readonly points: readonly number[] }> = JSON.parse(
  readFileSync(new URL('../landmarks/fixtures/landmarks.json', import.meta.url), 'utf8'),
)

/** How styles draw that say nothing of it. */
export const usualLook: CharacterLook = {
  lineColour: 1,
  lineWidth: 1,
  tones: 1,
  edge: 1,
  blush: 1,
  saturation: 1,
  ambience: 0,
}

/** Pixels to a unit of the head. */
const UNIT = 64
const SIZE = 256

/** The recorded landmarks of a face, upright, its eyes' middle at (128, 96). */
const facePoints = (name: string): Point3[] => {
  const numbers = recorded[name].points
  const points = Array.from({ length: 478 }, (_, i) => ({
    x: numbers[3 * i],
    y: numbers[3 * i + 1],
    z: numbers[3 * i + 2],
  }))
  const { origin, unit, down } = headOf({ points })!
  return points.map(({ x, y, z }) => {
    const [dx, dy] = [x - origin.x, y - origin.y]
    return {
      x: SIZE / 2 + ((dx * down.y - dy * down.x) / unit) * UNIT,
      y: 96 + ((dx * down.x + dy * down.y) / unit) * UNIT,
      z: (z / unit) * UNIT,
    }
  })
}

const plane = (value: number): Plane => ({ width: SIZE, height: SIZE, data: new Float32Array(SIZE * SIZE).fill(value) })

const irisOf = (points: readonly Point3[], eye: 0 | 1): Iris => {
  const [middle, ...edge] = EYES[eye].iris.map((i) => points[i])
  const radius = edge.reduce((sum, { x, y }) => sum + Math.hypot(x - middle.x, y - middle.y), 0) / edge.length
  return { x: middle.x, y: middle.y, radius }
}

const SKIN: Rgb = [0.9, 0.75, 0.68]

/** A subject whose photo is of one colour, in its own proportions; `changes` replace what they name. */
export const testSubject = (changes: Partial<Subject> = {}, name = 'examples/portrait.jpg'): Subject => {
  const points = changes.points ?? facePoints(name)
  const photo: Picture = { width: SIZE, height: SIZE, channels: 3, data: new Uint8Array(SIZE * SIZE * 3) }
  for (let i = 0; i < photo.data.length; i++) photo.data[i] = Math.round(255 * SKIN[i % 3])
  const toDrawn = changes.toDrawn ?? (({ x, y }: Point): Point => ({ x, y }))
  return {
    size: SIZE,
    box: { left: 0, top: 0, right: SIZE, bottom: SIZE },
    photo,
    lightness: plane(79),
    head: headOf({ points })!,
    detail: UNIT,
    points,
    drawn: points.map(toDrawn),
    irises: [irisOf(points, 0), irisOf(points, 1)],
    steady: asMeasured,
    toDrawn,
    regions: {
      skin: plane(1),
      hair: plane(0),
      beard: plane(0),
      clothes: plane(0),
      background: plane(0),
      glasses: plane(0),
      teeth: plane(0),
      signs: { beard: 0, glasses: 0, darkLenses: false, lids: [1, 1], grey: false, flesh: true },
    },
    eyes: [1, 1],
    sure: 1,
    light: { x: -0.7, y: -0.6 },
    softness: 0.5,
    skin: { lit: SKIN, shade: [0.84, 0.62, 0.56], line: [0.42, 0.2, 0.17] },
    hair: [0.25, 0.17, 0.13],
    options: { proportions: 1, lashes: 'auto', age: 'keep', eyeColour: undefined },
    look: usualLook,
    ...changes,
  }
}

/** Landmarks that are each other's mirror images: those that parts of a head are drawn from. */
const PAIRS: readonly (readonly [number, number])[] = [
  ...Object.values(EYES[0]).flatMap((right, k) => {
    const left = Object.values(EYES[1])[k]
    return [right].flat().map((i, n) => [i, [left].flat()[n]] as const)
  }),
  ...Object.values(LIPS).flatMap((lip) => lip.map((i, n) => [i, lip[lip.length - 1 - n]] as const)),
  ...OUTLINE.map((i, n) => [i, OUTLINE[(OUTLINE.length - n) % OUTLINE.length]] as const),
  ...([
    [97, 326],
    [98, 327],
    [122, 351],
    [196, 419],
    [3, 248],
    [51, 281],
    [45, 275],
    [50, 280],
    [205, 425],
    [203, 423],
    [206, 426],
    [216, 436],
    [212, 432],
    [228, 448],
    [229, 449],
    [230, 450],
    [231, 451],
    [232, 452],
    [104, 333],
    [69, 299],
    [108, 337],
  ] as const),
]

const OTHER = (() => {
  const other = Array.from({ length: 478 }, (_, i) => i)
  for (const [a, b] of PAIRS) {
    other[a] = b
    other[b] = a
  }
  // The irises' edges run around: right and left are exchanged, above and below are not.
  const [right, left] = EYES.map(({ iris }) => iris)
  for (const [a, b] of [
    [1, 3],
    [2, 2],
    [3, 1],
    [4, 4],
  ]) {
    other[right[a]] = left[b]
    other[left[b]] = right[a]
  }
  return other
})()

const flipped = ({ width, height, data }: Plane): Plane => ({
  width,
  height,
  data: data.map((_, i) => data[i - (i % width) + width - 1 - (i % width)]),
})

/** What a mirror shows of a subject that is drawn in its own proportions. */
export const mirrored = (subject: Subject): Subject => {
  const points = subject.points.map((_, i) => {
    const { x, y, z } = subject.points[OTHER[i]]
    return { x: subject.size - x, y, z }
  })
  const { regions, photo, eyes, light } = subject
  const { signs, ...planes } = regions
  const data = photo.data.map((_, i) => {
    const pixel = Math.floor(i / 3)
    const column = pixel % photo.width
    return photo.data[3 * (pixel - column + photo.width - 1 - column) + (i % 3)]
  })
  return {
    ...subject,
    points,
    drawn: points,
    head: headOf({ points })!,
    irises: [1, 0].map((eye) => {
      const { x, y, radius } = subject.irises[eye]
      return { x: subject.size - x, y, radius }
    }) as unknown as Subject['irises'],
    photo: { ...photo, data },
    lightness: flipped(subject.lightness),
    regions: {
      ...(Object.fromEntries(Object.entries(planes).map(([name, mask]) => [name, flipped(mask)])) as typeof planes),
      signs: { ...signs, lids: [signs.lids[1], signs.lids[0]] },
    },
    eyes: [eyes[1], eyes[0]],
    light: { x: -light.x, y: light.y },
  }
}

/** A canvas of one colour, the lit skin's. */
export const testCanvas = ({ size, skin }: Subject): Canvas => {
  const data = new Float32Array(size * size * 3)
  for (let i = 0; i < data.length; i++) data[i] = skin.lit[i % 3]
  return { width: size, height: size, data }
}

/** The canvas after drawing. */
export const drawnBy = (subject: Subject, draw: (canvas: Canvas, subject: Subject) => void): Canvas => {
  const canvas = testCanvas(subject)
  draw(canvas, subject)
  return canvas
}

/** The largest difference of two canvases, of which the second is looked at in a mirror if so asked. */
export const differenceOf = (one: Canvas, other: Canvas, mirror = false): number => {
  let most = 0
  for (let i = 0; i < one.width * one.height; i++) {
    const column = i % one.width
    const at = mirror ? i - column + one.width - 1 - column : i
    for (let c = 0; c < 3; c++) most = Math.max(most, Math.abs(one.data[3 * i + c] - other.data[3 * at + c]))
  }
  return most
}

export const colourAt = ({ width, data }: Canvas, { x, y }: Point): Rgb => {
  const at = 3 * (Math.floor(y) * width + Math.floor(x))
  return [data[at], data[at + 1], data[at + 2]]
}

/** The luma of the darkest pixel. */
export const darkestLuma = ({ data }: Canvas): number => {
  let least = 1
  for (let i = 0; i < data.length; i += 3) least = Math.min(least, lumaOf([data[i], data[i + 1], data[i + 2]]))
  return least
}

/** The places, middles of pixels, whose colour holds. */
export const placesWhere = ({ width, data }: Canvas, holds: (colour: Rgb) => boolean): Point[] => {
  const found: Point[] = []
  for (let i = 0; 3 * i < data.length; i++) {
    if (holds([data[3 * i], data[3 * i + 1], data[3 * i + 2]])) {
      found.push({ x: (i % width) + 0.5, y: Math.floor(i / width) + 0.5 })
    }
  }
  return found
}

/** Greatest thickness, in pixels, of what holds: twice as far as one of its places lies from the nearest that does not hold. */
export const thicknessOf = (canvas: Canvas, holds: (colour: Rgb) => boolean): number => {
  const { width, height } = canvas
  const distance = new Float32Array(width * height).fill(1e6)
  const inside = placesWhere(canvas, holds)
  for (const { x, y } of inside) {
    // Within a few pixels: lines are thin.
    for (let dy = -12; dy <= 12; dy++) {
      for (let dx = -12; dx <= 12; dx++) {
        const away = Math.hypot(dx, dy)
        const at = Math.floor(y) * width + Math.floor(x)
        if (away < distance[at] && !holds(colourAt(canvas, { x: x + dx, y: y + dy }))) distance[at] = away
      }
    }
  }
  return inside.reduce((most, { x, y }) => Math.max(most, 2 * distance[Math.floor(y) * width + Math.floor(x)] - 1), 0)
}

/** The canvas after drawing with half the strength. */
export const halfDrawn = (subject: Subject, draw: (canvas: Canvas, subject: Subject) => void): Canvas => {
  const canvas = testCanvas(subject)
  fade(canvas, 0.5, (canvas) => draw(canvas, subject))
  return canvas
}

/** Draws a part of a head. */
export type Draw = (canvas: Canvas, subject: Subject) => void

/** Draws what there is one of for each eye. */
export const both =
  (draw: (canvas: Canvas, subject: Subject, eye: 0 | 1) => void): Draw =>
  (canvas, subject) => {
    for (const eye of [0, 1] as const) draw(canvas, subject, eye)
  }

/** A mask of places of the head's frame. */
export const maskOf = ({ size, head }: Subject, holds: (point: Point) => boolean): Plane => ({
  width: size,
  height: size,
  data: Float32Array.from({ length: size * size }, (_, i) =>
    Number(holds(toHead(head, { x: (i % size) + 0.5, y: Math.floor(i / size) + 0.5 }))),
  ),
})

/** Round lenses before both eyes: their frames, or all of them. */
export const spectacled = (dark: boolean): Subject => {
  const subject = testSubject()
  const { head, points } = subject
  const [right, left] = [
    [33, 133],
    [263, 362],
  ].map(([a, b]) => {
    const [p, q] = [toHead(head, points[a]), toHead(head, points[b])]
    return { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 + 0.06 }
  })
  const away = (place: Point): number =>
    Math.min(...[right, left].map((lens) => Math.hypot(place.x - lens.x, place.y - lens.y)))
  const glasses = maskOf(subject, (place) => (dark ? away(place) < 0.26 : Math.abs(away(place) - 0.26) < 0.018))
  const { regions } = subject
  return {
    ...subject,
    photo: {
      ...subject.photo,
      data: subject.photo.data.map((value, i) => (glasses.data[Math.floor(i / 3)] > 0 ? 50 : value)),
    },
    eyes: dark ? [0, 0] : [1, 1],
    regions: { ...regions, glasses, signs: { ...regions.signs, glasses: 1, darkLenses: dark } },
  }
}

/** A fold from each wing of the nose past the corner of the mouth. */
const FOLD = [203, 206, 216, 212, 423, 426, 436, 432] as const
export const folded = (): Subject => {
  const subject = testSubject()
  const { points, head, lightness } = subject
  const lines = [FOLD.slice(0, 4), FOLD.slice(4)].map((ids) => ids.map((i) => toHead(head, points[i])))
  const near = (place: Point): number =>
    Math.min(
      ...lines.flatMap((line) =>
        line.slice(1).map((to, k) => {
          const from = line[k]
          const [dx, dy] = [to.x - from.x, to.y - from.y]
          const t = Math.min(1, Math.max(0, ((place.x - from.x) * dx + (place.y - from.y) * dy) / (dx * dx + dy * dy)))
          return Math.hypot(place.x - from.x - t * dx, place.y - from.y - t * dy)
        }),
      ),
    )
  const fold = maskOf(subject, (place) => near(place) < 0.015)
  // The recorded face smiles, which makes folds doubtful: its lips are closed for this.
  const closed = [...points]
  for (const [upper, lower] of [
    [13, 14],
    [82, 87],
    [312, 317],
  ]) {
    closed[lower] = closed[upper]
  }
  return {
    ...testSubject({ points: closed }),
    lightness: { ...lightness, data: lightness.data.map((value, i) => value - 22 * fold.data[i]) },
  }
}

/** The recorded head turned about the vertical, as points in space are, by degrees from facing the camera. */
export const turned = (degrees: number): Subject => {
  const { points, head } = testSubject()
  const angle = ((degrees - head.yaw) * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return testSubject({
    points: points.map(({ x, y, z }) => ({
      x: head.origin.x + (x - head.origin.x) * cos - z * sin,
      y,
      z: (x - head.origin.x) * sin + z * cos,
    })),
  })
}
