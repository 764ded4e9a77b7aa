/** The camera dialog in a real browser with a fake camera: drawn live, photographed, recorded, refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hasJudges, probe, timesOf } from '../../../packages/video/src/testing.ts'
import { downloaded, root, Site, settled, type Visit } from './browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'animegan-web-camera-'))
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

const openCamera = async (): Promise<void> => {
  await visit.page.getByRole('button', { name: 'Use the camera' }).click()
  await visit.page.locator('[data-testid=live][data-state=live]').waitFor({ timeout: 30_000 })
}

const facts = async (page = visit.page): Promise<{ rate: number; side: number }> => {
  const text = (await page.locator('.viewfinder-facts').textContent()) ?? ''
  const [, rate, side] = /(\d+) frames?\/s, drawn at (\d+) × \d+/.exec(text) ?? []
  return { rate: Number(rate), side: Number(side) }
}

it('fills its frame in the shape of its picture, as large as the window allows, without bars', async () => {
  const { page } = visit
  await openCamera()
  for (const [width, height] of [
    [390, 844],
    [844, 390],
    [768, 1024],
    [1280, 800],
  ]) {
    await page.setViewportSize({ width, height })
    const box = (await page.getByTestId('live').boundingBox())!
    const stage = (await page.locator('.camera-stage').boundingBox())!
    expect(box.width / box.height).toBeCloseTo(16 / 9, 1)
    const reached = Math.max(box.width / stage.width, box.height / stage.height)
    expect(reached).toBeCloseTo(1, 2)
    const controls = (await page.getByTestId('shoot').boundingBox())!
    expect(controls.y + controls.height).toBeLessThanOrEqual(height)
  }
})

it('is drawn live, at a size that this machine can sustain', async () => {
  const { page } = visit
  // This camera shows a clock, so its drawing never stands still.
  const picture = () => page.getByTestId('live').screenshot()
  const first = await picture()
  await expect.poll(async () => (await picture()).equals(first), { timeout: 20_000 }).toBe(false)
  await expect.poll(async () => (await facts()).rate, { timeout: 30_000 }).toBeGreaterThan(1)
  // Too slow for the initial size, it is drawn smaller, down to the smallest recognisable size.
  await expect
    .poll(async () => ((now) => now.rate >= 18 || now.side === 192)(await facts()), { timeout: 40_000 })
    .toBe(true)
})

it.skipIf(!hasJudges)('is recorded as shown, into a file that states its length', async () => {
  const { page } = visit
  await page.getByTestId('record').click()
  await page.getByText(/Recording: 0:(0[2-9]|[1-5])/).waitFor()
  await page.getByTestId('record').click()
  await page.getByTestId('recorded').waitFor()
  const { name, bytes } = await downloaded(page, 'save-recording')
  expect(name).toMatch(/^camera-.*\.anime\.mp4$/)
  const path = join(folder, 'recording.mp4')
  writeFileSync(path, bytes)
  const { video, audio, duration } = probe(path)
  expect(audio).toEqual([])
  expect(video.codec_name).toBe('h264')
  expect(video.width / video.height).toBeCloseTo(16 / 9, 1)
  expect(duration).toBeGreaterThan(1)
  expect(duration).toBeLessThan(20)
  const times = timesOf(path)
  expect(times.length).toBeGreaterThan(2)
  expect(times[0]).toBeCloseTo(0, 2)
  await page.getByTestId('again').click()
  await page.locator('[data-testid=live][data-state=live]').waitFor({ timeout: 30_000 })
})

it('changes style while it runs, and takes a photo at the camera’s own size, which is then drawn', async () => {
  const { page } = visit
  await page.getByTestId('live-style').selectOption({ index: 1 })
  await page.locator('[data-testid=live][data-state=live]').waitFor({ timeout: 30_000 })
  await page.getByTestId('shoot').click()
  await page.getByTestId('item').waitFor({ state: 'attached' })
  await page.getByTestId('effect-bold').check({ force: true })
  expect(await settled(page)).toBe('done')
  const { name, bytes } = await downloaded(page, 'save')
  expect(name).toMatch(/^camera-.*\.anime\.jpg$/)
  const { width = 0 } = await sharp(bytes).metadata()
  expect(width).toBeGreaterThanOrEqual(1280)
})

it('pauses current drawing for the camera, and resumes it afterwards', async () => {
  const { page } = visit
  await page.getByTestId('effect-medium').check({ force: true })
  await openCamera()
  await page.getByRole('button', { name: 'Close' }).click()
  expect(await settled(page)).toBe('done')
  expect(visit.complaints).toEqual([])
})

it('redraws faces in the live view, or says that it does not', async () => {
  const still = await sharp(join(root, 'examples/portrait.jpg')).resize(640, 480, { fit: 'contain' }).jpeg().toBuffer()
  const path = join(folder, 'face.mjpeg')
  writeFileSync(path, Buffer.concat(Array.from({ length: 10 }, () => still)))
  const facing = await Site.open({}, [`--use-file-for-fake-video-capture=${path}`])
  /** The first picture shown, because faces are given up within a second or two if they are too slow. */
  const shown = async (faces: 'styled' | 'off'): Promise<{ page: Visit['page']; png: Buffer }> => {
    const { page } = await facing.visit({ faces: true })
    await page.evaluate((mode) => localStorage.setItem('animegan.faces', mode), faces)
    await page.reload()
    await page.evaluate(() => {
      const look = (): void => {
        const canvas = document.querySelector<HTMLCanvasElement>('[data-testid=live][data-state=live]')
        if (!canvas) requestAnimationFrame(look)
        else {
          const copy = document.createElement('canvas')
          copy.width = canvas.width
          copy.height = canvas.height
          copy.getContext('2d')!.drawImage(canvas, 0, 0)
          document.body.dataset.first = copy.toDataURL()
        }
      }
      look()
    })
    await page.getByRole('button', { name: 'Use the camera' }).click()
    await page.waitForFunction(() => document.body.dataset.first, undefined, { timeout: 40_000 })
    const url = (await page.evaluate(() => document.body.dataset.first))!
    return { page, png: Buffer.from(url.split(',')[1], 'base64') }
  }
  try {
    const [off, on] = [await shown('off'), await shown('styled')]
    const [a, b] = await Promise.all([off, on].map(({ png }) => sharp(png).removeAlpha().raw().toBuffer()))
    const { width = 0 } = await sharp(on.png).metadata()
    expect(b.length).toBe(a.length)
    /** Mean difference between the columns. */
    const difference = (from: number, to: number): number => {
      let [sum, count] = [0, 0]
      for (let i = 0; i < a.length; i++) {
        const x = (Math.floor(i / 3) % width) / width
        if (x < from || x >= to) continue
        sum += Math.abs(a[i] - b[i])
        count++
      }
      return sum / count
    }
    // The face is in the middle; the black sides are not part of it.
    expect(difference(0.35, 0.65)).toBeGreaterThan(1)
    expect(difference(0, 0.1)).toBeLessThan(0.1)
    const settledView = async (): Promise<boolean> =>
      (await on.page.getByTestId('spares-faces').isVisible()) || (await facts(on.page)).rate >= 18
    await expect.poll(settledView, { timeout: 40_000 }).toBe(true)
    expect(await off.page.getByTestId('spares-faces').count()).toBe(0)
  } finally {
    await facing.close()
  }
})

it('says what to do if the camera is refused or missing', async () => {
  for (const [error, sentence] of [
    ['NotAllowedError', 'Allow it in the address bar'],
    ['NotFoundError', 'No camera was found'],
  ] as const) {
    const context = await site.browser.newContext({ locale: 'en-GB' })
    await context.addInitScript((name) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name))
    }, error)
    const page = await context.newPage()
    await page.goto(site.url)
    await page.getByRole('button', { name: 'Use the camera' }).click()
    await page.getByRole('alert').getByText(sentence).waitFor()
    await context.close()
  }
})
