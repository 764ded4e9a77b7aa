/**
 * The receptive field: how far from an output pixel its inputs lie, which is how much tiles must overlap. Computed from
 * the graph, so networks do not declare it. Only for local graphs: statistics must be frozen first.
 */
import { type Convolution, convOp } from '../ops/conv.ts'
import { padOp } from '../ops/pad.ts'
import { reduceOp } from '../ops/reduce.ts'
import { averagePoolOp, maxPoolOp, resizeOp } from '../ops/scale.ts'
import { depthToSpaceOp, interleaveOp, sliceOp, spaceToDepthOp, transposeOp } from '../ops/shape.ts'
import { attributesOf, type Tensor, topologicalOrder } from '../tensor.ts'

/** Along one spatial axis, element `i` depends on input elements `i * ratio - before` to `i * ratio + after`. */
interface Reach {
  readonly ratio: number
  readonly before: number
  readonly after: number
}

/**
 * The largest distance, in input pixels, at which an input element still influences an element of the output. `axes`
 * are the height and width axes of `input`. Throws when an operation in between looks at the whole picture.
 */
export const receptiveRadius = (output: Tensor, input: Tensor, axes: readonly [number, number]): number => {
  let radius = 0
  for (const axis of axes) {
    const reaches = new Map<Tensor, { reach: Reach; axis: number }>([
      [input, { reach: { ratio: 1, before: 0, after: 0 }, axis }],
    ])
    for (const node of topologicalOrder([output])) {
      const parts = node.inputs.map((tensor) => reaches.get(tensor)).filter((part) => part !== undefined)
      if (parts.length === 0) continue
      const merged = parts.reduce((a, b) => {
        if (a.reach.ratio !== b.reach.ratio || a.axis !== b.axis)
          throw new Error(`${node.op.name}: inputs at different scales`)
        const before = Math.max(a.reach.before, b.reach.before)
        return { axis: a.axis, reach: { ratio: a.reach.ratio, before, after: Math.max(a.reach.after, b.reach.after) } }
      })
      reaches.set(node, throughNode(node, merged.reach, merged.axis))
    }
    const { reach } = reaches.get(output) ?? { reach: { ratio: 1, before: 0, after: 0 } }
    if (reach.ratio !== 1) throw new Error('receptiveRadius: the output is not at the scale of the input')
    radius = Math.max(radius, reach.before, reach.after)
  }
  return Math.ceil(radius)
}

const throughNode = (node: Tensor, reach: Reach, axis: number): { reach: Reach; axis: number } => {
  const { ratio, before, after } = reach
  const space = axis - 2
  const convolution = attributesOf<Convolution>(node, convOp)
  if (convolution) {
    const first = convolution.border[space]
    const kernel = node.inputs[1].shape[axis] as number
    return {
      axis,
      reach: {
        ratio: ratio * convolution.stride,
        before: before + first * ratio,
        after: after + (kernel - 1 - first) * ratio,
      },
    }
  }
  const padding = attributesOf(node, padOp)
  if (padding) {
    const first = padding.before[axis] * ratio
    return { axis, reach: { ratio, before: before + first, after: after - first } }
  }
  if (attributesOf(node, resizeOp)) {
    return { axis, reach: { ratio: ratio / 2, before: before + ratio, after: after + ratio } }
  }
  const wider = attributesOf(node, depthToSpaceOp)?.block ?? (attributesOf(node, interleaveOp) && 2)
  if (wider) {
    const lag = ratio - ratio / wider
    return { axis, reach: { ratio: ratio / wider, before: before + lag, after } }
  }
  const block = (
    attributesOf(node, spaceToDepthOp) ??
    attributesOf(node, averagePoolOp) ??
    attributesOf(node, maxPoolOp)
  )?.block
  if (block !== undefined) return { axis, reach: { ratio: ratio * block, before, after: after + (block - 1) * ratio } }
  const range = attributesOf(node, sliceOp)
  if (range?.axis === axis) {
    if (range.step < 1 || range.start < 0) throw new Error('slice: backwards or from the end is not local')
    const shift = range.start * ratio
    return { axis, reach: { ratio: ratio * range.step, before: before - shift, after: after + shift } }
  }
  const reduction = attributesOf(node, reduceOp)
  if (reduction?.axis === axis) throw new Error('reduce: looks at the whole picture, freeze the statistics first')
  const order = attributesOf(node, transposeOp)?.order
  return { axis: order ? order.indexOf(axis) : axis, reach }
}
