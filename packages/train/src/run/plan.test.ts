/** Plans written and read back, and the errors for invalid ones. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { recipePath } from '../../../node/src/train/recipes.ts'
import { parseRecipe } from '../recipe/recipe.ts'
import { memoryStorage } from '../testing.ts'
import { isRun, type RunPlan, readPlan, writePlan } from './plan.ts'

const plan: RunPlan = {
  name: 'mine',
  recipe: parseRecipe(readFileSync(recipePath('animegan-v3-hayao'), 'utf8')),
  style: 'art',
  photos: ['photos', 'more'],
  features: { path: 'vgg.pth', sha256: 'ab' },
  seed: 7,
  limits: { seconds: 60 },
  title: 'Mine, größer',
  licence: 'CC0-1.0',
  attribution: '',
}

it('is the same after being written and read back', async () => {
  const storage = memoryStorage()
  expect(await isRun(storage)).toBe(false)
  await writePlan(storage, plan)
  expect(await isRun(storage)).toBe(true)
  expect(await readPlan(storage)).toMatchObject(plan)
})

it.each<[string, string | undefined, string, RegExp]>([
  ['absent', undefined, 'not-found', /^expected the folder of a run \(with run\.json\), found none$/],
  ['cut off', '{"format"', 'bad-file', /^run\.json: [^\n]+$/],
  [
    'of before',
    '{"format":"animegan-run/1"}',
    'bad-file',
    /^run\.json: expected format animegan-run\/2, found "animegan-run\/1"$/,
  ],
  ['without a recipe', '{"format":"animegan-run/2"}', 'bad-file', /^run\.json: recipe: expected JSON/],
])('%s is told', async (_, json, code, message) => {
  const storage = memoryStorage()
  if (json !== undefined) await storage.write('run.json', new Uint8Array(Buffer.from(json)))
  await expect(readPlan(storage)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
})
