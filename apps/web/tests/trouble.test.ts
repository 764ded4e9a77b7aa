/** Failures: bad files, invalid styles, a failing graphics card, and a very large picture. */
import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  downloaded,
  largestDifference,
  opaquePixelsOf,
  openFiles,
  photo,
  Site,
  settled,
  type Visit,
} from './browser.ts'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const odd = at('../../../../shared/data/odd/')
const fixtures = at('../../../packages/models/')
const file = (path: string) => ({ name: basename(path), mimeType: '', buffer: readFileSync(path) })

let site: Site
let visit: Visit
beforeAll(async () => {
  site = await Site.open()
  visit = await site.visit()
}, 120_000)
afterAll(() => site.close())

const alert = async (): Promise<string> => (await visit.page.getByRole('alert').textContent()) ?? ''

describe('bad files get a sentence that says what to do, and the page continues', () => {
  const png = (width: number, height: number): Buffer => {
    const start = Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000080200000000000000', 'hex')
    start.writeUInt32BE(width, 16)
    start.writeUInt32BE(height, 20)
    return start
  }
  it.each<[string, Buffer, RegExp]>([
    ['an empty file', Buffer.alloc(0), /empty.*original/],
    ['words', Buffer.from('just words'), /not a picture or clip.*JPEG, PNG or WebP/],
    ['the start of a clip', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42'), /damaged.*MP4 or WebM/],
    ['a PDF', Buffer.from('%PDF-1.7 and so on'), /document.*PNG/],
    ['a TIFF', Buffer.from('II*\0\x08\0\0\0'), /TIFF.*JPEG or PNG/],
    ['a PNG that ends early', png(40, 30), /damaged.*original/],
    ['a PNG of 3.6 gigapixels', png(60000, 60000), /120 million.*smaller/],
  ])('%s', async (name, buffer, sentence) => {
    await openFiles(visit.page, [{ name: `${name}.jpg`, mimeType: 'image/jpeg', buffer }])
    expect(await settled(visit.page)).toBe('error')
    expect(await alert()).toMatch(sentence)
  })

  it.skipIf(!existsSync(odd))('real unusual files: each is done, or fails with a sentence', async () => {
    const good = ['adam7.png', 'palette16.png', 'rgb16.png', 'odd_257x255.webp', 'progressive.jpg', 'one_by_one.jpg']
    const bad = ['text.jpg', 'zero_bytes.jpg']
    await visit.page.getByRole('button', { name: 'Start over' }).click()
    await openFiles(
      visit.page,
      [...good, ...bad].map((name) => file(`${odd}generated/${name}`)),
    )
    const states = () => visit.page.getByTestId('item').evaluateAll((all) => all.map((item) => item.dataset.state))
    await expect.poll(states, { timeout: 50_000 }).toEqual([...good.map(() => 'done'), ...bad.map(() => 'error')])
  })

  it('after all that, a photo is still drawn', async () => {
    await openFiles(visit.page, [await photo(48)])
    expect(await settled(visit.page)).toBe('done')
  })
})

describe('own styles', () => {
  const style = () => visit.page.locator('.rail-style:has(:checked) .rail-title').textContent()

  it('a PyTorch file becomes a style, draws, and is kept for the next visit; it can be removed', async () => {
    const { page } = visit
    const weights = await import('node:zlib').then(({ gunzipSync }) =>
      gunzipSync(readFileSync(`${fixtures}fixtures/pytorch-v2.pt.gz`)),
    )
    await page.getByRole('button', { name: 'Start over' }).click()
    await openFiles(page, [await photo(48)])
    expect(await settled(page)).toBe('done')
    const before = (await downloaded(page, 'save')).bytes
    await page.setInputFiles('[data-testid=open-style]', [{ name: 'mine.pt', mimeType: '', buffer: weights }])
    await page.getByTestId('notice').getByText('The style mine is added').waitFor({ timeout: 30_000 })
    expect(await settled(page)).toBe('done')
    const after = (await downloaded(page, 'save')).bytes
    expect(largestDifference(await opaquePixelsOf(before), await opaquePixelsOf(after))).toBeGreaterThan(10)
    await page.reload()
    await openFiles(page, [await photo(48)])
    expect(await settled(page)).toBe('done')
    expect(await style()).toBe('mine')
    expect((await downloaded(page, 'save')).bytes.equals(after)).toBe(true)
    await page.getByRole('button', { name: 'Remove the style mine' }).click()
    await expect.poll(style).not.toBe('mine')
  })

  it('an invalid style is refused with a sentence: a malicious pickle, a broken file', async () => {
    const { page } = visit
    const options = page.getByTestId('style-rail').getByRole('radio')
    const before = await options.count()
    for (const path of ['evil-os.system.pt', 'mixed.safetensors']) {
      await page.setInputFiles('[data-testid=open-style]', [file(`${fixtures}src/formats/fixtures/${path}`)])
      await page.getByTestId('notice').getByText(`${path}: This is not a style`).waitFor({ timeout: 20_000 })
    }
    expect(await options.count()).toBe(before)
  })
})

it('if the chosen graphics card fails, the processor draws the same, and the page says so', async () => {
  const { page } = await site.visit() // this browser has no WebGPU
  const small = await photo(40)
  await openFiles(page, [small])
  expect(await settled(page)).toBe('done')
  const expected = (await downloaded(page, 'save')).bytes
  await page.getByTestId('backend').selectOption('gpu')
  expect(await settled(page)).toBe('done')
  await page.getByTestId('recovered').getByText('The graphics card failed').waitFor()
  expect((await downloaded(page, 'save')).bytes.equals(expected)).toBe(true)
  await page.context().close()
})

it('WebGPU, in floats, draws nearly the same as the processor, in 8 bits', async () => {
  const other = await Site.open({}, ['--enable-unsafe-webgpu'])
  try {
    const { page, complaints } = await other.visit()
    expect(await page.evaluate(async () => 'gpu' in navigator)).toBe(true)
    await openFiles(page, [await photo(32)])
    expect(await settled(page)).toBe('done')
    const byProcessor = (await downloaded(page, 'save')).bytes
    await page.getByTestId('backend').selectOption('gpu')
    expect(await settled(page)).toBe('done')
    await expect.poll(() => page.locator('.made-by').textContent()).toContain('graphics card')
    const byGraphics = (await downloaded(page, 'save')).bytes
    expect(largestDifference(await opaquePixelsOf(byGraphics), await opaquePixelsOf(byProcessor))).toBeLessThan(16)
    expect(complaints).toEqual([])
    await page.context().close()
  } finally {
    await other.close()
  }
}, 120_000)

it('a photo of 24 megapixels is drawn and saved at its size', async () => {
  const { page } = visit
  const buffer = await sharp((await photo(900, 600)).buffer)
    .resize(6000, 4000)
    .jpeg()
    .toBuffer()
  // Chosen before, so that it is not begun twice.
  await page.getByTestId('effect-bold').check({ force: true })
  await page.getByRole('button', { name: 'Start over' }).click()
  await openFiles(page, [{ name: 'large.jpg', mimeType: 'image/jpeg', buffer }])
  expect(await settled(page, 110_000)).toBe('done')
  const { bytes } = await downloaded(page, 'save')
  expect(await sharp(bytes).metadata()).toMatchObject({ width: 6000, height: 4000, format: 'jpeg' })
}, 120_000)
