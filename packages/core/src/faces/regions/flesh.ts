/**
 * Whether a face has a colour that skin can have: those of statues and of most animals do not. Of pale colours only, since in coloured
 * light skin can have any.
 */
import type { FaceMap } from './face-map.ts'
import { indicesWhere, median } from './numbers.ts'

/** Skin's hue in Lab in white light, in degrees: from rosy to olive; measured on 90 portraits, 28 to 70. */
const [ROSY, OLIVE] = [-10, 95]
/** Colours with more chroma than this are light's as well as skin's; darker and lighter ones than these have no hue that could be trusted. */
const VIVID = 9
const [DARK, LIGHT] = [25, 85]
/** Fewer pixels than this, in units of the head squared, tell nothing. */
const LEAST = 0.05

/**
 * @param colours the portrait's colours in Lab, three numbers a pixel
 * @param skin how much of each pixel is skin
 * @param grey the photo is black and white
 */
export const isFlesh = (
  colours: Float32Array,
  { outside, head }: Pick<FaceMap, 'outside' | 'head'>,
  skin: Float32Array,
  grey: boolean,
): boolean => {
  const core = indicesWhere(skin.length, (i) => outside[i] < 0 && skin[i] > 0.7)
  if (grey || core.length < LEAST * head.unit ** 2) return true
  const [lightness, a, b] = [0, 1, 2].map((channel) => median(core.map((i) => colours[3 * i + channel])))
  if (lightness < DARK || lightness > LIGHT || Math.hypot(a, b) > VIVID) return true
  const hue = (Math.atan2(b, a) * 180) / Math.PI
  return hue > ROSY && hue < OLIVE
}
