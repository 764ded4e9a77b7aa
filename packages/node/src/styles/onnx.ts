/** Converts a style to an ONNX model for other programs, as bytes. core's style-from-weights.ts does the reverse. */
import { bindParameters, encodeOnnx, fold, input, symbolicDim } from '@animegan/graph'
import { networkOf, type Style } from '@animegan/models'

/**
 * The style's network as ONNX: 'picture' to 'result', float32 [1, 3, height, width] in -1 to 1, any multiple of the
 * network's size. A foreign model as it is kept: uint8 [1, height, width, 3].
 */
export const onnxOfStyle = (style: Style): Uint8Array => {
  if (style.architecture === 'onnx') return style.model
  const { multiple, build } = networkOf(style.architecture)
  const shape = [1, 3, symbolicDim('height', multiple), symbolicDim('width', multiple)]
  const picture = input('picture', shape)
  const [result] = fold(bindParameters([build(picture, style.options)], style.weights))
  return encodeOnnx({ result })
}
