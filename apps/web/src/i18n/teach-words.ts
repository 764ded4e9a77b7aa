/** The words of "Teach it a style" in the page's language: apart from all others, so that they come with its dialog. */
import { computed } from '@preact/signals'
import { type Language, language } from './language.ts'
import { type TeachMessages, teachEn } from './teach-en.ts'
import { teachJa } from './teach-ja.ts'
import { teachZh } from './teach-zh.ts'

const catalogues: Readonly<Record<Language, TeachMessages>> = { en: teachEn, zh: teachZh, ja: teachJa }

export const teachWords = computed<TeachMessages>(() => catalogues[language.value])
