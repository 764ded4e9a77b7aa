/** For tests of the networks for faces and people: their files, recorded results, and runs. Not part of the package. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { encodeOnnx, type Tensor, type Value } from '@animegan/graph'
import * as ort from 'onnxruntime-node'
import { readNpy } from '../formats/index.ts'

const fileOf = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../weights/${name}.tflite`, import.meta.url)))

export const meshFile = (): Uint8Array => fileOf('face_landmark_with_attention')
export const personFile = (): Uint8Array => fileOf('selfie_segmentation')

export const fixture = (name: string): Value =>
  readNpy(gunzipSync(readFileSync(new URL(`./fixtures/${name}.npy.gz`, import.meta.url))))

/** A picture [h, w, 3] of bytes, every pixel doubled, as [1, 3, 2h, 2w], 0 to 1. */
export const doubled = ({ shape, data }: Value): Value<'float32'> => {
  const [height, width] = shape as [number, number]
  const [rows, columns] = [2 * height, 2 * width]
  const values = Float32Array.from({ length: 3 * rows * columns }, (_, i) => {
    const [x, y, channel] = [i % columns, Math.floor(i / columns) % rows, Math.floor(i / columns / rows)]
    return Number(data[((y >> 1) * width + (x >> 1)) * 3 + channel]) / 255
  })
  return { dtype: 'float32', shape: [1, 3, rows, columns], data: values }
}

export const run = async (named: Record<string, Tensor>, x: Value): Promise<Record<string, Float32Array>> => {
  const session = await ort.InferenceSession.create(encodeOnnx(named), { logSeverityLevel: 3, intraOpNumThreads: 1 })
  const results = await session.run({ x: new ort.Tensor('float32', x.data as Float32Array, x.shape) })
  await session.release()
  return Object.fromEntries(Object.keys(named).map((name) => [name, results[name].data as Float32Array]))
}
