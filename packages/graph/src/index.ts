export { peakMemory } from './analysis/peak-memory.ts'
export { receptiveRadius } from './analysis/receptive-field.ts'
export {
  type Dim,
  dimsEqual,
  formatShape,
  isStatic,
  type Shape,
  type SymbolicDim,
  scaleDim,
  symbolicDim,
} from './dim.ts'
export { AnimeganError, type ErrorCode } from './error.ts'
export { gradients } from './gradients.ts'
export { interpret } from './interpreter.ts'
export { lookup } from './lookup.ts'
export { type EncodeOptions, encodeOnnx } from './onnx/encode.ts'
export {
  type Colours,
  encodePictureModel,
  type PictureModel,
  type PictureModelNeeds,
  pictureModelOf,
  type Range,
  readPictureModel,
  type Size,
} from './onnx/picture-model.ts'
export { type OnnxFile, type OnnxStep, readOnnx } from './onnx/read.ts'
export { hardSwish, prelu, sigmoid } from './ops/activation.ts'
export { type ConvOptions, conv } from './ops/conv.ts'
export {
  abs,
  add,
  cast,
  div,
  exp,
  greater,
  leakyRelu,
  log,
  max,
  min,
  mul,
  neg,
  relu,
  round,
  sqrt,
  sub,
  tanh,
  where,
} from './ops/elementwise.ts'
export { gather } from './ops/gather.ts'
export { matMul } from './ops/matmul.ts'
export { type Border, type PadMode, pad, padChannels } from './ops/pad.ts'
export type { LevelScale } from './ops/quantized.ts'
export { maximum, mean, meanAll, sum } from './ops/reduce.ts'
export { sample } from './ops/sample.ts'
export { averagePool, maxPool, type ResizeMode, resize } from './ops/scale.ts'
export { concat, depthToSpace, reshape, slice, spaceToDepth, transpose } from './ops/shape.ts'
export { constant, input, parameter, statistic, stopGradient } from './ops/source.ts'
export { convolveCells } from './passes/cells.ts'
export { bindParameters, fold } from './passes/fold.ts'
export { fitLevels } from './passes/level-scale.ts'
export { splitPhases } from './passes/phase-split.ts'
export { type Activation, activationsOf, quantize } from './passes/quantize.ts'
export { freezeStatistics, statisticsOf } from './passes/statistics.ts'
export { channelsOf, type Tensor, topologicalOrder } from './tensor.ts'
export { bytesPerElement, type DType, floats, newArray, sizeOf, type Value, viewBytes } from './value.ts'
