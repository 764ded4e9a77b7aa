export { type NodeEngineOptions, nodeEngine } from './engine/node-engine.ts'
export { decodePicture, encodePicture } from './pictures/index.ts'
