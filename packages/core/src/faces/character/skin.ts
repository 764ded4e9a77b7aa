/**
 * Skin in two tones: its colour in the light, and one shade with a clean edge, where the light does not reach: the dark side
 * of the face, under hair, jaw and nose. A breath of blush. Face, neck, ears and hands alike; the hue and the depth of a
 * skin are its own.
 */
import type { Point } from '../face.ts'
import { toHead } from '../landmarks/head.ts'
import { CHIN, OUTLINE } from '../landmarks/topology.ts'
import type { Box } from '../regions/box.ts'
import { smoothStep } from '../regions/numbers.ts'
import type { Plane } from '../regions/plane.ts'
import { inRows } from '../regions/runs.ts'
import type { Canvas } from './canvas.ts'
import { rgbOf } from './colour.ts'
import { type Coverage, cover } from './coverage.ts'
import { smoothCurve } from './curve.ts'
import { above, enlarge } from './fields.ts'
import type { Light } from './light.ts'
import type { HeadProportions } from './proportions.ts'
import type { CharacterLook, SkinColours, Subject } from './subject.ts'

/** From this lightness on skin is fair: it may be drawn lighter, and its colour comes nearer to peach. */
const [DARK, FAIR] = [54, 76]
/** The hue that fair skin comes nearer to, in Lab. */
const PEACH = { a: 9.5, b: 17 }
/** Lightness that skin gains at most. */
const MOST_GAIN = 6
/** Skin in poor light has little colour; drawn, it has this much, but no more than so many times its own. */
const [LEAST_CHROMA, MOST_VIVID] = [13, 2]
/** Its hue turns by no more than this, in radians. */
const MOST_TURN = 0.11

/** The skin's colours, from what was seen of it in the light. */
export const skinColoursOf = ({ lit: [lightness, a, b] }: Light, grey: boolean, look: CharacterLook): SkinColours => {
  const fair = smoothStep(DARK, FAIR, lightness)
  const drawn = Math.min(96, lightness + Math.min(MOST_GAIN, 3 + 0.4 * (94 - lightness) * fair))
  if (grey) {
    return {
      lit: rgbOf([drawn, 0, 0]),
      shade: rgbOf([drawn - 13 * look.tones, 0, 0]),
      line: rgbOf([0.36 * drawn, 0, 0]),
    }
  }
  const nearer = 0.05 + 0.3 * fair
  const { saturation, tones } = look
  const [red, yellow] = nearHue(
    a,
    b,
    (a * (1 - nearer) + PEACH.a * nearer) * saturation,
    (b * (1 - nearer) * 1.05 + PEACH.b * nearer) * saturation,
  )
  // The shade of light skin is rosy; of dark skin it is deep, or it would look ashen.
  return {
    lit: rgbOf([drawn, red, yellow]),
    shade: rgbOf([drawn - (9.5 + 2.5 * fair) * tones, red + 7.5 * tones, yellow + 4.5 * tones]),
    line: rgbOf([0.36 * drawn, 0.8 * a + 14 * look.lineColour, 0.7 * b + 8 * look.lineColour]),
  }
}

/** A colour's a and b, its hue turned back to within `MOST_TURN` of that of another's; not paler than skin is drawn. */
const nearHue = (ownA: number, ownB: number, a: number, b: number): [a: number, b: number] => {
  const own = Math.atan2(ownB, ownA)
  const turned = Math.atan2(b, a) - own
  const kept = own + Math.min(MOST_TURN, Math.max(-MOST_TURN, Math.atan2(Math.sin(turned), Math.cos(turned))))
  const chroma = Math.max(Math.hypot(a, b), Math.min(LEAST_CHROMA, MOST_VIVID * Math.hypot(ownA, ownB)))
  return [chroma * Math.cos(kept), chroma * Math.sin(kept)]
}

/** Points along the face's outline. */
const OUTLINE_POINTS = 160

/** The face's outline as it is drawn, closed, moved in the head's frame by units of the head. */
const outlineOf = ({ drawn, head }: Pick<Subject, 'drawn' | 'head'>, move: Point = { x: 0, y: 0 }): Point[] => {
  const { unit, down } = head
  const [dx, dy] = [unit * (move.x * down.y + move.y * down.x), unit * (move.y * down.y - move.x * down.x)]
  const points = [...OUTLINE, OUTLINE[0]].map((i) => ({ x: drawn[i].x + dx, y: drawn[i].y + dy }))
  return smoothCurve(points, OUTLINE_POINTS)
}

/** The face as it is drawn. */
export const faceShape = (subject: Pick<Subject, 'drawn' | 'head' | 'size'>): Coverage =>
  cover([outlineOf(subject)], { width: subject.size, height: subject.size })

/** What a skin's paint needs to know beside its subject. */
export interface SkinParts {
  /** Where skin is on the canvas. */
  readonly shape: Coverage
  readonly light: Light
  /** The field whose level of a half is the hair's outline, of the canvas's size. */
  readonly hair: Plane
  readonly proportions: HeadProportions
}

/** Paints a head's skin. */
export const paintSkin = (canvas: Canvas, subject: Subject, { shape, light, hair, proportions }: SkinParts): void => {
  const { size, skin, look, box } = subject
  const surface = enlarge(proportions.warp(light.surface), size, box)
  const shade = shadeOf(subject, surface, light, hair)
  const blush = blushOf(subject)
  const { data } = canvas
  const middle = Math.max(light.middle, 0.08)
  inRows(box, size, (from, to) => {
    for (let i = from; i < to; i++) {
      const share = shape.data[i]
      if (share === 0) continue
      const gain = Math.min(1.12, Math.max(0.84, Math.sqrt(Math.max(0, surface.data[i]) / middle))) - 1
      const [lit, dark] = [1 + 0.5 * gain, 1 + 0.25 * gain]
      const depth = shade[i]
      const rosy = blush[i] * look.blush
      for (let c = 0; c < 3; c++) {
        const colour = skin.lit[c] * lit * (1 - depth) + skin.shade[c] * dark * depth
        const value = Math.min(1, colour * (1 - rosy * BLUSH[c]))
        const at = 3 * i + c
        data[at] += (value - data[at]) * share
      }
    }
  })
}

/** What blush takes of red, green and blue. */
const BLUSH = [0, 0.27, 0.25]
/** Cheeks and the tip of the nose: landmarks and their shares, half axes in units of the head, and how red they are. */
const CHEEKS: readonly {
  readonly at: readonly (readonly [number, number])[]
  readonly rx: number
  readonly ry: number
  readonly amount: number
}[] = [
  {
    at: [
      [50, 0.55],
      [205, 0.45],
    ],
    rx: 0.23,
    ry: 0.115,
    amount: 0.28,
  },
  {
    at: [
      [280, 0.55],
      [425, 0.45],
    ],
    rx: 0.23,
    ry: 0.115,
    amount: 0.28,
  },
  { at: [[4, 1]], rx: 0.1, ry: 0.07, amount: 0.16 },
]

/** How red each pixel is, 0 to 1. */
const blushOf = ({ size, head, drawn, sure, softness, regions }: Subject): Float32Array => {
  const out = new Float32Array(size * size)
  if (regions.signs.grey) return out
  for (const { at, rx, ry, amount } of CHEEKS) {
    const x = at.reduce((sum, [i, share]) => sum + share * drawn[i].x, 0)
    const y = at.reduce((sum, [i, share]) => sum + share * drawn[i].y, 0)
    const reach = 2.6 * rx * head.unit
    const [left, right] = [Math.max(0, Math.floor(x - reach)), Math.min(size, Math.ceil(x + reach))]
    const [top, bottom] = [Math.max(0, Math.floor(y - reach)), Math.min(size, Math.ceil(y + reach))]
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const dx = (column + 0.5 - x) / head.unit
        const dy = (row + 0.5 - y) / head.unit
        const across = (dx * head.down.y - dy * head.down.x) / rx
        const along = (dx * head.down.x + dy * head.down.y) / ry
        const far = across * across + along * along
        out[row * size + column] += amount * (0.75 + 0.5 * softness) * sure * Math.exp(-far)
      }
    }
  }
  return out
}

/** A field that is above 0 in the shade, within the box. */
const shadeField = ({ width, height, data }: Plane, { shadeFrom, step }: Light, box: Box): Plane => {
  const out = new Float32Array(data.length)
  const scale = 1 / Math.max(1e-3, 4 * step)
  inRows(box, width, (from, to) => {
    for (let i = from; i < to; i++) out[i] = (shadeFrom - data[i]) * scale
  })
  return { width, height, data: out }
}

/** How much of each pixel lies in the shade, 0 to 1. */
const shadeOf = (subject: Subject, surface: Plane, light: Light, hair: Plane): Float32Array => {
  const { size, head, drawn, look, sure, box } = subject
  const { unit, down } = head
  const across = { x: down.y, y: -down.x }
  const canvas = { width: size, height: size }
  const softness = Math.max(1, 0.02 * unit * look.edge)
  const out = above(shadeField(surface, light, box), 0, softness, box).data
  inRows(box, size, (from, to) => {
    for (let i = from; i < to; i++) out[i] *= 0.85 * light.depth
  })
  const face = faceShape(subject)
  const inFace = onCanvas(face, size)
  const { origin } = head

  // Under the hair: its outline moved down, and away from the light.
  const chin = toHead(head, drawn[CHIN])
  const [dx, dy] = [-0.02 * light.side, 0.075].map((value) => value * unit)
  const moveX = Math.round(dx * across.x + dy * down.x)
  const moveY = Math.round(dx * across.y + dy * down.y)
  const step = 1.6 / (0.05 * unit)
  for (let row = box.top; row < box.bottom; row++) {
    const from = row - moveY
    if (from < 0 || from >= size) continue
    for (let column = box.left; column < box.right; column++) {
      const source = column - moveX
      if (source < 0 || source >= size) continue
      const value = hair.data[from * size + source]
      if (value < 0.3) continue
      const y = ((column - origin.x) * down.x + (row - origin.y) * down.y) / unit
      const fade = y > chin.y ? 1 : 1 - smoothStep(0.1, 0.5, y)
      const share = Math.min(1, Math.max(0, 0.5 + (value - 0.5) / step))
      const amount = 0.9 * share * fade
      if (amount > out[row * size + column]) out[row * size + column] = amount
    }
  }
  // Under the jaw.
  const jaw = cover([outlineOf(subject, { x: -0.05 * light.side, y: 0.2 })], canvas)
  // A crescent along the cheek that is turned from the light.
  const side = Math.sign(light.side) || 1
  const lit = onCanvas(cover([outlineOf(subject, { x: 0.09 * side, y: -0.045 })], canvas), size)
  /** Deepens the shade where a shape is, by `depth` at its pixels, from `begin` on down the face to all of it at `end`. */
  const deepen = (shape: Coverage, depth: number, spared: Float32Array, begin: number, end: number): void => {
    for (let row = 0, i = 0; row < shape.height; row++) {
      const down0 = (shape.y + row - origin.y) * down.y
      for (let column = 0, at = (shape.y + row) * size + shape.x; column < shape.width; column++, i++, at++) {
        const share = shape.data[i]
        if (share === 0) continue
        const y = ((shape.x + column - origin.x) * down.x + down0) / unit
        const amount = depth * share * (1 - spared[at]) * smoothStep(begin, end, y)
        if (amount > out[at]) out[at] = amount
      }
    }
  }
  deepen(jaw, 0.95, inFace, 0.55, 0.9)
  deepen(face, 0.75 * sure, lit, 0, 0.3)
  return out
}

/** A shape on all of a square canvas. */
const onCanvas = ({ x, y, width, height, data }: Coverage, size: number): Float32Array => {
  const out = new Float32Array(size * size)
  for (let row = 0; row < height; row++) {
    out.set(data.subarray(row * width, (row + 1) * width), (y + row) * size + x)
  }
  return out
}
