/** Faces on the page in a real browser: compared with the command's picture, and chosen by mouse and keyboard. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  animegan,
  apart,
  downloaded,
  largestDifference,
  opaquePixelsOf,
  openFiles,
  type Pixels,
  people,
  photo,
  pixelsOf,
  ROUNDING,
  Site,
  settled,
  type TestFile,
  type Visit,
} from './browser.ts'

/** Three portraits side by side, each with a face of about 80 pixels: smaller than the style's best size. */
const COLUMN = 190

const folder = mkdtempSync(join(tmpdir(), 'animegan-web-faces-'))
let site: Site
let visit: Visit
let file: TestFile
/** The result with faces redrawn by the style. */
let styled: Pixels
beforeAll(async () => {
  site = await Site.open()
  visit = await site.visit({ faces: true })
  file = await people(3)
}, 120_000)
afterAll(async () => {
  await site.close()
  rmSync(folder, { recursive: true })
})

const saved = async (page: Page): Promise<Pixels> => opaquePixelsOf((await downloaded(page, 'save')).bytes)

const byCommand = async (...options: string[]): Promise<Pixels> => {
  const [input, output] = [join(folder, file.name), join(folder, 'out.png')]
  writeFileSync(input, file.buffer)
  await animegan(input, '-o', output, '--force', '--backend', 'cpu', ...options)
  return pixelsOf(output)
}

/** How many bytes differ in the middle of each portrait's column, where the head is. */
const changes = (a: Pixels, b: Pixels): number[] => {
  const counts = [0, 0, 0]
  a.data.forEach((value, i) => {
    const x = (Math.floor(i / a.channels) % a.width) / COLUMN
    if (value !== b.data[i] && Math.abs((x % 1) - 0.5) < 0.3) counts[Math.floor(x)]++
  })
  return counts
}

/** Runs an action that changes the picture, and waits until it is drawn. */
const redrawn = async (page: Page, act: () => Promise<unknown>): Promise<Pixels> => {
  const before = await page.getByTestId('after').getAttribute('src')
  await act()
  await expect.poll(() => page.getByTestId('after').getAttribute('src'), { timeout: 60_000 }).not.toBe(before)
  expect(await settled(page)).toBe('done')
  return saved(page)
}

it("faces match the command's: drawn, redrawn by the style, left alone, and drawn as asked for", async () => {
  const { page } = visit
  await openFiles(page, [file])
  expect(await settled(page)).toBe('done')
  const drawn = await saved(page)
  expect(apart(drawn, await byCommand('--faces', 'drawn'))).toBeLessThan(0.05)

  styled = await redrawn(page, () => page.getByTestId('faces-styled').check({ force: true }))
  expect(largestDifference(styled, await byCommand('--faces', 'styled'))).toBeLessThanOrEqual(ROUNDING)
  expect(apart(drawn, styled)).toBeGreaterThan(0.1)
  expect(await page.getByTestId('lashes').count()).toBe(0)

  const off = await redrawn(page, () => page.getByTestId('faces-off').check({ force: true }))
  expect(await page.getByTestId('proportions').isDisabled()).toBe(true)
  expect(largestDifference(off, await byCommand('--faces', 'off'))).toBeLessThanOrEqual(ROUNDING)
  expect(changes(off, styled).every((count) => count > 1000)).toBe(true)

  const asked = await redrawn(page, async () => {
    await page.getByTestId('faces-drawn').check({ force: true })
    await page.getByTestId('eye-colour-chosen').check({ force: true })
    await page.getByTestId('eye-colour').fill('#20a040')
    await page.getByTestId('lashes').selectOption('plain')
    await page.getByTestId('age').selectOption('smooth')
    await page.getByTestId('proportions').fill('20')
  })
  const words = ['--lashes', 'plain', '--age', 'smooth', '--eye-colour', '#20a040', '--proportions', '0.2']
  const far = apart(asked, await byCommand(...words))
  expect(far).toBeLessThan(0.05)
  expect(apart(asked, drawn)).toBeGreaterThan(2 * far)
  expect(changes(asked, drawn).every((count) => count > 1000)).toBe(true)
})

it('how faces are drawn is remembered', async () => {
  const { page } = await site.visit({ faces: true, storageState: await visit.page.context().storageState() })
  await openFiles(page, [await photo(64)])
  expect(await page.getByTestId('faces-drawn').isChecked()).toBe(true)
  expect(await page.getByTestId('eye-colour').inputValue()).toBe('#20a040')
  expect(await page.getByTestId('lashes').inputValue()).toBe('plain')
  expect(await page.getByTestId('age').inputValue()).toBe('smooth')
  expect(await page.getByTestId('proportions').inputValue()).toBe('20')
  await page.context().close()
})

it('half the strength is half way between the photo and the drawing', async () => {
  const { page } = visit
  const full = await saved(page)
  const half = await redrawn(page, () => page.getByTestId('strength').fill('50'))
  const none = await redrawn(page, () => page.getByTestId('strength').fill('0'))
  const between = half.data.every((value, i) => Math.abs(value - (full.data[i] + none.data[i]) / 2) <= 2)
  expect(between).toBe(true)
  expect(largestDifference(await redrawn(page, () => page.getByTestId('strength').fill('100')), full)).toBe(0)
})

it('the style redraws the faces where the networks for characters cannot be fetched', async () => {
  const { page } = await site.visit({ faces: true, serviceWorkers: 'block' })
  await page.context().route('**/face_landmark*', (route) => route.abort())
  await openFiles(page, [file])
  expect(await settled(page)).toBe('done')
  expect(largestDifference(await saved(page), styled)).toBe(0)
  expect(await page.getByRole('alert').count()).toBe(0)
  await page.context().close()
})

it('the keyboard leaves one face to the style and draws it again; no byte of the others changes', async () => {
  const { page } = visit
  const before = await saved(page)
  expect(await page.getByTestId('face').count()).toBe(0)
  await page.getByTestId('outlines').focus()
  await page.keyboard.press('Space')
  const second = page.getByRole('button', { name: 'Face 2 of 3, drawn separately' })
  await page.getByRole('button', { name: 'Face 1 of 3, drawn separately' }).focus()
  await page.keyboard.press('ArrowRight')
  expect(await second.evaluate((element) => element === document.activeElement)).toBe(true)
  // One press of Tab leaves the faces, however many there are, and comes back to the same one.
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.closest('.faces'))).toBeNull()
  await page.keyboard.press('Shift+Tab')
  expect(await second.evaluate((element) => element === document.activeElement)).toBe(true)
  expect(await second.getAttribute('aria-pressed')).toBe('true')

  const without = await redrawn(page, () => page.keyboard.press('Space'))
  expect(await second.getAttribute('aria-pressed')).toBe('false')
  const [left, middle, right] = changes(before, without)
  expect(middle).toBeGreaterThan(1000)
  expect([left, right]).toEqual([0, 0])

  await second.focus()
  const again = await redrawn(page, () => page.keyboard.press('Enter'))
  expect(await second.getAttribute('aria-pressed')).toBe('true')
  expect(changes(before, again)).toEqual([0, 0, 0])
})

it('outlines lie around the faces, and take clicks but not drags', async () => {
  const { page } = visit
  const frame = (await page.locator('.compare-picture').boundingBox())!
  const outlines = page.getByTestId('face')
  const boxes = await outlines.evaluateAll((all) => all.map((element) => element.getBoundingClientRect().toJSON()))
  const scale = frame.width / (3 * COLUMN)
  for (const [i, { x, width }] of boxes.entries()) {
    const middle = (x + width / 2 - frame.x) / scale
    expect(Math.abs(middle - (i + 0.5) * COLUMN)).toBeLessThan(0.2 * COLUMN)
    expect(width / scale).toBeGreaterThan(0.25 * COLUMN)
    expect(width / scale).toBeLessThan(0.7 * COLUMN)
  }
  const slider = page.getByRole('slider', { name: 'Compare before and after' })
  const [x, y] = [boxes[0].x + boxes[0].width / 2, boxes[0].y + boxes[0].height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + 30, y, { steps: 4 })
  await page.mouse.up()
  const expected = (100 * (x + 30 - frame.x)) / frame.width
  await expect.poll(async () => Math.abs(Number(await slider.inputValue()) - expected)).toBeLessThan(3)
  expect(await outlines.first().getAttribute('aria-pressed')).toBe('true')
  await redrawn(page, () => page.mouse.click(x, y))
  expect(await outlines.first().getAttribute('aria-pressed')).toBe('false')
})

/** A visitor who had chosen that the style redraws faces, which is faster. */
const styledVisit = async (): Promise<Page> => {
  const { page } = await site.visit({ faces: true })
  await page.evaluate(() => localStorage.setItem('animegan.faces', 'styled'))
  await page.reload()
  return page
}

it('outlines appear before the result, and disappear with it unless in use', async () => {
  const page = await styledVisit()
  await openFiles(page, [file])
  await page.getByTestId('face').nth(2).waitFor()
  expect(await page.locator('[data-testid=result]').getAttribute('data-state')).toBe('working')
  expect(await settled(page)).toBe('done')
  await expect.poll(() => page.getByTestId('face').count()).toBe(0)
  await page.context().close()
})

it('reports that there is no face, and what is wrong with a face', async () => {
  const page = await styledVisit()
  const sky = {
    ...file,
    name: 'sky.png',
    buffer: await sharp({ create: { width: 320, height: 240, channels: 3, background: '#7ab' } })
      .png()
      .toBuffer(),
  }
  await openFiles(page, [sky])
  expect(await settled(page)).toBe('done')
  await page.getByText('No face was found in this photo.').waitFor()
  expect(await page.getByTestId('outlines').count()).toBe(0)

  await openFiles(page, [await people(5, 2, 0.55)])
  expect(await settled(page)).toBe('done')
  const advice = page.getByTestId('advice-face-small')
  expect(await advice.textContent()).toMatch(/\d+ faces are too small/)
  await page.getByTestId('language').selectOption('ja')
  expect(await advice.textContent()).toMatch(/\d 人の顔が小さすぎて/)
  await page.getByTestId('language').selectOption('zh')
  expect(await advice.textContent()).toMatch(/\d 张脸太小/)
  await advice.getByRole('button', { name: '关闭提示' }).click()
  await expect.poll(() => advice.count()).toBe(0)

  // On a phone the faces are small: nothing but a thin line lies over them, and every one can be pressed.
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByTestId('outlines').click()
  const outlines = page.getByTestId('face')
  expect(await outlines.count()).toBeGreaterThan(7)
  const marks = page.locator('.face > .icon').filter({ visible: true })
  expect(await marks.count()).toBe(0)
  const pressed = await outlines.evaluateAll(
    (all) =>
      all
        .map((one) => {
          const { x, y, width, height } = one.getBoundingClientRect()
          return document.elementsFromPoint(x + width / 2, y + height / 2).find((element) => element.closest('button'))
        })
        .filter((element, i) => element?.closest('button') !== all[i]).length,
  )
  expect(pressed).toBe(0)
  await outlines.first().focus()
  await page.keyboard.press('Space')
  await expect.poll(() => marks.count()).toBe(1)
  await page.context().close()
})

it('axe finds nothing with outlines, in light and dark, and nothing overflows a narrow screen', async () => {
  const { page } = visit
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.setViewportSize({ width: 390, height: 844 })
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
  }
  expect(await page.getByTestId('face').count()).toBe(3)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
})

it('found faces are kept when another photo is shown', async () => {
  const { page } = visit
  await openFiles(page, [await photo(64)])
  expect(await settled(page)).toBe('done')
  await page.getByTestId('item').first().locator('.item-show').click()
  expect(await settled(page)).toBe('done')
  expect(await page.getByTestId('face').evaluateAll((all) => all.map((one) => one.ariaPressed))).toEqual([
    'false',
    'true',
    'true',
  ])
  expect(visit.complaints).toEqual([])
})
