/** What a style's file may say of how heads are drawn, and what is made of nonsense. */
import { expect, test } from 'vitest'
import { randomStyle } from '../../testing.ts'
import { lookOf } from './look.ts'

const style = randomStyle('live')
const withLook = (character: string) => lookOf({ ...style, metadata: { character } })
const usual = { lineColour: 1, lineWidth: 1, tones: 1, edge: 1, blush: 1, saturation: 1, ambience: 0 }

test('a style that says nothing draws as usual', () => {
  expect(lookOf(style)).toEqual(usual)
})

test('what a style says counts, the rest is as usual', () => {
  expect(withLook('{"lineWidth":1.4,"blush":0}')).toEqual({ ...usual, lineWidth: 1.4, blush: 0 })
})

test.each(['', 'null', '7', '[]', '{"tones":9,"edge":"hard","blush":-1,"eyes":2}'])(
  'nonsense is as usual: %s',
  (text) => {
    expect(withLook(text)).toEqual(usual)
  },
)
