/**
 * Phase split: doubling a picture and then convolving it with a 3x3 kernel is four convolutions of the small picture,
 * one per parity of row and column, interleaved. Per four output pixels that takes 25 taps instead of 36 for TensorFlow
 * 1's bilinear resize, and 16 for nearest. The large picture with all its channels, the cause of every out-of-memory
 * report against the originals, never exists. Exact at the borders too: see `border` below. (Half-pixel and
 * align-corners resizes mix neighbours differently at the border, and are left alone.)
 */
import { type Convolution, convOp } from '../ops/conv.ts'
import { type Border, type PadMode, pad, padOp } from '../ops/pad.ts'
import { resizeOp } from '../ops/scale.ts'
import { interleave } from '../ops/shape.ts'
import { constant, constantOp } from '../ops/source.ts'
import { apply, attributesOf, type Tensor } from '../tensor.ts'
import { floats, type Value } from '../value.ts'
import { type Rule, rewriteOnce } from './rewrite.ts'

/**
 * The weights by which an even or odd row of the result sums rows of the small picture: matrix [low-resolution
 * taps][kernel taps].
 */
interface Phase {
  /** The first tap reads the row before (-1) or the row itself (0). */
  readonly first: -1 | 0
  readonly taps: readonly (readonly number[])[]
}

interface Scheme {
  readonly even: Phase
  readonly odd: Phase
  /** Padding of the small picture before and after, given the large picture's padding. */
  readonly border: Partial<Record<PadMode, readonly [before: PadMode, after: PadMode]>>
}

const schemes: Partial<Record<string, Scheme>> = {
  // large[2i] = small[i], large[2i + 1] = (small[i] + small[i + 1]) / 2, the last row repeated.
  // large[-1] mirrors large[1] = (small[0] + small[1]) / 2, which small[-1] = small[1] gives; below, the last row
  // again.
  asymmetric: {
    even: {
      first: -1,
      taps: [
        [0.5, 0, 0],
        [0.5, 1, 0.5],
        [0, 0, 0.5],
      ],
    },
    odd: {
      first: 0,
      taps: [
        [1, 0.5, 0],
        [0, 0.5, 1],
      ],
    },
    border: { reflect: ['reflect', 'edge'] },
  },
  // large[2i] = large[2i + 1] = small[i]; mirrored rows of the large picture are the border rows of the small one.
  nearest: {
    even: {
      first: -1,
      taps: [
        [1, 0, 0],
        [0, 1, 1],
      ],
    },
    odd: {
      first: 0,
      taps: [
        [1, 1, 0],
        [0, 0, 1],
      ],
    },
    border: { reflect: ['edge', 'edge'], zero: ['zero', 'zero'] },
  },
}

/** rows · W · columnsᵀ for each pair of channels. */
const transformKernel = (weights: Value, rows: Phase['taps'], columns: Phase['taps']): Value => {
  const [out, cin] = weights.shape as [number, number]
  const from = weights.data as Float32Array
  const data = new Float32Array(out * cin * rows.length * columns.length)
  let at = 0
  for (let pair = 0; pair < out * cin; pair++) {
    for (const row of rows) {
      for (const column of columns) {
        let total = 0
        row.forEach((a, y) => {
          column.forEach((b, x) => {
            total += a * b * from[pair * 9 + y * 3 + x]
          })
        })
        data[at++] = total
      }
    }
  }
  return floats(data, [out, cin, rows.length, columns.length])
}

const ones: Border = [1, 1, 1, 1]
const none: Border = [0, 0, 0, 0]
/** Elements added before and after each axis by padding NCHW with one row and column all around. */
const aroundPixels = '0,0,1,1,0,0,1,1'

const splitConv: Rule = (node, uses) => {
  const convolution = attributesOf<Convolution>(node, convOp)
  const weights = convolution && attributesOf(node.inputs[1], constantOp)?.value
  if (!weights || convolution.stride !== 1 || convolution.groups !== 1) return undefined
  if (weights.shape[2] !== 3 || weights.shape[3] !== 3) return undefined

  const padding = attributesOf(node.inputs[0], padOp)
  const large = padding ? node.inputs[0].inputs[0] : node.inputs[0]
  const mode: PadMode = padding?.mode ?? 'zero'
  const fits = padding
    ? [...padding.before, ...padding.after].join() === aroundPixels && convolution.border.join() === none.join()
    : convolution.border.join() === ones.join()
  if (!fits) return undefined
  const resizing = attributesOf(large, resizeOp)
  const scheme = resizing && schemes[resizing.mode]
  const sides = scheme?.border[mode]
  if (!scheme || !sides || uses(large) !== 1 || uses(node.inputs[0]) !== 1) return undefined

  const small = large.inputs[0]
  const phases = [scheme.even, scheme.odd]
  const parts = phases.flatMap((row) =>
    phases.map((column) => {
      const below = row.first + row.taps.length - 1
      const right = column.first + column.taps.length - 1
      const [above, left] = [-row.first, -column.first]
      const padded =
        sides[0] === sides[1]
          ? pad(small, [above, left, below, right], sides[0])
          : pad(pad(small, [0, 0, below, right], sides[1]), [above, left, 0, 0], sides[0])
      const kernel = constant(transformKernel(weights, row.taps, column.taps))
      return apply(convOp, { stride: 1, border: none, groups: 1 }, [padded, kernel, ...node.inputs.slice(2)])
    }),
  )
  return interleave(parts)
}

/** Splits every doubling followed by a 3x3 convolution whose weights are constant. */
export const splitPhases = (outputs: readonly Tensor[]): Tensor[] => rewriteOnce(outputs, [splitConv])
