/** The page itself in a real browser: size, hosts, offline use, languages, keyboard and screen readers. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page, Request } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ffmpeg, hasJudges } from '../../../packages/video/src/testing.ts'
import { pageFolder } from '../server/build-page.ts'
import { downloaded, openFiles, photo, root, Site, settled, type TestFile } from './browser.ts'

let site: Site
beforeAll(async () => {
  site = await Site.open()
}, 120_000)
afterAll(() => site.close())

/** A clip of three frames with sound, made by ffmpeg. */
const tinyClip = (): TestFile => {
  const sources = [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=64x48:rate=20:duration=0.15',
    '-f',
    'lavfi',
    '-i',
    'sine=duration=0.15',
  ]
  const buffer = ffmpeg(...sources, '-c:v', 'libvpx', '-c:a', 'libopus', '-f', 'webm', '-')
  return { name: 'tiny.webm', mimeType: 'video/webm', buffer }
}

/** Has everything kept for use offline. */
const kept = async (page: Page): Promise<void> => {
  await page.getByTestId('keep').click({ timeout: 30_000 })
  await page.waitForSelector('html[data-offline=all]', { state: 'attached', timeout: 60_000 })
}

it('paints an anime self from less than 120 kB, including its pictures, and makes no requests to other hosts', async () => {
  const context = await site.browser.newContext({ serviceWorkers: 'block' })
  const page = await context.newPage()
  const asked: string[] = []
  const arrived: Request[] = []
  context.on('request', (request) => asked.push(request.url()))
  context.on('requestfinished', (request) => arrived.push(request))
  await page.goto(site.url, { waitUntil: 'load' })
  await page.waitForSelector('h1')
  await page.locator('label.primary').hover()
  await page.waitForTimeout(300)
  const first = asked.filter((url) => url.startsWith(site.url))
  expect(asked.filter((url) => !first.includes(url) && !url.startsWith('blob:'))).toEqual([])
  const weights = await Promise.all(
    arrived
      .filter((request) => !/worker/.test(request.url()))
      .map(async (request): Promise<[string, number]> => {
        const { responseBodySize, responseHeadersSize } = await request.sizes()
        return [request.url(), responseBodySize + responseHeadersSize]
      }),
  )
  const total = weights.reduce((sum, [, size]) => sum + size, 0)
  expect(weights.length).toBeGreaterThan(5)
  expect(total, JSON.stringify(weights)).toBeLessThan(120_000)
  expect(asked.filter((url) => /worker|wasm|safetensors/.test(url))).toEqual([])
  await context.close()
})

it('the start shows a face in every style at once, and two more photos, without an engine', async () => {
  const { page } = await site.visit({ reducedMotion: 'reduce' })
  const styles = page.getByTestId('style-rail').getByRole('radio')
  const builtIn = readdirSync(join(root, 'packages/node/styles')).filter((name) => name.endsWith('.safetensors'))
  // `npm run demo` makes the pictures of a new style.
  expect(await styles.count()).toBe(builtIn.length)
  const after = page.getByTestId('after')
  const shown = async (): Promise<string> => {
    await expect.poll(() => after.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBe(560)
    return (await after.getAttribute('src')) ?? ''
  }
  const seen = new Set([await shown()])
  for (const style of await styles.all()) {
    await style.check({ force: true })
    seen.add(await shown())
    const title = await page.locator('.rail-style:has(:checked) .rail-title').textContent()
    expect(await page.locator('.tag').last().textContent()).toBe(title)
  }
  for (const sample of ['group', 'landscape']) {
    await page.getByTestId(`sample-${sample}`).check({ force: true })
    seen.add(await shown())
  }
  expect(seen.size).toBe(builtIn.length + 2)
  const slider = page.getByRole('slider', { name: 'Compare before and after' })
  expect(await slider.inputValue()).toBe('25')
  await page.context().close()
})

it('works offline after the first visit, and the second visit is fast', async () => {
  const { page, requests } = await site.visit({ faces: true })
  await kept(page)
  await page.context().setOffline(true)
  await page.reload()
  await page.waitForSelector('h1')
  await page.getByText('Everything works offline.').waitFor()
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  // What is kept starts as soon as the pointer comes near.
  const engines = () => requests.filter((url) => /engine\.worker/.test(url)).length
  const before = engines()
  await page.locator('label.primary').hover()
  await expect.poll(engines).toBeGreaterThan(before)
  // Also a style that was never shown.
  await page.getByTestId('style-pepper').check({ force: true })
  await openFiles(page, [await photo(64)])
  expect(await settled(page)).toBe('done')
  const { bytes } = await downloaded(page, 'save')
  expect(bytes.length).toBeGreaterThan(1000)
  if (hasJudges) {
    await openFiles(page, [tinyClip()])
    expect(await settled(page)).toBe('done')
  }
  await page.context().close()
})

it('takes files that another app shares, asks no other host to draw them, and opens the camera from its shortcut', async () => {
  const { page, requests, complaints } = await site.visit({ faces: true })
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  const bytes = [...(await photo(64)).buffer]
  await page.evaluate(async (data) => {
    const form = new FormData()
    form.append('files', new File([new Uint8Array(data)], 'geteilt ä.png', { type: 'image/png' }))
    await fetch('./share', { method: 'POST', body: form })
  }, bytes)
  // Over a fast connection, what is kept unasked waits until nothing is drawn.
  await page.context().addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ effectiveType: '4g', downlink: 10 }) })
    addEventListener('DOMContentLoaded', () => {
      const root = document.documentElement
      const note = (): void => {
        root.dataset.stateThen = document.querySelector<HTMLElement>('[data-testid=result]')?.dataset.state
      }
      new MutationObserver(note).observe(root, { attributeFilter: ['data-offline'] })
    })
  })
  await page.goto(`${site.url}?shared`)
  expect(await settled(page)).toBe('done')
  await page.waitForSelector('html[data-offline=style]', { state: 'attached', timeout: 30_000 })
  expect(await page.evaluate(() => document.documentElement.dataset.stateThen)).toBe('done')
  // What was drawn with works offline from then on, and the page says so.
  await page.getByText('Offline, the chosen style works.').waitFor()
  expect((await downloaded(page, 'save')).name).toBe('geteilt ä.anime.png')
  expect(page.url()).toBe(site.url)
  await page.goto(`${site.url}?camera`)
  await page.locator('[data-testid=live]').waitFor({ state: 'attached', timeout: 30_000 })
  expect(requests.length).toBeGreaterThan(10)
  expect(requests.filter((url) => !url.startsWith(site.url) && !url.startsWith('blob:'))).toEqual([])
  expect(complaints).toEqual([])
  // The page's policy forbids it, too.
  const blocked = await page.evaluate(async () => {
    const violated = new Promise<string>((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective))
    })
    await fetch('https://example.com/').catch(() => undefined)
    return violated
  })
  expect(blocked).toBe('connect-src')
  await page.context().close()
})

it('a tab closed while fetching and drawing does not block the next one', async () => {
  const context = await site.browser.newContext()
  for (const pause of [50, 400]) {
    const page = await context.newPage()
    await page.goto(site.url)
    await page.waitForSelector('h1')
    await openFiles(page, [await photo(256)])
    await page.waitForTimeout(pause)
    await page.close()
  }
  const page = await context.newPage()
  await page.goto(site.url)
  await page.waitForSelector('h1')
  await openFiles(page, [await photo(64)])
  expect(await settled(page)).toBe('done')
  await context.close()
})

it('no file imports the first file of a worker, which WebKit would then run twice', () => {
  const scripts = readdirSync(join(pageFolder, 'assets')).filter((name) => name.endsWith('.js'))
  const first = scripts.filter((name) => /^(studio\.entry|engine\.worker)-/.test(name))
  expect(first).toHaveLength(2)
  for (const name of scripts) {
    const text = readFileSync(join(pageFolder, 'assets', name), 'utf8')
    for (const worker of first) expect(text).not.toMatch(new RegExp(`(from|import)\\s*\\(?["'\`]\\./${worker}`))
  }
})

it('can be installed: a manifest with existing icons and screenshots, a share target, a shortcut; a card for links', async () => {
  const manifest = JSON.parse(readFileSync(join(pageFolder, 'manifest.webmanifest'), 'utf8'))
  const files = readdirSync(pageFolder)
  expect(manifest).toMatchObject({ start_url: './', display: 'standalone' })
  for (const { src, sizes } of [...manifest.icons, ...manifest.screenshots]) {
    expect(files).toContain(src)
    const { width, height } = await sharp(join(pageFolder, src)).metadata()
    if (sizes !== 'any') expect(`${width}x${height}`).toBe(sizes)
  }
  expect(manifest.screenshots.map((one: { form_factor: string }) => one.form_factor)).toEqual(['wide', 'narrow'])
  // What these addresses do, another test checks.
  expect(manifest.share_target).toMatchObject({ action: './share', params: { files: [{ name: 'files' }] } })
  expect(manifest.shortcuts).toMatchObject([{ url: './?camera' }])
  expect(readFileSync(join(pageFolder, 'index.html'), 'utf8')).toContain('og:image')
  expect(files).toContain('card.jpg')
})

describe('on a plain static host, under a path', () => {
  let plain: Site
  beforeAll(async () => {
    plain = await Site.open({ base: '/tools/anime/', headers: false })
  }, 120_000)
  afterAll(() => plain.close())

  it('is isolated by its service worker, so that it draws with threads', async () => {
    const { page, requests, complaints } = await plain.visit()
    await page.waitForFunction(() => crossOriginIsolated, undefined, { timeout: 30_000 })
    await page.waitForSelector('h1')
    await openFiles(page, [await photo(64)])
    expect(await settled(page)).toBe('done')
    expect(requests.filter((url) => !url.startsWith(plain.url) && !url.startsWith('blob:'))).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

describe('languages', () => {
  it.each([
    ['zh-CN', 'zh-Hans', '把你的照片画成动漫。', '选择照片或视频'],
    ['ja-JP', 'ja', 'あなたの写真を、アニメの絵に。', '写真や動画を選ぶ'],
    ['sv-SE', 'en', 'Your photo, drawn as anime.', 'Choose photos or clips'],
  ])('%s', async (locale, lang, title, button) => {
    const { page } = await site.visit({ locale })
    expect(await page.locator('html').getAttribute('lang')).toBe(lang)
    expect(await page.locator('h1').textContent()).toBe(title)
    expect(await page.getByText(button, { exact: true }).count()).toBe(1)
    await page.context().close()
  })

  it('can be switched, and the choice lasts; errors are translated too', async () => {
    const { page } = await site.visit()
    await page.getByTestId('language').selectOption('ja')
    await page.reload()
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('ja')
    expect(await page.title()).toContain('写真をアニメに')
    await openFiles(page, [{ name: 'x.tif', mimeType: 'image/tiff', buffer: Buffer.from('II*\0\x08\0\0\0') }])
    expect(await settled(page)).toBe('error')
    expect(await page.getByRole('alert').textContent()).toContain('TIFF')
    expect(await page.getByRole('alert').textContent()).toContain('JPEG か PNG で保存')
    await page.context().close()
  })
})

describe('for everyone', () => {
  const SIZES = [
    [320, 640],
    [390, 844],
    [768, 1024],
    [844, 390],
    [1280, 800],
    [2560, 1440],
  ] as const

  /** What axe finds: everything in light, and what depends on the theme in dark. */
  const barriers = async (page: Page): Promise<string[]> => {
    const found: string[] = []
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      const axe = new AxeBuilder({ page })
      const { violations } = await (colorScheme === 'dark' ? axe.withRules('color-contrast') : axe).analyze()
      found.push(
        ...violations.map(({ id, nodes }) => `${colorScheme}: ${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
      )
    }
    return found
  }

  /** Where the page is wider than its window. */
  const overflows = async (page: Page): Promise<string[]> => {
    const found: string[] = []
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height })
      const overflow = await page.evaluate(async () => {
        // What listens to the size has changed the page by the second frame.
        for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame)
        return document.documentElement.scrollWidth - innerWidth
      })
      if (overflow > 0) found.push(`${overflow} pixels at ${width} x ${height}`)
    }
    return found
  }

  /** Both, so that the page need not be brought into each of its states twice. */
  const check = async (page: Page): Promise<void> => {
    expect(await overflows(page)).toEqual([])
    await page.setViewportSize({ width: 1280, height: 800 })
    expect(await barriers(page)).toEqual([])
  }

  it('axe finds nothing, in light and dark, and nothing overflows sideways, from a small phone to a large screen: start, work, styles, errors, clip, camera', async () => {
    const { page } = await site.visit({ faces: true, reducedMotion: 'reduce', viewport: { width: 320, height: 640 } })
    await check(page)
    await openFiles(page, [await photo(64)])
    expect(await settled(page)).toBe('done')
    // The picture has most of the window, and Save is always there to be pressed.
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height })
      const { share, pressed } = await page.evaluate(() => {
        const box = (id: string): DOMRect => document.querySelector(`[data-testid=${id}]`)!.getBoundingClientRect()
        const { x, y, width, height } = box('save')
        const pressed = document.elementFromPoint(x + width / 2, y + height / 2)?.closest('button')
        return { share: box('result').height / innerHeight, pressed: pressed?.dataset.testid }
      })
      expect(pressed, `Save at ${width} x ${height}`).toBe('save')
      expect(share, `the picture at ${width} x ${height}`).toBeGreaterThan(width > height ? 0.62 : 0.4)
    }
    await openFiles(page, [{ name: 'empty.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(0) }])
    await page.locator('[data-testid=item][data-state=error]').waitFor()
    await page.getByTestId('item').first().locator('.item-show').click()
    expect(await settled(page)).toBe('done')
    await check(page)
    await page.getByTestId('compare-all').click()
    await page.locator('[data-testid=comparison] li[data-state=done]').first().waitFor()
    expect(await barriers(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByTestId('item').nth(1).locator('.item-show').click()
    expect(await settled(page)).toBe('error')
    await check(page)
    await page.getByRole('button', { name: 'Use the camera' }).click()
    await page.locator('[data-testid=live][data-state=live]').waitFor({ timeout: 30_000 })
    await check(page)
    await page.keyboard.press('Escape')
    if (hasJudges) {
      await openFiles(page, [tinyClip()])
      expect(await settled(page)).toBe('done')
      await check(page)
    }
    await page.context().close()
  })

  it('the keyboard alone gets from a photo to a file', async () => {
    const { page } = await site.visit()
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? '')
    const tabTo = async (testId: string): Promise<void> => {
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press('Tab')
        if ((await focused()) === testId) return
      }
      throw new Error(`${testId} cannot be reached with Tab`)
    }
    // Awaited early, because the key press could come before the browser is ready to intercept the file chooser.
    const asked = page.waitForEvent('filechooser')
    await tabTo('open')
    await page.keyboard.press('Enter')
    const chooser = await asked
    await chooser.setFiles([await photo(64)])
    expect(await settled(page)).toBe('done')
    await tabTo('save')
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
    expect(download.suggestedFilename()).toBe('street-64x64.anime.png')
    await page.context().close()
  })
})
