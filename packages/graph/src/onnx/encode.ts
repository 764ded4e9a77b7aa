/**
 * Encodes graphs as ONNX models, operator set 18. Parameters with given values become initialisers; the others become
 * inputs, which is how a training step gets its weights. Same graph, same bytes.
 */
import { create, toBinary } from '@bufbuild/protobuf'
import { formatDim, formatShape, isStatic, type Shape, shapesEqual } from '../dim.ts'
import { lookup } from '../lookup.ts'
import { constantOp, inputOp, parameterOp } from '../ops/source.ts'
import {
  type Attributes,
  attributesOf,
  type OnnxNode,
  type Operation,
  type Tensor,
  topologicalOrder,
} from '../tensor.ts'
import type { DType, Value } from '../value.ts'
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.ts'

export const dataTypes: Readonly<Record<DType, TensorProto_DataType>> = {
  float32: TensorProto_DataType.FLOAT,
  float16: TensorProto_DataType.FLOAT16,
  uint8: TensorProto_DataType.UINT8,
  int8: TensorProto_DataType.INT8,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
  bool: TensorProto_DataType.BOOL,
}

export interface EncodeOptions {
  /** Values of parameters by name. */
  readonly parameters?: ReadonlyMap<string, Value>
}

/** Encodes the graph of the named outputs as an ONNX model. */
export const encodeOnnx = (outputs: Readonly<Record<string, Tensor>>, options: EncodeOptions = {}): Uint8Array => {
  const graph = create(GraphProtoSchema, { name: 'animegan' })
  const names = new Map<Tensor, string>()
  const order = topologicalOrder(Object.values(outputs))
  const leaves = new Map<string, Tensor>()
  const taken = new Set(Object.keys(outputs))
  let count = 0
  const fresh = (): string => {
    let name = `t${count++}`
    while (taken.has(name) || leaves.has(name)) name = `t${count++}`
    return name
  }
  for (const node of order) {
    const leaf = leafOf(node)
    if (!leaf) continue
    const { op, dtype, shape } = leaves.get(leaf.name) ?? node
    const same = op === node.op && dtype === node.dtype && shapesEqual(shape, node.shape)
    if (!same || taken.has(leaf.name)) throw new Error(`encodeOnnx: '${leaf.name}' names two different things`)
    leaves.set(leaf.name, node)
  }
  for (const [name, { op, dtype, shape }] of leaves) {
    const value = op === (parameterOp as unknown as Operation) ? options.parameters?.get(name) : undefined
    if (!value) {
      graph.input.push(valueInfo(name, dtype, shape))
    } else if (value.dtype === dtype && shapesEqual(value.shape, shape)) {
      graph.initializer.push(tensorProto(name, value))
    } else {
      throw new Error(
        `encodeOnnx: '${name}' expects ${dtype} ${formatShape(shape)}, got ${value.dtype} [${value.shape}]`,
      )
    }
  }
  const shared = new Map<string, string>()
  const writer: Writer = {
    graph,
    domains: new Set(),
    fresh,
    initialise: (value) => {
      const key = value.data.length <= 64 ? `${value.dtype}[${value.shape}]${bytesOf(value).join()}` : undefined
      const known = key === undefined ? undefined : shared.get(key)
      if (known !== undefined) return known
      const name = fresh()
      graph.initializer.push(tensorProto(name, value))
      if (key !== undefined) shared.set(key, name)
      return name
    },
  }

  for (const node of order) {
    const leaf = leafOf(node)
    const fixed = attributesOf(node, constantOp)
    if (fixed) {
      names.set(node, writer.initialise(fixed.value))
    } else if (leaf) {
      names.set(node, leaf.name)
    } else {
      names.set(node, encodeNode(writer, node, names))
    }
  }
  for (const [name, tensor] of Object.entries(outputs)) {
    graph.node.push(
      create(NodeProtoSchema, { opType: 'Identity', input: [lookup(names, tensor, 'name')], output: [name] }),
    )
    graph.output.push(valueInfo(name, tensor.dtype, tensor.shape))
  }
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 9n,
      producerName: 'animegan',
      opsetImport: [{ domain: '', version: 18n }, ...[...writer.domains].map((domain) => ({ domain, version: 1n }))],
      graph,
    }),
  )
}

const leafOf = (node: Tensor) => attributesOf(node, inputOp) ?? attributesOf(node, parameterOp)

interface Writer {
  readonly graph: GraphProto
  /** Operator sets used in addition to ONNX's own. */
  readonly domains: Set<string>
  readonly fresh: () => string
  readonly initialise: (value: Value) => string
}

const encodeNode = (writer: Writer, node: Tensor, names: ReadonlyMap<Tensor, string>): string => {
  const operation = node.op as unknown as Operation<Attributes>
  const encoded = operation.onnx(node, node.attributes)
  const nodes: readonly OnnxNode[] = Array.isArray(encoded) ? encoded : [encoded]
  const values = node.inputs.map((input) => lookup(names, input, 'name'))
  let inputs = [...values]
  let output = ''
  for (const { type, domain, attributes = {}, extra = [], from, transposed } of nodes) {
    if (from) inputs = from.map((index) => values[index])
    transposed?.forEach((exchange, index) => {
      if (!exchange) return
      const rank = node.inputs[index].shape.length
      const perm = Array.from({ length: rank }, (_, axis) => axis)
      const name = writer.fresh()
      writer.graph.node.push(
        nodeProto('Transpose', [inputs[index]], name, { perm: [...perm.slice(0, -2), rank - 1, rank - 2] }),
      )
      inputs = inputs.with(index, name)
    })
    output = writer.fresh()
    const extras = extra.map((value) => (value ? writer.initialise(value) : ''))
    writer.graph.node.push(nodeProto(type, [...inputs, ...extras], output, attributes, domain))
    if (domain) writer.domains.add(domain)
    values.push(output)
    inputs = [output]
  }
  return output
}

/** A node with one output, which is also its name. */
export const nodeProto = (
  opType: string,
  input: string[],
  output: string,
  attributes: NonNullable<OnnxNode['attributes']>,
  domain = '',
): NodeProto =>
  create(NodeProtoSchema, {
    opType,
    domain,
    input,
    output: [output],
    name: output,
    attribute: Object.entries(attributes).map(([name, value]) => {
      if (typeof value === 'number') {
        return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) })
      }
      if (typeof value === 'string') {
        const s = Uint8Array.from(value, (char) => char.charCodeAt(0))
        return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.STRING, s })
      }
      if ('float' in value) {
        return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value.float })
      }
      return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) })
    }),
  })

const bytesOf = ({ data }: Value): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

export const tensorProto = (name: string, value: Value) =>
  create(TensorProtoSchema, {
    name,
    dataType: dataTypes[value.dtype],
    dims: value.shape.map(BigInt),
    rawData: bytesOf(value),
  })

export const valueInfo = (name: string, dtype: DType, shape: Shape): ValueInfoProto => {
  const dim = shape.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value: isStatic(size) ? { case: 'dimValue', value: BigInt(size) } : { case: 'dimParam', value: formatDim(size) },
    }),
  )
  const tensorType = create(TypeProto_TensorSchema, {
    elemType: dataTypes[dtype],
    shape: create(TensorShapeProtoSchema, { dim }),
  })
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensorType } }),
  })
}
