/** Training of styles: recipes, data sets, losses, the training loop, and the run in a folder. */
export { decodePicture, findPictures } from './data/pictures.ts'
export { type Estimate, type Evaluation, evaluate, fewestPictures, type Measures } from './evaluate/index.ts'
export { parseRecipe, type Recipe } from './recipe.ts'
export { recipeNames, recipePath } from './recipes.ts'
export { isRun, type RunPlan, type RunProgress, type RunTools, readRun, run, styleFile } from './run.ts'
export { teacherPresets } from './teacher/index.ts'
export { type Limits, type StepReport, train } from './trainer.ts'
