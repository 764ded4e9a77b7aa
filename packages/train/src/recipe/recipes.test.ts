/** Every recipe that comes with the package can be read and trains: one step of each of its phases, reduced in size. */
import { readFileSync } from 'node:fs'
import { networkOf, weightShapes } from '@animegan/models'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { localEngine } from '../../../core/src/testing.ts'
import { recipeNames, recipePath } from '../../../node/src/train/recipes.ts'
import type { Batch, Results } from '../batch.ts'
import { retouch } from '../retouch/retouch.ts'
import { generatorWeights } from '../step/state.ts'
import { buildStep } from '../step/step.ts'
import { compactVgg, randomStyle } from '../testing.ts'
import { type StepReport, train } from '../trainer.ts'
import type { Phase } from './phase.ts'
import { needsStart, parseRecipe, recipeText } from './recipe.ts'

const names = await recipeNames()
const read = (name: string) => parseRecipe(readFileSync(recipePath(name), 'utf8'))

it('has those of the family, and ours', () => {
  expect(names).toEqual([
    'animegan-v1-hayao',
    'animegan-v1-shinkai',
    'animegan-v2-hayao',
    'animegan-v2-paprika',
    'animegan-v2-shinkai',
    'animegan-v3-hayao',
    'animegan-v3-shinkai',
    'cartoongan',
    'live',
    'teach',
  ])
})

describe.each(names)('%s', (name) => {
  it('is the same when written and read again', () => {
    expect(parseRecipe(recipeText(read(name)))).toEqual(read(name))
  })

  it('changes every weight of the network, with finite losses', async () => {
    const whole = read(name)
    const [size, batch] = [32, 1]
    const recipe = { ...whole, size, batch, emaDecay: 0, phases: whole.phases.map((phase) => ({ ...phase, steps: 1 })) }
    const pixels = (seed: number) =>
      Uint8Array.from({ length: size * size * 3 }, (_, i) => 128 + 100 * Math.sin(i * 0.37 * seed))
    const batchOf = async (): Promise<Batch> => ({
      photo: pixels(1),
      target: pixels(2),
      style: pixels(3),
      smooth: pixels(4),
      'photo-regions': pixels(5),
    })
    const reports: StepReport[] = []
    const start = needsStart(recipe) ? randomStyle(recipe.architecture) : undefined
    const build = (phase: Phase) => buildStep(recipe, phase, compactVgg(), start)
    const retouched = async (_: number, results: Results) => retouch(results, size, recipe.retouch!)
    const engine = localEngine(ort, false)
    const training = { recipe, build, engine, seed: 1, batch: batchOf, retouch: retouched, begin: start }
    for await (const report of train(training)) reports.push(report)
    expect(reports.map(({ phase }) => phase)).toEqual(whole.phases.map((phase) => phase.name))
    for (const { losses } of reports) expect(Object.values(losses).every(Number.isFinite)).toBe(true)
    const [first, last] = [
      start ?? generatorWeights(reports[0].checkpoint().state),
      generatorWeights(reports.at(-1)!.checkpoint().state),
    ]
    for (const weight of weightShapes(networkOf(recipe.architecture)).keys())
      expect([weight, last.get(weight)!.data.some((x, i) => x !== first.get(weight)!.data[i])]).toEqual([weight, true])
  })
})
