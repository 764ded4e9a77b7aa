/** For developers: the engine for Node, the face detector's networks, and pictures in and out. The styling itself is @animegan/core. */
export { type NodeEngineOptions, nodeEngine } from './engine/node-engine.ts'
export { faceModels } from './faces/models.ts'
export { type DecodedPicture, decodePicture, type EncodeTarget, encodePicture } from './pictures/index.ts'
