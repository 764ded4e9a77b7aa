/** The page's language: the visitor's choice, else the browser's, else English. */
import { computed, effect, signal } from '@preact/signals'
import { recall, remember } from '../state/memory.ts'
import { en, type Messages } from './en.ts'
import { ja } from './ja.ts'
import { zh } from './zh.ts'

const catalogues = { en, zh, ja } as const satisfies Record<string, Messages>
export type Language = keyof typeof catalogues

/** Each language's own name for itself. */
export const languages: Readonly<Record<Language, string>> = { en: 'English', zh: '中文', ja: '日本語' }
const tags: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-Hans', ja: 'ja' }

const isLanguage = (name: string | undefined): name is Language => name !== undefined && Object.hasOwn(catalogues, name)

/** The first of the browser's languages that has a catalogue. */
export const preferred = (wanted: readonly string[]): Language =>
  wanted.map((tag) => tag.toLowerCase().split('-')[0]).find(isLanguage) ?? 'en'

const stored = recall('language')
export const language = signal<Language>(isLanguage(stored) ? stored : preferred(navigator.languages))

export const messages = computed<Messages>(() => catalogues[language.value])

/** A fraction as a percentage in the visitor's number format. */
export const percent = (fraction: number): string =>
  new Intl.NumberFormat(tags[language.value], { style: 'percent' }).format(fraction)

/** A number in the visitor's format, with at most so many decimals. */
export const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(tags[language.value], { maximumFractionDigits: digits }).format(value)

/** Frames per second, with a decimal where there are few. */
export const rateOf = (rate: number): string => {
  const digits = rate < 10 ? 1 : 0
  return messages.value.clip.rate(number(rate, digits), Number(rate.toFixed(digits)))
}

/** An approximate waiting time in the visitor's language: seconds, minutes or hours. */
export const duration = (seconds: number): string => {
  const [value, unit] =
    seconds < 60 ? [seconds, 'second'] : seconds < 5400 ? [seconds / 60, 'minute'] : [seconds / 3600, 'hour']
  const digits = unit === 'hour' ? 1 : 0
  const style = { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: digits } as const
  return new Intl.NumberFormat(tags[language.value], style).format(Math.max(1, value))
}

/** A time in a clip, as in players: 1:02:03. */
export const clock = (seconds: number): string => {
  const whole = Math.floor(seconds)
  const two = (value: number): string => String(value).padStart(2, '0')
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** The same with tenths of a second: 1:02.5. */
export const tenths = (seconds: number): string => {
  const whole = Math.round(seconds * 10)
  return `${clock(Math.floor(whole / 10))}.${whole % 10}`
}

/** How the files of styles that come with the page word whose art they were learned from. */
const LEARNED = /^(.+?); learned from (?:art of )?(.+?)(?:'s art)?( \([^()]*\))?$/

/** A style's attribution, which its file states in English, in the visitor's language. Names stay as they are. */
export const creditOf = (attribution: string): string => {
  const { style } = messages.value
  const [, who, from, licence = ''] = LEARNED.exec(attribution) ?? []
  if (!who) return style.by(attribution)
  const names = from.includes(' and ') ? from.split(/, | and /) : [from]
  const listed = new Intl.ListFormat(tags[language.value], { type: 'conjunction' }).format(names)
  return style.learned(who, listed + licence)
}

export const chooseLanguage = (name: Language): void => {
  language.value = name
  remember('language', name)
}

effect(() => {
  document.documentElement.lang = tags[language.value]
  document.title = messages.value.title
})
