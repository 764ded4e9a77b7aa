/** The networks of the AnimeGAN family as functions over symbolic tensors, and the files their weights come in. */
export {
  type Discriminator,
  discriminatorLive,
  discriminatorV1,
  discriminatorV2,
  discriminatorV3,
  type SpectralState,
} from './discriminators/index.ts'
export {
  type BlazeFaceVariant,
  blazeFace,
  blazeFaceFullRange,
  blazeFaceShortRange,
} from './faces/index.ts'
export { importVgg, type VggWeights } from './features/import-vgg.ts'
export { vgg } from './features/vgg.ts'
export {
  fromUtf8,
  maskedCrc32c,
  readSafetensors,
  readTfLite,
  readWeights,
  type Safetensors,
  type TensorMap,
  type TfLiteModel,
  type TfLiteOperator,
  type TfLiteTensor,
  toUtf8,
  writeSafetensors,
} from './formats/index.ts'
export {
  type ImportedWeights,
  importOnnx,
  importWeights,
} from './mapping/index.ts'
export {
  type Architecture,
  animeganV3Tails,
  isArchitecture,
  type NetworkOptions,
  networkOf,
  networks,
  weightShapes,
} from './networks/index.ts'
export { type ParameterSource, parametersOf, sharedParameters } from './parameters.ts'
export { readStyle, type Style, writeStyle } from './style.ts'
