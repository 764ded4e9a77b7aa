/** Reading untrusted JSON: what is accepted, and that everything else is an error of one line with a code. */
import { AnimeganError } from '@animegan/graph'
import { expect, it } from 'vitest'
import { type Fields, fieldsOf } from './fields.ts'

const all = fieldsOf(
  { text: 'a', number: 2, word: 'b', flag: true, list: [1], range: [0.5, 1], inside: { deep: 3 } },
  'all',
)

it('returns valid fields', () => {
  expect([all.text('text'), all.number('number', 2, 2), all.word('word', ['a', 'b'])]).toEqual(['a', 2, 'b'])
  expect([all.flag('flag'), all.flag('none'), all.list('list'), all.range('range')]).toEqual([
    true,
    false,
    [1],
    [0.5, 1],
  ])
  expect([all.has('none'), all.get('none'), all.inside('inside').number('deep', 0, 9)]).toEqual([false, undefined, 3])
  expect(all.has('toString')).toBe(false)
})

it.each<[string, (fields: Fields) => unknown, string]>([
  ['empty text', (some) => some.text('empty'), 'x.empty: expected text, found ""'],
  ['no text', (some) => some.text('none'), 'x.none: expected text, found nothing'],
  ['a number too large', (some) => some.number('number', 0, 1), 'x.number: expected a number from 0 to 1, found 2'],
  ['a number as text', (some) => some.number('digits', 0, 9), 'x.digits: expected a number from 0 to 9, found "2"'],
  ['another word', (some) => some.word('digits', ['a', 'b']), 'x.digits: expected one of a, b, found "2"'],
  ['a flag as text', (some) => some.flag('digits'), 'x.digits: expected true or false, found "2"'],
  ['an empty list', (some) => some.list('list'), 'x.list: expected a list, found []'],
  ['a range backwards', (some) => some.range('range'), 'x.range: expected two numbers, such as [0.5, 1], found [2,1]'],
  ['a list inside', (some) => some.inside('list'), 'x.list: expected an object, found []'],
])('%s is told', (_, read, message) => {
  const some = fieldsOf({ empty: '', number: 2, digits: '2', list: [], range: [2, 1] }, 'x')
  expect(() => read(some)).toThrow(new AnimeganError('bad-argument', message))
})

it.each([undefined, null, 3, 'text', []])('%j is not an object', (json) => {
  expect(() => fieldsOf(json, 'x')).toThrow(/^x: expected an object, found /)
})
