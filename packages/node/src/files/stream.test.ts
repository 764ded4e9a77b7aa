/** Streams whose start is examined before they are read. */
import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { collect, peek } from './stream.ts'

it('examines the start of a stream that comes in pieces, and still returns all of it', async () => {
  const pieces = Array.from({ length: 300 }, (_, i) => Buffer.alloc(7, i))
  const peeked = await peek(Readable.from(pieces))
  expect(peeked.start.length).toBeGreaterThanOrEqual(1024)
  expect(peeked.start.length).toBeLessThan(1024 + 7)
  expect(Buffer.from(await collect(peeked)).equals(Buffer.concat(pieces))).toBe(true)
  const short = await peek(Readable.from([Buffer.from('abc')]))
  expect([Buffer.from(short.start).toString(), Buffer.from(await collect(short)).toString()]).toEqual(['abc', 'abc'])
})
