/** The sample sheet of a run: its style's results for photos that it was not trained on. */
import { balance, createAnimator, type Engine } from '@animegan/core'
import type { Style } from '@animegan/models'
import type { Dataset } from '../data/index.ts'
import type { Pictures } from '../pictures.ts'
import { needsTarget, type Recipe } from '../recipe/recipe.ts'
import { type Sample, type Sheet, sampleSheet } from '../report/sheet.ts'
import { teach } from '../teacher/index.ts'

const sheetWidth = 1536
const sampleSide = 640

/** The sheet of a style: photos, results, targets if there are any, and style pictures. */
export const drawSamples = async (
  style: Style,
  recipe: Recipe,
  dataset: Dataset,
  pictures: Pictures,
  engine: Engine,
): Promise<Sheet> => {
  const teacher = needsTarget(recipe) ? recipe.teacher : undefined
  const animator = await createAnimator({ style, engine })
  try {
    const rows: Sample[] = []
    for (const path of dataset.samples.photos) {
      const photo = await pictures.read(path, sampleSide)
      rows.push({
        photo,
        result: (await animator.picture(photo)).picture,
        target: teacher && teach(balance(photo), teacher),
      })
    }
    const art = await Promise.all(dataset.samples.styles.map((path) => pictures.read(path, sampleSide)))
    return await sampleSheet(rows, art, { width: sheetWidth }, pictures)
  } finally {
    await animator.close()
  }
}
