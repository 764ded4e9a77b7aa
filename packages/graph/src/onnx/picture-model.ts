/**
 * Foreign ONNX models that turn pictures into pictures of the same size, made uniform: whatever layout, number type,
 * range and order of colours a model has, what is encoded here takes 8-bit RGB [1, h, w, 3] as `picture` and gives
 * `result`. The model's own nodes are unchanged between a few of ours. Which range and order a file has is not written in
 * it: the caller says.
 */
import { create, toBinary } from '@bufbuild/protobuf'
import { symbolicDim } from '../dim.ts'
import type { Value } from '../value.ts'
import { dataTypes, nodeProto, tensorProto, valueInfo } from './encode.ts'
import { type Inferred, infer } from './infer.ts'
import { type GraphProto, GraphProtoSchema, ModelProtoSchema, type NodeProto, type TensorProto } from './onnx_pb.ts'
import { refusal } from './parse.ts'
import { type OnnxFile, type OnnxInput, readOnnx } from './read.ts'

type Layout = 'nchw' | 'nhwc'

export interface Size {
  readonly width: number
  readonly height: number
}

/** What a file that can be used says of itself. */
export interface PictureModel {
  readonly file: OnnxFile
  readonly input: OnnxInput
  readonly output: string
  /** Order of the axes of the input and of the output. */
  readonly layouts: readonly [Layout, Layout]
  /** The only size that it takes, if it is not free. */
  readonly size?: Size | undefined
  /** What width and height must be multiples of; 1 with a fixed size. */
  readonly multiple: number
  /** Memory of intermediate tensors per pixel. */
  readonly bytesPerPixel: number
}

/** The numbers that stand for black and white. */
export interface Range {
  readonly black: number
  readonly white: number
}

/** How a model's numbers are to be read. */
export interface Colours {
  readonly input: Range
  readonly output: Range
  /** Whether the channels of input and output are blue, green, red. */
  readonly reversed: readonly [boolean, boolean]
}

/** Multiples that are tried, and a size of which each is a divisor. */
const multiples = [4, 8, 16, 32, 64]
const base = 128
/** Limits per pixel: bytes that are alive, and products; the largest of the known networks takes 2 KiB and 1.3 million. */
const mostBytes = 2 ** 16
const mostProducts = 2 ** 25
/** Pixels of a fixed size. */
const mostPixels = 2 ** 24
const bytesPerNumber = 4

const channels = 3

/** How the axes of a shape can be read: by the one that has three channels, or either way if sizes are all free. */
const layoutsOf = (shape: readonly (number | undefined)[] | undefined): Layout[] => {
  if (!shape) return ['nchw', 'nhwc']
  const [batch, first, , last] = shape
  if (shape.length !== 4 || (batch ?? 1) !== 1) return []
  if (first === undefined && last === undefined) return ['nchw', 'nhwc']
  return first === channels ? ['nchw'] : last === channels ? ['nhwc'] : []
}

const shapeOf = (layout: Layout, { width, height }: Size): number[] =>
  layout === 'nchw' ? [1, channels, height, width] : [1, height, width, channels]

const described = ({ name, shape }: OnnxInput): string =>
  `'${name}' [${shape?.map((size) => size ?? '?').join(', ') ?? 'any shape'}]`

/**
 * Finds out how a model takes pictures. Throws an `AnimeganError` (`bad-weights`) when it is not one from pictures to
 * pictures of the same size, or needs more than any network of this kind does.
 */
export const pictureModelOf = (file: OnnxFile): PictureModel => {
  const [input, ...others] = file.inputs
  const layouts = input && layoutsOf(input.shape)
  if (!layouts || layouts.length === 0 || others.length > 0) {
    const found = file.inputs.length > 0 ? file.inputs.map(described).join(', ') : 'none'
    throw refusal(`expected one picture as input, [1, 3, height, width] or [1, height, width, 3], found ${found}`)
  }
  let problem: unknown
  for (const layout of layouts) {
    const [height, width] = layout === 'nchw' ? (input.shape?.slice(2) ?? []) : (input.shape?.slice(1) ?? [])
    const fixed = width ?? height
    const size = fixed === undefined ? undefined : { width: width ?? fixed, height: height ?? fixed }
    for (const multiple of size ? [1] : multiples) {
      try {
        return {
          ...tried(file, input, layout, size ?? { width: base - multiple, height: base + multiple }),
          size,
          multiple,
        }
      } catch (error) {
        problem ??= error
      }
    }
  }
  throw problem
}

/** The model at one size. Throws when it does not work at it. */
const tried = (file: OnnxFile, input: OnnxInput, layout: Layout, size: Size) => {
  const pixels = size.width * size.height
  if (pixels > mostPixels) throw refusal(`expected at most ${mostPixels} pixels, found ${described(input)}`)
  const limit = (pixels * mostBytes) / bytesPerNumber
  const { shapes, peak, products }: Inferred = infer(file, new Map([[input.name, shapeOf(layout, size)]]), limit)
  if (peak > limit || products > pixels * mostProducts) {
    throw refusal(
      `expected a network for pictures, found one of ${Math.round(products / pixels)} products for each pixel`,
    )
  }
  for (const output of file.outputs) {
    const made = shapes.get(output)?.shape.join()
    const found = (['nchw', 'nhwc'] as const).find((order) => made === shapeOf(order, size).join())
    if (found) {
      const own = [layout, found] as const
      return { file, input, output, layouts: own, bytesPerPixel: (peak / pixels) * bytesPerNumber }
    }
  }
  const [name = ''] = file.outputs
  const made = shapes.get(name)?.shape ?? []
  throw refusal(`expected a picture of ${size.width}x${size.height} as output, found '${name}' [${made.join(', ')}]`)
}

/** Nodes and constants of ours, under names that begin with a prefix which the model does not use. */
class Surroundings {
  readonly nodes: NodeProto[] = []
  readonly initialisers: TensorProto[] = []
  readonly prefix: string
  #count = 0

  constructor(prefix: string) {
    this.prefix = prefix
  }

  node(type: string, inputs: string[], attributes: Parameters<typeof nodeProto>[3] = {}, output?: string): string {
    const name = output ?? `${this.prefix}${this.#count++}`
    this.nodes.push(nodeProto(type, inputs, name, attributes))
    return name
  }

  constant(value: Value): string {
    const name = `${this.prefix}${this.#count++}`
    this.initialisers.push(tensorProto(name, value))
    return name
  }

  number(value: number): string {
    return this.constant({ dtype: 'float32', shape: [], data: Float32Array.of(value) })
  }

  /** `x` times `factor` plus `offset`. */
  linear(x: string, factor: number, offset: number): string {
    const scaled = factor === 1 ? x : this.node('Mul', [x, this.number(factor)])
    return offset === 0 ? scaled : this.node('Add', [scaled, this.number(offset)])
  }

  /** The channels of [1, h, w, 3] in the other order. */
  reversed(x: string): string {
    const order = this.constant({ dtype: 'int64', shape: [channels], data: BigInt64Array.of(2n, 1n, 0n) })
    return this.node('Gather', [x, order], { axis: 3 })
  }
}

/**
 * Encodes the model as one from `picture`, uint8 RGB [1, h, w, 3], to `result`: the same, rounded to the nearest level;
 * or with `levels: false`, float32 in the model's own range, for measuring.
 */
export const encodePictureModel = (
  { file, input, output, layouts, size }: PictureModel,
  { input: from, output: to, reversed }: Colours,
  { levels = true }: { readonly levels?: boolean } = {},
): Uint8Array => {
  const graph = file.model.graph as GraphProto
  const ours = new Surroundings(unusedPrefix(file))
  const given = `${ours.prefix}given`
  /** The model's own names, but for its input and for the two names that are taken. */
  const own = (name: string): string =>
    name === input.name ? given : name === PICTURE || name === RESULT ? ours.prefix + name : name

  let x = ours.node('Cast', [PICTURE], { to: dataTypes.float32 })
  x = ours.linear(x, (from.white - from.black) / 255, from.black)
  if (reversed[0]) x = ours.reversed(x)
  if (layouts[0] === 'nchw') x = ours.node('Transpose', [x], { perm: [0, 3, 1, 2] })
  ours.node('Cast', [x], { to: dataTypes[input.dtype] }, given)
  for (const node of graph.node) ours.nodes.push({ ...node, input: node.input.map(own), output: node.output.map(own) })
  let y = ours.node('Cast', [own(output)], { to: dataTypes.float32 })
  if (layouts[1] === 'nchw') y = ours.node('Transpose', [y], { perm: [0, 2, 3, 1] })
  if (reversed[1]) y = ours.reversed(y)
  if (levels) {
    const scale = 255 / (to.white - to.black)
    y = ours.linear(y, scale, -to.black * scale)
    y = ours.node('Min', [ours.node('Max', [y, ours.number(0)]), ours.number(255)])
    y = ours.node('Floor', [ours.linear(y, 1, 0.5)])
  }
  ours.node('Cast', [y], { to: dataTypes[levels ? 'uint8' : 'float32'] }, RESULT)

  const shape = [1, size?.height ?? symbolicDim('h'), size?.width ?? symbolicDim('w'), channels]
  const initializer = [...graph.initializer.map((proto) => ({ ...proto, name: own(proto.name) })), ...ours.initialisers]
  // Version 4 of the format is the first whose initialisers need not be inputs too.
  const irVersion = file.model.irVersion > 4n ? file.model.irVersion : 4n
  const model = create(ModelProtoSchema, {
    irVersion,
    producerName: 'animegan',
    opsetImport: [{ domain: '', version: BigInt(file.opset) }],
    graph: create(GraphProtoSchema, {
      name: 'animegan',
      node: ours.nodes,
      initializer,
      input: [valueInfo(PICTURE, 'uint8', shape)],
      output: [valueInfo(RESULT, levels ? 'uint8' : 'float32', shape)],
    }),
  })
  return toBinary(ModelProtoSchema, model, { writeUnknownFields: false })
}

const PICTURE = 'picture'
const RESULT = 'result'

const unusedPrefix = ({ steps, constants, inputs }: OnnxFile): string => {
  const names = [...steps.flatMap(({ outputs }) => outputs), ...constants.keys(), ...inputs.map(({ name }) => name)]
  let prefix = 'uniform'
  while (names.some((name) => name.startsWith(prefix))) prefix += '_'
  return prefix
}

/** What a stylizer must know of an encoded picture model. */
export type PictureModelNeeds = Pick<PictureModel, 'size' | 'multiple' | 'bytesPerPixel'>

/** Reads a model that `encodePictureModel` made, with all checks. Throws `bad-weights` for any other. */
export const readPictureModel = (bytes: Uint8Array): PictureModelNeeds => {
  const { input, output, layouts, size, multiple, bytesPerPixel } = pictureModelOf(readOnnx(bytes))
  if (input.name !== PICTURE || input.dtype !== 'uint8' || output !== RESULT || layouts.join() !== 'nhwc,nhwc') {
    throw refusal(
      `expected '${PICTURE}' [1, h, w, 3] in bytes to '${RESULT}', found ${described(input)} to '${output}'`,
    )
  }
  return { size, multiple, bytesPerPixel }
}
