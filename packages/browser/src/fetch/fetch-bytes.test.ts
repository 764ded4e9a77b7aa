/** Fetching, against a real server on this machine: bytes, progress, errors. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fetchBytes } from './fetch-bytes.ts'

const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 3)
let server: Server
let url: string
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/plain') response.writeHead(200, { 'Content-Length': bytes.length }).end(bytes)
    else if (request.url === '/packed') {
      const packed = gzipSync(bytes)
      response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': packed.length }).end(packed)
    } else if (request.url === '/slow') response.writeHead(200).write(bytes.subarray(0, 1000))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

it.each([
  ['plain', undefined],
  ['packed', undefined],
  ['packed', bytes.length],
  ['plain', 1000], // the stated size was wrong
  ['plain', 1_000_000],
])('/%s, with a stated size of %s bytes, arrives complete, and its progress rises to 1', async (path, size) => {
  const seen: number[] = []
  const got = await fetchBytes(`${url}/${path}`, { size, onProgress: (fraction) => seen.push(fraction) })
  expect(Buffer.compare(got, bytes)).toBe(0)
  expect(got.buffer.byteLength).toBe(bytes.length)
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  expect(seen.at(-1)).toBe(1)
  // A compressed file of unknown size has no fractions.
  if (path === 'packed' && size === undefined) expect(seen).toEqual([1])
})

it('names what it could not fetch: no such file, no such server', async () => {
  await expect(fetchBytes(`${url}/none`)).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringMatching(/\/none: expected a file, found.*404/),
  })
  await expect(fetchBytes('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'not-found' })
})

it('rejects with the reason of the abort', async () => {
  const controller = new AbortController()
  const stopped = fetchBytes(`${url}/slow`, { signal: controller.signal })
  setTimeout(() => controller.abort(new Error('enough')), 100)
  await expect(stopped).rejects.toThrow('enough')
})
