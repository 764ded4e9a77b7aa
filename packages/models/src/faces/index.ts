/** Networks for faces and people: detectors, landmarks, the person. */
export {
  type BlazeFaceGrid,
  type BlazeFaceVariant,
  blazeFace,
  blazeFaceFullRange,
  blazeFaceShortRange,
} from './blazeface.ts'
export { FACE_MESH_SIZE, type FaceMesh, faceMesh } from './face-mesh.ts'
export {
  PORTRAIT_CHANNELS,
  PORTRAIT_CLASSES,
  PORTRAIT_SIZE,
  type PortraitClass,
  type PortraitWeights,
  portraitRegions,
  readPortraitWeights,
  writePortraitWeights,
} from './portrait-regions.ts'
export { SELFIE_SIZE, selfieSegmentation } from './selfie-segmentation.ts'
