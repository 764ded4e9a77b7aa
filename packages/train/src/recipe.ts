/**
 * Recipes: everything that decides what a training run learns, as data. A recipe names its networks and its phases; a
 * phase is a list of weighted losses for each side. Read from JSON that anyone may have written, so every field is
 * checked. Holds no pictures and no paths.
 */
import { type Architecture, isArchitecture, networks } from '@animegan/models'
import type { GanKind } from './losses/adversarial.ts'
import { checkTeacher, type TeacherOptions, teacherPresets } from './teacher/index.ts'

/**
 * What a loss compares a picture with: the photo; the photo after the classical filter (the teacher's target); the photo
 * with its regions smoothed; or what the network makes, its regions smoothed, the support tail's where there is one.
 */
export type Reference = 'photo' | 'target' | 'smoothed-photo' | 'smoothed-result'

/** Which tail of AnimeGANv3 a loss teaches: what makes the picture, or what only helps in training. Default: main. */
export type Tail = 'main' | 'support'

/**
 * Pictures that a discriminator can be shown. `smooth` is style with its edges smoothed, `target` the teacher's drawing;
 * `gray` is the picture's luma.
 */
export type Shown = (typeof shownPictures)[number]
const shownPictures = ['style', 'result', 'style-gray', 'result-gray', 'smooth-gray', 'target-gray'] as const

/** One term of the generator's loss. */
export type GeneratorLoss = { readonly tail?: Tail } & (
  | { readonly loss: 'content'; readonly weight: number; readonly to: Reference; readonly layer: string }
  | {
      readonly loss: 'style'
      readonly weight: number
      readonly layer: string
      readonly of: 'result' | 'result-gray'
      /** Whether features have their mean taken off first. */
      readonly centred?: boolean
    }
  | { readonly loss: 'statistics'; readonly weight: number; readonly layer: string }
  | { readonly loss: 'colour'; readonly weight: number; readonly to: Reference; readonly space: 'yuv' | 'lab' }
  | { readonly loss: 'pixel'; readonly weight: number; readonly to: Reference }
  | { readonly loss: 'variation'; readonly weight: number }
  | {
      readonly loss: 'adversarial'
      readonly weight: number
      readonly shown: 'result' | 'result-gray'
      readonly target: number
    }
)

/** One term of the discriminator's loss: what its logits should be for a kind of picture. */
export interface DiscriminatorLoss {
  readonly shown: Shown
  readonly target: number
  readonly weight: number
}

/** A stretch of training with one objective. */
export interface Phase {
  readonly name: string
  /** How long it lasts unless the run says otherwise: see `stepsOf`. */
  readonly steps: number
  /** Adam's step size. */
  readonly rate: number
  readonly generator: readonly GeneratorLoss[]
  /** Absent: no discriminator is trained, and no loss may be adversarial. */
  readonly discriminator?: { readonly rate: number; readonly losses: readonly DiscriminatorLoss[] }
}

export interface Recipe {
  readonly title: string
  readonly description: string
  readonly architecture: Architecture
  readonly discriminator: DiscriminatorName
  readonly gan: GanKind
  /** Side of the crops in pixels, and how many make a step. */
  readonly size: number
  readonly batch: number
  /** How much crops are scaled: 0.5 takes squares of twice the side and reduces them. */
  readonly photoScale: readonly [number, number]
  readonly styleScale: readonly [number, number]
  /** Long side that the finished style sees of larger pictures, in pixels; absent: it sees them as they are. */
  readonly effectSize?: number
  /** The classical filter that makes targets; absent if no loss needs one. */
  readonly teacher?: TeacherOptions
  readonly adam: { readonly beta1: number; readonly beta2: number }
  /** Decay of the moving average of the generator's weights; 0: the last weights are the style. */
  readonly average: number
  /** Largest norm of a network's gradient; larger ones are scaled down. 0: no bound. */
  readonly clip: number
  readonly phases: readonly Phase[]
}

export type DiscriminatorName = 'v1' | 'v2' | 'v3' | 'live'

/** Whether a recipe's losses need targets. */
export const needsTarget = ({ phases }: Recipe): boolean =>
  phases.some(
    ({ generator, discriminator }) =>
      generator.some((term) => 'to' in term && term.to === 'target') ||
      discriminator?.losses.some(({ shown }) => shown === 'target-gray'),
  )

/** Whether a recipe trains a support tail. */
export const hasSupport = ({ phases }: Recipe): boolean =>
  phases.some(({ generator }) => generator.some(({ tail }) => tail === 'support'))

const format = 'animegan-recipe/1'

/** A recipe as JSON, which `parseRecipe` reads. */
export const recipeText = (recipe: Recipe): string => JSON.stringify({ format, ...recipe }, undefined, 2)

/** Reads a recipe's JSON. Throws an error of one line that names the field. */
export const parseRecipe = (text: string): Recipe => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new Error(`recipe: expected JSON: ${(error as Error).message}`)
  }
  const recipe = fields(json, 'recipe')
  if (recipe.get('format') !== format) fail('recipe.format', format, recipe.get('format'))
  const architecture = recipe.word('architecture', Object.keys(networks))
  if (!isArchitecture(architecture)) throw new Error(`recipe: no network ${architecture}`)
  const adam = recipe.inside('adam')
  const parsed: Recipe = {
    title: recipe.text('title'),
    description: recipe.text('description'),
    architecture,
    discriminator: recipe.word('discriminator', ['v1', 'v2', 'v3', 'live']),
    gan: recipe.word('gan', ['lsgan', 'hinge']),
    size: recipe.number('size', 32, 1024),
    batch: recipe.number('batch', 1, 64),
    photoScale: recipe.range('photoScale'),
    styleScale: recipe.range('styleScale'),
    ...(recipe.get('effectSize') !== undefined && { effectSize: recipe.number('effectSize', 64, 1e5) }),
    ...(recipe.get('teacher') !== undefined && { teacher: parseTeacher(recipe.get('teacher')) }),
    adam: { beta1: adam.number('beta1', 0, 0.9999), beta2: adam.number('beta2', 0, 0.99999) },
    average: recipe.number('average', 0, 0.99999),
    clip: recipe.number('clip', 0, 1e6),
    phases: recipe.list('phases').map(parsePhase),
  }
  if (parsed.size % 32 !== 0) fail('recipe.size', 'a multiple of 32', parsed.size)
  if (needsTarget(parsed) && !parsed.teacher)
    fail('recipe.teacher', "options, as losses compare with 'target'", undefined)
  if (hasSupport(parsed) && architecture !== 'animegan-v3')
    fail('recipe.architecture', "animegan-v3, as losses are for its 'support' tail", architecture)
  return parsed
}

/** A preset's name, or options. */
const parseTeacher = (json: unknown): TeacherOptions => {
  if (typeof json !== 'string') return checkTeacher(json)
  const preset = Object.entries(teacherPresets).find(([name]) => name === json)
  return preset?.[1] ?? fail('recipe.teacher', `options or one of ${Object.keys(teacherPresets).join(', ')}`, json)
}

const parsePhase = (json: unknown, index: number): Phase => {
  const where = `recipe.phases[${index}]`
  const phase = fields(json, where)
  const generator = phase.list('generator').map((term, i) => parseGeneratorLoss(term, `${where}.generator[${i}]`))
  const common = {
    name: phase.text('name'),
    steps: phase.number('steps', 0, 1e8),
    rate: phase.number('rate', 0, 1),
    generator,
  }
  if (phase.get('discriminator') === undefined) {
    if (generator.some(({ loss }) => loss === 'adversarial'))
      fail(`${where}.discriminator`, 'one, as a loss is adversarial', undefined)
    return common
  }
  const discriminator = phase.inside('discriminator')
  const losses = discriminator.list('losses').map((term, i): DiscriminatorLoss => {
    const loss = fields(term, `${where}.discriminator.losses[${i}]`)
    return {
      shown: loss.word('shown', shownPictures),
      target: loss.number('target', 0, 1),
      weight: loss.number('weight', 0, 1e6),
    }
  })
  return { ...common, discriminator: { rate: discriminator.number('rate', 0, 1), losses } }
}

const parseGeneratorLoss = (json: unknown, where: string): GeneratorLoss => {
  const term = fields(json, where)
  const weight = term.number('weight', 0, 1e6)
  const to = (): Reference => term.word('to', ['photo', 'target', 'smoothed-photo', 'smoothed-result'])
  const layer = (): string => {
    const name = term.text('layer')
    return /^(?:conv|relu)(?:[12]_[12]|[34]_[1-4]|5_[1-4])$/.test(name)
      ? name
      : fail(`${where}.layer`, 'a name such as conv4_4', name)
  }
  const tail = term.get('tail') === undefined ? {} : { tail: term.word('tail', ['main', 'support']) }
  const loss = term.word('loss', ['content', 'style', 'statistics', 'colour', 'pixel', 'variation', 'adversarial'])
  switch (loss) {
    case 'content':
      return { ...tail, loss, weight, to: to(), layer: layer() }
    case 'style':
      return {
        ...tail,
        loss,
        weight,
        layer: layer(),
        of: term.word('of', ['result', 'result-gray']),
        ...(term.get('centred') === true && { centred: true }),
      }
    case 'statistics':
      return { ...tail, loss, weight, layer: layer() }
    case 'colour':
      return { ...tail, loss, weight, to: to(), space: term.word('space', ['yuv', 'lab']) }
    case 'pixel':
      return { ...tail, loss, weight, to: to() }
    case 'variation':
      return { ...tail, loss, weight }
    case 'adversarial':
      return {
        ...tail,
        loss,
        weight,
        shown: term.word('shown', ['result', 'result-gray']),
        target: term.number('target', 0, 1),
      }
  }
}

const fail = (where: string, expected: string, found: unknown): never => {
  throw new Error(`${where}: expected ${expected}, found ${found === undefined ? 'nothing' : JSON.stringify(found)}`)
}

/** Typed access to the fields of an object that may be anything. */
const fields = (json: unknown, where: string) => {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return fail(where, 'an object', json)
  const object = json as Readonly<Record<string, unknown>>
  const get = (key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined)
  return {
    get,
    text: (key: string): string => {
      const value = get(key)
      return typeof value === 'string' && value !== '' ? value : fail(`${where}.${key}`, 'text', value)
    },
    number: (key: string, least: number, most: number): number => {
      const value = get(key)
      return typeof value === 'number' && value >= least && value <= most
        ? value
        : fail(`${where}.${key}`, `a number from ${least} to ${most}`, value)
    },
    word: <T extends string>(key: string, words: readonly T[]): T => {
      const value = get(key)
      return words.find((word) => word === value) ?? fail(`${where}.${key}`, `one of ${words.join(', ')}`, value)
    },
    list: (key: string): readonly unknown[] => {
      const value = get(key)
      return Array.isArray(value) && value.length > 0 ? value : fail(`${where}.${key}`, 'a list', value)
    },
    range: (key: string): readonly [number, number] => {
      const value = get(key)
      const [low, high] = Array.isArray(value) && value.length === 2 ? (value as unknown[]) : []
      return typeof low === 'number' && typeof high === 'number' && low >= 0.01 && high >= low && high <= 100
        ? [low, high]
        : fail(`${where}.${key}`, 'two numbers, such as [0.5, 1]', value)
    },
    inside: (key: string) => fields(get(key), `${where}.${key}`),
  }
}
