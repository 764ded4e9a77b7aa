/**
 * Files that browsers do not read by themselves, on the page: animations, photos in HEIC, JPEG XL and JPEG 2000, whose decoders are
 * fetched with the first such photo, and models that others made. Compared with the command's results.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeOnnx, input, mul, symbolicDim, tanh } from '@animegan/graph'
import { joinAnimation } from '@animegan/pictures'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  animegan,
  downloaded,
  example,
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
  await animegan(given, '-o', made, '--force', '--faces', 'off', '--backend', 'cpu', ...options)
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

describe('animations are drawn frame by frame', () => {
  const size = { width: 64, height: 48 }
  const delays = [40, 100, 260]
  /** Three parts of the street, the second with a hole. */
  const parts = Promise.all(
    [0, 1, 2].map((i) => {
      const part = sharp(example).extract({ left: 40 * i, top: 0, width: 640, height: 480 })
      const small = part.resize(size.width, size.height).ensureAlpha()
      const hole = { create: { width: 20, height: 20, channels: 4 as const, background: '#000' } }
      return (i === 1 ? small.composite([{ input: hole, blend: 'dest-out', left: 0, top: 0 }]) : small).png().toBuffer()
    }),
  )
  const apng = async (): Promise<Buffer> => {
    const stills = (await parts).map((bytes, i) => ({ bytes, duration: delays[i] }))
    return Buffer.from(joinAnimation(stills, 'png', { ...size, loop: 0 }))
  }
  const animated = async (format: 'gif' | 'webp'): Promise<Buffer> => {
    const joined = sharp(await parts, { join: { animated: true } })
    return joined.toFormat(format, { delay: delays, loop: 0, lossless: true, keepDuplicateFrames: true }).toBuffer()
  }
  const saved = async (page: Page, name: string, buffer: Buffer, delay = delays): Promise<Buffer> => {
    const over = page.getByRole('button', { name: 'Start over' })
    if (await over.isVisible()) await over.click()
    await openFiles(page, [{ name, mimeType: '', buffer }])
    expect(await settled(page)).toBe('done')
    const { name: given, bytes } = await downloaded(page, 'save')
    expect(given).toBe('moving.anime.webp')
    expect(await sharp(bytes).metadata()).toMatchObject({ ...size, pages: 3, delay, loop: 0 })
    return bytes
  }
  /** A frame on white. */
  const seen = (file: Buffer | string, page: number): Promise<Buffer> =>
    sharp(file, { page }).flatten({ background: '#fff' }).raw().toBuffer()
  const apart = (a: Buffer, b: Buffer): number =>
    a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length

  it('GIF, WebP, APNG and AVIF: every frame at its time, as by the command', async () => {
    const { page } = visit
    const [given, made] = [join(folder, 'moving.webp'), join(folder, 'moving.out.webp')]
    writeFileSync(given, await animated('webp'))
    await animegan(given, '-o', made, '--faces', 'off', '--backend', 'cpu')
    const webp = await saved(page, 'moving.webp', readFileSync(given))
    for (const i of delays.keys()) {
      const [ours, theirs, before] = await Promise.all([webp, made, given].map((file) => seen(file, i)))
      // The two are compressed by different encoders.
      expect(apart(ours, theirs)).toBeLessThan(3)
      expect(apart(ours, before)).toBeGreaterThan(9)
    }
    // Two files with the same pixels.
    expect((await saved(page, 'moving.png', await apng())).equals(webp)).toBe(true)
    // Its palette has fewer colours.
    const gif = await saved(page, 'moving.gif', await animated('gif'))
    for (const i of delays.keys()) expect(apart(await seen(gif, i), await seen(webp, i))).toBeLessThan(6)
    await saved(page, 'moving.avif', fixture('moving.avif'), [100, 100, 100])
  })

  it('one that is cut off ends with its last whole frame, and this is said', async () => {
    const { page } = visit
    const gif = await animated('gif')
    await page.getByRole('button', { name: 'Start over' }).click()
    await openFiles(page, [{ name: 'cut.gif', mimeType: '', buffer: gif.subarray(0, gif.length * 0.9) }])
    expect(await settled(page)).toBe('done')
    expect(await page.getByTestId('note-cutShort').count()).toBe(1)
    expect(await sharp((await downloaded(page, 'save')).bytes).metadata()).toMatchObject({ pages: 2 })
    await page.getByRole('button', { name: 'Start over' }).click()
  })

  it('a browser without ImageDecoder draws APNG, and of others the first frame, which is said', async () => {
    const { page } = await site.visit({ serviceWorkers: 'block' })
    await page.context().route(/studio\.worker.*\.js$/, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: `delete self.ImageDecoder;${await response.text()}` })
    })
    await page.reload()
    await saved(page, 'moving.png', await apng())
    expect(await page.getByTestId('still').count()).toBe(0)
    await openFiles(page, [{ name: 'moving.gif', mimeType: '', buffer: await animated('gif') }])
    await page.getByTestId('still').waitFor()
    expect(await settled(page)).toBe('done')
    await page.context().close()
  })
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
