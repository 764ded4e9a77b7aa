/** Words that depend on the language beyond the catalogues: credits of styles, times. */
import { readdirSync, readFileSync } from 'node:fs'
import { loadStyle } from '@animegan/core'
import { afterEach, expect, it, vi } from 'vitest'

vi.stubGlobal('navigator', { languages: ['en'] })
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {} })
const { clock, creditOf, language, tenths } = await import('./language.ts')

afterEach(() => {
  language.value = 'en'
})

const several = "animegan; learned from art of semperai/amica, TavernAI and Ren'Py (MIT)"

it.each([
  ['en', several, "by animegan, learned from art of semperai/amica, TavernAI, and Ren'Py (MIT)"],
  ['ja', several, "作者：animegan（semperai/amica、TavernAI、Ren'Py (MIT) の絵から学習）"],
  ['zh', several, "作者：animegan，学习自 semperai/amica、TavernAI和Ren'Py (MIT) 的画作"],
  ['ja', "animegan; learned from Duelyst's art (CC0)", '作者：animegan（Duelyst (CC0) の絵から学習）'],
  ['zh', 'TachibanaYoshino', '作者：TachibanaYoshino'],
] as const)('credits in %s: %s', (name, attribution, expected) => {
  language.value = name
  expect(creditOf(attribution)).toBe(expected)
})

const styles = new URL('../../../../packages/node/styles/', import.meta.url)
it.each(readdirSync(styles).filter((name) => name.endsWith('.safetensors')))(
  'the credits of %s are translated',
  (name) => {
    language.value = 'ja'
    const { attribution } = loadStyle(readFileSync(new URL(name, styles)))
    expect(creditOf(attribution)).toMatch(/ の絵から学習）$/)
    expect(creditOf(attribution)).not.toMatch(/learned|art of/)
  },
)

it('times, as in players, and with tenths', () => {
  expect([0, 59.96, 3661].map(clock)).toEqual(['0:00', '0:59', '1:01:01'])
  expect([0.5, 59.96, 61.25].map(tenths)).toEqual(['0:00.5', '1:00.0', '1:01.3'])
})
