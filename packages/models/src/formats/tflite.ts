/**
 * TensorFlow Lite models as plain data: tensors, constants, and the operators in the order in which they run. Only the
 * first subgraph, and only dense constants of the types used here; those in 8 bits are given as the floats that they
 * stand for. mapping/tflite.ts has what the operators compute.
 */
import { sizeOf, type Value } from '@animegan/graph'
import { badWeights, mismatch } from './bad-weights.ts'
import { FlatTable } from './flat-table.ts'
import { countElements, decode, type Encoding, encodedSize } from './tensors.ts'
import { operatorNames, operatorOptions } from './tflite-operators.ts'

const FORMAT = 'TensorFlow Lite'

/** A tensor: pictures are [n, height, width, channels], as in the file. */
export interface TfLiteTensor {
  readonly name: string
  readonly shape: readonly number[]
  /** Its numbers, if it is a constant. */
  readonly value?: Value
}

/** One step: input and output tensors by number; -1 is an omitted optional one. */
export interface TfLiteOperator {
  /** Its name in the schema, for example `CONV_2D`; or `CUSTOM` and its own name if it is not in the schema. */
  readonly type: string
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  /** Its numeric options; empty for operators that have none or are not supported. */
  readonly options: Readonly<Record<string, number>>
  /** The options of a custom operator, in its own encoding; empty for others. */
  readonly custom: Uint8Array
}

export interface TfLiteModel {
  readonly tensors: readonly TfLiteTensor[]
  readonly operators: readonly TfLiteOperator[]
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
}

/** The supported values of the schema's `TensorType`. */
const encodings: Readonly<Record<number, Encoding>> = { 0: 'F32', 1: 'F16', 2: 'I32', 3: 'U8', 4: 'I64', 9: 'I8' }

/**
 * Reads a model. Constants are views of the bytes where alignment allows. Throws an `AnimeganError` (`bad-weights`).
 */
export const readTfLite = (bytes: Uint8Array): TfLiteModel => {
  const model = FlatTable.root(FORMAT, bytes, 'TFL3')
  const version = model.number(0, 'u32', 'the version')
  if (version !== 3) mismatch(FORMAT, 'version 3', version)
  const types = model.tables(1, 'operator codes').map(operatorType)
  const buffers = model.tables(4, 'buffers')
  const graph = model.tables(2, 'subgraphs').at(0) ?? mismatch(FORMAT, 'a subgraph', 'none')
  const tensors = graph.tables(0, 'tensors').map((table) => readTensor(table, buffers))

  const known = (indices: readonly number[], what: string, least = 0): readonly number[] => {
    for (const index of indices) {
      if (index < least || index >= tensors.length) mismatch(FORMAT, `${what} among ${tensors.length} tensors`, index)
    }
    return indices
  }
  return {
    tensors,
    operators: graph.tables(3, 'operators').map((table) => {
      const code = table.number(0, 'u32', 'an operator code')
      const type = types[code] ?? mismatch(FORMAT, `an operator code below ${types.length}`, code)
      return {
        type,
        inputs: known(table.int32s(1, 'inputs'), 'an input', -1),
        outputs: known(table.int32s(2, 'outputs'), 'an output'),
        options: readOptions(type, table),
        custom: table.bytes(5, 'custom options'),
      }
    }),
    inputs: known(graph.int32s(1, 'inputs'), 'an input'),
    outputs: known(graph.int32s(2, 'outputs'), 'an output'),
  }
}

/** Old files have the code in a signed byte, new ones in a separate field; the larger of the two counts. */
const operatorType = (table: FlatTable): string => {
  const code = Math.max(table.number(0, 'i8', 'an operator code'), table.number(3, 'i32', 'an operator code'))
  const name = operatorNames[code] ?? `operator ${code}`
  return name === 'CUSTOM' ? `CUSTOM ${table.text(1, 'a custom code')}` : name
}

const readOptions = (type: string, table: FlatTable): Record<string, number> => {
  const wanted = operatorOptions[type]
  if (!wanted) return {}
  const options = table.table(4, 'options')
  return Object.fromEntries(
    Object.entries(wanted).map(([name, [field, kind, otherwise]]) => [
      name,
      options?.number(field, kind, `${type} ${name}`, otherwise) ?? otherwise,
    ]),
  )
}

const readTensor = (table: FlatTable, buffers: readonly FlatTable[]): TfLiteTensor => {
  const name = table.text(3, 'a tensor name')
  const shape = table.int32s(0, 'a shape')
  const index = table.number(2, 'u32', 'a buffer')
  const buffer = buffers[index] ?? mismatch(FORMAT, `a buffer below ${buffers.length} for ${name}`, index)
  const bytes = buffer.bytes(0, `data of ${name}`)
  if (bytes.length === 0) return { name, shape }
  // A sparse constant holds fewer numbers than its shape. Only DENSIFY reads it, and that is refused by name.
  if (table.table(6, 'sparsity')) return { name, shape }
  const type = table.number(1, 'i8', `the type of ${name}`)
  const encoding = encodings[type]
  if (!encoding) throw badWeights(FORMAT, `${name}: expected a type of ${Object.keys(encodings)}, found ${type}`)
  const size = countElements(FORMAT, shape, name) * encodedSize(encoding)
  if (size !== bytes.length) mismatch(FORMAT, `${size} bytes for ${name} [${shape}]`, bytes.length)
  return { name, shape, value: dequantised(table, { shape, ...decode(encoding, bytes) }, name) }
}

/** The floats that the numbers of a quantised tensor stand for: one scale and zero, or one for each slice of an axis. */
const dequantised = (table: FlatTable, value: Value, name: string): Value => {
  const quantization = table.table(4, 'quantization')
  const scales = quantization?.float32s(2, `scales of ${name}`) ?? []
  if (!quantization || scales.length === 0) return value
  const zeros = quantization.int64s(3, `zeros of ${name}`)
  const axis = quantization.number(6, 'i32', `the axis of ${name}`)
  const { shape, data } = value
  const slices = scales.length === 1 ? 1 : (shape[axis] ?? 0)
  if (slices !== scales.length) mismatch(FORMAT, `one scale or ${slices} for ${name}`, scales.length)
  const step = scales.length === 1 ? data.length : sizeOf(shape.slice(axis + 1))
  const numbers = Float32Array.from({ length: data.length }, (_, i) => {
    const slice = Math.floor(i / step) % slices
    return (Number(data[i]) - (zeros[slice] ?? 0)) * scales[slice]
  })
  return { dtype: 'float32', shape, data: numbers }
}
