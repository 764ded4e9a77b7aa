/** Colours as the parts of a head reckon with them: between sRGB from 0 to 1 and Lab, mixed, and measured in the photo. */
import type { Picture } from '../../picture.ts'
import { lightToSrgb } from '../../pixels/srgb.ts'
import type { Point } from '../face.ts'
import { type Lab, labOf } from '../regions/lab.ts'
import { percentile, smoothStep } from '../regions/numbers.ts'
import type { Rgb } from './canvas.ts'

const cube = (t: number): number => (t ** 3 > 216 / 24389 ? t ** 3 : (116 * t - 16) / (24389 / 27))

/** A colour of Lab in sRGB; what sRGB does not have is clipped. */
export const rgbOf = ([lightness, a, b]: Lab): Rgb => {
  const t = (lightness + 16) / 116
  const [x, y, z] = [cube(t + a / 500) * 0.950456, cube(t), cube(t - b / 200) * 1.088754]
  const channel = (value: number): number => lightToSrgb(Math.min(1, Math.max(0, value)))
  return [
    channel(3.240479 * x - 1.53715 * y - 0.498535 * z),
    channel(-0.969256 * x + 1.875992 * y + 0.041556 * z),
    channel(0.055648 * x - 0.204043 * y + 1.057311 * z),
  ]
}

/** How bright a colour looks, 0 to 1. */
export const lumaOf = ([r, g, b]: Rgb): number => 0.299 * r + 0.587 * g + 0.114 * b

/** A share `t` of the way from one colour to another. */
export const mix = (from: Rgb, to: Rgb, t: number): Rgb => [
  from[0] + (to[0] - from[0]) * t,
  from[1] + (to[1] - from[1]) * t,
  from[2] + (to[2] - from[2]) * t,
]

/** A colour at `share` of its lightness, its hue kept: for a darker variant of a line. */
export const darker = (colour: Rgb, share: number): Rgb => {
  const [lightness, a, b] = labOf(...colour)
  return rgbOf([lightness * share, a, b])
}

/** The least luma of anything drawn: what is darker looks like a hole. */
const LEAST_LUMA = 0.16
/** What too dark a colour is mixed with. */
const WARM: Rgb = [0.23, 0.17, 0.16]

/** A colour that is not black: a darker one than ink is mixed with a warm brown. */
export const notBlack = (colour: Rgb): Rgb => {
  const luma = lumaOf(colour)
  const target = lumaOf(WARM)
  return luma >= LEAST_LUMA ? colour : mix(colour, WARM, (LEAST_LUMA - luma) / (target - luma))
}

/** The photo's colours where a shape is, whole pixels of it only: at `places`, those outside the photo left out. */
export const coloursAt = ({ width, height, channels, data }: Picture, places: readonly Point[]): Lab[] =>
  places.flatMap(({ x, y }) => {
    const [column, row] = [Math.floor(x), Math.floor(y)]
    if (!(column >= 0 && row >= 0 && column < width && row < height)) return []
    const at = (row * width + column) * channels
    return [labOf(data[at] / 255, data[at + 1] / 255, data[at + 2] / 255)]
  })

/** The median of each of Lab's numbers; undefined of no colours. */
export const medianColour = (colours: readonly Lab[]): Lab | undefined => {
  if (colours.length === 0) return undefined
  const middle = (k: 0 | 1 | 2): number =>
    percentile(
      colours.map((colour) => colour[k]),
      50,
    )
  return [middle(0), middle(1), middle(2)]
}

/** How light a skin is, 0 for a dark one to 1: whites beside it are as bright as that allows. */
export const fairness = (skin: Rgb): number => smoothStep(0.2, 0.75, lumaOf(skin))
