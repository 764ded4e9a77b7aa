/** The page in browsers that lack something: it takes a slower way, or says in a sentence what to do. Features are removed. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openFiles, photo, Site, settled } from './browser.ts'

let site: Site
beforeAll(async () => {
  site = await Site.open({ headers: false }) // a plain host: nothing isolates the page
}, 120_000)
afterAll(() => site.close())

/** Opens the page where names are missing from the worker that draws. */
const without = async (...names: readonly string[]): Promise<Page> => {
  const context = await site.browser.newContext({ locale: 'en-GB', serviceWorkers: 'block' })
  await context.route(/studio\.worker-.*\.js$/, async (route) => {
    const response = await route.fetch()
    const removed = names.map((name) => `delete self.${name};`).join('')
    await route.fulfill({ response, body: removed + (await response.text()) })
  })
  const page = await context.newPage()
  await page.goto(site.url)
  return page
}

it('without service worker, isolation, storage and resized pictures: draws on one thread, and says so; the camera works', async () => {
  const { page } = await site.visit()
  await page.context().addInitScript(() => {
    const refuse = (): never => {
      throw new DOMException('', 'SecurityError')
    }
    for (const name of ['serviceWorker', 'storage', 'locks', 'clipboard', 'canShare']) {
      delete (Navigator.prototype as unknown as Record<string, unknown>)[name]
    }
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) {
      Object.defineProperty(window, name, { get: refuse })
    }
    const whole = window.createImageBitmap.bind(window)
    Object.assign(window, {
      createImageBitmap: async (source: ImageBitmapSource, options?: ImageBitmapOptions) => {
        if (options?.resizeWidth) throw new TypeError('no options')
        return whole(source)
      },
    })
  })
  await page.goto(site.url)
  expect(await page.evaluate(() => typeof SharedArrayBuffer)).toBe('undefined')
  await page.locator('.footer').getByText('draws on one thread, which is slower').waitFor()
  await openFiles(page, [await photo(48)])
  expect(await settled(page)).toBe('done')
  expect(await page.locator('.made-by').textContent()).toMatch(/processor, one thread/)
  await page.getByTestId('camera').click()
  const live = page.locator('[data-testid=live][data-state=live]')
  await live.waitFor({ timeout: 30_000 })
  expect(await live.evaluate((canvas: HTMLCanvasElement) => Math.max(canvas.width, canvas.height))).toBeLessThanOrEqual(
    1280,
  )
})

it('without a canvas for workers, a photo gets a sentence', async () => {
  const page = await without('OffscreenCanvas')
  await openFiles(page, [await photo(48)])
  expect(await settled(page)).toBe('error')
  expect(await page.getByRole('alert').textContent()).toMatch(/too old to draw.*Update it/)
  await page.context().close()
})

it('without an encoder for video, a clip gets a sentence, and photos are drawn', async () => {
  const page = await without('VideoEncoder')
  const start = Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isomavc1', 'latin1')
  await openFiles(page, [{ name: 'clip.mp4', mimeType: 'video/mp4', buffer: start }, await photo(48)])
  // The photo is shown, as the first that can be drawn.
  expect(await settled(page)).toBe('done')
  await page.getByTestId('item').first().locator('.item-show').click()
  expect(await settled(page)).toBe('error')
  expect(await page.getByRole('alert').textContent()).toMatch(/too old for clips.*Update it/)
  await page.context().close()
})
