/**
 * Files that browsers do not read by themselves, on the page: photos in HEIC, JPEG XL and JPEG 2000, whose decoders are
 * fetched with the first such photo, and models that others made. Compared with the command's results.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeOnnx, input, mul, symbolicDim, tanh } from '@animegan/graph'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  animegan,
  downloaded,
  largestDifference,
  openFiles,
  photo,
  pixelsOf,
  ROUNDING,
  root,
  Site,
  settled,
  type Visit,
} from './browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'animegan-web-'))
let site: Site
let visit: Visit
beforeAll(async () => {
  // Chromium reads JPEG XL by itself, unlike other browsers.
  site = await Site.open({}, ['--disable-features=JXLImageFormat'])
  visit = await site.visit()
}, 120_000)
afterAll(async () => {
  await site.close()
  rmSync(folder, { recursive: true })
})

const fixture = (name: string): Buffer => readFileSync(join(root, 'packages/pictures/fixtures', name))

/** The saved picture without alpha, and the command's. */
const compared = async (name: string, buffer: Buffer, ...options: string[]): Promise<number> => {
  const { bytes } = await downloaded(visit.page, 'save')
  const [given, made] = [join(folder, name), join(folder, 'out.png')]
  writeFileSync(given, buffer)
  await animegan(given, '-o', made, '--force', '--backend', 'cpu', ...options)
  const opaque = async (file: Buffer | string) => pixelsOf(await sharp(file).removeAlpha().png().toBuffer())
  return largestDifference(await opaque(bytes), await opaque(made))
}

it.each([
  ['turned.heic', /libheif/, 64, 96],
  ['deep.heic', /libheif/, 96, 64],
  ['plain.jxl', /jxl_dec/, 96, 64],
  ['plain.jp2', /openjpeg/, 96, 64],
])('%s is drawn as by the command, and shown beside', async (name, decoder, width, height) => {
  const { page, requests } = visit
  if (name !== 'deep.heic') expect(requests.filter((url) => decoder.test(url))).toEqual([])
  await openFiles(page, [{ name, mimeType: '', buffer: fixture(name) }])
  expect(await settled(page)).toBe('done')
  expect(requests.some((url) => decoder.test(url))).toBe(true)
  await page.getByTestId('format').selectOption('png')
  expect(await settled(page)).toBe('done')
  expect(await compared(name, fixture(name))).toBeLessThanOrEqual(ROUNDING)
  const sizes = await page
    .locator('.compare-picture img')
    .evaluateAll((all) =>
      all.map((one) => [(one as HTMLImageElement).naturalWidth, (one as HTMLImageElement).naturalHeight]),
    )
  expect(sizes.length).toBeGreaterThan(0)
  for (const size of sizes) expect(size).toEqual([width, height])
  await page.getByRole('button', { name: 'Start over' }).click()
})

it('a damaged HEIC fails with a sentence', async () => {
  await openFiles(visit.page, [{ name: 'x.heic', mimeType: '', buffer: fixture('plain.heic').subarray(0, 500) }])
  expect(await settled(visit.page)).toBe('error')
  expect(await visit.page.getByRole('alert').textContent()).toContain('damaged')
  await visit.page.getByRole('button', { name: 'Start over' }).click()
})

it('an ONNX model of no known network becomes a style, and draws as by the command', async () => {
  const { page } = visit
  const x = input('x', [1, 3, symbolicDim('h'), symbolicDim('w')])
  const buffer = Buffer.from(encodeOnnx({ y: tanh(mul(x, 1.5)) }))
  writeFileSync(join(folder, 'theirs.onnx'), buffer)
  const file = await photo(120, 90)
  await openFiles(page, [file])
  expect(await settled(page)).toBe('done')
  await page.setInputFiles('[data-testid=open-style]', [{ name: 'theirs.onnx', mimeType: '', buffer }])
  await page.getByTestId('notice').getByText('theirs').waitFor({ timeout: 60_000 })
  expect(await settled(page)).toBe('done')
  const away = await compared(file.name, file.buffer, '-s', join(folder, 'theirs.onnx'))
  expect(away).toBeLessThanOrEqual(2)
})

it('no errors were logged by all this', () => {
  expect(visit.complaints).toEqual([])
})
