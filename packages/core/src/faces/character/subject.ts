/**
 * One head as its parts are drawn from it: the photo, what was found in it, where everything is in proportion, and what was
 * asked for. Made once for a head (by subject-of.ts), read by every part; nothing is drawn here.
 */
import type { Picture } from '../../picture.ts'
import type { Point } from '../face.ts'
import type { Head } from '../landmarks/head.ts'
import type { Iris, Point3 } from '../landmarks/landmarker.ts'
import type { Box } from '../regions/box.ts'
import type { Plane } from '../regions/plane.ts'
import type { Regions } from '../regions/regions.ts'
import type { Rgb } from './canvas.ts'
import type { Steady } from './face-memory.ts'

/** How a person wants to be drawn. */
export interface CharacterOptions {
  /** How far towards anime proportions: 0 the person's own, 1 large eyes, small nose and narrow chin. */
  readonly proportions: number
  /** Lashes and lips: full ones, plain ones, or as the photo suggests. */
  readonly lashes: 'soft' | 'plain' | 'auto'
  /** Whether the lines of age stay, as one or two lines, or go. */
  readonly age: 'keep' | 'smooth'
  /** The irises' colour; undefined for the person's own. */
  readonly eyeColour: Rgb | undefined
}

/** How a style draws heads. */
export interface CharacterLook {
  /** How much lines take on the hue of what they bound (0 neutral and dark, 1 all of it), and how wide they are, 1 as usual. */
  readonly lineColour: number
  readonly lineWidth: number
  /** How far apart the two tones of the skin are, 1 as usual; and how hard the edge between them is, 1 as usual. */
  readonly tones: number
  readonly edge: number
  /** Blush on the cheeks, 0 none, 1 as usual. */
  readonly blush: number
  /** Colours' saturation, 1 as usual. */
  readonly saturation: number
  /** How far heads are in the light that the style puts the picture in: 0, as usual, not at all, to 1. */
  readonly ambience: number
}

/** Colours of the skin that several parts share. */
export interface SkinColours {
  readonly lit: Rgb
  readonly shade: Rgb
  /** Of lines on skin: dark, and of the skin's hue. */
  readonly line: Rgb
}

/** A head on a square canvas. Points, irises and lengths are in the canvas's pixels. */
export interface Subject {
  /** The canvas's side. */
  readonly size: number
  /** The part of the canvas outside which nothing of a drawing is shown, so that large masses need not be painted there. */
  readonly box: Box
  /** The photo on the canvas: RGB, `size` by `size`. */
  readonly photo: Picture
  /** Its lightness near the face, 0 to 100, lightly blurred (0.004 of the head's unit); 0 elsewhere. */
  readonly lightness: Plane
  /** The head's frame: its unit is u, which all lengths are multiples of. */
  readonly head: Head
  /** Pixels of the picture to a unit of the head, before it was brought to the canvas: how small a thing the photo can show. */
  readonly detail: number
  /** The 478 landmarks where they are in the photo, and where they are drawn. */
  readonly points: readonly Point3[]
  readonly drawn: readonly Point[]
  /** The irises in the photo, the person's right one first. */
  readonly irises: readonly [right: Iris, left: Iris]
  /** Steadies what parts measure of the photo, in a clip. */
  readonly steady: Steady
  /** Any point of the photo, in proportion. */
  toDrawn(point: Point): Point
  /** Masks of the canvas's size, in the photo's proportions. */
  readonly regions: Omit<Regions, 'square'>
  /** How much of each eye is drawn, 0 where it is hidden (hair, dark lenses, the far side of a turned head), to 1. */
  readonly eyes: readonly [right: number, left: number]
  /** How much of the drawing is to be trusted, 0 to 1: it fades as the head turns away. */
  readonly sure: number
  /** Where the light comes from, in the head's frame: x from -1 (the person's right, left in the picture) to 1, y is up below 0. */
  readonly light: Point
  /** How full lashes and lips are drawn, 0 plain to 1 soft: the option, or what the photo suggests. */
  readonly softness: number
  readonly skin: SkinColours
  /** The hair's darkest tone, for lashes and brows; of a head without hair, a dark brown. */
  readonly hair: Rgb
  readonly options: CharacterOptions
  readonly look: CharacterLook
}
