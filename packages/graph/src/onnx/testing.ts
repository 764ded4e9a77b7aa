/** For tests of ONNX files only, not part of the package: parts of models as their messages are initialised. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import { AttributeProto_AttributeType, type AttributeProtoSchema } from './onnx_pb.ts'

export type Attribute = MessageInitShape<typeof AttributeProtoSchema>

/** A tensor of numbered and named sizes; element type 1 is float. */
export const tensorType = (dims: readonly (number | string)[], elemType = 1) => ({
  value: {
    case: 'tensorType' as const,
    value: {
      elemType,
      shape: {
        dim: dims.map((dim) => ({
          value:
            typeof dim === 'number'
              ? { case: 'dimValue' as const, value: BigInt(dim) }
              : { case: 'dimParam' as const, value: dim },
        })),
      },
    },
  },
})

export const int = (name: string, value: number): Attribute => ({
  name,
  type: AttributeProto_AttributeType.INT,
  i: BigInt(value),
})

export const ints = (name: string, values: readonly number[]): Attribute => ({
  name,
  type: AttributeProto_AttributeType.INTS,
  ints: values.map(BigInt),
})

/** A constant list of whole numbers. */
export const longs = (name: string, values: readonly number[]) => ({
  name,
  dataType: 7,
  dims: [BigInt(values.length)],
  int64Data: values.map(BigInt),
})
