/**
 * Activations that only third-party networks use: PReLU (a learned slope per channel), sigmoid and hard swish. Those of
 * our own networks (ReLU, leaky ReLU, tanh) are in elementwise.ts.
 */
import { apply, channelsOf, floatsOnly, type Operation, picturesOnly, type Signature, type Tensor } from '../tensor.ts'
import { abs, add, div, greater, max, min, mul, sub, where } from './elementwise.ts'
import { sum } from './reduce.ts'
import { reshape } from './shape.ts'

const sameShape = (inputs: readonly Signature[]): Signature => {
  floatsOnly(inputs)
  return { dtype: 'float32', shape: inputs[0].shape }
}

export const preluOp: Operation<object> = {
  name: 'prelu',
  infer: (inputs) => {
    floatsOnly(inputs)
    const [x, slope] = inputs
    picturesOnly(x)
    if (slope.shape.length !== 3 || slope.shape[0] !== x.shape[1] || slope.shape[1] !== 1 || slope.shape[2] !== 1)
      throw new Error('expects a slope for each channel, [c, 1, 1]')
    return { dtype: 'float32', shape: x.shape }
  },
  evaluate: ([x, slope], _attributes, shape) => {
    const [channels, plane] = [shape[1], shape[2] * shape[3]]
    const data = (x.data as Float32Array).map((value, i) =>
      value > 0 ? value : value * (slope.data as Float32Array)[Math.floor(i / plane) % channels],
    )
    return { dtype: 'float32', shape, data }
  },
  gradient: (node, grad) => {
    const [x, slope] = node.inputs as [Tensor, Tensor]
    const ofSlope = sum(mul(grad, min(x, 0)), [0, 2, 3])
    return [where(greater(x, 0), grad, mul(grad, slope)), reshape(ofSlope, [channelsOf(x), 1, 1])]
  },
  onnx: () => ({ type: 'PRelu' }),
}

export const sigmoidOp: Operation<object> = {
  name: 'sigmoid',
  infer: sameShape,
  evaluate: ([x], _attributes, shape) => ({
    dtype: 'float32',
    shape,
    data: (x.data as Float32Array).map((value) => 1 / (1 + Math.exp(-value))),
  }),
  gradient: (node, grad) => [mul(grad, mul(node, sub(1, node)))],
  onnx: () => ({ type: 'Sigmoid' }),
}

export const hardSwishOp: Operation<object> = {
  name: 'hardSwish',
  infer: sameShape,
  evaluate: ([x], _attributes, shape) => ({
    dtype: 'float32',
    shape,
    data: (x.data as Float32Array).map((value) => value * Math.min(1, Math.max(0, value / 6 + 0.5))),
  }),
  gradient: (node, grad) => {
    const x = node.inputs[0]
    const gate = min(max(add(div(x, 6), 0.5), 0), 1)
    const slope = where(greater(abs(x), 3), 0, div(x, 6))
    return [mul(grad, add(gate, slope))]
  },
  // ONNX defines HardSwish by these two operators, and not every engine has a kernel for HardSwish itself.
  onnx: () => [
    { type: 'HardSigmoid', attributes: { alpha: { float: 1 / 6 }, beta: { float: 0.5 } } },
    { type: 'Mul', from: [0, 1] },
  ],
}

/**
 * `x` where positive, `slope * x` elsewhere (He et al. 2015, arXiv:1502.01852). `x` [n, c, h, w], `slope` [c, 1, 1].
 */
export const prelu = (x: Tensor, slope: Tensor): Tensor => apply(preluOp, {}, [x, slope])
/** `1 / (1 + exp(-x))`. */
export const sigmoid = (x: Tensor): Tensor => apply(sigmoidOp, {}, [x])
/** `x · clip(x / 6 + 1/2, 0, 1)` (Howard et al. 2019, arXiv:1905.02244). */
export const hardSwish = (x: Tensor): Tensor => apply(hardSwishOp, {}, [x])
