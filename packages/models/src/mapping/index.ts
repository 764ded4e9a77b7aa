/** Conversion of third-party weights to ours. */
export { type ImportedWeights, type ImportOptions, importWeights } from './import.ts'
export { type Candidate, candidatesOf } from './onnx.ts'
export type { Tail } from './tensorflow.ts'
export { tfLiteGraph } from './tflite.ts'
export { isTfLite, onnxOfTfLite } from './tflite-onnx.ts'
