/** The losses that a generator's terms may name. To add a loss, add a file next to this one and a line to the table. */
import { adversarial } from './adversarial.ts'
import { colour } from './colour.ts'
import { content } from './content.ts'
import type { Loss } from './loss.ts'
import { pixel } from './pixel.ts'
import { statistics } from './statistics.ts'
import { style } from './style.ts'
import { variation } from './variation.ts'

const table = [content, style, statistics, colour, pixel, variation, adversarial] as const

/**
 * The tail of AnimeGANv3 that a term trains: the one that makes the picture, or the one that only helps in training.
 */
export type Tail = (typeof tails)[number]
export const tails = ['main', 'support'] as const

type TermOf<L> =
  L extends Loss<infer Name, infer Options>
    ? { readonly loss: Name; readonly weight: number /** Default: main. */; readonly tail?: Tail } & Options
    : never

/** One term of the generator's loss: a loss by name, its weight and its options. */
export type GeneratorTerm = TermOf<(typeof table)[number]>

export const lossNames = table.map(({ name }) => name)

/** The loss of a name. */
export const lossNamed = (name: GeneratorTerm['loss']): Loss => table.find((loss) => loss.name === name) as Loss
