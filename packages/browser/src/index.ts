export { type Backend, bestBackend, defaultThreads } from './engine/backend.ts'
export { type BrowserEngine, type BrowserEngineOptions, browserEngine } from './engine/browser-engine.ts'
export {
  type Attempted,
  type AttemptOptions,
  type RecoveringEngine,
  recoveringEngine,
  type Workplace,
} from './engine/recovering-engine.ts'
export { type RuntimeFiles, runtimeFiles } from './engine/runtime-files.ts'
export {
  type CharacterModelFiles,
  type FaceModelFiles,
  fetchCharacterModels,
  fetchFaceModels,
} from './fetch/face-models.ts'
export { type FetchOptions, fetchBytes } from './fetch/fetch-bytes.ts'
export { fetchStyle } from './fetch/style.ts'
export { type Animation, canReadAnimation, isAnimation, openAnimation } from './pictures/animation.ts'
export { canvasOf } from './pictures/canvas.ts'
export { type Content, contentOf, isForeign, type Kind } from './pictures/content.ts'
export { decodePicture, type OpenedPicture, openPicture } from './pictures/decode.ts'
export { encodePicture, type FileFormat, fileFormats, writableFormats } from './pictures/encode.ts'
export { withMetadata } from './pictures/metadata.ts'
export { thumbnail } from './pictures/thumbnail.ts'
export { clearPrivateStorages, openPrivateStorage, type PrivateStorage } from './storage/private-storage.ts'
export { type DatabaseStorage, databaseStorage } from './train/run-storage.ts'
export { storedPictures, trainingPicture } from './train/stored-pictures.ts'
export { type FetchedTraining, fetchTraining, perceptFile } from './train/training-files.ts'
