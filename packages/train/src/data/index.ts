export { createDataset, type Dataset, type DatasetOptions } from './dataset.ts'
export { decodePicture, findPictures, type Skipped } from './pictures.ts'
