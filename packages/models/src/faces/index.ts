/** Networks for faces and people: detectors, landmarks, the person. */
export {
  type BlazeFaceGrid,
  type BlazeFaceVariant,
  blazeFace,
  blazeFaceFullRange,
  blazeFaceShortRange,
} from './blazeface.ts'
export { FACE_MESH_SIZE, type FaceMesh, faceMesh } from './face-mesh.ts'
export { SELFIE_SIZE, selfieSegmentation } from './selfie-segmentation.ts'
