/**
 * Rewrites convolutions with few channels to work on cells of 2x2 pixels: engines compute channels in blocks of 4 or
 * 16, and waste most of a block on a picture's three. Four neighbouring results are computed at once, by a kernel one
 * row and column larger with a stride of two; an input picture is folded into cells first. Exact.
 */
import { type Dim, isStatic } from '../dim.ts'
import { convOp } from '../ops/conv.ts'
import { depthToSpace, spaceToDepth } from '../ops/shape.ts'
import { constant, constantOp } from '../ops/source.ts'
import { apply, attributesOf, channelsOf, type Tensor } from '../tensor.ts'
import { floats, type Value } from '../value.ts'
import { type Rule, rewriteOnce } from './rewrite.ts'

/** The most channels a picture has: three colours and transparency. */
const few = 4

const isEven = (dim: Dim): boolean => (isStatic(dim) ? dim % 2 === 0 : dim.scale % 2 === 0 && dim.offset % 2 === 0)

/** Copies a number to a place of the new kernel: out, in, row, column. */
type Put = (p: number, q: number, row: number, column: number) => void

/**
 * A kernel [out, in, h, w] with each number put where `place` does for its out, in, row and column; zeros elsewhere.
 */
const rearranged = (
  weights: Value,
  shape: readonly number[],
  place: (o: number, i: number, y: number, x: number, put: Put) => void,
): Value => {
  const [out, cin, height, width] = weights.shape
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
  let from = 0
  // No arrays of places: making four for each number was a third of the time to prepare a network.
  const put: Put = (p, q, row, column) => {
    data[((p * shape[1] + q) * shape[2] + row) * shape[3] + column] = Number(weights.data[from])
  }
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < cin; i++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++, from++) place(o, i, y, x, put)
      }
    }
  }
  return floats(data, shape)
}

const cell = [0, 1, 2, 3].map((index) => ({ index, down: index >> 1, across: index & 1 }))

/** The stride-2 kernel that gives the four results of a cell as channels. */
const forCells = (weights: Value): Value => {
  const [out, cin, height, width] = weights.shape
  return rearranged(weights, [4 * out, cin, height + 1, width + 1], (o, i, y, x, put) => {
    for (const { index, down, across } of cell) put(index * out + o, i, y + down, x + across)
  })
}

/** A stride-2 kernel with even sides as a stride-1 kernel over a picture folded into cells. */
const overCells = (weights: Value): Value => {
  const [out, cin, height, width] = weights.shape
  return rearranged(weights, [out, 4 * cin, height / 2, width / 2], (o, i, y, x, put) =>
    put(o, ((y & 1) * 2 + (x & 1)) * cin + i, y >> 1, x >> 1),
  )
}

const onCells: Rule = (node) => {
  const convolution = attributesOf(node, convOp)
  if (convolution?.stride !== 1 || convolution.groups !== 1) return undefined
  const [x, kernel, bias] = node.inputs
  const [weights, offset] = [kernel, bias].map((tensor) => tensor && attributesOf(tensor, constantOp)?.value)
  if (!weights || (bias && !offset)) return undefined
  const [out, cin, height, width] = weights.shape
  const [, , ...size] = node.shape
  if (height * width === 1 || height % 2 === 0 || width % 2 === 0 || !size.every(isEven)) return undefined
  const four = forCells(weights)
  const shift = offset && constant(floats([0, 1, 2, 3].flatMap(() => [...(offset.data as Float32Array)])))
  const convolved = (from: Tensor, kernels: Value, stride: number): Tensor =>
    depthToSpace(
      apply(convOp, { ...convolution, stride }, shift ? [from, constant(kernels), shift] : [from, constant(kernels)]),
      2,
    )
  const folds = channelsOf(x) === cin && cin <= few && convolution.border.every((size) => size === 0)
  if (folds) return convolved(spaceToDepth(x, 2), overCells(four), 1)
  return out <= few ? convolved(x, four, 2) : undefined
}

/** Moves convolutions with constant weights from or to at most four channels onto cells, where sizes are even. */
export const convolveCells = (outputs: readonly Tensor[]): Tensor[] => rewriteOnce(outputs, [onCells])
