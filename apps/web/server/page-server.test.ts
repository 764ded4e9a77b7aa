/** The server's answers: types, headers, base paths, and nothing outside its folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pageServer } from './page-server.ts'

const parent = mkdtempSync(join(tmpdir(), 'animegan-server-'))
const folder = join(parent, 'page')
let server: Server
beforeAll(async () => {
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), '<h1>page</h1>')
  writeFileSync(join(folder, 'assets', 'engine.wasm'), 'wasm')
  writeFileSync(join(parent, 'secret.txt'), 'secret')
  server = pageServer({ folder, base: '/sub/' })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
})
afterAll(() => {
  server.close()
  rmSync(parent, { recursive: true })
})

/** With node:http, which sends paths unchanged. */
const get = (
  path: string,
  method = 'GET',
  headers = {},
): Promise<{ status: number; body: Buffer; headers: Record<string, unknown> }> =>
  new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo
    request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({ status: response.statusCode!, body: Buffer.concat(parts), headers: response.headers }),
      )
    })
      .on('error', reject)
      .end()
  })

it('serves the page under its base path, isolated, compressed where accepted', async () => {
  const plain = await get('/sub/')
  expect(plain.status).toBe(200)
  expect(plain.body.toString()).toBe('<h1>page</h1>')
  expect(plain.headers).toMatchObject({
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
  })
  expect(plain.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
  const packed = await get('/sub/', 'GET', { 'Accept-Encoding': 'gzip' })
  expect(gunzipSync(packed.body).toString()).toBe('<h1>page</h1>')
  const engine = await get('/sub/assets/engine.wasm')
  expect(engine.headers).toMatchObject({ 'content-type': 'application/wasm', 'content-length': '4' })
  expect(engine.headers['cache-control']).toContain('immutable')
  expect((await get('/sub')).headers.location).toBe('/sub/')
})

it.each([
  '/',
  '/sub/none',
  '/sub/../secret.txt',
  '/sub/..%2fsecret.txt',
  '/sub/%2e%2e/secret.txt',
  '/sub/%',
  '/sub/assets',
])('serves nothing at %s', async (path) => {
  const { status, body } = await get(path)
  expect([400, 404]).toContain(status)
  expect(body.toString()).not.toContain('secret')
})

it('only reads', async () => {
  expect((await get('/sub/', 'POST')).status).toBe(405)
})
