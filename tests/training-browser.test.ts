/**
 * The trainer's ports in a real browser, bundled by Vite without configuration: a training step gives the same weights on the
 * graphics card, imitated by the processor, as on WebAssembly; a run's storage keeps what it promises; pictures are read as on Node.
 */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodePictures } from '@animegan/node'
import { type Browser, chromium, type Page } from 'playwright-core'
import sharp from 'sharp'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pageServer } from '../apps/web/server/page-server.ts'
import { chromiumPath, photo, root } from '../apps/web/tests/browser.ts'

/** The page: functions that the tests call by name. */
const code = `
import { browserEngine, databaseStorage, fetchStyle, fetchTraining, storedPictures } from '@animegan/browser'
import { buildStep, train } from '@animegan/train'

const storage = () => databaseStorage('test')

const step = async () => {
  const [{ recipe: whole, features }, begin] = [await fetchTraining(), await fetchStyle('sora.safetensors')]
  // Where results equal those of the start, the sign of their difference is that of rounding.
  const start = new Map([...begin.weights].map(([name, value]) => [name, { ...value, data: value.data.map((x) => 1.05 * x) }]))
  const recipe = { ...whole, size: 32, batch: 1 }
  const pixels = (seed) => Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => 128 + 100 * Math.sin(i * 0.37 * seed))
  const batch = async () => ({ photo: pixels(1), style: pixels(3) })
  const found = []
  for (const backend of ['wasm', 'webgpu']) {
    const engine = await browserEngine({ backend })
    const build = (phase) => buildStep(recipe, phase, features, start)
    const training = { recipe, build, engine, seed: 1, batch, begin: begin.weights }
    for await (const report of train(training, { steps: 1 })) found.push(report)
    await engine.close()
  }
  const [one, other] = found.map((report) => report.checkpoint().state)
  const parts = {}
  for (const [name, { data }] of one) {
    const part = (parts[name.slice(0, name.indexOf('.'))] ??= { most: 0, apart: 0, size: 0 })
    data.forEach((value, i) => {
      const difference = value - other.get(name).data[i]
      part.most = Math.max(part.most, Math.abs(difference))
      part.apart += difference ** 2
      part.size += value ** 2
    })
  }
  return { parts, losses: found.map(({ losses }) => losses.generator) }
}

const text = async (name) => {
  const bytes = await (await storage()).read(name)
  return bytes && new TextDecoder().decode(bytes)
}
const write = async (how, name, words) => (await storage())[how](name, new TextEncoder().encode(words))
const list = async (folder) => (await storage()).list(folder)
const remove = async (name) => (await storage()).remove(name)
const pixels = async (path, side, region, size) => {
  const pictures = storedPictures(await storage())
  const picture = await pictures.read(path, side)
  const { width, height, data } = region ? await pictures.resize(picture, region, size, size) : picture
  return { width, height, data: [...data] }
}
const put = async (name, bytes) => (await storage()).write(name, Uint8Array.from(bytes))
const find = async (folder) => storedPictures(await storage()).find(folder)
Object.assign(window, { step, text, write, list, remove, put, pixels, find })
`

const folder = mkdtempSync(join(tmpdir(), 'animegan-training-'))
let browser: Browser
let server: Server
let page: Page

beforeAll(async () => {
  writeFileSync(join(folder, 'main.js'), code)
  const tag = '<link rel="icon" href="data:,"><script type="module" src="./main.js"></script>'
  writeFileSync(join(folder, 'index.html'), `<!doctype html>${tag}`)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  await build({ root: folder, logLevel: 'error', configFile: false })
  await copyFile(join(root, 'packages/node/styles/sora.safetensors'), join(folder, 'dist/sora.safetensors'))
  server = pageServer({ folder: join(folder, 'dist') })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const args = ['--no-sandbox', '--enable-unsafe-webgpu']
  browser = await chromium.launch({ executablePath: chromiumPath(), args })
  page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.waitForFunction('window.step')
}, 180_000)

afterAll(async () => {
  await browser?.close()
  server?.close()
  rmSync(folder, { recursive: true })
})

/** Calls a function of the page. */
const call = <T>(name: string, ...args: readonly unknown[]): Promise<T> =>
  page.evaluate(([name, args]) => (window as never as Record<string, (...all: unknown[]) => unknown>)[name](...args), [
    name,
    args,
  ] as const) as Promise<T>

/** How far the states are apart after a step on either backend, by their parts: weights, moments and so on. */
interface Steps {
  readonly parts: Readonly<Record<string, { readonly most: number; readonly apart: number; readonly size: number }>>
  readonly losses: readonly number[]
}

it('a step of 32 pixels gives the same weights on the graphics card as on the processor', async () => {
  const { parts, losses } = await call<Steps>('step')
  for (const name of ['generator', 'average', 'running', 'second']) expect(parts[name].most).toBeLessThan(1e-3)
  // At first, Adam's mean is a share of the gradient.
  expect(Math.sqrt(parts.first.apart / parts.first.size)).toBeLessThan(1e-3)
  expect(Math.abs(losses[0] - losses[1])).toBeLessThan(1e-5 * losses[0])
}, 180_000)

it('keeps files: whole, appended, listed by folder in order, removed', async () => {
  expect(await call('text', 'run.json')).toBeUndefined()
  await call('write', 'write', 'run.json', 'first')
  await call('write', 'write', 'run.json', 'second')
  expect(await call('text', 'run.json')).toBe('second')
  for (const words of ['one', ', two', ', three']) await call('write', 'append', 'losses', words)
  expect(await call('text', 'losses')).toBe('one, two, three')
  await call('write', 'write', 'losses', 'anew')
  expect(await call('text', 'losses')).toBe('anew')
  for (const name of ['sheets/2', 'sheets/1', 'sheets/deep/1', 'sheetsy/1']) await call('write', 'write', name, name)
  expect(await call('list', 'sheets')).toEqual(['sheets/1', 'sheets/2'])
  expect(await call('list', 'none')).toEqual([])
  await call('remove', 'sheets/1')
  expect(await call('list', 'sheets')).toEqual(['sheets/2'])
})

it('reads and resizes pictures as Node does, to some levels, and names files that are none', async () => {
  const { buffer } = await photo(120, 80)
  const path = join(folder, 'photo.png')
  writeFileSync(path, buffer)
  await call('put', 'photos/0001', [...buffer])
  await call('put', 'photos/0002', [...Buffer.from('words')])
  const found = await call<{ pictures: string[]; skipped: { path: string; reason: string }[] }>('find', 'photos')
  expect(found.pictures).toEqual(['photos/0001'])
  expect(found.skipped).toMatchObject([{ path: 'photos/0002', reason: /expected a picture/ }])

  const whole = await nodePictures.read(path, 1000)
  const here = await call<{ data: number[] }>('pixels', 'photos/0001', 1000)
  expect(Buffer.from(here.data).equals(Buffer.from(whole.data))).toBe(true)
  const region = { left: 10, top: 5, width: 64, height: 64 }
  const small = await nodePictures.resize(whole, region, 32, 32)
  const resized = await call<{ data: number[] }>('pixels', 'photos/0001', 1000, region, 32)
  const apart = resized.data.map((value, i) => Math.abs(value - small.data[i]))
  expect(apart.reduce((sum, value) => sum + value, 0) / apart.length).toBeLessThan(1)
})

it('puts alpha on white', async () => {
  const clear = { width: 8, height: 8, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } } as const
  await call('put', 'alpha/1', [...(await sharp({ create: clear }).png().toBuffer())])
  const { data } = await call<{ data: number[] }>('pixels', 'alpha/1', 8)
  expect(Math.abs(data[0] - 255) + Math.abs(data[1] - 127) + Math.abs(data[2] - 127)).toBeLessThan(4)
  expect(data.length).toBe(8 * 8 * 3)
})
