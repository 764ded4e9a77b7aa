/**
 * TensorFlow Lite models from pictures to pictures as ONNX, so that they are imported like any other model. What cannot
 * be computed by our operations is refused.
 */
import { encodeOnnx, input, type Shape, symbolicDim } from '@animegan/graph'
import { mismatch } from '../formats/bad-weights.ts'
import { readTfLite } from '../formats/index.ts'
import { tfLiteGraph } from './tflite.ts'
import { FORMAT } from './tflite-operand.ts'

/** Multiples of free sizes that are tried. */
const multiples = [4, 8, 16, 32]

/**
 * The model from `picture` [1, 3, h, w] to `result`, at the size in the file if it is fixed. Throws an `AnimeganError`
 * (`bad-weights`) of one line.
 */
export const onnxOfTfLite = (bytes: Uint8Array): Uint8Array => {
  const model = readTfLite(bytes)
  const [from, to] = [model.inputs, model.outputs].map((indices) => model.tensors[indices[0] ?? -1])
  const [, height = 0, width = 0, channels] = from?.shape ?? []
  if (!from || !to || from.shape.length !== 4 || channels !== 3) {
    return mismatch(FORMAT, 'a picture [1, height, width, 3] as input', from ? `[${from.shape}]` : 'none')
  }
  const encoded = (shape: Shape): Uint8Array => {
    const [result] = tfLiteGraph(model, input('picture', shape), [to.name])
    return encodeOnnx({ result })
  }
  // A size that is only known when it runs is written as one.
  if (height > 1 && width > 1) return encoded([1, 3, height, width])
  let problem: unknown
  for (const multiple of multiples) {
    try {
      return encoded([1, 3, symbolicDim('h', multiple), symbolicDim('w', multiple)])
    } catch (error) {
      problem ??= error
    }
  }
  throw problem
}

/** Whether bytes are a TensorFlow Lite model, by its mark. */
export const isTfLite = (bytes: Uint8Array): boolean =>
  [0x54, 0x46, 0x4c, 0x33].every((byte, i) => bytes[4 + i] === byte)
