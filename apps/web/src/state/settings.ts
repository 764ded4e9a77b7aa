/** The visitor's settings for all items; lasting ones are remembered. */
import { type Backend, type FileFormat, fileFormats } from '@animegan/browser'
import { DRAWN_PROPORTIONS, faultOf, OPTIONS } from '@animegan/core/options'
import { computed, signal } from '@preact/signals'
import { type ClipFormat, type Comparison, comparisons } from '../studio/protocol.ts'
import { recall, remember } from './memory.ts'

/** The engine, in the page's terms. */
export const backends = ['auto', 'gpu', 'cpu'] as const
export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const effects = ['auto', 'fine', 'medium', 'bold'] as const
export type Effect = (typeof effects)[number]

/** How faces are handled: drawn as characters, redrawn by the style, or neither. */
export const faceModes = OPTIONS.faces.words
export type FaceMode = (typeof faceModes)[number]

/** How lashes and lips of characters are drawn, and whether lines of age stay. */
export const lashKinds = ['auto', 'soft', 'plain'] as const
export const ageKinds = ['keep', 'smooth'] as const

/** The formats of a clip's result to choose from. */
export const clipFormats = ['mp4', 'webm', 'animation'] as const satisfies readonly ClipFormat[]

/** Long sides of the result to choose from; 0 is the photo's own. */
export const sizes = [0, 512, 1024, 2048, 4096] as const

export interface Settings {
  readonly styleId: string
  /** 0 to 1. */
  readonly strength: number
  readonly effect: Effect
  readonly faces: FaceMode
  /** Proportions of faces: from 0, the photo's, to 1; until it is chosen, the default of how faces are handled. */
  readonly proportions?: number
  readonly lashes: (typeof lashKinds)[number]
  readonly age: (typeof ageKinds)[number]
  /** The irises' colour as `#rrggbb`, or `auto` for the person's own. */
  readonly eyeColour: string
  readonly size: number
  /** Of photos. */
  readonly format: FileFormat | 'same'
  readonly clipFormat: ClipFormat | 'same'
  /** How before and after are joined. */
  readonly comparison: Comparison
  readonly backend: (typeof backends)[number]
}

const oneOf = <T extends string>(list: readonly T[], text: string | undefined, otherwise: T): T =>
  list.find((name) => name === text) ?? otherwise

/** A remembered fraction, if valid. */
const share = (name: 'strength' | 'proportions'): number | undefined => {
  const text = recall(name)
  const value = Number(text)
  return text === undefined || faultOf(OPTIONS[name], value) ? undefined : value
}

const rememberedColour = (): string => {
  const colour = recall('eyeColour')
  return colour === undefined || faultOf(OPTIONS.eyeColour, colour) ? OPTIONS.eyeColour.default : colour
}

export const settings = signal<Settings>({
  styleId: recall('style') ?? '',
  strength: share('strength') ?? OPTIONS.strength.default,
  effect: oneOf(effects, recall('effect'), 'auto'),
  faces: oneOf(faceModes, recall('faces'), OPTIONS.faces.default),
  proportions: share('proportions'),
  lashes: oneOf(lashKinds, recall('lashes'), OPTIONS.lashes.default),
  age: oneOf(ageKinds, recall('age'), OPTIONS.age.default),
  eyeColour: rememberedColour(),
  size: 0,
  format: oneOf(['same', ...fileFormats], recall('format'), 'same'),
  clipFormat: oneOf(['same', ...clipFormats], recall('clipFormat'), 'same'),
  comparison: oneOf(comparisons, recall('comparison'), 'side'),
  backend: oneOf(backends, recall('backend'), 'auto'),
})

const engineWords = { auto: 'auto', gpu: 'webgpu', cpu: 'wasm' } as const

/** The engine, in the library's terms. */
export const chosenBackend = computed<Backend | 'auto'>(() => engineWords[settings.value.backend])

/** The proportions of faces, chosen or by default. */
export const proportionsOf = (drawn: boolean): number => settings.value.proportions ?? (drawn ? DRAWN_PROPORTIONS : 0)

/** Changes some settings. */
export const set = (change: Partial<Settings>): void => {
  settings.value = { ...settings.value, ...change }
  const { styleId: style, size: _, ...lasting } = settings.value
  for (const [name, value] of Object.entries({ style, ...lasting })) {
    if (value !== undefined) remember(name, String(value))
  }
}

export const theme = signal<Theme>(oneOf(themes, recall('theme'), 'auto'))

const showTheme = (): void => {
  document.documentElement.dataset.theme = theme.value
}

export const chooseTheme = (name: Theme): void => {
  theme.value = name
  remember('theme', name)
  showTheme()
}

showTheme()
