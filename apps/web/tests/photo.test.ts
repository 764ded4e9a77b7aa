/** Photos on the page in a real browser: compared with the command's results, alone and several at once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  animegan,
  apart,
  downloaded,
  largestDifference,
  opaquePixelsOf,
  openFiles,
  photo,
  pixelsOf,
  ROUNDING,
  Site,
  settled,
  type TestFile,
  type Visit,
} from './browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'animegan-web-'))
let site: Site
let visit: Visit
beforeAll(async () => {
  site = await Site.open()
  visit = await site.visit()
}, 120_000)
afterAll(async () => {
  await site.close()
  rmSync(folder, { recursive: true })
})

/** The page in its initial state, but with the engine running. */
const fresh = async (): Promise<Visit['page']> => {
  const { page } = visit
  const over = page.getByRole('button', { name: 'Start over' })
  if (await over.isVisible()) {
    for (const [name, value] of [
      ['size', '0'],
      ['format', 'same'],
    ] as const)
      await page.getByTestId(name).selectOption(value)
    await page.getByTestId('strength').fill('100')
    await page.getByTestId('effect-auto').check({ force: true })
    await over.click()
  }
  return page
}

const noFaces = ['--faces', 'off']

/** The command's result for a file. */
const byCommand = async ({ name, buffer }: TestFile, ...options: string[]) => {
  const [input, output] = [join(folder, name), join(folder, 'out.png')]
  writeFileSync(input, buffer)
  await animegan(input, '-o', output, '--force', '--backend', 'cpu', ...options)
  return pixelsOf(output)
}

describe('the picture matches the command’s within 2 of 255', () => {
  it('unchanged settings, at its own size, saved as PNG', async () => {
    const file = await photo(203, 150)
    const { page, complaints } = await site.visit({ faces: true })
    await openFiles(page, [file])
    expect(await settled(page)).toBe('done')
    const { name, bytes } = await downloaded(page, 'save')
    expect(name).toBe('street-203x150.anime.png')
    const [ours, original] = [await opaquePixelsOf(bytes), await pixelsOf(file.buffer)]
    expect(largestDifference(ours, await byCommand(file))).toBeLessThanOrEqual(ROUNDING)
    expect(largestDifference(ours, original)).toBeGreaterThan(40)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('with strength, brush and size, in tiles', async () => {
    const file = await photo(900, 600)
    const page = await fresh()
    await openFiles(page, [file])
    await page.getByTestId('effect-medium').check({ force: true })
    await page.getByTestId('size').selectOption('512')
    await page.getByTestId('strength').fill('60')
    expect(await settled(page)).toBe('done')
    const { bytes } = await downloaded(page, 'save')
    const expected = await byCommand(file, '--strength', '0.6', '--effect-size', '768', '--size', '512', ...noFaces)
    expect(largestDifference(await opaquePixelsOf(bytes), expected)).toBeLessThanOrEqual(ROUNDING)
  })

  it('with transparency kept', async () => {
    const { data, info } = await sharp((await photo(160, 120)).buffer)
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    for (let i = 3; i < data.length; i += 4) data[i] = (i >> 2) % 160 < 60 ? 0 : 255
    const buffer = await sharp(data, { raw: { width: 160, height: 120, channels: info.channels } })
      .png()
      .toBuffer()
    const file = { name: 'alpha.png', mimeType: 'image/png', buffer }
    const page = await fresh()
    await openFiles(page, [file])
    expect(await settled(page)).toBe('done')
    const [ours, expected] = [await pixelsOf((await downloaded(page, 'save')).bytes), await byCommand(file, ...noFaces)]
    expect(ours.channels).toBe(4)
    let worst = 0
    for (let i = 0; i < ours.data.length; i++) {
      const seen = i % 4 === 3 || expected.data[i | 3] > 0
      if (seen) worst = Math.max(worst, Math.abs(ours.data[i] - expected.data[i]))
    }
    expect(worst).toBeLessThanOrEqual(ROUNDING)
  })
})

it('turns photos upright by EXIF, takes Display P3 for what it is, and keeps metadata in JPEG, WebP and PNG', async () => {
  const vivid = await sharp((await photo(180, 120)).buffer)
    .modulate({ saturation: 3 })
    .withIccProfile('p3')
    .withExif({ IFD0: { Make: 'Maker' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">Ärtist</x:xmpmeta>')
    .jpeg({ quality: 98 })
    .toBuffer()
  const file = { name: 'turned.jpg', mimeType: 'image/jpeg', buffer: vivid }
  const page = await fresh()
  await openFiles(page, [file])
  expect(await settled(page)).toBe('done')
  const expected = await byCommand(file, ...noFaces)
  for (const [format, extension] of [
    ['jpeg', 'jpg'],
    ['webp', 'webp'],
    ['png', 'png'],
  ]) {
    await page.getByTestId('format').selectOption(format)
    expect(await settled(page)).toBe('done')
    const { name, bytes } = await downloaded(page, 'save')
    expect(name).toBe(`turned.anime.${extension}`)
    const { exif, xmp, ...facts } = await sharp(bytes).metadata()
    expect(facts).toMatchObject({ format, width: 120, height: 180, orientation: 1 })
    expect(exif?.includes('Maker')).toBe(true)
    expect(exif?.includes(Buffer.from([51, 0, 0, 0, 1, 0, 0, 0, 30, 0, 0, 0]))).toBe(true)
    expect(xmp?.toString()).toContain('Ärtist')
    if (format === 'png') {
      expect(bytes.includes('sRGB')).toBe(true)
      const ours = await opaquePixelsOf(bytes)
      // Read as sRGB, 2.7 % of it would be.
      expect(apart(ours, expected)).toBeLessThan(0.01)
    }
  }
})

it('draws several, lists them, continues after a bad one, and zips the rest under distinct names', async () => {
  const page = await fresh()
  const [one, two] = [await photo(96, 64), await photo(64, 96)]
  const bad = { name: 'bad.png', mimeType: 'image/png', buffer: Buffer.from('no picture at all, just words') }
  // What the strip shows of the first good one, from the photo to the result: it may be drawn before it is looked at.
  await page.evaluate(() => {
    const shown: string[] = []
    Object.assign(window, { shown })
    new MutationObserver(() => {
      const image = document.querySelectorAll('[data-testid=item]')[1]?.querySelector('img')
      if (image && shown.at(-1) !== image.src) shown.push(image.src)
    }).observe(document.body, { subtree: true, childList: true, attributeFilter: ['src'] })
  })
  await openFiles(page, [bad, one, two, one])
  const list = page.getByTestId('item')
  await expect
    .poll(() => list.evaluateAll((all) => all.map((item) => item.dataset.state).join(' ')), { timeout: 60_000 })
    .toBe('error done done done')
  expect(await list.nth(1).locator('[aria-current=true]').count()).toBe(1)
  const drawnInStrip = list.nth(1).locator('img')
  const shown = await page.evaluate(() => (window as unknown as { shown: string[] }).shown)
  expect(shown.length).toBeGreaterThan(1)
  expect(await drawnInStrip.getAttribute('src')).toBe(shown.at(-1))
  expect(await drawnInStrip.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(96)
  const count = page.getByTestId('count')
  for (const [language, words] of [
    ['ja', '4 件中 3 件が完成'],
    ['zh', '已完成 3 / 4'],
    ['en', '3 of 4 done'],
  ]) {
    await page.getByTestId('language').selectOption(language)
    expect(await count.textContent()).toBe(words)
  }
  const { name, bytes } = await downloaded(page, 'save-all')
  expect(name).toBe('animegan.zip')
  const files = unzipSync(new Uint8Array(bytes))
  expect(Object.keys(files).sort()).toEqual([
    'street-64x96.anime.png',
    'street-96x64.anime.2.png',
    'street-96x64.anime.png',
  ])
  expect(await sharp(Buffer.from(files['street-64x96.anime.png'])).metadata()).toMatchObject({ width: 64, height: 96 })
  await list.nth(0).locator('.item-show').click()
  expect(await settled(page)).toBe('error')
  expect(await page.getByRole('alert').textContent()).toMatch(/not a picture or clip.*JPEG, PNG or WebP/)
  await list.nth(0).locator('.item-remove').click()
  await expect.poll(() => list.count()).toBe(3)
})

it('accepts photos that are dropped, pasted, taken, or examples', async () => {
  const page = await fresh()
  const bytes = [...(await photo(64)).buffer]
  await page.evaluate((data) => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([new Uint8Array(data)], 'dropped.png', { type: 'image/png' }))
    document.body.dispatchEvent(new DragEvent('dragover', { dataTransfer: transfer, bubbles: true, cancelable: true }))
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
    dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }))
  }, bytes)
  expect(await settled(page)).toBe('done')
  expect(await page.getByTestId('item').count()).toBe(2)

  await page.getByRole('button', { name: 'Use the camera' }).click()
  await page.getByTestId('shoot').click({ timeout: 20_000 })
  await page.getByTestId('item').nth(2).waitFor()
  expect(await settled(page)).toBe('done')
  expect(await downloaded(page, 'save')).toMatchObject({ name: expect.stringMatching(/^camera-.*\.anime\.jpg$/) })

  await page.getByRole('button', { name: 'Start over' }).click()
  await page.getByTestId('sample-landscape').check({ force: true })
  await page.getByTestId('example').click()
  await page.locator('[data-testid=result][data-state=working]').waitFor()
})

it('shows a first look before the result, in its style, and remembers what was drawn', async () => {
  const page = await fresh()
  const tag = page.locator('.tag').last()
  const size = () =>
    page.locator('.compare-after').evaluate(async (image: HTMLImageElement) => {
      await image.decode()
      return image.naturalWidth
    })
  // So large that the look is seen before the result.
  await openFiles(page, [await photo(1500, 1000)])
  await page.getByTestId('preview').waitFor()
  expect(await tag.textContent()).toBe('Sora')
  expect(await size()).toBe(512)
  expect(await settled(page)).toBe('done')
  expect(await size()).toBe(1500)
  const sora = await page.getByTestId('after').getAttribute('src')
  const sample = (await downloaded(page, 'save')).bytes

  // The rail has a picture of the photo in every style.
  const rail = page.getByTestId('style-rail')
  const styles = await rail.getByRole('radio').count()
  await expect.poll(() => rail.locator('img[src^="blob:"]').count(), { timeout: 60_000 }).toBe(styles)
  await page.getByTestId('style-cel').check({ force: true })
  // At once, not after a second: the look is there already.
  await page.getByTestId('preview').waitFor({ timeout: 1000 })
  expect(await tag.textContent()).toBe('Cel')
  expect(await settled(page)).toBe('done')
  expect((await downloaded(page, 'save')).bytes.equals(sample)).toBe(false)

  await page.getByTestId('style-sora').check({ force: true })
  expect(await page.getByTestId('result').getAttribute('data-state')).toBe('done')
  expect(await page.getByTestId('after').getAttribute('src')).toBe(sora)
  expect(await tag.textContent()).toBe('Sora')
})

it('a reload brings photos and results back, and Start over can be undone', async () => {
  const { page } = await site.visit()
  await openFiles(page, [await photo(96, 64), await photo(64)])
  const states = () => page.getByTestId('item').evaluateAll((all) => all.map((item) => item.dataset.state).join(' '))
  await expect.poll(states, { timeout: 60_000 }).toBe('done done')
  const { bytes } = await downloaded(page, 'save')
  await page.reload()
  await expect.poll(states, { timeout: 60_000 }).toBe('done done')
  expect((await downloaded(page, 'save')).bytes.equals(bytes)).toBe(true)

  await page.getByRole('button', { name: 'Start over' }).click()
  expect(await page.getByTestId('item').count()).toBe(0)
  await page.getByTestId('undo').click()
  expect(await states()).toBe('done done')
  await page.getByRole('button', { name: 'Start over' }).click()
  await page.waitForTimeout(300)
  await page.reload()
  await page.getByTestId('example').waitFor()
  expect(await page.getByTestId('item').count()).toBe(0)
  await page.context().close()
})

it('saves the photo and its result side by side', async () => {
  const page = await fresh()
  await openFiles(page, [await photo(96, 64)])
  expect(await settled(page)).toBe('done')
  const after = await opaquePixelsOf((await downloaded(page, 'save')).bytes)
  const { name, bytes } = await downloaded(page, 'save-comparison')
  expect(name).toBe('street-96x64.compare.png')
  expect(await sharp(bytes).metadata()).toMatchObject({ width: 2 * 96 + 2, height: 64 })
  const right = await sharp(bytes).extract({ left: 98, top: 0, width: 96, height: 64 }).png().toBuffer()
  expect(largestDifference(await opaquePixelsOf(right), after)).toBe(0)
})

it('compares all styles of the photo: drawn, zoomed together, chosen', async () => {
  const page = await fresh()
  await openFiles(page, [await photo(96)])
  expect(await settled(page)).toBe('done')
  await page.getByTestId('compare-all').click()
  const cells = page.getByTestId('comparison').getByRole('listitem')
  const styles = (await cells.count()) - 1
  const done = page.locator('[data-testid=comparison] li[data-state=done]')
  await expect.poll(() => done.count(), { timeout: 60_000 }).toBe(styles)
  const widths = () =>
    cells.locator('img').evaluateAll((all) => all.map((image) => Math.round(image.getBoundingClientRect().width)))
  const before = await widths()
  await page.keyboard.press('+')
  await expect.poll(widths).not.toEqual(before)
  const factors = (await widths()).map((width, i) => width / before[i])
  for (const factor of factors) expect(factor).toBeCloseTo(1.5, 1)
  await page.getByTestId('comparison').getByRole('button', { name: 'Pepper' }).click()
  expect(await page.getByTestId('comparison').count()).toBe(0)
  expect(await page.getByTestId('style-pepper').isChecked()).toBe(true)
  expect(await page.getByTestId('result').getAttribute('data-state')).toBe('done')
  await page.getByTestId('style-sora').check({ force: true })
})

it('compares, zooms and pans by keyboard', async () => {
  const page = await fresh()
  await openFiles(page, [await photo(96)])
  expect(await settled(page)).toBe('done')
  await page.waitForTimeout(1100) // the line sweeps in first
  const slider = page.getByRole('slider', { name: 'Compare before and after' })
  await slider.focus()
  const width = () => page.locator('.compare-picture').evaluate((element) => element.getBoundingClientRect().width)
  const left = () => page.locator('.compare-picture').evaluate((element) => element.getBoundingClientRect().left)
  const [before, at] = [await slider.inputValue(), await width()]
  await page.keyboard.press('ArrowRight')
  // The page shows a key's effect with its next frame.
  await expect.poll(async () => Number(await slider.inputValue())).toBe(Number(before) + 1)
  for (let i = 0; i < 3; i++) await page.keyboard.press('+')
  await expect.poll(async () => (await width()) / at).toBeGreaterThan(2)
  const start = await left()
  await page.keyboard.press('Shift+ArrowLeft')
  await expect.poll(left).toBeGreaterThan(start)
  await page.keyboard.press('0')
  await expect.poll(width).toBeCloseTo(at, 0)
})

it('advises before drawing, and the remedies help', async () => {
  const page = await fresh()
  const dark = await sharp((await photo(220)).buffer)
    .linear(0.12, 0)
    .png()
    .toBuffer()
  await openFiles(page, [{ name: 'dark.png', mimeType: 'image/png', buffer: dark }, await photo(80)])
  await page.getByTestId('advice-dark').waitFor()
  expect(await settled(page)).toBe('done')
  const brightness = async (): Promise<number> => {
    const { channels } = await sharp((await downloaded(page, 'save')).bytes).stats()
    return channels.slice(0, 3).reduce((sum, { mean }) => sum + mean, 0) / 3
  }
  const before = await brightness()
  await page.getByTestId('advice-dark').getByRole('button', { name: 'Brighten it first' }).click()
  await page.getByTestId('advice-taken').waitFor()
  expect(await settled(page)).toBe('done')
  expect(await brightness()).toBeGreaterThan(before * 2)

  await page.getByTestId('item').nth(1).locator('.item-show').click()
  await page.getByTestId('advice-small').getByRole('button', { name: 'Enlarge it first' }).click()
  expect(await settled(page)).toBe('done')
  expect(await sharp((await downloaded(page, 'save')).bytes).metadata()).toMatchObject({ width: 768, height: 768 })
})

it('copies the result to the clipboard as PNG', async () => {
  const page = await fresh()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await openFiles(page, [await photo(72, 48, 'jpeg')])
  expect(await settled(page)).toBe('done')
  // The page's own thread encodes nothing: it would be blocked.
  await page.evaluate(() => Reflect.deleteProperty(window, 'OffscreenCanvas'))
  await page.getByTestId('copy').click()
  await page.getByText('Copied.').waitFor()
  const size = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read()
    const bitmap = await createImageBitmap(await item.getType('image/png'))
    return [bitmap.width, bitmap.height]
  })
  expect(size).toEqual([72, 48])
})

it('no errors were logged by all this', () => {
  expect(visit.complaints).toEqual([])
})
