/**
 * The colour loss: the distance of colours between the result and a reference, in YUV (AnimeGANv2) or in CIE Lab
 * (AnimeGANv3). Pictures are [n, 3, h, w], -1 to 1, RGB.
 */
import {
  abs,
  add,
  concat,
  constant,
  div,
  exp,
  floats,
  greater,
  log,
  max,
  meanAll,
  min,
  mul,
  slice,
  sub,
  type Tensor,
  where,
} from '@animegan/graph'
import { luma, onChannels } from './channels.ts'
import { type Loss, parseReference, type Reference } from './loss.ts'

const unit = (x: Tensor): Tensor => mul(add(x, 1), 0.5)

const channel = (x: Tensor, index: number): Tensor => slice(x, 1, index, index + 1)

/** Huber's loss with delta 1, the mean over all elements. */
const huber = (difference: Tensor): Tensor => {
  const size = abs(difference)
  const near = min(size, 1)
  // 0.5 * d^2 up to 1, d - 0.5 beyond.
  return meanAll(sub(mul(near, size), mul(mul(near, near), 0.5)))
}

/** YUV of TensorFlow's `rgb_to_yuv`. */
const yuv = [luma, [-0.14714119, -0.28886916, 0.43601035], [0.61497538, -0.51496512, -0.10001026]] as const

/** L1 on Y and Huber on U and V: AnimeGANv2's color_loss. */
export const yuvLoss = (x: Tensor, wanted: Tensor): Tensor => {
  const difference = onChannels(mul(sub(x, wanted), 0.5), yuv)
  const [y, u, v] = [0, 1, 2].map((index) => channel(difference, index)) as [Tensor, Tensor, Tensor]
  return add(add(meanAll(abs(y)), huber(u)), huber(v))
}

/** Linear light of sRGB values, 0 to 1 (IEC 61966-2-1). */
const linear = (x: Tensor): Tensor => {
  const bright = exp(mul(log(div(add(max(x, 0.04045), 0.055), 1.055)), 2.4))
  return where(greater(x, 0.04045), bright, div(x, 12.92))
}

/** sRGB to XYZ relative to the D65 white. */
const xyz = [
  [0.412453, 0.35758, 0.180423].map((part) => part / 0.950456),
  [0.212671, 0.71516, 0.072169],
  [0.019334, 0.119193, 0.950227].map((part) => part / 1.088754),
]

/** CIE L*a*b* of a picture: L* 0 to 100, a* and b* about -128 to 127. */
const lab = (x: Tensor): Tensor => {
  const relative = onChannels(linear(unit(x)), xyz)
  const root = exp(div(log(max(relative, 0.008856)), 3))
  const f = where(greater(relative, 0.008856), root, add(mul(relative, 7.787), 16 / 116))
  const [fx, fy, fz] = [0, 1, 2].map((index) => channel(f, index)) as [Tensor, Tensor, Tensor]
  return concat([sub(mul(fy, 116), 16), mul(sub(fx, fy), 500), mul(sub(fy, fz), 200)], 1)
}

/** 2 L1(L / 100) + L1(a) + L1(b), a and b in units of their range of 255: AnimeGANv3's Lab colour loss. */
export const labLoss = (x: Tensor, wanted: Tensor): Tensor => {
  const scale = constant(floats([2 / 100, 1 / 255, 1 / 255], [1, 3, 1, 1]))
  // The mean over three channels is a third of the sum of their means.
  return mul(meanAll(abs(mul(sub(lab(x), lab(wanted)), scale))), 3)
}

export interface ColourOptions {
  readonly to: Reference
  readonly space: 'yuv' | 'lab'
}

export const colour: Loss<'colour', ColourOptions> = {
  name: 'colour',
  parse: (term) => ({ to: parseReference(term), space: term.word('space', ['yuv', 'lab']) }),
  build: ({ to, space }, { result, reference }) => (space === 'yuv' ? yuvLoss : labLoss)(result, reference(to)),
}
