/**
 * For tests only: the built page served from a folder, and a real Chromium that opens it. All requests and errors of a
 * page are recorded.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import sharp from 'sharp'
import { pageFolder } from '../server/build-page.ts'
import { type PageServerOptions, pageServer } from '../server/page-server.ts'

const run = promisify(execFile)
export const root = fileURLToPath(new URL('../../../', import.meta.url))
export const example = join(root, 'examples', 'street.jpg')

/** The path of Chromium. Throws an error that says how to get it. */
export const chromiumPath = (): string => {
  const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
    (path) => path && existsSync(path),
  )
  if (found) return found
  throw new Error('the tests of the page need Chromium: set CHROMIUM to the path of Chromium or Chrome')
}

/** Builds the page, in a separate process: this one resolves packages to their sources, which Node cannot load. */
const built = async (): Promise<void> => {
  const builder = JSON.stringify(new URL('../dist/server/build-page.js', import.meta.url).href)
  const code = `(await import(${builder})).buildPage()`
  // What visitors get: Vitest's own environment would have it built for development.
  await run(process.execPath, ['--input-type=module', '-e', code], { env: { ...process.env, NODE_ENV: 'production' } })
}

/** An open page. */
export interface Visit {
  readonly page: Page
  /** Requested addresses, including those of workers. */
  readonly requests: string[]
  /** Errors on the console and in scripts. */
  readonly complaints: string[]
}

export class Site {
  private constructor(
    readonly url: string,
    readonly server: Server,
    readonly browser: Browser,
  ) {}

  static async open(options: Partial<PageServerOptions> = {}, args: readonly string[] = []): Promise<Site> {
    await built()
    const server = pageServer({ folder: pageFolder, ...options })
    // To pack and unpack 30 MB for visitors in the same machine takes a second each; page-server.test.ts tests that it is done.
    server.prependListener('request', ({ headers, url = '' }) => {
      if (/\.(wasm|safetensors|tflite)$/.test(url)) headers['accept-encoding'] = 'identity'
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const fakeCamera = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream']
    // Most pictures here are so small that compiling the engine again, faster, takes longer than to draw them.
    const compileLess = '--js-flags=--wasm-tiering-budget=200000000'
    const browser = await chromium.launch({
      executablePath: chromiumPath(),
      args: ['--no-sandbox', ...fakeCamera, compileLess, ...args],
    })
    return new Site(`http://127.0.0.1:${(server.address() as AddressInfo).port}${options.base ?? '/'}`, server, browser)
  }

  async close(): Promise<void> {
    await this.browser.close()
    this.server.closeAllConnections()
    this.server.close()
  }

  /** A visitor with an empty cache, who has turned faces off unless `faces`: to look for them takes longer than all else. */
  async visit({ faces = false, ...options }: BrowserContextOptions & { faces?: boolean } = {}): Promise<Visit> {
    const context = await this.browser.newContext({
      locale: 'en-GB',
      viewport: { width: 1280, height: 800 },
      ...options,
    })
    await context.addInitScript((faces) => {
      localStorage.setItem('animegan.more', 'open') // so that all fields can be seen
      if (!faces && !localStorage.getItem('animegan.faces')) localStorage.setItem('animegan.faces', 'off')
      // What turns and shimmers while a picture is drawn is painted by the processor that draws it, 60 times a second.
      const still = new CSSStyleSheet()
      still.replaceSync('* { animation: none !important }')
      document.adoptedStyleSheets = [still]
    }, faces)
    const visit: Visit = { page: await context.newPage(), requests: [], complaints: [] }
    context.on('request', (request) => visit.requests.push(request.url()))
    visit.page.on('console', (message) => {
      if (message.type() === 'error') visit.complaints.push(message.text())
    })
    visit.page.on('pageerror', (error) => visit.complaints.push(error.message))
    await visit.page.goto(this.url)
    await visit.page.waitForSelector('h1')
    return visit
  }
}

/** A file to open, with its content. */
export interface TestFile {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

/** The example photo at a size, as PNG or another format. */
export const photo = async (
  width: number,
  height = width,
  format: 'png' | 'jpeg' | 'webp' = 'png',
): Promise<TestFile> => ({
  name: `street-${width}x${height}.${format}`,
  mimeType: `image/${format}`,
  buffer: await sharp(example).resize(width, height).toFormat(format).toBuffer(),
})

/** Columns and rows of the example with ten portraits, each 190 pixels square, five in a row. */
export const people = async (columns: number, rows = 1, scale = 1): Promise<TestFile> => ({
  name: `people-${columns}x${rows}.png`,
  mimeType: 'image/png',
  buffer: await sharp(join(root, 'examples', 'people.jpg'))
    .extract({ left: 0, top: 0, width: 190 * columns, height: 190 * rows })
    .resize({ width: Math.round(190 * columns * scale) })
    .png()
    .toBuffer(),
})

export const openFiles = (page: Page, files: readonly TestFile[]): Promise<void> =>
  page.setInputFiles('[data-testid=open]', [...files])

/** Waits until the shown photo is done or has failed, and returns which. */
export const settled = async (page: Page, timeout = 90_000): Promise<string | null> => {
  const result = page.locator('[data-testid=result]:is([data-state=done],[data-state=error])')
  await result.waitFor({ timeout })
  return result.getAttribute('data-state')
}

/** Presses a button and returns the download. */
export const downloaded = async (page: Page, testId: string): Promise<{ name: string; bytes: Buffer }> => {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(testId).click()])
  const parts: Buffer[] = []
  for await (const part of await download.createReadStream()) parts.push(part as Buffer)
  return { name: download.suggestedFilename(), bytes: Buffer.concat(parts) }
}

/** Runs the built command. */
export const animegan = async (...args: readonly string[]): Promise<void> => {
  await run(process.execPath, [join(root, 'packages/cli/bin/animegan.js'), ...args])
}

export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly data: Buffer
}

export const pixelsOf = async (file: Buffer | string): Promise<Pixels> => {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels, data }
}

/** The same for pictures that are opaque, whether or not their file has an alpha channel. */
export const opaquePixelsOf = async (file: Buffer | string): Promise<Pixels> => {
  if (!(await sharp(file).stats()).isOpaque) throw new Error('expected an opaque picture')
  return pixelsOf(await sharp(file).removeAlpha().png().toBuffer())
}

/**
 * By how many levels the page's picture may differ from the command's. Networks in 8 bits give the same bytes in both;
 * a face is found by networks in floats, which do not, so that a pixel near it may move by a level. Another picture differs by
 * many more.
 */
export const ROUNDING = 2

/** The largest difference of two pictures, in levels of 255; infinite where their sizes differ. */
export const largestDifference = (a: Pixels, b: Pixels): number => {
  if (a.width !== b.width || a.height !== b.height || a.channels !== b.channels) return Number.POSITIVE_INFINITY
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i])), 0)
}

/**
 * The share of bytes that differ by more than 8 of 255. Landmarks and masks of a head differ a little from engine to engine, so that
 * drawn faces are not compared byte by byte: 1 to 3 % of a picture of heads differ so for that reason, 7 % for proportions of 0.4 in
 * place of 0.8, and 40 % between drawn faces and the style's.
 */
export const apart = (a: Pixels, b: Pixels): number =>
  a.data.reduce((count, value, i) => count + (Math.abs(value - b.data[i]) > 8 ? 1 : 0), 0) / a.data.length
