/** The catalogues match: nothing is empty, nothing is left in English, every parameter is used. */
import { describe, expect, it } from 'vitest'
import { en } from './en.ts'
import { ja } from './ja.ts'
import { teachEn } from './teach-en.ts'
import { teachJa } from './teach-ja.ts'
import { teachZh } from './teach-zh.ts'
import { zh } from './zh.ts'

/** Every sentence by its path; functions are called with markers as parameters. */
const sentences = (messages: object, path = ''): [string, string][] =>
  Object.entries(messages).flatMap(([key, value]): [string, string][] => {
    const here = `${path}.${key}`
    if (typeof value === 'function') return [[here, value(...['⟦1⟧', '⟦2⟧'].slice(0, value.length))]]
    return typeof value === 'string' ? [[here, value]] : sentences(value, here)
  })

/** Words that are the same in all languages. */
const shared = /^\.(engine\.on)$/

describe.each([
  ['zh', zh, en],
  ['ja', ja, en],
  ['zh, teaching', teachZh, teachEn],
  ['ja, teaching', teachJa, teachEn],
])('%s', (_, catalogue, own) => {
  const english = new Map(sentences(own))

  it.each(sentences(catalogue))('%s', (path, text) => {
    const original = english.get(path)
    expect(original).toBeDefined()
    expect(text.trim()).not.toBe('')
    expect(text).not.toBe(original)
    const marks = (sentence: string) => [...new Set(sentence.match(/⟦\d⟧/g))].sort()
    if (!shared.test(path)) expect(marks(text)).toEqual(marks(original!))
  })
})
