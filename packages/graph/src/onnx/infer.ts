/**
 * Shapes of everything that a foreign ONNX model computes, for inputs of given sizes, without computing it: so that what
 * a model needs is known before an engine runs it. Small integer tensors are computed, because exporters calculate sizes
 * in the graph. Operators that are not in the table are refused by name: control flow, custom operators, and whatever
 * has a result whose size depends on pixels.
 */
import { sizeOf, type Value } from '../value.ts'
import type { NodeAttributes } from './parse.ts'
import { refusal } from './parse.ts'
import type { OnnxFile, OnnxStep } from './read.ts'

/** What is known of a tensor: its shape, and its numbers if they are few and do not depend on the picture. */
export interface Known {
  readonly shape: readonly number[]
  readonly numbers?: readonly number[] | undefined
  /** Whether its numbers are whole, which decides how they are divided. */
  readonly whole?: boolean | undefined
}

/** What one run takes. */
export interface Inferred {
  readonly shapes: ReadonlyMap<string, Known>
  /** Most elements that are alive at once. */
  readonly peak: number
  /** Multiplications of convolutions and matrix products. */
  readonly products: number
}

/** Tensors of more numbers than this are not computed. */
const mostNumbers = 1024
const mostDimensions = 8

/** The known part of a constant. */
export const knownValue = ({ dtype, shape, data }: Value): Known => ({
  shape,
  whole: dtype !== 'float32' && dtype !== 'float16',
  numbers:
    dtype !== 'float16' && data.length <= mostNumbers
      ? Array.from(data as ArrayLike<number | bigint>, Number)
      : undefined,
})

/**
 * Infers all shapes of a model for inputs of the given shapes. Throws an `AnimeganError` (`bad-weights`) that names the
 * first node that does not fit, is not known here, or would make more than `limit` elements.
 */
export const infer = (file: OnnxFile, inputs: ReadonlyMap<string, readonly number[]>, limit: number): Inferred => {
  const shapes = new Map<string, Known>()
  for (const [name, value] of file.constants) shapes.set(name, knownValue(value))
  for (const [name, shape] of inputs) shapes.set(name, { shape })
  const lastUse = new Map<string, number>()
  for (const [index, { inputs: names }] of file.steps.entries()) for (const name of names) lastUse.set(name, index)
  for (const name of file.outputs) lastUse.set(name, file.steps.length)
  let alive = [...inputs.values()].reduce((sum, shape) => sum + sizeOf(shape), 0)
  let [peak, products] = [alive, 0]
  for (const [index, step] of file.steps.entries()) {
    const given = step.inputs.map((name) => (name === '' ? undefined : shapes.get(name)))
    const made = resultsOf(step, given, file.opset)
    products += productsOf(step, given, made[0])
    for (const [i, name] of step.outputs.entries()) {
      if (name === '') continue
      const known = made[i] ?? made[0]
      const fits = known.shape.every((size) => Number.isSafeInteger(size) && size >= 0)
      if (!fits || known.shape.length > mostDimensions || sizeOf(known.shape) > limit) {
        throw refusal(`${nameOf(step)} makes [${known.shape.join(', ')}], more than expected here`)
      }
      shapes.set(name, known)
      alive += sizeOf(known.shape)
    }
    peak = Math.max(peak, alive)
    for (const name of new Set([...step.inputs, ...step.outputs])) {
      if ((lastUse.get(name) ?? index) === index && !file.constants.has(name))
        alive -= sizeOf(shapes.get(name)?.shape ?? [0])
    }
  }
  return { shapes, peak, products }
}

const nameOf = ({ type, name }: OnnxStep): string => (name ? `node '${name}' (${type})` : `a node (${type})`)

const resultsOf = (step: OnnxStep, given: readonly (Known | undefined)[], opset: number): readonly Known[] => {
  const rule = Object.hasOwn(rules, step.type) ? rules[step.type] : undefined
  if (!rule) throw refusal(`${nameOf(step)}: this operator is not known here`)
  try {
    const made = rule({ given, attributes: step.attributes, opset, outputs: step.outputs.length })
    return Array.isArray(made) ? made : [made as Known]
  } catch (error) {
    throw refusal(
      `${nameOf(step)} of ${given.map((known) => `[${known?.shape ?? ''}]`).join(', ')}: ${(error as Error).message}`,
    )
  }
}

/** Multiplications of one node. */
const productsOf = ({ type }: OnnxStep, [x, w]: readonly (Known | undefined)[], made: Known): number => {
  if (!x || !w) return 0
  if (type === 'Conv') return sizeOf(made.shape) * sizeOf(w.shape.slice(1))
  if (type === 'ConvTranspose') return sizeOf(x.shape) * sizeOf(w.shape.slice(1))
  if (type === 'MatMul' || type === 'Gemm') return sizeOf(made.shape) * (x.shape.at(-1) ?? 1)
  return 0
}

interface Call {
  readonly given: readonly (Known | undefined)[]
  readonly attributes: NodeAttributes
  readonly opset: number
  readonly outputs: number
}

/** The results of an operator; one for all outputs if there are fewer results. */
type Rule = (call: Call) => Known | readonly Known[]

const fail = (message: string): never => {
  throw new Error(message)
}

const at = ({ given }: Call, index: number): Known => given[index] ?? fail(`expected input ${index}, found none`)

/** The numbers of an input that must be known. */
const numbersAt = (call: Call, index: number): readonly number[] =>
  at(call, index).numbers ?? fail(`input ${index} depends on the picture`)

/** A list that older operator sets have as an attribute and newer ones as an input; undefined when neither is there. */
const list = (call: Call, name: string, index: number): readonly number[] | undefined =>
  call.given[index] ? numbersAt(call, index) : call.attributes.has(name) ? call.attributes.ints(name, []) : undefined

const axisIn = (axis: number, rank: number): number => {
  const counted = axis < 0 ? axis + rank : axis
  return Number.isInteger(counted) && counted >= 0 && counted < rank ? counted : fail(`axis ${axis} of ${rank}`)
}

/** The numbers of a result, taken from `from` by index, if they are known and few. */
const taken = (from: Known, shape: readonly number[], index: (place: readonly number[]) => number): Known => {
  const size = sizeOf(shape)
  if (!from.numbers || !(size <= mostNumbers)) return { shape, whole: from.whole }
  const numbers: number[] = []
  const place = shape.map(() => 0)
  for (let i = 0; i < size; i++) {
    numbers.push(from.numbers[index(place)])
    for (let axis = shape.length - 1; axis >= 0 && ++place[axis] === shape[axis]; axis--) place[axis] = 0
  }
  return { shape, whole: from.whole, numbers }
}

const stepsOf = (shape: readonly number[]): number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i], 0)

const broadcast = (shapes: readonly (readonly number[])[]): number[] => {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, axis) =>
    shapes.reduce((size, shape) => {
      const own = shape[axis - rank + shape.length] ?? 1
      if (own !== size && own !== 1 && size !== 1) fail(`sizes ${size} and ${own} do not fit`)
      return own === 1 ? size : own
    }, 1),
  )
}

/** An operator on numbers at the same place. */
const elementwise =
  (compute?: (values: readonly number[], whole: boolean) => number, whole?: boolean): Rule =>
  (call) => {
    const inputs = call.given.filter((known) => known !== undefined)
    if (inputs.length === 0) fail('expected an input, found none')
    const shape = broadcast(inputs.map((known) => known.shape))
    const integers = inputs.every((known) => known.whole)
    const lists = inputs.map((known) => {
      const offset = shape.length - known.shape.length
      const steps = stepsOf(known.shape).map((step, axis) => (known.shape[axis] === 1 ? 0 : step))
      return taken(known, shape, (place) => dot(steps, place.slice(offset))).numbers
    })
    const numbers =
      compute && lists.every((list) => list !== undefined)
        ? lists[0]?.map((_, i) =>
            compute(
              lists.map((list) => (list as readonly number[])[i]),
              integers,
            ),
          )
        : undefined
    return { shape, numbers, whole: whole ?? integers }
  }

/** One result of the first input's shape. */
const alike: Rule = (call) => ({ shape: at(call, 0).shape })

const windows = (call: Call, kernel: readonly number[]): number[] => {
  const { attributes } = call
  const sizes = at(call, 0).shape.slice(2)
  const strides = attributes.ints(
    'strides',
    sizes.map(() => 1),
  )
  const dilations = attributes.ints(
    'dilations',
    sizes.map(() => 1),
  )
  const pads = attributes.ints(
    'pads',
    [...sizes, ...sizes].map(() => 0),
  )
  const auto = attributes.string('auto_pad', 'NOTSET')
  const round = attributes.int('ceil_mode', 0) === 1 ? Math.ceil : Math.floor
  return sizes.map((size, i) => {
    if (!(strides[i] >= 1)) fail(`a stride of ${strides[i]}`)
    if (auto.startsWith('SAME')) return Math.ceil(size / strides[i])
    const around = auto === 'VALID' ? 0 : pads[i] + pads[i + sizes.length]
    const made = round((size + around - (dilations[i] * (kernel[i] - 1) + 1)) / strides[i]) + 1
    return made >= 1 ? made : fail('the picture is smaller than the kernel')
  })
}

const pooling: Rule = (call) => ({
  shape: [...at(call, 0).shape.slice(0, 2), ...windows(call, call.attributes.ints('kernel_shape', []))],
})

const reduction: Rule = (call) => {
  const { shape } = at(call, 0)
  const given = list(call, 'axes', 1) ?? []
  const none = given.length === 0
  if (none && call.attributes.int('noop_with_empty_axes', 0) === 1) return { shape }
  const axes = new Set(none ? shape.keys() : given.map((axis) => axisIn(axis, shape.length)))
  const keep = call.attributes.int('keepdims', 1) === 1
  return { shape: shape.flatMap((size, axis) => (axes.has(axis) ? (keep ? [1] : []) : [size])) }
}

const reshaped = (call: Call): Known => {
  const from = at(call, 0)
  const wanted = numbersAt(call, 1).map((size, axis) =>
    size === 0 && call.attributes.int('allowzero', 0) === 0 ? from.shape[axis] : size,
  )
  const rest = wanted.indexOf(-1)
  const others = sizeOf(wanted.filter((size) => size !== -1))
  const shape = rest < 0 ? wanted : wanted.with(rest, sizeOf(from.shape) / others)
  if (sizeOf(shape) !== sizeOf(from.shape)) fail(`cannot become [${numbersAt(call, 1)}]`)
  return { ...from, shape }
}

const resized = (call: Call): Known => {
  const { shape } = at(call, 0)
  const old = call.opset < 11
  const sizes = call.given[3] && numbersAt(call, 3)
  const scales = sizes
    ? undefined
    : call.attributes.has('scales')
      ? call.attributes.floats('scales')
      : numbersAt(call, old ? 1 : 2)
  const axes = call.attributes.ints('axes', [...shape.keys()]).map((axis) => axisIn(axis, shape.length))
  const made = [...shape]
  for (const [i, axis] of axes.entries())
    made[axis] = sizes ? sizes[i] : Math.floor(shape[axis] * (scales?.[i] ?? Number.NaN))
  return { shape: made }
}

const sliced = (call: Call): Known => {
  const from = at(call, 0)
  const { shape } = from
  const starts = list(call, 'starts', 1) ?? fail('expected starts')
  const ends = list(call, 'ends', 2) ?? fail('expected ends')
  const axes = list(call, 'axes', 3) ?? [...starts.keys()]
  const strides = call.given[4] ? numbersAt(call, 4) : axes.map(() => 1)
  const first = shape.map(() => 0)
  const stride = shape.map(() => 1)
  const made = [...shape]
  for (const [i, given] of axes.entries()) {
    const axis = axisIn(given, shape.length)
    const [size, by] = [shape[axis], strides[i]]
    if (!Number.isInteger(by) || by === 0) fail(`a step of ${by}`)
    const place = (value: number): number =>
      Math.min(by > 0 ? size : size - 1, Math.max(by > 0 ? 0 : -1, value < 0 ? Math.max(value + size, -1) : value))
    const [begin, end] = [Math.max(0, place(starts[i])), place(ends[i])]
    first[axis] = begin
    stride[axis] = by
    made[axis] = Math.max(0, Math.ceil((end - begin) / by))
  }
  const steps = stepsOf(shape)
  return taken(from, made, (index) =>
    dot(
      steps,
      index.map((i, axis) => first[axis] + i * stride[axis]),
    ),
  )
}

const padded = (call: Call): Known => {
  const { shape } = at(call, 0)
  const pads = list(call, 'pads', 1) ?? fail('expected pads')
  const axes = call.given[3] ? numbersAt(call, 3) : [...shape.keys()]
  const made = [...shape]
  for (const [i, given] of axes.entries()) made[axisIn(given, shape.length)] += pads[i] + pads[i + axes.length]
  return { shape: made }
}

const gathered = (call: Call): Known => {
  const [from, indices] = [at(call, 0), at(call, 1)]
  const axis = axisIn(call.attributes.int('axis', 0), from.shape.length)
  const shape = [...from.shape.slice(0, axis), ...indices.shape, ...from.shape.slice(axis + 1)]
  if (!indices.numbers) return { shape, whole: from.whole }
  const [steps, inner] = [stepsOf(from.shape), stepsOf(indices.shape)]
  const chosen = indices.numbers.map((index) => axisIn(index, from.shape[axis]))
  return taken(from, shape, (place) => {
    const own = place.slice(axis, axis + indices.shape.length)
    return dot(steps, [...place.slice(0, axis), chosen[dot(inner, own)], ...place.slice(axis + indices.shape.length)])
  })
}

const joined = (call: Call): Known => {
  const parts = call.given.map((_, index) => at(call, index))
  const axis = axisIn(call.attributes.int('axis', 0), parts[0].shape.length)
  const others = (shape: readonly number[]): string => shape.toSpliced(axis, 1).join()
  if (parts.some(({ shape }) => others(shape) !== others(parts[0].shape))) fail('sizes do not fit')
  const shape = parts[0].shape.with(
    axis,
    parts.reduce((sum, part) => sum + part.shape[axis], 0),
  )
  const lists = parts.map((part) => part.numbers)
  const flat = shape.length === 1 && lists.every((numbers) => numbers !== undefined)
  return { shape, whole: parts.every((part) => part.whole), numbers: flat ? (lists.flat() as number[]) : undefined }
}

const split = (call: Call): Known[] => {
  const from = at(call, 0)
  const axis = axisIn(call.attributes.int('axis', 0), from.shape.length)
  const total = from.shape[axis]
  const even = Math.ceil(total / call.outputs)
  const sizes =
    list(call, 'split', 1) ?? Array.from({ length: call.outputs }, (_, i) => Math.min(even, total - even * i))
  if (sizes.reduce((sum, size) => sum + size, 0) !== total || sizes.length !== call.outputs)
    fail(`cannot be split in [${sizes}]`)
  const steps = stepsOf(from.shape)
  let first = 0
  return sizes.map((size) => {
    const begin = first
    first += size
    return taken(from, from.shape.with(axis, size), (place) => dot(steps, place.with(axis, place[axis] + begin)))
  })
}

const withoutAxes = (call: Call): Known => {
  const from = at(call, 0)
  const axes = list(call, 'axes', 1)?.map((axis) => axisIn(axis, from.shape.length))
  if (axes?.some((axis) => from.shape[axis] !== 1)) fail('an axis to remove is not of size one')
  return { ...from, shape: from.shape.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1)) }
}

const withAxes = (call: Call): Known => {
  const from = at(call, 0)
  const axes = list(call, 'axes', 1) ?? fail('expected axes')
  const rank = from.shape.length + axes.length
  const added = new Set(axes.map((axis) => axisIn(axis, rank)))
  const old = from.shape[Symbol.iterator]()
  const shape = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (old.next().value ?? 1)))
  return { ...from, shape }
}

const transposed = (call: Call): Known => {
  const from = at(call, 0)
  const order = call.attributes.ints('perm', [...from.shape.keys()].reverse())
  if (order.toSorted((a, b) => a - b).join() !== [...from.shape.keys()].join()) fail(`an order of [${order}]`)
  const steps = stepsOf(from.shape)
  const shape = order.map((axis) => from.shape[axis])
  return taken(from, shape, (place) => place.reduce((sum, i, axis) => sum + i * steps[order[axis]], 0))
}

const convolved = (call: Call): Known => {
  const [x, w] = [at(call, 0), at(call, 1)]
  const groups = call.attributes.int('group', 1)
  if (x.shape.length !== w.shape.length || x.shape[1] !== w.shape[1] * groups) fail('the weights do not fit')
  return { shape: [x.shape[0], w.shape[0], ...windows(call, w.shape.slice(2))] }
}

const convolvedBack = (call: Call): Known => {
  const [x, w] = [at(call, 0), at(call, 1)]
  const { attributes } = call
  if (x.shape.length !== w.shape.length || x.shape[1] !== w.shape[0]) fail('the weights do not fit')
  const sizes = x.shape.slice(2)
  const ones = sizes.map(() => 1)
  const strides = attributes.ints('strides', ones)
  const dilations = attributes.ints('dilations', ones)
  const pads = attributes.ints(
    'pads',
    [...sizes, ...sizes].map(() => 0),
  )
  const extra = attributes.ints(
    'output_padding',
    sizes.map(() => 0),
  )
  const same = attributes.string('auto_pad', 'NOTSET').startsWith('SAME')
  const stated = attributes.ints('output_shape', [])
  const shape = sizes.map((size, i) =>
    same
      ? size * strides[i]
      : (size - 1) * strides[i] + extra[i] + dilations[i] * (w.shape[i + 2] - 1) + 1 - pads[i] - pads[i + sizes.length],
  )
  return { shape: [x.shape[0], w.shape[1] * attributes.int('group', 1), ...(stated.length > 0 ? stated : shape)] }
}

const multiplied = (call: Call): Known => {
  const [a, b] = [at(call, 0).shape, at(call, 1).shape]
  if (a.length < 2 || b.length < 2 || a.at(-1) !== b.at(-2)) fail('the sizes do not fit')
  return { shape: [...broadcast([a.slice(0, -2), b.slice(0, -2)]), a.at(-2) as number, b.at(-1) as number] }
}

/** Blocks of pixels to channels by `factor`, or channels to blocks by its inverse. */
const blocks =
  (factorOf: (block: number) => number): Rule =>
  (call) => {
    const [n, c, h, w] = at(call, 0).shape
    const factor = factorOf(call.attributes.int('blocksize', 0))
    return { shape: [n, c * factor ** 2, h / factor, w / factor] }
  }

const all = (names: string, rule: Rule): Record<string, Rule> =>
  Object.fromEntries(names.split(' ').map((name) => [name, rule]))

const rules: Readonly<Record<string, Rule>> = {
  ...all(
    'Sigmoid Tanh Relu LeakyRelu Elu Selu Celu Softplus Softsign HardSigmoid HardSwish Mish Gelu Erf Exp Log Reciprocal ' +
      'Sin Cos Softmax LogSoftmax InstanceNormalization BatchNormalization GroupNormalization LayerNormalization LRN ' +
      'LpNormalization MeanVarianceNormalization ThresholdedRelu Dropout Round Sign QuantizeLinear DequantizeLinear',
    alike,
  ),
  ...all(
    'ReduceMean ReduceSum ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceSumSquare ReduceProd ReduceLogSumExp',
    reduction,
  ),
  ...all('MaxPool AveragePool', pooling),
  ...all('GlobalAveragePool GlobalMaxPool', (call) => {
    const { shape } = at(call, 0)
    return { shape: shape.map((size, axis) => (axis < 2 ? size : 1)) }
  }),
  ...all('Identity CastLike', (call) => at(call, 0)),
  Cast: (call) => {
    const whole = [2, 3, 4, 5, 6, 7, 9, 12, 13].includes(call.attributes.int('to', 1))
    const { shape, numbers } = at(call, 0)
    return { shape, whole, numbers: whole ? numbers?.map(Math.trunc) : numbers }
  },
  Clip: (call) => ({ shape: at(call, 0).shape }),
  Add: elementwise(([a, b]) => a + b),
  Sub: elementwise(([a, b]) => a - b),
  Mul: elementwise(([a, b]) => a * b),
  Div: elementwise(([a, b], whole) => (whole ? Math.trunc(a / b) : a / b)),
  Mod: elementwise(([a, b]) => a - b * Math.floor(a / b)),
  Pow: elementwise(([a, b]) => a ** b),
  Max: elementwise((values) => Math.max(...values)),
  Min: elementwise((values) => Math.min(...values)),
  Neg: elementwise(([a]) => -a),
  Abs: elementwise(([a]) => Math.abs(a)),
  Sqrt: elementwise(([a]) => Math.sqrt(a)),
  Floor: elementwise(([a]) => Math.floor(a)),
  Ceil: elementwise(([a]) => Math.ceil(a)),
  Equal: elementwise(([a, b]) => Number(a === b), true),
  Greater: elementwise(([a, b]) => Number(a > b), true),
  Less: elementwise(([a, b]) => Number(a < b), true),
  GreaterOrEqual: elementwise(([a, b]) => Number(a >= b), true),
  LessOrEqual: elementwise(([a, b]) => Number(a <= b), true),
  And: elementwise(([a, b]) => Number(a && b), true),
  Or: elementwise(([a, b]) => Number(a || b), true),
  Not: elementwise(([a]) => Number(!a), true),
  Where: elementwise(([condition, a, b]) => (condition ? a : b)),
  ...all('Mean Sum PRelu', elementwise()),
  Shape: (call) => {
    const { shape } = at(call, 0)
    const numbers = shape.slice(
      call.attributes.int('start', 0),
      call.attributes.has('end') ? call.attributes.int('end', 0) : undefined,
    )
    return { shape: [numbers.length], numbers, whole: true }
  },
  Size: (call) => ({ shape: [], numbers: [sizeOf(at(call, 0).shape)], whole: true }),
  ConstantOfShape: (call) => {
    const shape = numbersAt(call, 0)
    const value = call.attributes.tensor('value')
    const fill = value ? Number(value.data[0]) : 0
    const whole = value !== undefined && value.dtype !== 'float32'
    return {
      shape,
      whole,
      numbers: sizeOf(shape) <= mostNumbers ? new Array<number>(sizeOf(shape)).fill(fill) : undefined,
    }
  },
  Range: (call) => {
    const [[start], [end], [step]] = [numbersAt(call, 0), numbersAt(call, 1), numbersAt(call, 2)]
    const length = Math.max(0, Math.ceil((end - start) / step))
    const numbers = length <= mostNumbers ? Array.from({ length }, (_, i) => start + i * step) : undefined
    return { shape: [length], numbers, whole: at(call, 0).whole }
  },
  Reshape: reshaped,
  Flatten: (call) => {
    const { shape } = at(call, 0)
    const axis = call.attributes.int('axis', 1)
    return { shape: [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))] }
  },
  Squeeze: withoutAxes,
  Unsqueeze: withAxes,
  Transpose: transposed,
  Slice: sliced,
  Split: split,
  Gather: gathered,
  Concat: joined,
  Expand: (call) => {
    const from = at(call, 0)
    const shape = broadcast([from.shape, numbersAt(call, 1)])
    const steps = stepsOf(from.shape).map((step, axis) => (from.shape[axis] === 1 ? 0 : step))
    return taken(from, shape, (place) => dot(steps, place.slice(shape.length - from.shape.length)))
  },
  Tile: (call) => {
    const repeats = numbersAt(call, 1)
    return { shape: at(call, 0).shape.map((size, axis) => size * repeats[axis]) }
  },
  Pad: padded,
  Resize: resized,
  Upsample: (call) => resized({ ...call, opset: 10 }),
  DepthToSpace: blocks((block) => 1 / block),
  SpaceToDepth: blocks((block) => block),
  Conv: convolved,
  ConvTranspose: convolvedBack,
  MatMul: multiplied,
  Gemm: (call) => {
    const turned = (index: number, name: string): readonly number[] => {
      const { shape } = at(call, index)
      return call.attributes.int(name, 0) === 1 ? shape.toReversed() : shape
    }
    const [[rows, inner], [outer, columns]] = [turned(0, 'transA'), turned(1, 'transB')]
    if (inner !== outer) fail('the sizes do not fit')
    return { shape: [rows, columns] }
  },
}
