/**
 * Reads foreign ONNX models as data: constants, and nodes in the order in which they run. Files are untrusted (see
 * parse.ts). Says nothing about what a node computes; decode.ts turns models of our own operations into our graph.
 */
import type { DType, Value } from '../value.ts'
import type { ModelProto, NodeProto } from './onnx_pb.ts'
import { dtypeOf, NodeAttributes, parse, readTensor, refusal } from './parse.ts'

/** One node. */
export interface OnnxStep {
  readonly type: string
  readonly name: string
  /** Names; empty for an optional input that is left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: NodeAttributes
}

export interface OnnxInput {
  readonly name: string
  readonly dtype: DType
  /** Undefined where a size is free; no shape at all if the file states none. */
  readonly shape?: readonly (number | undefined)[] | undefined
}

export interface OnnxFile {
  readonly model: ModelProto
  /** Version of ONNX's own operators. */
  readonly opset: number
  /** Inputs without a value in the file. */
  readonly inputs: readonly OnnxInput[]
  readonly outputs: readonly string[]
  readonly steps: readonly OnnxStep[]
  /** Initialisers and constant nodes by name. */
  readonly constants: ReadonlyMap<string, Value>
}

const mostNodes = 20_000
/** Versions of ONNX's operators whose meaning is known here. */
const opsets = { least: 8, most: 26 }

/** Reads a model. Throws an `AnimeganError` (`bad-weights`) of one line. */
export const readOnnx = (bytes: Uint8Array): OnnxFile => {
  const { model, graph } = parse(bytes)
  if (model.functions.length > 0 || graph.sparseInitializer.length > 0) {
    throw refusal('expected a plain graph, found functions or sparse tensors in it')
  }
  if (graph.node.length > mostNodes) throw refusal(`expected at most ${mostNodes} nodes, found ${graph.node.length}`)
  const opset = Number(model.opsetImport.find(({ domain }) => isOwn(domain))?.version ?? 0)
  if (!(opset >= opsets.least && opset <= opsets.most)) {
    throw refusal(`expected operators of version ${opsets.least} to ${opsets.most}, found ${opset}`)
  }
  const constants = new Map<string, Value>()
  const made = new Set<string>()
  const define = (name: string): void => {
    if (made.has(name)) throw refusal(`'${name}' is made twice`)
    made.add(name)
  }
  for (const proto of graph.initializer) {
    define(proto.name)
    constants.set(proto.name, readTensor(proto))
  }
  const inputs = graph.input
    .filter(({ name }) => !constants.has(name))
    .map(({ name, type }): OnnxInput => {
      define(name)
      if (type?.value.case !== 'tensorType') throw refusal(`input '${name}' is not a tensor`)
      const { elemType, shape } = type.value.value
      const sizes = shape?.dim.map(({ value }) =>
        value.case === 'dimValue' && value.value > 0n ? Number(value.value) : undefined,
      )
      return { name, dtype: dtypeOf(elemType, name), shape: sizes }
    })
  const steps: OnnxStep[] = []
  for (const node of graph.node) {
    if (!isOwn(node.domain)) {
      throw refusal(`node '${node.name}' uses ${node.domain}.${node.opType}; expected operators of ONNX only`)
    }
    const subgraph = node.attribute.some(({ g, graphs }) => g !== undefined || graphs.length > 0)
    if (subgraph) throw refusal(`node '${node.name}' (${node.opType}) has a graph within it; expected no control flow`)
    for (const name of node.input) {
      if (name !== '' && !made.has(name)) {
        throw refusal(`node '${node.name}' uses '${name}' before it is made (a cycle or wrong order)`)
      }
    }
    for (const name of node.output) if (name !== '') define(name)
    const attributes = new NodeAttributes(node)
    if (node.opType === 'Constant') constants.set(node.output[0] ?? '', constantOf(node, attributes))
    else {
      const { opType: type, name, input, output } = node
      steps.push({ type, name, inputs: input, outputs: output, attributes })
    }
  }
  const outputs = graph.output.map(({ name }) => {
    if (!made.has(name)) throw refusal(`output '${name}' is not made by any node`)
    return name
  })
  return { model, opset, inputs, outputs, steps, constants }
}

const isOwn = (domain: string): boolean => domain === '' || domain === 'ai.onnx'

const constantOf = (node: NodeProto, attributes: NodeAttributes): Value => {
  const value = attributes.tensor('value')
  if (value) return value
  const floating = attributes.has('value_float')
    ? [attributes.float('value_float', 0)]
    : attributes.floats('value_floats')
  if (attributes.has('value_float') || attributes.has('value_floats')) {
    return {
      dtype: 'float32',
      shape: attributes.has('value_float') ? [] : [floating.length],
      data: Float32Array.from(floating),
    }
  }
  if (attributes.has('value_int') || attributes.has('value_ints')) {
    const whole = attributes.has('value_int') ? [attributes.int('value_int', 0)] : attributes.ints('value_ints', [])
    return {
      dtype: 'int64',
      shape: attributes.has('value_int') ? [] : [whole.length],
      data: BigInt64Array.from(whole, BigInt),
    }
  }
  throw refusal(`node '${node.name}' is a constant without numbers`)
}
