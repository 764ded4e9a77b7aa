/** The engine's checks of its options; the README's example and the page test it in a real browser. */
import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterEach, expect, it, vi } from 'vitest'
import { bestBackend } from './backend.ts'
import { browserEngine } from './browser-engine.ts'
import { BINARY_SIZES, runtimeFiles } from './runtime-files.ts'

afterEach(() => vi.unstubAllGlobals())

it.each([
  [{ backend: 'cuda' }, 'bad-argument', /auto, webgpu, wasm.*'cuda'/],
  [{ threads: 0 }, 'bad-argument', /whole number.*0/],
  [{ threads: 1.5 }, 'bad-argument', /whole number.*1\.5/],
  [{ backend: 'webgpu' }, 'no-backend', /graphics card.*'wasm' or 'auto'/],
])('%j is refused', async (options, code, message) => {
  vi.stubGlobal('navigator', {})
  const refused = browserEngine(options as never)
  await expect(refused).rejects.toMatchObject({ name: 'AnimeganError', code })
  await expect(refused).rejects.toThrow(message)
})

/** Worker as far as browserEngine needs it: notes what it is sent, and that it is ended. */
const stubWorker = (): unknown[] => {
  const seen: unknown[] = []
  vi.stubGlobal('location', { href: 'https://example.org/' })
  vi.stubGlobal(
    'Worker',
    class {
      postMessage = (message: unknown) => seen.push(message)
      terminate = () => seen.push('ended')
    },
  )
  return seen
}

const files = () => ({ script: '/ort.mjs', binary: '/ort.wasm' })
const begun = { backend: 'wasm', threads: 1, script: 'https://example.org/ort.mjs' }

it('starts the worker while the binary is fetched', async () => {
  const seen = stubWorker()
  const bytes = Uint8Array.of(1, 2, 3)
  vi.stubGlobal('fetch', async () => {
    expect(seen).toEqual([begun])
    return new Response(bytes)
  })
  await browserEngine({ backend: 'wasm', threads: 1, files })
  expect(seen).toEqual([begun, bytes])
})

it('reports missing runtime files, and ends the worker', async () => {
  const seen = stubWorker()
  vi.stubGlobal('fetch', async () => new Response('', { status: 404 }))
  const refused = browserEngine({ backend: 'wasm', threads: 1, files })
  await expect(refused).rejects.toMatchObject({ code: 'not-found', message: expect.stringMatching(/ort\.wasm.*404/) })
  expect(seen).toEqual([begun, 'ended'])
})

it.each([
  ['a graphics card', { info: { architecture: 'rdna-3' } }, 'webgpu'],
  ['one emulated by the processor', { info: { architecture: 'swiftshader' } }, 'wasm'],
  ['one that reports that it is emulated', { isFallbackAdapter: true }, 'wasm'],
  ['none', null, 'wasm'],
])('%s', async (_, adapter, expected) => {
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => adapter } })
  expect(await bestBackend()).toBe(expected)
})

it('a browser that refuses to list graphics cards has none', async () => {
  vi.stubGlobal('navigator', { gpu: { requestAdapter: () => Promise.reject(new Error('blocked')) } })
  expect(await bestBackend()).toBe('wasm')
})

it.each(['webgpu', 'wasm'] as const)('the files for %s exist, and the size for progress is about right', (backend) => {
  const { resolve } = createRequire(import.meta.url)
  const { script, binary } = runtimeFiles(backend)
  const installed = (url: string): number => statSync(resolve(url.slice(url.indexOf('onnxruntime-web/')))).size
  expect(installed(script)).toBeGreaterThan(0)
  expect(Math.abs(installed(binary) / BINARY_SIZES[backend] - 1)).toBeLessThan(0.05)
})
