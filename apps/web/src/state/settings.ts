/** The visitor's settings for all items; lasting ones are remembered. */
import { type Backend, type FileFormat, fileFormats } from '@animegan/browser'
import { OPTIONS } from '@animegan/core/options'
import { computed, signal } from '@preact/signals'
import { recall, remember } from './memory.ts'

/** The engine, in the page's terms. */
export const backends = ['auto', 'gpu', 'cpu'] as const
export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const effects = ['auto', 'fine', 'medium', 'bold'] as const
export type Effect = (typeof effects)[number]

/** Whether faces in photos, clips and the camera are redrawn at their own scale. */
export const faceModes = ['styled', 'off'] as const
export type FaceMode = (typeof faceModes)[number]

/** Long sides of the result to choose from; 0 is the photo's own. */
export const sizes = [0, 512, 1024, 2048, 4096] as const

export interface Settings {
  readonly styleId: string
  /** 0 to 1. */
  readonly strength: number
  readonly effect: Effect
  readonly faces: FaceMode
  /** Proportions of faces: from 0, the photo's, to 1. */
  readonly proportions: number
  readonly size: number
  readonly format: FileFormat | 'same'
  readonly backend: (typeof backends)[number]
}

const oneOf = <T extends string>(list: readonly T[], text: string | undefined, otherwise: T): T =>
  list.find((name) => name === text) ?? otherwise

/** A remembered fraction, if valid. */
const share = (name: 'strength' | 'proportions', otherwise: number): number => {
  const value = Number(recall(name) ?? otherwise)
  const { least, most } = OPTIONS[name]
  return value >= least && value <= most ? value : otherwise
}

export const settings = signal<Settings>({
  styleId: recall('style') ?? '',
  strength: share('strength', OPTIONS.strength.default),
  effect: oneOf(effects, recall('effect'), 'auto'),
  faces: oneOf(faceModes, recall('faces'), 'styled'),
  proportions: share('proportions', 0),
  size: 0,
  format: oneOf(['same', ...fileFormats], recall('format'), 'same'),
  backend: oneOf(backends, recall('backend'), 'auto'),
})

const engineWords = { auto: 'auto', gpu: 'webgpu', cpu: 'wasm' } as const

/** The engine, in the library's terms. */
export const chosenBackend = computed<Backend | 'auto'>(() => engineWords[settings.value.backend])

/** Changes some settings. */
export const set = (change: Partial<Settings>): void => {
  settings.value = { ...settings.value, ...change }
  const { styleId: style, size: _, ...lasting } = settings.value
  for (const [name, value] of Object.entries({ style, ...lasting })) remember(name, String(value))
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
