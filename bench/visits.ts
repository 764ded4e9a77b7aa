/**
 * Measures what a visitor of the page waits for, in headless Chromium from the page's own server: the first view, the
 * first look at a photo, its result, and how long the page's thread is blocked. Timings of the engine by itself are
 * browser.ts's.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launch } from './browser.ts'

const server = fileURLToPath(new URL('../../apps/web/dist/server/main.js', import.meta.url))

/** Serves the page and opens a browser while some work is done. */
export const withPage = async <T>(work: (browser: Browser, url: string) => Promise<T>): Promise<T> => {
  const child = spawn(process.execPath, [server, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const browser = await launch()
  try {
    const { value: url } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
    return await work(browser, url)
  } finally {
    await browser.close()
    child.kill()
  }
}

/** What the page's own observers have seen so far. Times in ms. */
interface Observed {
  /** When the largest picture or text was painted. */
  readonly largest: number
  /** The sum of layout shifts that no input caused. */
  readonly shift: number
  /** The longest task of the page's thread that began after the page was loaded; 0 if none took 50 ms. */
  readonly longest: number
}

/** Observes every page of a context from its beginning. */
const observe = async (context: BrowserContext): Promise<void> => {
  await context.addInitScript(() => {
    const seen = { largest: 0, shift: 0, longest: 0 }
    const watch = (
      type: string,
      see: (entry: PerformanceEntry & { value?: number; hadRecentInput?: boolean }) => void,
    ) => new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true })
    watch('largest-contentful-paint', ({ startTime }) => {
      seen.largest = startTime
    })
    watch('layout-shift', ({ value = 0, hadRecentInput }) => {
      if (!hadRecentInput) seen.shift += value
    })
    watch('longtask', ({ startTime, duration }) => {
      const { loadEventEnd } = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming
      if (loadEventEnd > 0 && startTime > loadEventEnd) seen.longest = Math.max(seen.longest, duration)
    })
    Object.assign(window, { seen })
  })
}

const observed = (page: Page): Promise<Observed> => page.evaluate(() => (window as unknown as { seen: Observed }).seen)

/** The first view of the page. */
export interface FirstView extends Pick<Observed, 'largest' | 'shift'> {
  /** kB over the wire, without the service worker's. */
  readonly weight: number
}

/** Milliseconds after loading in which the sweep ends and everything late has come. */
const SETTLING = 2500

/** First views by new visitors, on a phone: `slow` has a quarter of the processor's speed, 1.6 Mbit/s and 150 ms of latency. */
export const firstViews = (visitors: number, slow: boolean): Promise<FirstView[]> =>
  withPage(async (browser, url) => {
    const found: FirstView[] = []
    for (let i = 0; i < visitors; i++) {
      const context = await browser.newContext({ serviceWorkers: 'block', viewport: { width: 390, height: 844 } })
      await observe(context)
      const page = await context.newPage()
      const protocol = await context.newCDPSession(page)
      await protocol.send('Network.enable')
      let bytes = 0
      protocol.on('Network.loadingFinished', ({ encodedDataLength }) => {
        bytes += encodedDataLength
      })
      if (slow) {
        await protocol.send('Emulation.setCPUThrottlingRate', { rate: 4 })
        const [downloadThroughput, uploadThroughput] = [1.6e6 / 8, 0.75e6 / 8]
        const line = { offline: false, latency: 150, downloadThroughput, uploadThroughput }
        await protocol.send('Network.emulateNetworkConditions', line)
      }
      await page.goto(url, { waitUntil: 'load' })
      await page.waitForTimeout(SETTLING)
      const { largest, shift } = await observed(page)
      found.push({ largest, shift, weight: bytes / 1000 })
      await context.close()
    }
    return found
  })

/** A photo's way to its result, in ms from when it was opened. */
export interface Drawn extends Pick<Observed, 'shift' | 'longest'> {
  /** Until the first look is there. */
  readonly look: number
  /** Until the result is there. */
  readonly whole: number
}

/** Milliseconds in which somebody finds a photo in the browser's dialogue. */
const CHOOSING = 2000

/** Photos drawn for visitors in three ways. */
export interface DrawnPhotos {
  /** Their browser has nothing of the page, and they open a photo as soon as the page accepts it: the engine starts then. */
  readonly cold: Drawn[]
  /** The same when it has kept everything. */
  readonly warm: Drawn[]
  /** As most do: the button is pressed, and a photo chosen in two seconds, which count no more. */
  readonly chosen: Drawn[]
}

/** Draws a photo for visitors in all three ways. */
export const drawnPhotos = (photo: string, visitors: number): Promise<DrawnPhotos> =>
  withPage(async (browser, url) => {
    const found: DrawnPhotos = { cold: [], warm: [], chosen: [] }
    for (let i = 0; i < visitors; i++) {
      const context = await browser.newContext()
      await observe(context)
      const page = await context.newPage()
      const drawn = async (choosing: boolean): Promise<Drawn> => {
        await page.goto(url, { waitUntil: 'load' })
        await page.waitForSelector('h1')
        if (choosing) {
          const dialogue = page.waitForEvent('filechooser')
          await page.locator('label:has([data-testid=open])').click()
          await dialogue
          await page.waitForTimeout(CHOOSING)
        }
        const start = performance.now()
        await page.setInputFiles('[data-testid=open]', photo)
        await page.waitForSelector('[data-testid=preview]')
        const look = performance.now() - start
        await page.waitForSelector('[data-testid=result][data-state=done]', { timeout: 120_000 })
        const whole = performance.now() - start
        const figures = { look, whole, ...(await observed(page)) }
        if (found.cold.length === i) await keepAll(page)
        // So that the next visit begins with an empty page.
        await page.getByRole('button', { name: 'Start over' }).click()
        await page.waitForTimeout(500)
        return figures
      }
      found.cold.push(await drawn(false))
      found.warm.push(await drawn(false))
      found.chosen.push(await drawn(true))
      await context.close()
    }
    return found
  })

/** Has the page keep everything for use offline. */
const keepAll = async (page: Page): Promise<void> => {
  await page.getByTestId('keep').click()
  await page.waitForSelector('html[data-offline=all]', { state: 'attached' })
}

/** Waiting times in milliseconds, one of each per visitor. */
export interface Visits {
  readonly first: number[]
  readonly second: number[]
  readonly offline: number[]
}

/**
 * Time from requesting the page until a photo is drawn, with the photo opened as soon as the page accepts it: for new
 * visitors, their second visit, and a visit without a connection.
 */
export const waitingTimes = (photo: string, visitors: number): Promise<Visits> =>
  withPage(async (browser, url) => {
    const found: Visits = { first: [], second: [], offline: [] }
    for (let i = 0; i < visitors; i++) {
      const context = await browser.newContext()
      const page = await context.newPage()
      const visit = async (): Promise<number> => {
        const start = performance.now()
        await page.goto(url, { waitUntil: 'commit' })
        await page.setInputFiles('[data-testid=open]', photo)
        await page.waitForSelector('[data-testid=result][data-state=done]')
        const time = performance.now() - start
        await page.getByRole('button', { name: 'Start over' }).click()
        await page.waitForTimeout(500)
        return time
      }
      found.first.push(await visit())
      await keepAll(page)
      found.second.push(await visit())
      await context.setOffline(true)
      found.offline.push(await visit())
      await context.close()
    }
    return found
  })
