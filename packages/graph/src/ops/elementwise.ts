/**
 * Operations on each element: unary functions, binary functions with NumPy broadcasting, comparison, selection and
 * type conversion.
 */
import { broadcastIndices, broadcastShapes } from '../broadcast.ts'
import { apply, floatsOnly, type Operation, type Tensor } from '../tensor.ts'
import { type DType, newArray, sizeOf, type Value } from '../value.ts'
import { constant } from './source.ts'

interface Slope {
  readonly slope: number
}

const unary = (
  name: string,
  type: string,
  f: (x: number) => number,
  gradient?: (x: Tensor, y: Tensor, grad: Tensor) => Tensor,
): Operation<object> => ({
  name,
  infer: (inputs) => {
    floatsOnly(inputs)
    return { dtype: 'float32', shape: inputs[0].shape }
  },
  evaluate: ([x], _attributes, shape) => ({ dtype: 'float32', shape, data: (x.data as Float32Array).map(f) }),
  gradient: gradient && ((node, grad) => [gradient(node.inputs[0], node, grad)]),
  onnx: () => ({ type }),
})

/** To the nearest whole number, halves to the even one. */
export const roundHalfEven = (x: number): number => {
  const rounded = Math.round(x)
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}

export const negOp = unary(
  'neg',
  'Neg',
  (x) => -x,
  (_x, _y, grad) => neg(grad),
)
export const absOp = unary('abs', 'Abs', Math.abs, (x, _y, grad) => mul(grad, apply(signOp, {}, [x])))
export const signOp = unary('sign', 'Sign', Math.sign)
export const sqrtOp = unary('sqrt', 'Sqrt', Math.sqrt, (_x, y, grad) => div(mul(grad, 0.5), y))
export const expOp = unary('exp', 'Exp', Math.exp, (_x, y, grad) => mul(grad, y))
export const logOp = unary('log', 'Log', Math.log, (x, _y, grad) => div(grad, x))
export const tanhOp = unary('tanh', 'Tanh', Math.tanh, (_x, y, grad) => mul(grad, sub(1, mul(y, y))))
export const reluOp = unary(
  'relu',
  'Relu',
  (x) => Math.max(x, 0),
  (x, _y, grad) => mul(grad, apply(stepOp, {}, [x])),
)

/** A steepness at which only inputs between 0 and 1e-30 give a result other than 0 or 1. */
const steepness = 1e30

/**
 * 1 above zero, else 0: the slope of a ReLU. As a hard sigmoid it takes ONNX Runtime one pass; a comparison and a
 * selection take five.
 */
export const stepOp: Operation<object> = {
  ...unary('step', 'HardSigmoid', (x) => Math.min(1, Math.max(0, x * steepness))),
  onnx: () => ({ type: 'HardSigmoid', attributes: { alpha: { float: steepness }, beta: { float: 0 } } }),
}

export const roundOp = unary('round', 'Round', roundHalfEven)

export const leakyReluOp: Operation<Slope> = {
  name: 'leakyRelu',
  infer: (inputs) => {
    floatsOnly(inputs)
    return { dtype: 'float32', shape: inputs[0].shape }
  },
  evaluate: ([x], { slope }, shape) => ({
    dtype: 'float32',
    shape,
    data: (x.data as Float32Array).map((value) => (value > 0 ? value : slope * value)),
  }),
  gradient: (node, grad, { slope }) => [where(greater(node.inputs[0], 0), grad, mul(grad, slope))],
  onnx: (_node, { slope }) => ({ type: 'LeakyRelu', attributes: { alpha: { float: slope } } }),
}

const binary = (
  name: string,
  type: string,
  f: (a: number, b: number) => number,
  gradient: ((a: Tensor, b: Tensor, y: Tensor, grad: Tensor) => readonly [Tensor, Tensor]) | undefined,
  dtype: DType = 'float32',
): Operation<object> => ({
  name,
  infer: (inputs) => {
    floatsOnly(inputs)
    return { dtype, shape: broadcastShapes(inputs[0].shape, inputs[1].shape) }
  },
  evaluate: ([a, b], _attributes, shape): Value => {
    const [left, right] = [broadcastIndices(a.shape, shape), broadcastIndices(b.shape, shape)]
    const [x, y] = [a.data as Float32Array, b.data as Float32Array]
    const data = newArray(dtype, sizeOf(shape)) as Float32Array
    for (let i = 0; i < data.length; i++) data[i] = f(x[left[i]], y[right[i]])
    return { dtype, shape, data }
  },
  gradient: gradient && ((node, grad) => gradient(node.inputs[0], node.inputs[1], node, grad)),
  onnx: () => ({ type }),
})

/** The gradient of max and min goes to the input that was taken; to the first when they are equal. */
const select = (first: (a: Tensor, b: Tensor) => Tensor) => (a: Tensor, b: Tensor, _y: Tensor, grad: Tensor) => {
  const second = first(a, b)
  return [where(second, 0, grad), where(second, grad, 0)] as const
}

export const addOp = binary(
  'add',
  'Add',
  (a, b) => a + b,
  (_a, _b, _y, grad) => [grad, grad],
)
export const subOp = binary(
  'sub',
  'Sub',
  (a, b) => a - b,
  (_a, _b, _y, grad) => [grad, neg(grad)],
)
export const mulOp = binary(
  'mul',
  'Mul',
  (a, b) => a * b,
  (a, b, _y, grad) => [mul(grad, b), mul(grad, a)],
)
export const divOp = binary(
  'div',
  'Div',
  (a, b) => a / b,
  (_a, b, y, grad) => {
    const left = div(grad, b)
    return [left, neg(mul(left, y))]
  },
)
export const maxOp = binary(
  'max',
  'Max',
  Math.max,
  select((a, b) => greater(b, a)),
)
export const minOp = binary(
  'min',
  'Min',
  Math.min,
  select((a, b) => greater(a, b)),
)
export const greaterOp = binary('greater', 'Greater', (a, b) => Number(a > b), undefined, 'bool')

export const whereOp: Operation<object> = {
  name: 'where',
  infer: ([condition, a, b]) => {
    if (condition.dtype !== 'bool') throw new Error(`expects a bool condition, got ${condition.dtype}`)
    floatsOnly([a, b])
    return { dtype: 'float32', shape: broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape)) }
  },
  evaluate: ([condition, a, b], _attributes, shape) => {
    const indices = [condition, a, b].map((value) => broadcastIndices(value.shape, shape))
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) =>
      condition.data[indices[0][i]] ? (a.data as Float32Array)[indices[1][i]] : (b.data as Float32Array)[indices[2][i]],
    )
    return { dtype: 'float32', shape, data }
  },
  gradient: (node, grad) => {
    const [condition] = node.inputs
    return [undefined, where(condition, grad, 0), where(condition, 0, grad)]
  },
  onnx: () => ({ type: 'Where' }),
}

const onnxTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 } as const

export const castOp: Operation<{ readonly to: 'float32' | 'uint8' }> = {
  name: 'cast',
  infer: ([x], { to }) => {
    if (x.dtype === 'float16') throw new Error('cannot read float16, which only stores')
    return { dtype: to, shape: x.shape }
  },
  evaluate: ([x], { to }, shape) => {
    const data = newArray(to, sizeOf(shape))
    for (let i = 0; i < data.length; i++) data[i] = Number(x.data[i])
    return { dtype: to, shape, data }
  },
  gradient: (node, grad) => [node.inputs[0].dtype === 'float32' ? grad : undefined],
  onnx: (_node, { to }) => ({ type: 'Cast', attributes: { to: onnxTypes[to] } }),
}

type Operand = Tensor | number
const tensor = (x: Operand): Tensor => (typeof x === 'number' ? constant(x) : x)

export const neg = (x: Tensor): Tensor => apply(negOp, {}, [x])
export const abs = (x: Tensor): Tensor => apply(absOp, {}, [x])
export const sqrt = (x: Tensor): Tensor => apply(sqrtOp, {}, [x])
export const exp = (x: Tensor): Tensor => apply(expOp, {}, [x])
export const log = (x: Tensor): Tensor => apply(logOp, {}, [x])
export const tanh = (x: Tensor): Tensor => apply(tanhOp, {}, [x])
export const relu = (x: Tensor): Tensor => apply(reluOp, {}, [x])
/** To the nearest whole number, halves to the even one. Not differentiable. */
export const round = (x: Tensor): Tensor => apply(roundOp, {}, [x])
/** `x` where positive, `slope * x` elsewhere. */
export const leakyRelu = (x: Tensor, slope = 0.2): Tensor => apply(leakyReluOp, { slope }, [x])
export const add = (a: Operand, b: Operand): Tensor => apply(addOp, {}, [tensor(a), tensor(b)])
export const sub = (a: Operand, b: Operand): Tensor => apply(subOp, {}, [tensor(a), tensor(b)])
export const mul = (a: Operand, b: Operand): Tensor => apply(mulOp, {}, [tensor(a), tensor(b)])
export const div = (a: Operand, b: Operand): Tensor => apply(divOp, {}, [tensor(a), tensor(b)])
export const max = (a: Operand, b: Operand): Tensor => apply(maxOp, {}, [tensor(a), tensor(b)])
export const min = (a: Operand, b: Operand): Tensor => apply(minOp, {}, [tensor(a), tensor(b)])
/** True where `a > b`. */
export const greater = (a: Operand, b: Operand): Tensor => apply(greaterOp, {}, [tensor(a), tensor(b)])
/** `a` where the condition holds, `b` elsewhere. */
export const where = (condition: Tensor, a: Operand, b: Operand): Tensor =>
  apply(whereOp, {}, [condition, tensor(a), tensor(b)])
/** Converts the element type; float32 to uint8 expects whole numbers from 0 to 255. */
export const cast = (x: Tensor, to: 'float32' | 'uint8'): Tensor => apply(castOp, { to }, [x])
