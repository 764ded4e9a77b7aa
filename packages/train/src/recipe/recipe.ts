/**
 * Recipes: everything that decides what a training run learns, as data. A recipe names its networks and its phases (see
 * phase.ts). Read from untrusted JSON, so every field is checked. Contains no pictures and no paths.
 */
import { type CharacterLook, characterRanges } from '@animegan/core'
import { AnimeganError } from '@animegan/graph'
import { type Architecture, isArchitecture, networks } from '@animegan/models'
import { isRetouched } from '../batch.ts'
import { type GanKind, ganKinds } from '../losses/gan.ts'
import type { RetouchOptions } from '../retouch/retouch.ts'
import {
  characterPresets,
  checkTeacher,
  isTeacherName,
  type TeacherOptions,
  teacherNames,
  teacherPresets,
} from '../teacher/index.ts'
import { type DiscriminatorName, discriminatorNames } from './discriminators.ts'
import { type Fields, fail, fieldsOf } from './fields.ts'
import { type InitialWeights, parseInitialWeights } from './initial-weights.ts'
import { type Phase, parsePhase } from './phase.ts'
import { parseRetouch } from './retouch.ts'

export interface Recipe {
  readonly title: string
  readonly description: string
  readonly architecture: Architecture
  readonly discriminator: DiscriminatorName
  readonly gan: GanKind
  /** Side of the crops in pixels, and the number of crops per step. */
  readonly size: number
  readonly batch: number
  /** Range of scale factors of crops: 0.5 takes squares of twice the side and reduces them. */
  readonly photoScale: readonly [number, number]
  readonly styleScale: readonly [number, number]
  /** Share of pixels of pictures with smoothed edges that are white; absent: none. */
  readonly salt?: number
  /**
   * Bounds how many pixels of larger pictures the finished style sees: as many as a 4:3 picture with this long side
   * has. Absent: no bound.
   */
  readonly effectSize?: number
  /** The classical filter that makes targets; absent if no loss needs targets. */
  readonly teacher?: TeacherOptions
  /** The filters that photos and results are retouched with; absent if no loss needs them. */
  readonly retouch?: RetouchOptions
  /** What weights are before training; absent: see `startState`. */
  readonly initialWeights?: InitialWeights
  /** How the finished style draws heads, as far as not as usual. A teacher given by name brings its own. */
  readonly character?: Partial<CharacterLook>
  readonly adam: { readonly beta1: number; readonly beta2: number }
  /** Decay of the exponential moving average of the generator's weights; 0: the last weights are the style. */
  readonly emaDecay: number
  /** Largest Euclidean norm of a network's gradient; a larger one is scaled down to it. 0: no bound. */
  readonly gradientClipNorm: number
  readonly phases: readonly Phase[]
}

/** Whether a recipe's losses need targets. */
export const needsTarget = ({ phases }: Recipe): boolean =>
  phases.some(
    ({ generator, discriminator }) =>
      generator.some((term) => 'to' in term && term.to === 'target') ||
      discriminator?.losses.some(({ shown }) => shown === 'target-gray'),
  )

/** Whether a recipe changes a style that there is, as its losses hold on to what that style makes. */
export const needsStart = ({ phases }: Recipe): boolean =>
  phases.some(({ generator }) => generator.some((term) => 'to' in term && term.to === 'start'))

/** Whether a recipe trains a support tail. */
export const hasSupport = ({ phases }: Recipe): boolean =>
  phases.some(({ generator, discriminator }) =>
    [...generator, ...(discriminator?.losses ?? [])].some(({ tail }) => tail === 'support'),
  )

/** Whether a recipe's losses need pictures that are retouched. */
const needsRetouch = ({ phases }: Recipe): boolean =>
  phases.some(
    ({ generator, discriminator }) =>
      generator.some(
        (term) => 'to' in term && term.to !== 'start' && (term.to === 'photo-regions' || isRetouched(term.to)),
      ) || discriminator?.losses.some(({ shown }) => shown === 'revised-result'),
  )

const format = 'animegan-recipe/1'

/** A recipe as JSON, which `parseRecipe` reads. */
export const recipeText = (recipe: Recipe): string => JSON.stringify({ format, ...recipe }, undefined, 2)

/** Reads a recipe's JSON. Throws an `AnimeganError` (`bad-argument`) of one line that names the field. */
export const parseRecipe = (text: string): Recipe => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new AnimeganError('bad-argument', `recipe: expected JSON: ${(error as Error).message}`, { cause: error })
  }
  const recipe = fieldsOf(json, 'recipe')
  if (recipe.get('format') !== format) recipe.fail('format', format, recipe.get('format'))
  const adam = recipe.inside('adam')
  const parsed: Recipe = {
    title: recipe.text('title'),
    description: recipe.text('description'),
    architecture: recipe.word('architecture', Object.keys(networks).filter(isArchitecture)),
    discriminator: recipe.word('discriminator', discriminatorNames),
    gan: recipe.word('gan', ganKinds),
    size: recipe.number('size', 32, 1024),
    batch: recipe.number('batch', 1, 64),
    photoScale: recipe.range('photoScale'),
    styleScale: recipe.range('styleScale'),
    salt: recipe.has('salt') ? recipe.number('salt', 0, 1) : undefined,
    effectSize: recipe.has('effectSize') ? recipe.number('effectSize', 64, 1e5) : undefined,
    teacher: recipe.has('teacher') ? parseTeacher(recipe.get('teacher')) : undefined,
    retouch: recipe.has('retouch') ? parseRetouch(recipe.inside('retouch')) : undefined,
    initialWeights: recipe.has('initialWeights') ? parseInitialWeights(recipe.inside('initialWeights')) : undefined,
    character: parseCharacter(recipe),
    adam: { beta1: adam.number('beta1', 0, 0.9999), beta2: adam.number('beta2', 0, 0.99999) },
    emaDecay: recipe.number('emaDecay', 0, 0.99999),
    gradientClipNorm: recipe.number('gradientClipNorm', 0, 1e6),
    phases: recipe.list('phases').map((phase, i) => parsePhase(phase, `recipe.phases[${i}]`)),
  }
  const { architecture, size, teacher } = parsed
  if (size % 32 !== 0) recipe.fail('size', 'a multiple of 32', size)
  if (needsTarget(parsed) && !teacher) recipe.fail('teacher', "options, as losses compare with 'target'", undefined)
  if (needsRetouch(parsed) && !parsed.retouch)
    recipe.fail('retouch', 'filters, as losses compare with what they make', undefined)
  if (hasSupport(parsed) && architecture !== 'animegan-v3')
    recipe.fail('architecture', "animegan-v3, as losses are for its 'support' tail", architecture)
  return parsed
}

/** The numbers of `character`, else those of the named teacher. */
const parseCharacter = (recipe: Fields): Recipe['character'] => {
  if (!recipe.has('character')) {
    const teacher = recipe.get('teacher')
    return typeof teacher === 'string' && isTeacherName(teacher) ? characterPresets[teacher] : undefined
  }
  const character = recipe.inside('character')
  const given = Object.entries(characterRanges).filter(([name]) => character.has(name))
  return Object.fromEntries(given.map(([name, { most }]) => [name, character.number(name, 0, most)]))
}

/** A preset's name, or options. */
const parseTeacher = (json: unknown): TeacherOptions => {
  if (typeof json !== 'string') return checkTeacher(json)
  if (isTeacherName(json)) return teacherPresets[json]
  return fail('recipe.teacher', `options or one of ${teacherNames.join(', ')}`, json)
}
