/** The report over HTTP: what is served, with which headers, and what is not. */
import { request } from 'node:http'
import { toUtf8 } from '@animegan/models'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { memoryStorage } from '../../../train/src/testing.ts'
import { type ReportServer, serveReport } from './report-server.ts'

const files = new Map<string, Uint8Array>()
let server: ReportServer
beforeEach(async () => {
  files.clear()
  files.set('run.json', toUtf8('{"photos":"/private"}'))
  server = await serveReport(memoryStorage(files))
})
afterEach(() => server.close())

test('it waits for the report, then shows it, fetched anew every few seconds and never from a cache', async () => {
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  const early = await fetch(server.url)
  expect([early.status, await early.text()]).toEqual([200, expect.stringContaining('comes with the first step')])
  files.set('report.html', toUtf8('<h1>Now</h1>'))
  const page = await fetch(server.url)
  expect(await page.text()).toBe('<h1>Now</h1>')
  expect(page.headers.get('refresh')).toBe('5')
  expect(page.headers.get('cache-control')).toBe('no-cache')
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
})

test('it shows sheets', async () => {
  files.set('sheets/step-0000100.jpg', Uint8Array.of(255, 216, 7))
  const sheet = await fetch(`${server.url}sheets/step-0000100.jpg`)
  expect(sheet.headers.get('content-type')).toBe('image/jpeg')
  expect(new Uint8Array(await sheet.arrayBuffer())).toEqual(Uint8Array.of(255, 216, 7))
  expect((await fetch(`${server.url}sheets/step-0000200.jpg`)).status).toBe(404)
})

/** The status of a path, sent as it is. */
const statusOf = (path: string, headers: Record<string, string> = {}): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url)
    request({ hostname, port, path, headers }, (response) => resolve(response.resume().statusCode))
      .once('error', reject)
      .end()
  })

test('it shows nothing else, and nothing to the pages of others', async () => {
  for (const path of ['/run.json', '/sheets/../run.json', '/sheets/step-1.jpg/../../run.json', '//run.json'])
    expect([path, await statusOf(path)]).toEqual([path, 404])
  expect((await fetch(server.url, { method: 'POST' })).status).toBe(405)
  expect(await statusOf('/', { host: 'evil.example:80' })).toBe(403)
  expect(await statusOf('/', { host: 'localhost:4000' })).toBe(200)
})

test('it ends at once, though a browser keeps its connection', async () => {
  await (await fetch(server.url)).text()
  const start = performance.now()
  await server.close()
  expect(performance.now() - start).toBeLessThan(2000)
  await expect(fetch(server.url)).rejects.toThrow()
  server = await serveReport(memoryStorage(files))
})
