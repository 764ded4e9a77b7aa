/** For developers: the engine for Node, the face detector's networks, and pictures in and out. The styling itself is @animegan/core. */
export {
  type DecodedPicture,
  decodePicture,
  type EncodeTarget,
  encodePicture,
  faceModels,
  type NodeEngineOptions,
  nodeEngine,
} from '@animegan/node'
