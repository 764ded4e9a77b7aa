/**
 * Decodes ONNX models: initialisers from any exporter, and graphs that use only our operations. Files are untrusted:
 * sizes are checked against the bytes present, external data is refused, and a node that uses a value before it is
 * defined (which covers cycles) is an error. Nothing in a file is executed.
 */
import { type Dim, symbolicDim } from '../dim.ts'
import { convOp, convTransposeOp } from '../ops/conv.ts'
import * as elementwise from '../ops/elementwise.ts'
import { matMul } from '../ops/matmul.ts'
import { type Border, type PadMode, pad, padChannels } from '../ops/pad.ts'
import { maximum, mean, sum } from '../ops/reduce.ts'
import { averagePool, maxPool, type ResizeMode, resize } from '../ops/scale.ts'
import { concat, depthToSpace, expand, reshape, slice, spaceToDepth, transpose } from '../ops/shape.ts'
import { constant, input, parameter } from '../ops/source.ts'
import { apply, type Tensor } from '../tensor.ts'
import type { Value } from '../value.ts'
import type { NodeProto } from './onnx_pb.ts'
import { dtypeOf, NodeAttributes, parse, readTensor, refusal } from './parse.ts'

export interface DecodedModel {
  readonly inputs: ReadonlyMap<string, Tensor>
  readonly outputs: Readonly<Record<string, Tensor>>
  /** Values of the floating-point initialisers with at least one axis: the weights. */
  readonly parameters: ReadonlyMap<string, Value>
}

/** A size of an input: a number, a symbol as the encoder writes it, or a name another exporter chose. */
const readDim = (text: string): Dim => {
  const match = /^(\d*)([A-Za-z_]\w*)([+-]\d+)?$/.exec(text)
  if (!match) return symbolicDim(text)
  return { symbol: match[2], scale: Number(match[1] || 1), offset: Number(match[3] ?? 0) }
}

/** The result of `make`. Its errors become an `AnimeganError` that starts with `what`. */
const guarded = <T>(what: string, make: () => T): T => {
  try {
    return make()
  } catch (error) {
    throw refusal(`${what}: ${(error as Error).message}`)
  }
}

/**
 * The model as a graph. Throws an `AnimeganError` (`bad-weights`) naming the node when it uses an unsupported operation
 * or option.
 */
export const decodeOnnx = (bytes: Uint8Array): DecodedModel => {
  const { graph } = parse(bytes)
  const tensors = new Map<string, Tensor>()
  const constants = new Map<string, Value>()
  const parameters = new Map<string, Value>()
  const inputs = new Map<string, Tensor>()
  const define = (name: string, tensor: Tensor): void => {
    if (tensors.has(name)) throw refusal(`'${name}' is made twice`)
    tensors.set(name, tensor)
  }
  for (const proto of graph.initializer) {
    const value = readTensor(proto)
    constants.set(proto.name, value)
    const weight = value.dtype === 'float32' && value.shape.length > 0
    if (weight) parameters.set(proto.name, value)
    define(
      proto.name,
      guarded(`'${proto.name}'`, () => (weight ? parameter(proto.name, value.shape) : constant(value))),
    )
  }
  for (const { name, type } of graph.input) {
    if (constants.has(name)) continue
    if (type?.value.case !== 'tensorType') throw refusal(`input '${name}' is not a tensor`)
    const shape = (type.value.value.shape?.dim ?? []).map(({ value }, axis): Dim => {
      if (value.case === 'dimValue') return Number(value.value)
      return readDim((value.case === 'dimParam' && value.value) || `${name}_${axis}`)
    })
    const dtype = dtypeOf(type.value.value.elemType, name)
    const tensor = guarded(`input '${name}'`, () => input(name, shape, dtype))
    define(name, tensor)
    inputs.set(name, tensor)
  }
  for (const node of graph.node) {
    const build = Object.hasOwn(builders, node.opType) ? builders[node.opType] : undefined
    if (!build || node.domain !== '') throw refusal(`node '${node.name}' uses ${node.opType}, which is unknown here`)
    const arguments_ = node.input.map((name) => {
      if (name === '') return undefined
      const tensor = tensors.get(name)
      if (!tensor) throw refusal(`node '${node.name}' uses '${name}' before it is made (a cycle or wrong order)`)
      return tensor
    })
    const value = (index: number): Value | undefined => constants.get(node.input[index] ?? '')
    const result = guarded(`node '${node.name}' (${node.opType})`, () => {
      const [least, most] = arities[node.opType] ?? [1, 1]
      require_(arguments_.length >= least && arguments_.length <= most, `${arguments_.length} inputs`)
      require_(
        arguments_.slice(0, least).every((tensor) => tensor !== undefined),
        'leaving out this input',
      )
      return build(arguments_ as Tensor[], new NodeReader(node, value))
    })
    define(node.output[0] ?? '', result)
  }
  const outputs = graph.output.map(({ name }): [string, Tensor] => {
    const tensor = tensors.get(name)
    if (!tensor) throw refusal(`output '${name}' is not made by any node`)
    return [name, tensor]
  })
  return { inputs, outputs: Object.fromEntries(outputs), parameters }
}

/** A node's attributes and constant inputs, with their defaults. */
class NodeReader extends NodeAttributes {
  readonly #value: (index: number) => Value | undefined

  constructor(node: NodeProto, value: (index: number) => Value | undefined) {
    super(node)
    this.#value = value
  }

  /** The numbers of a constant input. */
  numbers(index: number): number[] {
    const value = this.#value(index)
    if (!value) throw new Error(`expects input ${index} to be constant`)
    return Array.from(value.data, Number)
  }
}

const require_ = (condition: boolean, what: string): void => {
  if (!condition) throw new Error(`${what} is unknown here`)
}

const plainWindows = (reader: NodeReader): void => {
  require_(
    reader.ints('dilations', [1, 1]).every((d) => d === 1),
    'dilation',
  )
  require_(reader.string('auto_pad', 'NOTSET') === 'NOTSET', 'auto_pad')
}

const stride = (reader: NodeReader): number => {
  const [y, x] = reader.ints('strides', [1, 1])
  plainWindows(reader)
  require_(y === x, 'a different stride per axis')
  return y
}

const border = (reader: NodeReader): Border => reader.ints('pads', [0, 0, 0, 0]) as unknown as Border

const pooling =
  (pool: (x: Tensor, block: number) => Tensor) =>
  ([x]: Tensor[], reader: NodeReader) => {
    plainWindows(reader)
    const [kernel, width] = reader.ints('kernel_shape', [])
    require_(
      kernel === width && reader.ints('strides', [1, 1]).join() === `${kernel},${kernel}`,
      'pooling with overlap',
    )
    require_(border(reader).every((size) => size === 0) && reader.int('ceil_mode', 0) === 0, 'pooling with a border')
    return pool(x, kernel)
  }

const binary =
  (f: (a: Tensor, b: Tensor) => Tensor) =>
  ([a, b]: Tensor[]) =>
    f(a, b)
const unary =
  (f: (x: Tensor) => Tensor) =>
  ([x]: Tensor[]) =>
    f(x)
const reduction =
  (f: (x: Tensor, axes: readonly number[]) => Tensor) =>
  ([x]: Tensor[], reader: NodeReader) => {
    require_(reader.int('keepdims', 1) === 1, 'keepdims=0')
    const axes = reader.numbers(1).map((axis) => axisOf(x, axis))
    require_(axes.length > 0, 'reducing along no named axis')
    return f(x, axes)
  }

/** Axes may be counted from the end. */
const axisOf = (x: Tensor, axis: number): number => (axis < 0 ? axis + x.shape.length : axis)

/** Minimum and maximum number of inputs, for operations that do not take exactly one. */
const arities: Readonly<Record<string, readonly [number, number]>> = {
  ...Object.fromEntries(
    ['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Greater', 'Reshape', 'Expand', 'Gemm', 'MatMul', 'ConvTranspose'].map(
      (type) => [type, [2, 2]],
    ),
  ),
  ...Object.fromEntries(['ReduceSum', 'ReduceMean', 'ReduceMax'].map((type) => [type, [2, 2]])),
  Where: [3, 3],
  Concat: [1, Number.POSITIVE_INFINITY],
  Slice: [5, 5],
  Pad: [2, 3],
  Resize: [1, 3],
  Conv: [2, 3],
}

const builders: Record<string, (inputs: Tensor[], reader: NodeReader) => Tensor> = {
  Identity: ([x]) => x,
  Neg: unary(elementwise.neg),
  Abs: unary(elementwise.abs),
  Sign: ([x]) => apply(elementwise.signOp, {}, [x]),
  Sqrt: unary(elementwise.sqrt),
  Exp: unary(elementwise.exp),
  Log: unary(elementwise.log),
  Tanh: unary(elementwise.tanh),
  Relu: unary(elementwise.relu),
  Round: unary(elementwise.round),
  LeakyRelu: ([x], reader) => elementwise.leakyRelu(x, reader.float('alpha', 0.01)),
  Add: binary(elementwise.add),
  Sub: binary(elementwise.sub),
  Mul: binary(elementwise.mul),
  Div: binary(elementwise.div),
  Max: binary(elementwise.max),
  Min: binary(elementwise.min),
  Greater: binary(elementwise.greater),
  Where: ([condition, a, b]) => elementwise.where(condition, a, b),
  Cast: ([x], reader) => {
    const to = dtypeOf(reader.int('to', 0), 'cast')
    require_(to === 'float32' || to === 'uint8', `cast to ${to}`)
    return elementwise.cast(x, to as 'float32' | 'uint8')
  },
  ReduceSum: reduction(sum),
  ReduceMean: reduction(mean),
  ReduceMax: reduction(maximum),
  Reshape: ([x], reader) => reshape(x, reader.numbers(1)),
  Transpose: ([x], reader) => transpose(x, reader.ints('perm', [...x.shape.keys()].reverse())),
  Expand: ([x], reader) => expand(x, reader.numbers(1)),
  Concat: (inputs, reader) => concat(inputs, axisOf(inputs[0], reader.int('axis', 0))),
  DepthToSpace: ([x], reader) => {
    require_(reader.string('mode', 'DCR') === 'DCR', 'the CRD order')
    return depthToSpace(x, reader.int('blocksize', 0))
  },
  SpaceToDepth: ([x], reader) => spaceToDepth(x, reader.int('blocksize', 0)),
  Slice: ([x], reader) => {
    const [starts, ends, axes, steps] = [1, 2, 3, 4].map((index) => reader.numbers(index))
    require_(starts.length === 1, 'a slice of several axes')
    const open = Math.abs(ends[0]) >= 2 ** 31 - 1
    return slice(x, axisOf(x, axes[0]), starts[0], open ? undefined : ends[0], steps[0])
  },
  Pad: ([x, , x0], reader) => {
    const mode = reader.string('mode', 'constant')
    const pads = reader.numbers(1)
    require_(x0 === undefined || reader.numbers(2).join() === '0', 'padding with a number other than zero')
    require_(['constant', 'reflect', 'edge'].includes(mode), `padding mode ${mode}`)
    if (mode === 'constant' && pads[5] && pads.every((size, axis) => axis === 5 || size === 0)) {
      return padChannels(x, pads[5])
    }
    require_(pads.length === 8 && [0, 1, 4, 5].every((axis) => pads[axis] === 0), 'padding of batch or channels')
    const around: Border = [pads[2], pads[3], pads[6], pads[7]]
    return pad(x, around, mode === 'constant' ? 'zero' : (mode as PadMode))
  },
  Resize: ([x], reader) => {
    require_(reader.numbers(2).join() === '1,1,2,2', 'a factor other than two')
    const mode = reader.string('mode', 'nearest')
    const linear = reader.string('coordinate_transformation_mode', 'half_pixel')
    if (mode === 'nearest') {
      require_(linear === 'asymmetric' && reader.string('nearest_mode', '') === 'floor', 'this nearest rule')
      return resize(x, 'nearest')
    }
    require_(mode === 'linear' && ['asymmetric', 'half_pixel', 'align_corners'].includes(linear), `${mode} ${linear}`)
    return resize(x, linear as ResizeMode)
  },
  MaxPool: pooling(maxPool),
  AveragePool: pooling(averagePool),
  Conv: (inputs, reader) =>
    apply(
      convOp,
      { stride: stride(reader), border: border(reader), groups: reader.int('group', 1) },
      inputs.filter((tensor) => tensor !== undefined),
    ),
  ConvTranspose: ([x, w], reader) => {
    const [top, left, bottom, right] = border(reader)
    const step = stride(reader)
    const [kh, kw] = w.shape.slice(2) as [number, number]
    const [rows, columns] = x.shape.slice(2) as [number, number]
    const rest = reader.ints('output_padding', [0, 0])
    require_(reader.ints('output_shape', []).length === 0, 'output_shape')
    const size = [(rows - 1) * step + kh - top - bottom + rest[0], (columns - 1) * step + kw - left - right + rest[1]]
    return apply(
      convTransposeOp,
      { stride: step, border: [top, left, bottom, right], groups: reader.int('group', 1), size },
      [x, w],
    )
  },
  Gemm: ([a, b], reader) => {
    require_(a.shape.length === 2 && reader.float('alpha', 1) === 1, 'this Gemm')
    return matMul(a, b, { transposeA: reader.int('transA', 0) === 1, transposeB: reader.int('transB', 0) === 1 })
  },
  MatMul: binary((a, b) => matMul(a, b)),
}
