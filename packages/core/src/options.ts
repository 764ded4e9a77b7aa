/**
 * The options of animating, each declared once with its description, range and default. The types, the checks, the
 * command's flags and the page's sliders are made from this table.
 */
import { AnimeganError } from '@animegan/graph/error'

export interface NumberOption {
  readonly kind: 'number' | 'whole'
  readonly least: number
  readonly most: number
  readonly default?: number
  /** A short description, shown in the command's help. */
  readonly about: string
}

export interface WordOption {
  readonly kind: 'word'
  readonly words: readonly string[]
  readonly default: string
  readonly about: string
}

/** A colour as `#rrggbb`, or the word (the default) for no particular colour. */
export interface ColourOption {
  readonly kind: 'colour'
  readonly default: string
  readonly about: string
}

export type AnyOption = NumberOption | WordOption | ColourOption

const LARGEST_SIDE = 65_535

/** Proportions of faces that are drawn as characters, by default. */
export const DRAWN_PROPORTIONS = 0.8

/** The options; if one has no default, its description says what happens without it. */
export const OPTIONS = {
  strength: {
    kind: 'number',
    least: 0,
    most: 1,
    default: 1,
    about: 'strength of the effect: from the original (0) to full anime (1)',
  },
  size: { kind: 'whole', least: 1, most: LARGEST_SIDE, about: "long side of the result; default: the input's" },
  effectSize: {
    kind: 'whole',
    least: 32,
    most: LARGEST_SIDE,
    about:
      "long side of the picture that the network sees: smaller is bolder; default: the result's, its short side limited by the style",
  },
  faces: {
    kind: 'word',
    words: ['drawn', 'styled', 'off'],
    default: 'drawn',
    about:
      'drawn: as anime characters; styled: redrawn by the style at the size that suits it best; off: like the rest of the picture',
  },
  proportions: {
    kind: 'number',
    least: 0,
    most: 1,
    about: 'how far to change faces towards anime: larger eyes, a narrower chin; default: 0.8 for drawn faces, else 0',
  },
  lashes: {
    kind: 'word',
    words: ['soft', 'plain', 'auto'],
    default: 'auto',
    about: 'how full to draw lashes and lips of drawn faces; auto: as the photo suggests',
  },
  age: {
    kind: 'word',
    words: ['keep', 'smooth'],
    default: 'keep',
    about: 'whether drawn faces keep or lose lines of age',
  },
  eyeColour: { kind: 'colour', default: 'auto', about: "eye colour of drawn faces; auto: the person's own" },
} as const satisfies Readonly<Record<string, AnyOption>>

type Declarations = typeof OPTIONS
type ValueOf<D> = D extends { words: readonly (infer W)[] } ? W : D extends { kind: 'colour' } ? string : number

/** How pictures are animated. All options are optional. */
export type AnimateOptions = { readonly [K in keyof Declarations]?: ValueOf<Declarations[K]> | undefined }

/** Describes an invalid value as `expected …, found …`; undefined if the value is valid. */
export const faultOf = (declaration: AnyOption, value: unknown): string | undefined => {
  const found = typeof value === 'string' ? `'${value}'` : String(value)
  if (declaration.kind === 'word') {
    const { words } = declaration
    return words.some((word) => word === value) ? undefined : `expected one of ${words.join(', ')}, found ${found}`
  }
  if (declaration.kind === 'colour') {
    const { default: word } = declaration
    const fits = typeof value === 'string' && (value === word || /^#[0-9a-f]{6}$/i.test(value))
    return fits ? undefined : `expected ${word} or a colour such as #3a7bd5, found ${found}`
  }
  const { kind, least, most } = declaration
  const fits =
    typeof value === 'number' && value >= least && value <= most && (kind === 'number' || Number.isInteger(value))
  if (fits) return undefined
  return `expected a ${kind === 'whole' ? 'whole number' : 'number'} from ${least} to ${most}, found ${found}`
}

/** Checks options from outside and returns the known ones. Throws a `bad-argument` that names the invalid option. */
export const checkOptions = (options: AnimateOptions): AnimateOptions => {
  const checked: Record<string, unknown> = {}
  for (const [name, declaration] of Object.entries(OPTIONS)) {
    const value = (options as Record<string, unknown>)[name]
    if (value === undefined) continue
    const fault = faultOf(declaration, value)
    if (fault) throw new AnimeganError('bad-argument', `${name}: ${fault}`)
    checked[name] = value
  }
  return checked
}
