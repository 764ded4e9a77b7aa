import fc from 'fast-check'
import { encode } from 'flatbuffers/js/flexbuffers.js'
import { expect, test } from 'vitest'
import { FlexMap } from './flex-map.ts'

const bytes = encode({ width: 16, scale: 1.5, list: [61, 146, 291], name: 'text' })
const map = (from: Uint8Array) => new FlexMap('test', 'an operator', from)

test('reads numbers and lists by key', () => {
  const options = map(bytes)
  expect([options.number('width'), options.number('scale')]).toEqual([16, 1.5])
  expect(options.numbers('list', 3)).toEqual([61, 146, 291])
})

test.each<[string, () => unknown, string]>([
  ['no bytes', () => map(new Uint8Array()), 'expected a map of options'],
  ['a number', () => map(encode(7)), 'expected a map of options'],
  ['a key that is not there', () => map(bytes).number('height'), 'expected a number height'],
  ['text', () => map(bytes).number('name'), 'expected a number name'],
  ['a number for a list', () => map(bytes).numbers('width', 3), 'expected a list width'],
  ['a longer list', () => map(bytes).numbers('list', 2), 'expected a list list of at most 2 numbers'],
])('%s is refused in one line', (_, read, message) => {
  expect(read).toThrow(expect.objectContaining({ code: 'bad-weights' }))
  expect(read).toThrow(`test: an operator: ${message}`)
})

test('any bytes give numbers or bad weights', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
      const file = bytes.slice()
      for (const [at, value] of changes) file[at] = value
      try {
        const options = map(file)
        options.numbers('list', 10)
        expect(Number.isFinite(options.number('scale'))).toBe(true)
      } catch (error) {
        if ((error as Error).name === 'AssertionError') throw error
        expect(error).toMatchObject({ code: 'bad-weights' })
      }
    }),
    { numRuns: 1000 },
  )
})
