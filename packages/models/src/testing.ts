/**
 * For tests only, not part of the package: exports of the known networks by other programs (fixtures/exports), with
 * random numbers of the recorded mean and deviation for the weights that are not in the files.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { type ModelProto, ModelProtoSchema, TensorProto_DataType } from '../../graph/src/onnx/onnx_pb.ts'
import { randomNumbers } from '../../graph/src/testing.ts'
import { float32ToFloat16 } from './formats/index.ts'

const folder = new URL('../fixtures/exports/', import.meta.url)

export const fixtureOf = (name: string): Uint8Array => gunzipSync(readFileSync(new URL(`${name}.gz`, folder)))

/** The names of the exports that contain `part`. */
export const exportNames = (part = '.onnx'): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.onnx.gz') && name.includes(part))
    .map((name) => name.slice(0, -'.gz'.length))

/** An exported model as a whole file, perhaps changed. */
export const exportedModel = (name: string, change: (model: ModelProto) => void = () => {}): Uint8Array => {
  const model = fromBinary(ModelProtoSchema, fixtureOf(name))
  for (const [seed, tensor] of (model.graph?.initializer ?? []).entries()) {
    if (!tensor.docString) continue
    const [mean, deviation] = tensor.docString.split(' ').map(Number)
    const next = randomNumbers(seed)
    const length = tensor.dims.reduce((product, size) => product * Number(size), 1)
    const numbers = Float32Array.from({ length }, () => mean + deviation * Math.sqrt(12) * (next() - 0.5))
    const stored = tensor.dataType === TensorProto_DataType.FLOAT16 ? float32ToFloat16(numbers) : numbers
    tensor.rawData = new Uint8Array(stored.buffer)
  }
  change(model)
  return toBinary(ModelProtoSchema, model)
}
