/** The trainer's ports on Node: pictures by sharp, batches in worker threads, a run in a folder, and the recipes' files. */
export { nodePictures } from './pictures.ts'
export { recipeNames, recipePath } from './recipes.ts'
export { startBatchThread } from './start-thread.ts'
export { folderStorage, type WriteFile } from './storage.ts'
