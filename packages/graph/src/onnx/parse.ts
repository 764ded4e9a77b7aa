/**
 * Parses ONNX files as they are: the model, its tensors and the attributes of its nodes. Files are untrusted: how many
 * objects a file would become is counted before any is made, sizes are checked against the bytes present, and tensors in
 * other files are refused, so that no file but the given one is ever opened.
 */
import { type DescField, type DescMessage, fromBinary } from '@bufbuild/protobuf'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { AnimeganError } from '../error.ts'
import { bytesPerElement, type DType, floats, newArray, sizeOf, type Value, viewBytes } from '../value.ts'
import { dataTypes } from './encode.ts'
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  TensorProto_DataType,
} from './onnx_pb.ts'

const longestMessage = 300

/** The error for a model file that is damaged or needs something unsupported. */
export const refusal = (detail: string): AnimeganError => {
  const line = detail.replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ')
  return new AnimeganError(
    'bad-weights',
    `ONNX: ${line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line}`,
  )
}

/** Limits of a file: fields, which become objects; numbers outside raw data; and messages within messages. */
const MOST_FIELDS = 2 ** 20
const MOST_NUMBERS = 2 ** 24
const DEEPEST = 24

/** A parsed model, which has a graph. */
export interface ParsedModel {
  readonly model: ModelProto
  readonly graph: GraphProto
}

export const parse = (bytes: Uint8Array): ParsedModel => {
  let model: ModelProto
  try {
    count(new BinaryReader(bytes), ModelProtoSchema, bytes.length, DEEPEST, {
      fields: MOST_FIELDS,
      numbers: MOST_NUMBERS,
    })
    model = fromBinary(ModelProtoSchema, bytes)
  } catch (error) {
    if (error instanceof AnimeganError) throw error
    throw refusal(`expected a model, found bytes that are not one (${(error as Error).message})`)
  }
  if (!model.graph || model.graph.output.length === 0) throw refusal('expected a graph with an output, found none')
  return { model, graph: model.graph }
}

const fieldsOf = new Map<DescMessage, ReadonlyMap<number, DescField>>()

const fieldOf = (schema: DescMessage, number: number): DescField | undefined => {
  const known = fieldsOf.get(schema) ?? new Map(schema.fields.map((field) => [field.number, field]))
  fieldsOf.set(schema, known)
  return known.get(number)
}

/** Walks a message without making anything, and throws when it has more than is left. */
const count = (
  reader: BinaryReader,
  schema: DescMessage,
  end: number,
  depth: number,
  left: { fields: number; numbers: number },
): void => {
  if (depth === 0) throw refusal(`expected messages at most ${DEEPEST} deep`)
  while (reader.pos < end) {
    const [number, type] = reader.tag()
    if (--left.fields < 0) throw refusal(`expected a model of at most ${MOST_FIELDS} fields`)
    if (type !== WireType.LengthDelimited) {
      reader.skip(type, number)
      continue
    }
    const length = reader.uint32()
    const stop = reader.pos + length
    if (stop > end) throw new Error(`a field of ${length} bytes with ${end - reader.pos} left`)
    const field = fieldOf(schema, number)
    if (field?.message) {
      count(reader, field.message, stop, depth - 1, left)
    } else {
      // A number takes four bytes as a float, and may take one as an integer.
      if (field?.fieldKind === 'list' && field.name !== 'strings')
        left.numbers -= field.name.startsWith('float') ? length / 4 : length
      if (left.numbers < 0) throw refusal(`expected large tensors as raw data, found more than ${MOST_NUMBERS} numbers`)
      reader.pos = stop
    }
  }
}

export const dtypeOf = (type: number, name: string): DType => {
  const found = (Object.keys(dataTypes) as DType[]).find((dtype) => dataTypes[dtype] === type)
  if (!found) throw refusal(`'${name}' has element type ${type}, which is unknown here`)
  return found
}

/** A tensor of a file. Doubles become floats. Throws for one whose numbers are not all in the file. */
export const readTensor = (proto: TensorProto): Value => {
  const double = proto.dataType === TensorProto_DataType.DOUBLE
  const dtype = double ? 'float32' : dtypeOf(proto.dataType, proto.name)
  const shape = proto.dims.map(Number)
  if (proto.dataLocation !== 0 || proto.externalData.length > 0) {
    throw refusal(`'${proto.name}' keeps its numbers in another file; expected them in the model`)
  }
  const count = sizeOf(shape)
  const typed: ArrayLike<number | bigint> = double
    ? proto.doubleData
    : dtype === 'float32'
      ? proto.floatData
      : dtype === 'int64'
        ? proto.int64Data
        : proto.int32Data
  const found = proto.rawData.length > 0 ? proto.rawData.length / (double ? 8 : bytesPerElement(dtype)) : typed.length
  if (
    shape.some((size) => size < 0 || !Number.isSafeInteger(size)) ||
    !Number.isSafeInteger(count) ||
    found !== count
  ) {
    throw refusal(`'${proto.name}' claims [${shape}], found ${found} elements`)
  }
  if (proto.rawData.length > 0) {
    const raw = proto.rawData.slice()
    return { dtype, shape, data: double ? Float32Array.from(new Float64Array(raw.buffer)) : viewBytes(dtype, raw) }
  }
  if (dtype === 'float32') return floats(Float32Array.from(typed as readonly number[]), shape)
  if (dtype === 'int64') return { dtype, shape, data: BigInt64Array.from(proto.int64Data) }
  const data = newArray(dtype, count)
  data.set(typed as never)
  return { dtype, shape, data }
}

/** A node's attributes, with their defaults. */
export class NodeAttributes {
  readonly #node: NodeProto

  constructor(node: NodeProto) {
    this.#node = node
  }

  #attribute(name: string) {
    return this.#node.attribute.find((attribute) => attribute.name === name)
  }

  has(name: string): boolean {
    return this.#attribute(name) !== undefined
  }

  int(name: string, otherwise: number): number {
    const found = this.#attribute(name)
    return found ? Number(found.i) : otherwise
  }

  float(name: string, otherwise: number): number {
    return this.#attribute(name)?.f ?? otherwise
  }

  floats(name: string): readonly number[] {
    return this.#attribute(name)?.floats ?? []
  }

  string(name: string, otherwise: string): string {
    const found = this.#attribute(name)
    return found ? String.fromCharCode(...found.s.subarray(0, 64)) : otherwise
  }

  ints(name: string, otherwise: readonly number[]): number[] {
    const found = this.#attribute(name)
    return found ? found.ints.map(Number) : [...otherwise]
  }

  tensor(name: string): Value | undefined {
    const found = this.#attribute(name)?.t
    return found && readTensor(found)
  }
}
