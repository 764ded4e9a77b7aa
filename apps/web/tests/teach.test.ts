/**
 * "Teach it a style" in a real browser: a lesson is begun, survives a reload and a second tab, and its style is exported and
 * drawn by the command; what cannot be learned from gets a sentence.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { readStyle } from '@animegan/models'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  animegan,
  downloaded,
  largestDifference,
  opaquePixelsOf,
  openFiles,
  photo,
  root,
  Site,
  settled,
  type TestFile,
} from './browser.ts'

let site: Site
beforeAll(async () => {
  site = await Site.open()
}, 120_000)
afterAll(() => site.close())

const folder = mkdtempSync(join(tmpdir(), 'animegan-teach-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Flat shapes with outlines in the colours of a number. */
const art = async (seed: number): Promise<TestFile> => {
  const colour = (i: number): string => `hsl(${(seed * 47 + i * 80) % 360} 70% ${30 + ((seed * 13 + i * 17) % 40)}%)`
  const shapes = [0, 1, 2, 3].map(
    (i) =>
      `<circle cx="${(seed * 31 + i * 53) % 160}" cy="${(seed * 17 + i * 41) % 160}" r="${18 + ((seed + i * 7) % 25)}" fill="${colour(i)}" stroke="#111" stroke-width="4"/>`,
  )
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="160"><rect width="160" height="160" fill="${colour(5)}"/>${shapes.join('')}</svg>`
  return { name: `art-${seed}.png`, mimeType: 'image/png', buffer: await sharp(Buffer.from(svg)).png().toBuffer() }
}

const pieces = (count: number): Promise<TestFile[]> => Promise.all(Array.from({ length: count }, (_, i) => art(i)))

const openDialog = async (page: Page): Promise<void> => {
  await page.getByTestId('teach').click()
  await page.locator('[data-testid=teach-dialog]:not([data-stage=looking])').waitFor()
}

const give = (page: Page, files: readonly TestFile[], pile: 'art' | 'photos' = 'art'): Promise<void> =>
  page.setInputFiles(`[data-testid=teach-${pile}]`, [...files])

const begin = async (page: Page, name: string): Promise<void> => {
  await page.getByTestId('teach-name').fill(name)
  await page.getByTestId('teach-begin').click({ timeout: 60_000 })
}

const stepOf = async (page: Page): Promise<number> =>
  Number(await page.getByTestId('teach-step').getAttribute('data-step', { timeout: 60_000 }))

const stateOf = (page: Page): Promise<string | null> => page.getByTestId('teach-state').getAttribute('data-state')

const notices = (page: Page): Promise<string> =>
  page
    .getByTestId('teach-notice')
    .allTextContents()
    .then((all) => all.join('\n'))

it('learns while one watches, survives a reload, and its style is drawn by the command', async () => {
  const { page, complaints } = await site.visit()
  await openDialog(page)
  await give(page, await pieces(10))
  await give(page, [await photo(200, 150)], 'photos')
  const labelled = await new AxeBuilder({ page }).analyze()
  expect(labelled.violations).toEqual([])
  await begin(page, 'Circles')
  await page.locator('[data-testid=teach-samples][data-drawn=true]').waitFor({ timeout: 60_000 })
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])

  // Another tab leaves it alone.
  const other = await page.context().newPage()
  await other.goto(site.url)
  await openDialog(other)
  expect(await notices(other)).toMatch(/Another tab.*close that tab/)
  await other.close()

  // Paused, it is kept; a page that goes away while it learns goes on by itself when it is back.
  await page.getByTestId('teach-pause').click()
  await expect.poll(() => stateOf(page)).toBe('resting')
  const reached = await stepOf(page)
  await page.getByTestId('teach-resume').click()
  await expect.poll(() => stepOf(page)).toBeGreaterThan(reached)
  await page.reload()
  await expect.poll(() => stateOf(page)).toBe('training')
  await expect.poll(() => stepOf(page)).toBeGreaterThan(reached)
  await expect.poll(() => stepOf(page)).toBeGreaterThanOrEqual(20)

  await page.getByTestId('teach-keep').click()
  const { name, bytes } = await downloaded(page, 'teach-save')
  expect(name).toBe('Circles.safetensors')
  const style = readStyle(bytes)
  expect(style.title).toBe('Circles')
  expect(Number(/, (\d+) steps/.exec(style.metadata.training)?.[1])).toBeGreaterThanOrEqual(20)
  await page.getByTestId('teach-draw').click()
  const small = await photo(64)
  await openFiles(page, [small])
  expect(await settled(page)).toBe('done')
  expect(await page.locator('.rail-style:has(:checked) .rail-title').textContent()).toBe('Circles')
  const onPage = await opaquePixelsOf((await downloaded(page, 'save')).bytes)
  expect(complaints).toEqual([])
  await page.context().close()

  const [before, file] = [join(folder, small.name), join(folder, name)]
  writeFileSync(before, small.buffer)
  writeFileSync(file, bytes)
  const drawnWith = async (chosen: string, output: string) => {
    await animegan(before, '-o', join(folder, output), '--style', chosen, '--backend', 'cpu', '--faces', 'off')
    return opaquePixelsOf(join(folder, output))
  }
  const byCommand = await drawnWith(file, 'taught.png')
  expect(largestDifference(onPage, byCommand)).toBe(0)
  expect(largestDifference(byCommand, await drawnWith('sora', 'sora.png'))).toBeGreaterThan(8)
}, 150_000)

describe('what cannot be learned from gets a sentence', () => {
  let page: Page
  beforeAll(async () => {
    ;({ page } = await site.visit())
    await openDialog(page)
  })
  afterAll(() => page.context().close())

  it('three pictures, and the same one again in another format', async () => {
    const three = await pieces(3)
    await give(page, three)
    await expect.poll(() => notices(page)).toMatch(/7 more pictures.*different/)
    expect(await page.getByTestId('teach-begin').isDisabled()).toBe(true)
    const again = await sharp(three[0].buffer).jpeg({ quality: 80 }).toBuffer()
    await give(page, [{ name: 'again.jpg', mimeType: 'image/jpeg', buffer: again }])
    await expect.poll(() => notices(page)).toMatch(/again\.jpg: It is there already.*different/)
    expect(await page.getByTestId('teach-art-list').getByRole('listitem').count()).toBe(3)
  })

  it('a text file, and a picture of 200 megapixels', async () => {
    const huge = Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000080200000000000000', 'hex')
    huge.writeUInt32BE(20000, 16)
    huge.writeUInt32BE(10000, 20)
    await give(page, [
      { name: 'words.txt', mimeType: 'text/plain', buffer: Buffer.from('just words') },
      { name: 'huge.png', mimeType: 'image/png', buffer: huge },
    ])
    await expect.poll(() => notices(page)).toMatch(/huge\.png: .*120 million.*smaller/)
    expect(await notices(page)).toMatch(/words\.txt: .*not a picture.*JPEG/)
  })

  it('photos in place of art, as far as their files say so', async () => {
    const taken = await Promise.all(
      [20, 60, 100, 140].map(async (left): Promise<TestFile> => {
        const whole = sharp((await photo(400)).buffer).extract({ left, top: left, width: 200, height: 200 })
        const exif = { IFD2: { ExposureTime: '1/125' } }
        const buffer = await whole.withExif(exif).jpeg().toBuffer()
        return { name: `taken-${left}.jpg`, mimeType: 'image/jpeg', buffer }
      }),
    )
    await give(page, taken)
    await expect.poll(() => notices(page)).toMatch(/camera took most/)
  })

  it('a style of another network to begin with; what was gathered stays', async () => {
    await page.keyboard.press('Escape')
    await openFiles(page, [await photo(48)])
    const weights = gunzipSync(readFileSync(join(root, 'packages/models/fixtures/pytorch-v2.pt.gz')))
    await page.setInputFiles('[data-testid=open-style]', [{ name: 'mine.pt', mimeType: '', buffer: weights }])
    await page.getByTestId('notice').getByText('The style mine is added').waitFor()
    await openDialog(page)
    await give(page, (await pieces(11)).slice(3))
    await page.getByTestId('teach-start').selectOption('mine')
    await begin(page, 'Mine')
    await expect.poll(() => notices(page)).toMatch(/another network.*Sora/)
    expect(await page.getByTestId('teach-art-list').getByRole('listitem').count()).toBe(15)
  })

  it('no space left while it learns: what is kept stays, and with space it goes on', async () => {
    await page.getByTestId('teach-start').selectOption('Sora')
    await begin(page, 'Full')
    await expect.poll(() => stepOf(page)).toBeGreaterThan(1)
    // Browsers give up the transaction and say why. Their own limits are told to pages late, and not to the byte.
    const worker = page.workers().find((one) => one.url().includes('teach'))!
    await worker.evaluate(() => {
      const { add } = IDBObjectStore.prototype
      const error = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, 'error')!
      const full = new DOMException('full', 'QuotaExceededError')
      Object.defineProperty(IDBTransaction.prototype, 'error', { get: () => full, configurable: true })
      IDBObjectStore.prototype.add = function (...args) {
        const request = add.apply(this, args)
        this.transaction.abort()
        return request
      }
      Object.assign(globalThis, {
        makeRoom: () => {
          IDBObjectStore.prototype.add = add
          Object.defineProperty(IDBTransaction.prototype, 'error', error)
        },
      })
    })
    await page.getByTestId('teach-pause').click()
    await expect.poll(() => notices(page)).toMatch(/no space.*nothing kept is lost/)
    await worker.evaluate('makeRoom()')
    await page.getByTestId('teach-resume').click()
    await expect.poll(() => stateOf(page)).toBe('training')
    expect(await notices(page)).toBe('')
    await page.getByTestId('teach-pause').click()
    await expect.poll(() => stateOf(page)).toBe('resting')
    expect(await notices(page)).toBe('')
  })

  it('a graphics card that fails: the processor goes on, and the page says so', async () => {
    // This browser has none. It was chosen in the settings.
    await page.keyboard.press('Escape')
    await page.getByTestId('backend').selectOption('gpu')
    await openDialog(page)
    await page.getByTestId('teach-resume').click()
    await expect.poll(() => notices(page)).toMatch(/graphics card failed.*goes on/)
    await page.getByTestId('teach-discard').click()
    await page.getByTestId('teach-discard').click()
    await expect.poll(() => page.getByTestId('teach-dialog').getAttribute('data-stage')).toBe('gathering')
  })
})
