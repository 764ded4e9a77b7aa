/** The trainer's ports on Node: pictures by sharp, batches in worker threads, a run in a folder, and the recipes' files. */
export { batchThreads } from './batch-threads.ts'
export { nodePictures } from './pictures.ts'
export { recipeNames, recipePath } from './recipes.ts'
export { folderStorage, type WriteFile } from './storage.ts'
