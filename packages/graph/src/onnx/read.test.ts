/** Foreign files as data: numbers in every form in which exporters store them. */
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { expect, it } from 'vitest'
import { type GraphProtoSchema, ModelProtoSchema } from './onnx_pb.ts'
import { readOnnx } from './read.ts'

const constantsOf = (graph: MessageInitShape<typeof GraphProtoSchema>) =>
  readOnnx(
    toBinary(
      ModelProtoSchema,
      create(ModelProtoSchema, { irVersion: 9n, opsetImport: [{ domain: '', version: 18n }], graph }),
    ),
  ).constants

it('initialisers in every storage form', () => {
  const constants = constantsOf({
    output: [{ name: 'half' }],
    initializer: [
      { name: 'half', dataType: 10, dims: [2n], int32Data: [15360, 16384] },
      { name: 'bytes', dataType: 2, dims: [2n], rawData: Uint8Array.of(1, 255) },
      { name: 'longs', dataType: 7, dims: [], int64Data: [-3n] },
      { name: 'flags', dataType: 9, dims: [1n], int32Data: [1] },
      { name: 'double', dataType: 11, dims: [2n], doubleData: [0.5, -2] },
      { name: 'rawDouble', dataType: 11, dims: [1n], rawData: new Uint8Array(Float64Array.of(0.25).buffer) },
    ],
  })
  expect(Object.fromEntries(constants)).toEqual({
    half: { dtype: 'float16', shape: [2], data: Uint16Array.of(15360, 16384) },
    bytes: { dtype: 'uint8', shape: [2], data: Uint8Array.of(1, 255) },
    longs: { dtype: 'int64', shape: [], data: BigInt64Array.of(-3n) },
    flags: { dtype: 'bool', shape: [1], data: Uint8Array.of(1) },
    double: { dtype: 'float32', shape: [2], data: Float32Array.of(0.5, -2) },
    rawDouble: { dtype: 'float32', shape: [1], data: Float32Array.of(0.25) },
  })
})

it('constant nodes of every kind', () => {
  const constant = (name: string, attribute: object) => ({ opType: 'Constant', output: [name], attribute: [attribute] })
  const constants = constantsOf({
    output: [{ name: 'a' }],
    node: [
      constant('a', { name: 'value', t: { dataType: 1, dims: [1n], floatData: [2] } }),
      constant('b', { name: 'value_float', f: 0.5 }),
      constant('c', { name: 'value_floats', floats: [1, 2] }),
      constant('d', { name: 'value_int', i: 7n }),
      constant('e', { name: 'value_ints', ints: [1n, -1n] }),
    ],
  })
  expect(Object.fromEntries(constants)).toEqual({
    a: { dtype: 'float32', shape: [1], data: Float32Array.of(2) },
    b: { dtype: 'float32', shape: [], data: Float32Array.of(0.5) },
    c: { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) },
    d: { dtype: 'int64', shape: [], data: BigInt64Array.of(7n) },
    e: { dtype: 'int64', shape: [2], data: BigInt64Array.of(1n, -1n) },
  })
})
