/**
 * The skeleton of an ONNX graph: its convolutions, what each gets its input from, and the per-channel tables applied to
 * it. Exporters name tensors as they like, order nodes as they like and write one normalisation in a dozen nodes or in
 * one; the skeleton is the same. Two graphs of one skeleton may still differ in borders, resizing or activations.
 */
import { floats, type OnnxFile, type OnnxStep, sizeOf, type Value } from '@animegan/graph'
import { float16ToFloat32 } from '../formats/index.ts'
import { permute } from './mapping.ts'

/** What a per-channel table does: is added before normalisation, multiplies, or is added after it. */
export type Role = 'bias' | 'scale' | 'shift'

/** A weight: an input or constant of the graph, perhaps reshaped. */
export interface Source {
  readonly name: string
  readonly shape: readonly number[]
  /** Its numbers, if the file has them. */
  readonly value?: Value<'float32'> | undefined
  /** Whether its axes were reordered on the way. */
  readonly turned: boolean
}

/** A convolution. */
export interface Layer {
  /** [out, in / groups, height, width]. */
  readonly kernel: Source
  readonly tables: ReadonlyMap<Role, Source>
  /** Kind and sizes, and the places of the convolutions that it gets its input from: equal for equal layers. */
  readonly signature: string
}

interface Draft {
  readonly kernel: Source
  readonly tables: Map<Role, Source>
  readonly own: string
  readonly output: string
  readonly from: ReadonlySet<Draft>
  readonly depth: number
  place: number
}

/** The layers, in an order that depends on the graph alone and not on how it is written. */
export const skeletonOf = (file: OnnxFile): Layer[] => {
  const sources = new Map<string, Source>()
  for (const [name, value] of file.constants) {
    const numbers = floatsOf(value)
    if (numbers) sources.set(name, { name, shape: value.shape, value: numbers, turned: false })
  }
  // Weights without numbers are inputs of known shape; the picture is the first input.
  for (const { name, shape } of file.inputs.slice(1)) {
    if (shape?.every((size) => size !== undefined)) sources.set(name, { name, shape: shape as number[], turned: false })
  }
  const drafts: Draft[] = []
  const upstream = new Map<string, ReadonlySet<Draft>>()
  for (const step of file.steps) {
    const { inputs, outputs, type } = step
    const [first = ''] = inputs
    const output = outputs[0] ?? ''
    const moved = sources.has(first) ? movedSource(step, sources.get(first) as Source, file.constants) : undefined
    if (moved) {
      sources.set(output, moved)
      continue
    }
    const from = new Set(inputs.flatMap((name) => [...(upstream.get(name) ?? [])]))
    const layer = layerOf(step, sources, from, output)
    if (layer) drafts.push(layer)
    else tablesOf(step, sources, upstream)
    for (const name of outputs) upstream.set(name, layer ? new Set([layer]) : from)
    if (type === 'Shape' || type === 'Size') upstream.set(output, new Set())
  }
  return placed(drafts)
}

const floatsOf = (value: Value): Value<'float32'> | undefined => {
  if (value.dtype === 'float32') return value as Value<'float32'>
  return value.dtype === 'float16' ? floats(float16ToFloat32(value.data as Uint16Array), value.shape) : undefined
}

/** A weight after an operation that keeps its numbers; undefined for any other. */
const movedSource = (step: OnnxStep, source: Source, constants: OnnxFile['constants']): Source | undefined => {
  const { type, attributes, inputs } = step
  const list = (name: string): number[] =>
    attributes.has(name) ? attributes.ints(name, []) : Array.from(constants.get(inputs[1] ?? '')?.data ?? [], Number)
  const shaped = (shape: readonly number[]): Source => ({
    ...source,
    shape,
    value: source.value && { ...source.value, shape },
  })
  const { shape } = source
  switch (type) {
    case 'Identity':
    case 'Cast':
      return source
    case 'Reshape': {
      const wanted = list('shape').map((size, axis) => (size === 0 ? shape[axis] : size))
      const rest = sizeOf(shape) / sizeOf(wanted.filter((size) => size !== -1))
      return wanted.length > 0 ? shaped(wanted.map((size) => (size === -1 ? rest : size))) : undefined
    }
    case 'Squeeze':
      return shaped(shape.filter((size) => size !== 1))
    case 'Unsqueeze': {
      const rank = shape.length + list('axes').length
      const added = list('axes').map((axis) => (axis < 0 ? axis + rank : axis))
      const old = shape[Symbol.iterator]()
      return shaped(Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : (old.next().value ?? 1))))
    }
    case 'Transpose': {
      const order = attributes.ints('perm', [...shape.keys()].reverse())
      const value = source.value && permute(source.value, order)
      return { ...source, shape: order.map((axis) => shape[axis]), value, turned: true }
    }
    default:
      return undefined
  }
}

/** The convolution that a node is, with its bias; products with a matrix of weights are convolutions of one pixel. */
const layerOf = (
  { type, inputs, attributes }: OnnxStep,
  sources: ReadonlyMap<string, Source>,
  from: ReadonlySet<Draft>,
  output: string,
): Draft | undefined => {
  const [data = '', weights = '', added = ''] = inputs
  const given = sources.get(weights)
  if (!given || sources.has(data)) return undefined
  const kernel =
    type === 'MatMul' ? pixelKernel(given) : /^Conv(?:Transpose)?$/.test(type) ? fourAxes(given) : undefined
  if (kernel?.shape.length !== 4) return undefined
  const bias = sources.get(added)
  const { shape } = kernel
  const stride = attributes.ints('strides', [1])[0] ?? 1
  const groups = attributes.int('group', 1)
  const own = `${type === 'ConvTranspose' ? 'back ' : ''}${shape.join('x')} stride ${stride} groups ${groups}`
  const depth = 1 + Math.max(0, ...[...from].map((layer) => layer.depth))
  return { kernel, tables: new Map(bias && [['bias', bias]]), own, output, from, depth, place: 0 }
}

/** One-dimensional convolutions as two-dimensional ones. */
const fourAxes = (source: Source): Source => {
  const shape = [...source.shape, ...new Array<number>(Math.max(0, 4 - source.shape.length)).fill(1)]
  return { ...source, shape, value: source.value && { ...source.value, shape } }
}

/** A matrix [in, out] as the kernel [out, in, 1, 1]. */
const pixelKernel = (source: Source): Source | undefined => {
  const [rows, columns] = source.shape.slice(-2)
  if (source.shape.length < 2 || sizeOf(source.shape) !== rows * columns) return undefined
  const value = source.value && permute({ ...source.value, shape: [rows, columns] }, [1, 0])
  return fourAxes({ ...source, shape: [columns, rows], value, turned: true })
}

/** Adds to its convolution the table that a node applies. */
const tablesOf = (
  step: OnnxStep,
  sources: ReadonlyMap<string, Source>,
  upstream: ReadonlyMap<string, ReadonlySet<Draft>>,
): void => {
  const { type, inputs } = step
  const [a = '', b = ''] = inputs
  const [data, other] = sources.has(a) ? [b, a] : [a, b]
  const [layer, ...more] = upstream.get(data) ?? []
  if (!layer || more.length > 0) return
  const add = (role: Role, name: string | undefined): void => {
    const table = sources.get(name ?? '')
    if (table && sizeOf(table.shape) === layer.kernel.shape[0] && !layer.tables.has(role)) layer.tables.set(role, table)
  }
  if (type === 'Mul' || type === 'Div') add('scale', other)
  else if (type === 'Add' || type === 'Sub') add(data === layer.output ? 'bias' : 'shift', other)
  else if (/^(?:Instance|Group|Layer)Normalization$/.test(type)) {
    add('scale', inputs[1])
    add('shift', inputs[2])
  }
}

/** Sorts by depth, then by where the input comes from and what the layer is. */
const placed = (drafts: readonly Draft[]): Layer[] => {
  const layers: Layer[] = []
  const deepest = Math.max(0, ...drafts.map(({ depth }) => depth))
  for (let depth = 1; depth <= deepest; depth++) {
    const level = drafts
      .filter((draft) => draft.depth === depth)
      .map((draft) => {
        const from = [...draft.from].map(({ place }) => place).sort((a, b) => a - b)
        return { draft, signature: `${draft.own} from ${from.join()}` }
      })
      .sort((a, b) => (a.signature < b.signature ? -1 : a.signature > b.signature ? 1 : 0))
    for (const { draft, signature } of level) {
      draft.place = layers.length
      layers.push({ kernel: draft.kernel, tables: draft.tables, signature })
    }
  }
  return layers
}
