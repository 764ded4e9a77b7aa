/** Which language the page speaks: the visitor's choice, else the browser's, else English. */
import { computed, effect, signal } from '@preact/signals'
import { recall, remember } from '../state/memory.ts'
import { en, type Messages } from './en.ts'
import { ja } from './ja.ts'
import { zh } from './zh.ts'

const catalogues = { en, zh, ja } as const satisfies Record<string, Messages>
export type Language = keyof typeof catalogues

/** Each in its own words, as everyone finds it. */
export const languages: Readonly<Record<Language, string>> = { en: 'English', zh: '中文', ja: '日本語' }
const tags: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-Hans', ja: 'ja' }

const isLanguage = (name: string | undefined): name is Language => name !== undefined && Object.hasOwn(catalogues, name)

/** The first of the browser's languages that there is a catalogue for. */
export const preferred = (wanted: readonly string[]): Language =>
  wanted.map((tag) => tag.toLowerCase().split('-')[0]).find(isLanguage) ?? 'en'

const stored = recall('language')
export const language = signal<Language>(isLanguage(stored) ? stored : preferred(navigator.languages))

export const messages = computed<Messages>(() => catalogues[language.value])

/** A fraction in the visitor's writing. */
export const percent = (fraction: number): string =>
  new Intl.NumberFormat(tags[language.value], { style: 'percent' }).format(fraction)

export const chooseLanguage = (name: Language): void => {
  language.value = name
  remember('language', name)
}

effect(() => {
  document.documentElement.lang = tags[language.value]
  document.title = messages.value.title
})
