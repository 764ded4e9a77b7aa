/** Every recipe that comes with the package is read, and trains: a step of each of its phases, made small. */
import { readFileSync } from 'node:fs'
import { networkOf, weightShapes } from '@animegan/models'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { localEngine } from '../../core/src/testing.ts'
import { parseRecipe, recipeText } from './recipe.ts'
import { recipeNames, recipePath } from './recipes.ts'
import { generatorWeights } from './step/state.ts'
import { compactVgg } from './testing.ts'
import { type Batch, type StepReport, train } from './trainer.ts'

const names = await recipeNames()
const read = (name: string) => parseRecipe(readFileSync(recipePath(name), 'utf8'))

it('there are those of the family, and ours', () => {
  expect(names).toEqual([
    'animegan-v2-hayao',
    'animegan-v2-paprika',
    'animegan-v2-shinkai',
    'animegan-v3',
    'live',
    'live-half',
  ])
})

describe.each(names)('%s', (name) => {
  it('is the same when written and read again', () => {
    expect(parseRecipe(recipeText(read(name)))).toEqual(read(name))
  })

  it('changes every weight of the network, by losses that are numbers', async () => {
    const whole = read(name)
    const [size, batch] = [64, 1]
    const recipe = { ...whole, size, batch, average: 0, phases: whole.phases.map((phase) => ({ ...phase, steps: 1 })) }
    const pixels = (seed: number) =>
      Uint8Array.from({ length: size * size * 3 }, (_, i) => 128 + 100 * Math.sin(i * 0.37 * seed))
    const batchOf = async (): Promise<Batch> => ({
      photo: pixels(1),
      target: pixels(2),
      style: pixels(3),
      smooth: pixels(4),
    })
    const reports: StepReport[] = []
    const training = { recipe, features: compactVgg(), engine: localEngine(ort), seed: 1, batch: batchOf }
    for await (const report of train(training)) reports.push(report)
    expect(reports.map(({ phase }) => phase)).toEqual(whole.phases.map((phase) => phase.name))
    for (const { losses } of reports) expect(Object.values(losses).every(Number.isFinite)).toBe(true)
    const [first, last] = [reports[0], reports.at(-1)!].map((report) => generatorWeights(report.checkpoint().state))
    for (const weight of weightShapes(networkOf(recipe.architecture)).keys())
      expect([weight, last.get(weight)!.data.some((x, i) => x !== first.get(weight)!.data[i])]).toEqual([weight, true])
  })
})

describe('a recipe with a slip', () => {
  const live = JSON.parse(readFileSync(recipePath('live'), 'utf8')) as Record<string, unknown>
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['format', { format: 'x' }, /^recipe\.format: expected animegan-recipe\/1, found "x"$/],
    ['network', { architecture: 'gan' }, /^recipe\.architecture: expected one of .*live.*, found "gan"$/],
    [
      'teacher',
      { teacher: 'ghibli' },
      /^recipe\.teacher: expected options or one of sora, cel, pepper, yoru, found "ghibli"$/,
    ],
    ["teacher's option", { teacher: { brush: 99 } }, /^teacher\.brush: expected a whole number from 1 to 8, found 99$/],
    ['no teacher', { teacher: undefined }, /^recipe\.teacher: expected options, as losses compare with 'target'/],
    [
      'layer',
      phase({ loss: 'content', weight: 1, to: 'photo', layer: 'conv9_9' }),
      /generator\[0\]\.layer: expected a name such as conv4_4/,
    ],
    ['loss', phase({ loss: 'love', weight: 1 }), /generator\[0\]\.loss: expected one of content, .*found "love"$/],
    [
      'tail',
      phase({ loss: 'variation', weight: 1, tail: 'support' }),
      /expected animegan-v3, as losses are for its 'support' tail, found "live"$/,
    ],
    [
      'discriminator missing',
      phase({ loss: 'adversarial', weight: 1, shown: 'result', target: 1 }),
      /discriminator: expected one, as a loss is adversarial/,
    ],
    ['scale', { photoScale: [1, 0.5] }, /^recipe\.photoScale: expected two numbers/],
  ])('%s is told', (_, change, message) => {
    expect(() => parseRecipe(JSON.stringify({ ...live, ...change }))).toThrow(message)
  })
  it('that is no JSON is told', () => expect(() => parseRecipe('{')).toThrow(/^recipe: expected JSON: [^\n]+$/))
})

function phase(loss: object): Record<string, unknown> {
  return { phases: [{ name: 'a', steps: 1, rate: 1, generator: [loss] }] }
}
