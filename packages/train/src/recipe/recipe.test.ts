/** Recipes with mistakes: each is reported in one line that names the field. recipes.test.ts reads the valid ones. */
import { readFileSync } from 'node:fs'
import { AnimeganError } from '@animegan/graph'
import { describe, expect, it } from 'vitest'
import { recipePath } from '../../../node/src/train/recipes.ts'
import { characterPresets, teacherPresets } from '../teacher/index.ts'
import { parseRecipe } from './recipe.ts'

describe('a recipe with a mistake', () => {
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
    ['character', { character: { blush: 3 } }, /^recipe\.character\.blush: expected a number from 0 to 2, found 3$/],
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
    [
      'filters missing',
      phase({ loss: 'pixel', weight: 1, to: 'revised-result' }),
      /^recipe\.retouch: expected filters, as losses compare with what they make, found nothing$/,
    ],
    [
      'discriminator of another tail',
      {
        architecture: 'animegan-v3',
        ...phase(
          { tail: 'support', loss: 'adversarial', weight: 1, shown: 'result', target: 1 },
          { learningRate: 1, losses: [{ shown: 'style', target: 1, weight: 1 }] },
        ),
      },
      /^recipe\.phases\[0\]\.discriminator\.losses: expected one of the support tail, as a loss has it judged/,
    ],
    [
      'filter',
      { retouch: { photo: { scale: 5, sigma: 0, smallest: 50 }, revision: {} } },
      /^recipe\.retouch\.photo\.sigma: expected a number from 0\.1 to 10, found 0$/,
    ],
    [
      'initial weights',
      { initialWeights: { generator: 'zero', discriminator: 'normal' } },
      /^recipe\.initialWeights\.generator: expected one of he, xavier, normal, found "zero"$/,
    ],
    [
      'clip of before',
      { gradientClipNorm: undefined, clip: 1 },
      /^recipe\.gradientClipNorm: expected a number from 0 to 1000000, found nothing$/,
    ],
    ['scale', { photoScale: [1, 0.5] }, /^recipe\.photoScale: expected two numbers/],
  ])('%s is told', (_, change, message) => {
    const parse = () => parseRecipe(JSON.stringify({ ...live, ...change }))
    expect(parse).toThrow(message)
    expect(parse).toThrow(AnimeganError)
  })
  it('that is not JSON is reported', () => expect(() => parseRecipe('{')).toThrow(/^recipe: expected JSON: [^\n]+$/))
})

it('takes how heads are drawn from a teacher given by name, unless it says so itself', () => {
  const live = JSON.parse(readFileSync(recipePath('live'), 'utf8')) as Record<string, unknown>
  const character = (change: object) => parseRecipe(JSON.stringify({ ...live, ...change })).character
  expect(character({ teacher: 'cel' })).toEqual(characterPresets.cel)
  expect(character({ teacher: 'cel', character: { blush: 2, eyes: 9 } })).toEqual({ blush: 2 })
  expect(character({ teacher: teacherPresets.cel })).toBeUndefined()
})

function phase(loss: object, discriminator?: object): Record<string, unknown> {
  return { phases: [{ name: 'a', steps: 1, learningRate: 1, generator: [loss], discriminator }] }
}
