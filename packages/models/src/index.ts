/** The networks of the AnimeGAN family as functions over symbolic tensors, and the weight-file formats. */
export {
  type Discriminator,
  type DiscriminatorOptions,
  discriminatorCartoongan,
  discriminatorLive,
  discriminatorV1,
  discriminatorV2,
  discriminatorV3,
  type Judgement,
  type SpectralState,
} from './discriminators/index.ts'
export {
  type BlazeFaceGrid,
  type BlazeFaceVariant,
  blazeFace,
  blazeFaceFullRange,
  blazeFaceShortRange,
  FACE_MESH_SIZE,
  type FaceMesh,
  faceMesh,
  PORTRAIT_CHANNELS,
  PORTRAIT_CLASSES,
  PORTRAIT_SIZE,
  type PortraitClass,
  type PortraitWeights,
  portraitRegions,
  readPortraitWeights,
  SELFIE_SIZE,
  selfieSegmentation,
  writePortraitWeights,
} from './faces/index.ts'
export { type FeatureFlavour, perceptualFeatures } from './features/features.ts'
export { PERCEPT_LAYERS, percept } from './features/percept.ts'
export { type VggFlavour, vgg } from './features/vgg.ts'
export { type FeatureWeights, importFeatures, writePercept } from './features/weights.ts'
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
  type Weights,
  writeSafetensors,
} from './formats/index.ts'
export {
  type Candidate,
  candidatesOf,
  type ImportedWeights,
  type ImportOptions,
  importWeights,
  isTfLite,
  onnxOfTfLite,
} from './mapping/index.ts'
export {
  type Architecture,
  animeganV3Tails,
  isArchitecture,
  type Network,
  type NetworkOptions,
  networkOf,
  networks,
  weightShapes,
} from './networks/index.ts'
export { type ParameterSource, parametersOf, sharedParameters } from './parameters.ts'
export { type ModelStyle, type NetworkStyle, networkStyle, readStyle, type Style, writeStyle } from './style.ts'
