/**
 * Convolution and its transpose, NCHW, weights [out, in / groups, height, width], zero padding (pad.ts has the other
 * paddings). Groups are either one, or one per channel (depthwise). Gradients are ordinary operations: with respect to
 * the input, a convolution with transposed, flipped weights (stride 1) or a transposed convolution; with respect to the
 * weights, one matrix product per kernel tap.
 */
import { addToDim, type Dim, floorDivideDim, isStatic, staticShape } from '../dim.ts'
import { apply, channelsOf, floatsOnly, type Operation, picturesOnly, type Signature, type Tensor } from '../tensor.ts'
import { sizeOf } from '../value.ts'
import { mul } from './elementwise.ts'
import { matMul } from './matmul.ts'
import { type Border, checkBorder, pad } from './pad.ts'
import { sum } from './reduce.ts'
import { concat, interleave, reshape, slice, transpose } from './shape.ts'

export interface Convolution {
  readonly stride: number
  readonly border: Border
  readonly groups: number
}

const checkOperands = (inputs: readonly Signature[], stride: number, border: Border): void => {
  floatsOnly(inputs)
  picturesOnly(inputs[0])
  picturesOnly(inputs[1])
  if (!(stride >= 1)) throw new Error(`stride ${stride} is less than one`)
  checkBorder(border)
}

export const convOp: Operation<Convolution> = {
  name: 'conv',
  infer: (inputs, { stride, border, groups }) => {
    const [x, w, b] = inputs
    const [top, left, bottom, right] = border
    checkOperands(inputs, stride, border)
    const [n, c, height, width] = x.shape as [Dim, Dim, Dim, Dim]
    const [out, cin, kh, kw] = staticShape(w.shape, 'weights') as [number, number, number, number]
    if (c !== cin * groups || out % groups !== 0) throw new Error(`weights expect ${cin * groups} channels`)
    if (b !== undefined && (b.shape.length !== 1 || b.shape[0] !== out))
      throw new Error(`bias must have ${out} numbers`)
    const size = (dim: Dim, padding: number, kernel: number): Dim => {
      const result = addToDim(floorDivideDim(addToDim(dim, padding - kernel), stride), 1)
      if (isStatic(result) && result < 1) throw new Error('the picture is smaller than the kernel')
      return result
    }
    return { dtype: 'float32', shape: [n, out, size(height, top + bottom, kh), size(width, left + right, kw)] }
  },
  evaluate: ([x, w, b], { stride, border: [top, left], groups }, shape) => {
    const [n, out, rows, columns] = shape as [number, number, number, number]
    const [, channels, height, width] = x.shape as [number, number, number, number]
    const [, cin, kh, kw] = w.shape as [number, number, number, number]
    const [from, weights] = [x.data as Float32Array, w.data as Float32Array]
    const data = new Float32Array(sizeOf(shape))
    let at = 0
    for (let image = 0; image < n; image++) {
      for (let o = 0; o < out; o++) {
        const first = Math.floor(o / (out / groups)) * cin
        for (let y = 0; y < rows; y++) {
          for (let x0 = 0; x0 < columns; x0++) {
            let total = b ? (b.data as Float32Array)[o] : 0
            for (let i = 0; i < cin; i++) {
              for (let ky = 0; ky < kh; ky++) {
                const sy = y * stride + ky - top
                if (sy < 0 || sy >= height) continue
                const row = ((image * channels + first + i) * height + sy) * width
                const tap = ((o * cin + i) * kh + ky) * kw
                for (let kx = 0; kx < kw; kx++) {
                  const sx = x0 * stride + kx - left
                  if (sx >= 0 && sx < width) total += from[row + sx] * weights[tap + kx]
                }
              }
            }
            data[at++] = total
          }
        }
      }
    }
    return { dtype: 'float32', shape, data }
  },
  gradient: (node, grad, attributes) => {
    const [x, w, b] = node.inputs as [Tensor, Tensor, Tensor | undefined]
    const gradients = [inputGradient(x, w, grad, attributes), weightGradient(x, w, grad, attributes)]
    if (b) gradients.push(reshape(sum(grad, [0, 2, 3]), [channelsOf(grad)]))
    return gradients
  },
  onnx: (node, { stride, border, groups }) => ({
    type: 'Conv',
    attributes: {
      kernel_shape: staticShape(node.inputs[1].shape, 'weights').slice(2),
      strides: [stride, stride],
      pads: border,
      group: groups,
    },
  }),
}

const checkGroups = (w: Tensor, groups: number): void => {
  if (groups !== 1 && (w.shape[0] !== groups || w.shape[1] !== 1))
    throw new Error('the gradient of a convolution needs one group or one per channel')
}

const inputGradient = (x: Tensor, w: Tensor, grad: Tensor, { stride, border, groups }: Convolution): Tensor => {
  checkGroups(w, groups)
  const [, , kh, kw] = w.shape as [number, number, number, number]
  const [top, left, bottom, right] = border
  const full: Border = [kh - 1 - top, kw - 1 - left, kh - 1 - bottom, kw - 1 - right]
  if (stride > 1 || Math.min(...full) < 0) {
    const phases = stride === 2 && groups === 1 ? inputPhases(x, w, grad, border) : undefined
    if (phases) return interleave(phases)
    return apply(convTransposeOp, { stride, border, groups, size: staticShape(x.shape, 'input').slice(2) }, [grad, w])
  }
  const flipped = slice(slice(w, 2, -1, undefined, -1), 3, -1, undefined, -1)
  const turned = groups === 1 ? transpose(flipped, [1, 0, 2, 3]) : flipped
  return apply(convOp, { stride: 1, border: full, groups }, [grad, turned])
}

/** The kernel taps of one parity, last first, and the padding the gradient needs before it is convolved with them. */
interface Parity {
  readonly taps: Tensor
  readonly before: number
  readonly after: number
}

/**
 * The input gradient of a stride-2 convolution as four pictures, one per parity of row and column, because a row of the
 * input meets only every other tap. One convolution each; together they take a third of the time of a transposed
 * convolution. Undefined where a parity meets no tap, the size is odd, or the border is wider than the kernel's reach.
 */
const inputPhases = (x: Tensor, w: Tensor, grad: Tensor, [top, left]: Border): Tensor[] | undefined => {
  const parity = (taps: Tensor, axis: number, odd: number, border: number): Parity | undefined => {
    const [kernel, large, small] = [w.shape[axis], x.shape[axis], grad.shape[axis]] as [number, number, number]
    // Row 2i + odd of the input meets tap k in row i + (odd + border - k) / 2 of the gradient.
    const first = (odd + border) % 2
    const last = kernel - 1 - ((kernel - 1 - first) % 2)
    const before = (last - odd - border) / 2
    const after = large / 2 + (odd + border - first) / 2 - small
    if (kernel < 2 || large % 2 !== 0 || before < 0 || after < 0) return undefined
    // In two slices: one with a step of -2 that ends short of the next tap takes another on ONNX Runtime's WebGPU (1.30).
    const upwards = slice(taps, axis, first, last + 1, 2)
    return { taps: last > first ? slice(upwards, axis, -1, undefined, -1) : upwards, before, after }
  }
  const parts: Tensor[] = []
  for (const down of [0, 1]) {
    const rows = parity(w, 2, down, top)
    for (const across of [0, 1]) {
      const both = rows && parity(rows.taps, 3, across, left)
      if (!both) return undefined
      const border: Border = [rows.before, both.before, rows.after, both.after]
      parts.push(apply(convOp, { stride: 1, border, groups: 1 }, [grad, transpose(both.taps, [1, 0, 2, 3])]))
    }
  }
  return parts
}

/** Up to this many channels, the shifted views of a picture are stacked into one matrix product instead of one each. */
const fewChannels = 8

/**
 * The gradient with respect to the weights: for each kernel tap the product of the result's gradient [out, pixels] and
 * the input as that tap sees it [pixels, in], summed over the batch.
 */
const weightGradient = (x: Tensor, w: Tensor, grad: Tensor, { stride, border, groups }: Convolution): Tensor => {
  checkGroups(w, groups)
  const [out, cin, kh, kw] = w.shape as [number, number, number, number]
  const [n, , rows, columns] = staticShape(grad.shape, 'the gradient of conv') as [number, number, number, number]
  if (groups > 1) {
    const taps = strided(pad(x, border, 'zero'), rows, columns, kh, kw, stride)
    const sums = taps.map((tap) => reshape(sum(mul(tap, grad), [0, 2, 3]), [1, out]))
    return reshape(transpose(concat(sums, 0), [1, 0]), [out, 1, kh, kw])
  }
  if (stride === 1 && out <= fewChannels && out < cin) {
    // Seen from the result, the input moves the other way, so the side with fewer channels is the one shifted.
    const [top, left, bottom, right] = border
    const back: Border = [kh - 1 - top, kw - 1 - left, kh - 1 - bottom, kw - 1 - right]
    if (Math.min(...back) >= 0) {
      const turned = tapProducts(shifted(grad, back, kh, kw), x, n, cin, out)
      const flipped = slice(reshape(turned, [kh * kw, cin, out]), 0, -1, undefined, -1)
      return reshape(transpose(flipped, [2, 1, 0]), [out, cin, kh, kw])
    }
  }
  const taps =
    stride === 1
      ? shifted(x, border, kh, kw)
      : { views: strided(pad(x, border, 'zero'), rows, columns, kh, kw, stride), width: columns }
  const products = tapProducts(taps, grad, n, out, cin)
  return reshape(transpose(reshape(products, [kh * kw, out, cin]), [1, 2, 0]), [out, cin, kh, kw])
}

interface Views {
  readonly views: readonly Tensor[]
  /** Columns of a view; those past the picture's width hold values of the next row. */
  readonly width: number
}

/**
 * The picture as each tap sees it: with rows of the padded width, a tap is an offset along one flat axis, copied at
 * once.
 */
const shifted = (x: Tensor, border: Border, kh: number, kw: number): Views => {
  const [top, left, bottom, right] = border
  const [n, channels, height, width] = staticShape(x.shape, 'input') as [number, number, number, number]
  const [rows, columns] = [height + top + bottom, width + left + right]
  const flat = reshape(pad(x, [top, left, bottom + 1, right], 'zero'), [n, channels, (rows + 1) * columns])
  const length = (rows - kh + 1) * columns
  const views: Tensor[] = []
  for (let ky = 0; ky < kh; ky++) {
    for (let kx = 0; kx < kw; kx++) views.push(slice(flat, 2, ky * columns + kx, ky * columns + kx + length))
  }
  return { views, width: columns }
}

/** The padded picture as each tap of a convolution with a stride sees it. */
const strided = (
  padded: Tensor,
  rows: number,
  columns: number,
  kh: number,
  kw: number,
  stride: number,
): readonly Tensor[] => {
  const views: Tensor[] = []
  for (let ky = 0; ky < kh; ky++) {
    const band = slice(padded, 2, ky, ky + (rows - 1) * stride + 1, stride)
    for (let kx = 0; kx < kw; kx++) views.push(slice(band, 3, kx, kx + (columns - 1) * stride + 1, stride))
  }
  return views
}

/** Products [taps, rows, columns] of `fixed` [n, rows, h, w] and each view of pictures with `columns` channels. */
const tapProducts = ({ views, width }: Views, fixed: Tensor, n: number, rows: number, columns: number): Tensor => {
  const [height, own] = fixed.shape.slice(2) as [number, number]
  const flat = reshape(pad(fixed, [0, 0, 0, width - own], 'zero'), [n, rows, height * width])
  const product = (view: Tensor, channels: number): Tensor =>
    sum(matMul(flat, reshape(view, [n, channels, height * width]), { transposeB: true }), [0])
  if (columns > fewChannels)
    return concat(
      views.map((view) => product(view, columns)),
      0,
    )
  const stacked = product(
    concat(
      views.map((view) => reshape(view, [n, columns, height * width])),
      1,
    ),
    views.length * columns,
  )
  return transpose(reshape(stacked, [rows, views.length, columns]), [1, 0, 2])
}

interface TransposedConvolution extends Convolution {
  /** Height and width of the result: the input size of the convolution that this transposes. */
  readonly size: readonly number[]
}

export const convTransposeOp: Operation<TransposedConvolution> = {
  name: 'convTranspose',
  infer: (inputs, { stride, border, groups, size }) => {
    const [x, w] = inputs
    checkOperands(inputs, stride, border)
    const [out, cin, ...kernel] = staticShape(w.shape, 'weights') as [number, number, number, number]
    if (x.shape[1] !== out || out % groups !== 0) throw new Error(`weights expect ${out} channels`)
    staticShape(x.shape.slice(2), 'input').forEach((count, axis) => {
      const least = (count - 1) * stride + kernel[axis] - border[axis] - border[axis + 2]
      const fits = size[axis] >= least && size[axis] < least + stride
      if (!fits) throw new Error(`size ${size} does not belong to this input`)
    })
    return { dtype: 'float32', shape: [x.shape[0], cin * groups, ...size] }
  },
  evaluate: ([x, w], { stride, border: [top, left], groups }, shape) => {
    const [n, channels, height, width] = shape as [number, number, number, number]
    const [, out, rows, columns] = x.shape as [number, number, number, number]
    const [, cin, kh, kw] = w.shape as [number, number, number, number]
    const data = new Float32Array(sizeOf(shape))
    let at = 0
    for (let image = 0; image < n; image++) {
      for (let o = 0; o < out; o++) {
        const first = Math.floor(o / (out / groups)) * cin
        for (let y = 0; y < rows; y++) {
          for (let x0 = 0; x0 < columns; x0++) {
            const value = (x.data as Float32Array)[at++]
            for (let i = 0; i < cin; i++) {
              for (let ky = 0; ky < kh; ky++) {
                for (let kx = 0; kx < kw; kx++) {
                  const [sy, sx] = [y * stride + ky - top, x0 * stride + kx - left]
                  if (sy < 0 || sy >= height || sx < 0 || sx >= width) continue
                  data[((image * channels + first + i) * height + sy) * width + sx] +=
                    value * (w.data as Float32Array)[((o * cin + i) * kh + ky) * kw + kx]
                }
              }
            }
          }
        }
      }
    }
    return { dtype: 'float32', shape, data }
  },
  onnx: (node, { stride, border: [top, left, bottom, right], groups, size }) => {
    const [kh, kw] = staticShape(node.inputs[1].shape, 'weights').slice(2) as [number, number]
    const [rows, columns] = staticShape(node.inputs[0].shape, 'input').slice(2) as [number, number]
    // Bottom rows and right columns that no window of the convolution reached still have a (zero) gradient.
    const rest = [
      size[0] - ((rows - 1) * stride + kh - top - bottom),
      size[1] - ((columns - 1) * stride + kw - left - right),
    ]
    return {
      type: 'ConvTranspose',
      attributes: {
        kernel_shape: [kh, kw],
        strides: [stride, stride],
        pads: [top, left, bottom, right],
        output_padding: rest,
        group: groups,
      },
    }
  },
}

export interface ConvOptions {
  readonly bias?: Tensor
  /** Default 1. */
  readonly stride?: number
  /** Zero padding; default none. */
  readonly border?: Border
  /** Default 1. */
  readonly groups?: number
}

/** Cross-correlation, as every framework's "convolution". `x` [n, c, h, w], `weights` [out, c / groups, kh, kw]. */
export const conv = (x: Tensor, weights: Tensor, options: ConvOptions = {}): Tensor => {
  const { bias, stride = 1, border = [0, 0, 0, 0], groups = 1 } = options
  return apply(convOp, { stride, border, groups }, bias ? [x, weights, bias] : [x, weights])
}
