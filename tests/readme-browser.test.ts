/**
 * The README's example for the browser, bundled by Vite without configuration, in a real browser: the picture is the
 * command's.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pageServer } from '../apps/web/server/page-server.ts'
import { animegan, apart, chromiumPath, opaquePixelsOf, people, root } from '../apps/web/tests/browser.ts'

const run = promisify(execFile)
const MARKED = /<!-- example: browser -->\n```ts\n(.*?)```/s
const stylePath = join(root, 'packages/node/styles/sora.safetensors')
const folder = mkdtempSync(join(tmpdir(), 'animegan-example-'))
let code: string
let browser: Browser
let server: Server

beforeAll(async () => {
  code = MARKED.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? ''
  writeFileSync(join(folder, 'main.ts'), code)
  const tags = '<link rel="icon" href="data:,"><input type="file"><img alt="">'
  writeFileSync(join(folder, 'index.html'), `<!doctype html>${tags}<script type="module" src="./main.ts"></script>`)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  await build({ root: folder, logLevel: 'error', configFile: false })
  await copyFile(stylePath, join(folder, 'dist/sora.safetensors'))
  server = pageServer({ folder: join(folder, 'dist') })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
}, 180_000)

afterAll(async () => {
  await browser?.close()
  server?.close()
  rmSync(folder, { recursive: true })
})

it('exists and is short', () => {
  expect(code).toContain('browserEngine(')
  expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(20)
})

it('is valid TypeScript', async () => {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const options =
    '--noEmit --strict --skipLibCheck --target es2022 --module esnext --moduleResolution bundler --types'.split(' ')
  const checked = run(process.execPath, [compiler, ...options, '', 'main.ts'], { cwd: folder })
  await expect(checked.catch(({ stdout }) => stdout)).resolves.toMatchObject({ stdout: '' })
})

it('draws the same as the command, faces included, and makes no requests to other hosts', async () => {
  const photo = await people(2)
  const page = await browser.newPage()
  const [complaints, hosts]: [string[], Set<string>] = [[], new Set()]
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.context().on('request', (request) => hosts.add(new URL(request.url()).host))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await page.goto(address)
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  await page.setInputFiles('input', [photo])
  await page.waitForSelector('img[src^="blob:"]', { timeout: 120_000 })
  const bytes = await page.evaluate(async () => {
    const { src } = document.querySelector('img')!
    return [...new Uint8Array(await (await fetch(src)).arrayBuffer())]
  })
  const drawn = await opaquePixelsOf(Buffer.from(bytes))

  const [original, expected] = [join(folder, photo.name), join(folder, 'expected.png')]
  writeFileSync(original, photo.buffer)
  await animegan(original, '-o', expected, '--backend', 'cpu')
  expect(apart(drawn, await opaquePixelsOf(expected))).toBeLessThan(0.05)
  expect([...hosts].filter((host) => host !== '' && host !== new URL(address).host)).toEqual([])
  expect(complaints).toEqual([])
}, 180_000)
