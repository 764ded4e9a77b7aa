/** Weight files: readers, the safetensors writer, and format detection. */

export { badWeights } from './bad-weights.ts'
export { maskedCrc32c } from './crc32c.ts'
export { readWeights, type WeightFormat, type Weights } from './detect.ts'
export { readNpy, readNpyDict, readNpz } from './npy.ts'
export { readPyTorch } from './pytorch.ts'
export { readSafetensors, type Safetensors, writeSafetensors } from './safetensors.ts'
export { readTensorFlowCheckpoint } from './tensorflow.ts'
export { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16, type TensorMap } from './tensors.ts'
export { readTfLite, type TfLiteModel, type TfLiteOperator, type TfLiteTensor } from './tflite.ts'
export { fromUtf8, toUtf8 } from './utf8.ts'
