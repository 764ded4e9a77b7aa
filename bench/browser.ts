/**
 * Benchmarks the page's engine in a browser against plain onnxruntime-web and TensorFlow.js, with the same network and
 * number of threads. Headless Chromium, no graphics card. What a visitor waits for is visits.ts's.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { type Contestant, compare, type Timing } from './rounds.ts'

const run = promisify(execFile)
const here = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
const pages = here('dist/page')
const THREADS = 2
const TFJS = '4.22.0'

/** Opens Chromium. Throws an error that says how to get it. */
export const launch = (): Promise<Browser> => {
  const path = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find((at) => at && existsSync(at))
  if (!path) throw new Error('the comparison in a browser needs Chromium: apt-get install chromium, or set CHROMIUM')
  return chromium.launch({ executablePath: path, args: ['--no-sandbox'] })
}

/** TensorFlow.js's folder, fetched on first use; undefined if it cannot be fetched. */
const fetchTfjs = async (): Promise<string | undefined> => {
  const folder = join(tmpdir(), `animegan-bench-tfjs-${TFJS}`)
  const packages = join(folder, 'node_modules/@tensorflow')
  if (existsSync(packages)) return packages
  const wanted = ['core', 'backend-wasm'].map((name) => `@tensorflow/tfjs-${name}@${TFJS}`)
  try {
    await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, ...wanted])
    return packages
  } catch {
    return undefined
  }
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
}

/** Serves the comparison's pages, isolated, so that threads may share memory. */
const serve = async (tfjs: string | undefined): Promise<{ server: Server; url: string }> => {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const file = path.startsWith('/tfjs/') ? join(tfjs ?? '', path.slice(6)) : join(pages, path)
    try {
      const body = await readFile(file)
      response.writeHead(200, {
        'Content-Type': types[extname(file)] ?? 'application/octet-stream',
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      })
      response.end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

/** The globals of a comparison's page. */
interface Entered {
  readonly contestant?: { run(): Promise<unknown>; result(): Promise<number[]> }
}

/** @param cores the number of cores reported to the page, so that it uses the right number of threads */
const openContestant = async (browser: Browser, url: string, cores: number): Promise<Page> => {
  const page = await browser.newPage()
  await page.addInitScript((count) => {
    Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => count })
  }, cores)
  const failed = new Promise<never>((_, reject) => page.on('pageerror', reject))
  failed.catch(() => {}) // thrown below, if it happens before the contestant is ready
  await page.goto(url)
  await Promise.race([page.waitForFunction(() => (window as Entered).contestant !== undefined), failed])
  return page
}

const titles = { ours: 'the page’s engine', plain: 'onnxruntime-web, graph as written', tfjs: `TensorFlow.js ${TFJS}` }

/** Compares the three; TensorFlow.js only if it can be fetched. Differences are to the first, in levels of 255. */
export const compareInBrowser = async (
  rounds: number,
): Promise<{ timings: readonly Timing[]; differences: Readonly<Record<string, number>> }> => {
  await build({ configFile: here('page/vite.config.ts'), logLevel: 'error' })
  const tfjs = await fetchTfjs()
  const { server, url } = await serve(tfjs)
  const browser = await launch()
  try {
    const contestants: Contestant[] = []
    const differences: Record<string, number> = {}
    let wanted: number[] | undefined
    for (const [name, title] of Object.entries(titles)) {
      if (name === 'tfjs' && !tfjs) continue
      // TensorFlow.js uses one thread per two cores, whatever the setting.
      const page = await openContestant(browser, `${url}${name}.html`, name === 'tfjs' ? 2 * THREADS : THREADS)
      const result = await page.evaluate(() => (window as Entered).contestant!.result())
      wanted ??= result
      const reference = wanted
      differences[title] = result.reduce((most, level, i) => Math.max(most, Math.abs(level - reference[i])), 0)
      contestants.push({
        name: title,
        run: () => page.evaluate(() => (window as Entered).contestant!.run().then(() => undefined)),
      })
    }
    return { timings: await compare(contestants, rounds), differences }
  } finally {
    await browser.close()
    server.close()
  }
}
