/** Clips on the page in a real browser, checked by ffprobe: frames, times, sound; resumed; damaged. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ffmpeg, hasJudges, probe, rgbOf, soundOf, timesOf } from '../../../packages/video/src/testing.ts'
import { animegan, downloaded, openFiles, photo, Site, settled, type TestFile, type Visit } from './browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'animegan-web-clip-'))
const at = (name: string): string => join(folder, name)

/** A moving test picture with sound, made by ffmpeg. */
const clip = (name: string, size: string, seconds: number, ...options: string[]): TestFile => {
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=24:duration=${seconds}`]
  const sound = ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`]
  ffmpeg(...picture, ...sound, ...options, at(name))
  return fileOf(name)
}

const fileOf = (name: string): TestFile => ({ name, mimeType: '', buffer: readFileSync(at(name)) })

const h264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac']

describe.skipIf(!hasJudges)(`clips${hasJudges ? '' : ' (skipped: no ffmpeg)'}`, () => {
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

  const fresh = async (): Promise<Page> => {
    const over = visit.page.getByRole('button', { name: 'Start over' })
    if (await over.isVisible()) await over.click()
    return visit.page
  }

  /** Saves the shown clip, and returns its path. */
  const saved = async (page: Page): Promise<{ name: string; path: string }> => {
    const { name, bytes } = await downloaded(page, 'save')
    writeFileSync(at(`saved-${name}`), bytes)
    return { name, path: at(`saved-${name}`) }
  }

  it("keeps every frame at its time and every packet of sound, and looks like the command's result", async () => {
    // With an uneven rate: one frame in five is missing.
    const file = clip('uneven.mp4', '96x64', 1, '-vf', "select='mod(n,5)'", '-fps_mode', 'vfr', ...h264)
    const page = await fresh()
    await openFiles(page, [file])
    expect(await settled(page)).toBe('done')
    const { name, path } = await saved(page)
    expect(name).toBe('uneven.anime.mp4')
    const { video, audio, duration } = probe(path)
    expect(video).toMatchObject({ codec_name: 'h264', width: 96, height: 64, pix_fmt: 'yuv420p' })
    expect(audio.map(({ codec_name }) => codec_name)).toEqual(['aac'])
    expect(duration).toBeCloseTo(probe(at(file.name)).duration, 1)
    const [times, wanted] = [timesOf(path), timesOf(at(file.name))]
    expect(wanted).toHaveLength(19)
    expect(times.map((time) => time.toFixed(3))).toEqual(wanted.map((time) => time.toFixed(3)))
    expect(soundOf(path)).toEqual(soundOf(at(file.name)))

    await animegan(at(file.name), '-o', at('command.mp4'), '--backend', 'cpu', '--faces', 'off')
    const [ours, theirs, before] = [rgbOf(path), rgbOf(at('command.mp4')), rgbOf(at(file.name))]
    const apart = (a: Buffer, b: Buffer): number =>
      a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length
    expect(ours).toHaveLength(before.length)
    // The two are compressed by different encoders.
    expect(apart(ours, theirs)).toBeLessThan(apart(ours, before) / 3)
  })

  it('draws the chosen part of a clip only, in the chosen size and format; joins it with the same part of the original', async () => {
    const file = clip('part.mp4', '96x64', 1.2, ...h264)
    const page = await fresh()
    await openFiles(page, [file])
    expect(await settled(page)).toBe('done')
    await page.getByTestId('part-start').fill('0.5')
    await page.getByTestId('part-end').fill('1')
    await page.getByTestId('size').selectOption('512')
    await page.getByTestId('clip-format').selectOption('WebM')
    await page.getByTestId('redraw').click()
    expect(await settled(page)).toBe('done')
    const { name, path } = await saved(page)
    expect(name).toBe('part.anime.webm')
    expect(timesOf(path)).toHaveLength(12)
    expect(probe(path)).toMatchObject({ video: { codec_name: 'vp9', width: 512, height: 342 } })
    expect(probe(path).audio).toMatchObject([{ codec_name: 'opus' }]) // AAC, which WebM does not hold, is converted
    expect(probe(path).duration).toBeCloseTo(0.5, 1)

    const compared = async (kind: 'side' | 'split'): Promise<{ path: string; rgb: Buffer }> => {
      await page.getByTestId(`comparison-${kind}`).check({ force: true })
      const { name, bytes } = await downloaded(page, 'save-comparison')
      expect(name).toBe('part.compare.webm')
      const path = at(`${kind}-${name}`)
      writeFileSync(path, bytes)
      expect(timesOf(path)).toEqual(timesOf(at('saved-part.anime.webm')))
      expect(probe(path).audio).toMatchObject([{ codec_name: 'opus' }])
      return { path, rgb: rgbOf(path) }
    }
    ffmpeg('-ss', '0.5', '-i', at(file.name), '-t', '0.5', '-vf', 'scale=512:342', '-an', ...h264, at('wanted.mp4'))
    const [before, after] = [rgbOf(at('wanted.mp4')), rgbOf(path)]
    /** Mean difference of the last frames, between columns `from` and `to` of the first, which is `w` wide, and those from `other` on. */
    const apart = (a: Buffer, w: number, from: number, to: number, b: Buffer, other: number): number => {
      let sum = 0
      for (let y = 0; y < 342; y++) {
        const [rowA, rowB] = [3 * w * (11 * 342 + y), 3 * 512 * (11 * 342 + y)]
        for (let x = 3 * from; x < 3 * to; x++) sum += Math.abs(a[rowA + x] - b[rowB + x + 3 * (other - from)])
      }
      return sum / (342 * 3 * (to - from))
    }
    const { path: sidePath, rgb: side } = await compared('side')
    expect(probe(sidePath).video).toMatchObject({ width: 1028, height: 342 })
    const { path: splitPath, rgb: split } = await compared('split')
    expect(probe(splitPath).video).toMatchObject({ width: 512, height: 342 })
    // The halves are the original's and the result's, and not the other way round.
    for (const [joined, w, right, own] of [
      [side, 1028, 516, 0],
      [split, 512, 264, 264],
    ] as const) {
      const left = apart(joined, w, 0, 248, before, 0)
      expect(left).toBeLessThan(apart(joined, w, 0, 248, after, 0) / 3)
      expect(apart(joined, w, right, right + 248, after, own)).toBeLessThan(
        apart(joined, w, right, right + 248, before, own) / 3,
      )
    }
    await page.getByTestId('size').selectOption('0')
    await page.getByTestId('clip-format').selectOption('same')
  })

  it('shows a crisp first look before anything else is drawn, and plays what is done', async () => {
    const page = await fresh()
    await openFiles(page, [clip('begun.mp4', '256x160', 7, ...h264)])
    const look = page.getByTestId('preview')
    await look.waitFor()
    expect(await look.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(256)
    await page.getByTestId('watch').click({ timeout: 90_000 })
    const beginning = page.getByTestId('after')
    await expect.poll(() => beginning.evaluate((one: HTMLVideoElement) => one.currentTime)).toBeGreaterThan(0.1)
    expect(await beginning.evaluate((one: HTMLVideoElement) => one.duration)).toBeCloseTo(2.5, 1)
    expect(await page.getByTestId('result').getAttribute('data-state')).toBe('working')
    await page.getByTestId('leave').click()
    await page.locator('img.compare-after').waitFor()
    await page.getByTestId('stop').click()
    expect(await settled(page)).toBe('error')
  })

  it('becomes an animated picture when asked, and copies and shares what is shown', async () => {
    const page = await fresh()
    await page.evaluate(() => {
      const shared: string[] = []
      Object.assign(window, { shared })
      Object.assign(navigator, {
        canShare: () => true,
        share: async ({ files }: { files: File[] }) => {
          shared.push(...files.map(({ name, type }) => `${name} ${type}`))
        },
      })
      navigator.clipboard.write = async ([item]: ClipboardItem[]) => {
        const { width, height } = await createImageBitmap(await item.getType('image/png'))
        shared.push(`${width} x ${height}`)
      }
    })
    await openFiles(page, [clip('moves.mp4', '64x48', 0.5, ...h264)])
    expect(await settled(page)).toBe('done')
    await page.getByTestId('copy').click()
    await page.getByText('The frame is copied').waitFor()
    await page.getByTestId('share').click()
    await page.getByTestId('share-comparison').click()
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { shared: string[] }).shared))
      .toEqual(['64 x 48', 'moves.anime.mp4 video/mp4', 'moves.compare.mp4 video/mp4'])

    await page.getByTestId('clip-format').selectOption('animation')
    await page.getByTestId('redraw').click()
    expect(await settled(page)).toBe('done')
    const { name, path } = await saved(page)
    expect(name).toBe('moves.anime.webp')
    const { pages, delay } = await sharp(path, { animated: true }).metadata()
    expect([pages, delay?.reduce((sum, one) => sum + one, 0)]).toEqual([12, 500])
    await page.getByTestId('clip-format').selectOption('same')
  })

  it('redraws faces like the command, with proportions, and leaves them alone when turned off', async () => {
    // A portrait that moves across, its face at a quarter of the style's best size.
    const glide = 'scale=120:120,crop=96:80:4*n:10'
    const portrait = fileURLToPath(new URL('../../../examples/portrait.jpg', import.meta.url))
    ffmpeg('-loop', '1', '-framerate', '10', '-i', portrait, '-vf', glide, '-frames:v', '5', ...h264, at('face.mp4'))
    const { page } = await site.visit({ faces: true })
    const drawn = async (): Promise<Buffer> => {
      expect(await settled(page)).toBe('done')
      const { path } = await saved(page)
      expect(timesOf(path)).toHaveLength(5)
      return rgbOf(path)
    }
    const anew = async (change: () => Promise<unknown>): Promise<Buffer> => {
      await change()
      await page.getByTestId('outdated').waitFor()
      await page.getByTestId('redraw').click()
      return drawn()
    }
    await openFiles(page, [fileOf('face.mp4')])
    const auto = await drawn()
    const shaped = await anew(() => page.getByTestId('proportions').fill('60'))
    const off = await anew(() => page.getByTestId('faces-off').check({ force: true }))
    await animegan(at('face.mp4'), '-o', at('shaped.mp4'), '--backend', 'cpu', '--proportions', '0.6')
    const byCommand = rgbOf(at('shaped.mp4'))

    /** Mean difference between two clips in a part of the last frame, in levels of 255. */
    const apart = (a: Buffer, b: Buffer, [left, top, right, bottom]: readonly [number, number, number, number]) => {
      let sum = 0
      for (let y = top; y < bottom; y++) {
        const row = 3 * 96 * (4 * 80 + y)
        for (let i = row + 3 * left; i < row + 3 * right; i++) sum += Math.abs(a[i] - b[i])
      }
      return sum / (3 * (right - left) * (bottom - top))
    }
    // Their positions at that time, measured on the photo: from brow to chin, and the wall behind.
    const [face, wall] = [[22, 30, 62, 70] as const, [80, 0, 96, 80] as const]
    for (const [a, b] of [
      [auto, off],
      [shaped, off],
      [auto, shaped],
    ] as const) {
      expect(apart(a, b, face)).toBeGreaterThan(2 * apart(a, b, wall))
      expect(apart(a, b, face)).toBeGreaterThan(4)
    }
    // The two are compressed by different encoders.
    expect(apart(shaped, byCommand, face)).toBeLessThan(apart(auto, byCommand, face) / 2)
    await page.context().close()
  })

  it('keeps WebM as WebM, and turns clips upright', async () => {
    const page = await fresh()
    const webm = clip('small.webm', '64x48', 0.25, '-c:v', 'libvpx', '-c:a', 'libopus')
    clip('flat.mp4', '64x48', 0.25, ...h264)
    ffmpeg('-i', at('flat.mp4'), '-c', 'copy', '-metadata:s:v', 'rotate=90', at('turned.mp4'))
    await openFiles(page, [webm, fileOf('turned.mp4')])
    expect(await settled(page)).toBe('done')
    const first = await saved(page)
    expect(first.name).toBe('small.anime.webm')
    expect(probe(first.path)).toMatchObject({ video: { codec_name: 'vp9' }, audio: [{ codec_name: 'opus' }] })
    expect(soundOf(first.path)).toEqual(soundOf(at('small.webm')))
    await page.getByTestId('item').nth(1).locator('.item-show').click()
    expect(await settled(page)).toBe('done')
    const { video } = probe((await saved(page)).path)
    expect([video.width, video.height, video.side_data_list]).toEqual([48, 64, undefined])
  })

  it('shows the latest frame, speed and time left; plays both together when done', async () => {
    const page = await fresh()
    await openFiles(page, [clip('shown.mp4', '160x96', 1.5, ...h264)])
    await page.locator('.working', { hasText: /\d% · [\d.]+ frames\/s · \d+ seconds? left/ }).waitFor()
    const preview = page.locator('img.compare-after')
    await preview.waitFor()
    expect(await preview.evaluate((image: HTMLImageElement) => image.naturalWidth / image.naturalHeight)).toBeCloseTo(
      5 / 3,
    )
    expect(await settled(page)).toBe('done')
    await page.getByTestId('play').click()
    const times = () =>
      page.locator('.compare video').evaluateAll((all) => all.map((one) => (one as HTMLVideoElement).currentTime))
    await expect.poll(async () => Math.min(...(await times())), { timeout: 10_000 }).toBeGreaterThan(0.3)
    await page.getByRole('slider', { name: 'Position in the clip' }).fill('0.5')
    await page.locator('.compare-after').evaluate((one) => (one as HTMLVideoElement).pause())
    const apart = async (): Promise<number> => ((found) => Math.max(...found) - Math.min(...found))(await times())
    await expect.poll(apart, { timeout: 10_000 }).toBeLessThan(0.01)
  })

  it('paused and closed, it resumes from that frame in another tab, with the same result as uninterrupted', async () => {
    const file = clip('long.mp4', '128x128', 5, ...h264)
    const other = await site.visit({ faces: true })
    await openFiles(other.page, [file])
    const frames = () => other.page.locator('.working').textContent()
    await expect.poll(frames, { timeout: 90_000 }).toMatch(/Drawing: [1-9]\d%/)
    await other.page.getByTestId('pause').click()
    await other.page.locator('[data-testid=result][data-state=paused]').waitFor()
    await other.page.getByTestId('resume').click()
    await other.page.locator('.working', { hasText: /\d+ frames already done/ }).waitFor()
    await other.page.getByTestId('pause').click()
    await other.page.locator('[data-testid=result][data-state=paused]').waitFor()
    await other.page.waitForTimeout(500) // the current frame
    await other.page.close()

    const page = await other.page.context().newPage()
    await page.goto(site.url)
    // The page brings the clip back by itself.
    await page.locator('.working', { hasText: /[1-9]\d* frames already done/ }).waitFor()
    expect(await settled(page)).toBe('done')
    const { path } = await saved(page)
    expect(timesOf(path)).toHaveLength(120)
    expect(timesOf(path).map((time) => time.toFixed(3))).toEqual(timesOf(at('long.mp4')).map((time) => time.toFixed(3)))
    expect(soundOf(path)).toEqual(soundOf(at('long.mp4')))
    await page.context().close()
  })

  it('a crashed tab leaves complete segments, and nothing is left once the clip is removed from the page', async () => {
    const file = clip('many.mp4', '64x48', 8, ...h264)
    const { page: first } = await site.visit()
    await openFiles(first, [file])
    await first.locator('.working', { hasText: /Drawing: [4-9]\d%/ }).waitFor({ timeout: 60_000 })
    await first.close()
    const page = await first.context().newPage()
    await page.goto(site.url)
    await page.locator('.working', { hasText: /(60|120|180) frames already done/ }).waitFor()
    expect(await settled(page)).toBe('done')
    expect(timesOf((await saved(page)).path)).toHaveLength(192)
    const kept = () =>
      page.evaluate(async () => {
        const all = await (await navigator.storage.getDirectory()).getDirectoryHandle('clips')
        const names: string[] = []
        for await (const name of all.keys()) names.push(name)
        return names
      })
    expect(await kept()).toHaveLength(1)
    // Start over can be taken back until something else is opened.
    await page.getByRole('button', { name: 'Start over' }).click()
    expect(await kept()).toHaveLength(1)
    await openFiles(page, [await photo(32)])
    await expect.poll(kept).toEqual([])
    await page.context().close()
  })

  it('keeps a finished clip when settings change, and redraws it on request; stops on request', async () => {
    const page = await fresh()
    await openFiles(page, [clip('settings.mp4', '96x64', 0.5, ...h264), await photo(48), await photo(32)])
    expect(await settled(page)).toBe('done')
    const before = readFileSync((await saved(page)).path)
    await page.getByTestId('strength').fill('20')
    await page.getByTestId('outdated').waitFor()
    expect(await page.getByTestId('result').getAttribute('data-state')).toBe('done')
    await page.getByTestId('redraw').click()
    expect(await settled(page)).toBe('done')
    expect(readFileSync((await saved(page)).path).equals(before)).toBe(false)

    await page.getByTestId('strength').fill('100')
    await page.getByTestId('item').nth(0).locator('.item-remove').click()
    await openFiles(page, [clip('stopped.mp4', '64x48', 5, ...h264)])
    await page.getByTestId('stop').click()
    expect(await settled(page)).toBe('error')
    await page.getByRole('alert').getByText('Stopped').waitFor()

    const states = () => page.getByTestId('item').evaluateAll((all) => all.map((item) => item.dataset.state))
    await expect.poll(states).toEqual(['done', 'done', 'error'])
    expect(Object.keys(unzipSync(new Uint8Array((await downloaded(page, 'save-all')).bytes)))).toEqual([
      'street-48x48.anime.png',
      'street-32x32.anime.png',
    ])
  })

  it("is written to the visitor's chosen file as soon as it is done", async () => {
    const { page } = await site.visit()
    // The result of the browser's own dialog, which no one can answer here.
    await page.evaluate(() => {
      const choose = async ({ suggestedName }: { suggestedName: string }) =>
        (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true })
      Object.assign(window, { showSaveFilePicker: choose })
    })
    await openFiles(page, [clip('place.mp4', '64x48', 0.5, ...h264)])
    await page.getByTestId('save-as').click()
    await page.getByText('Goes to place.anime.mp4 when done').waitFor()
    await page.getByTestId('notice').getByText('Saved as place.anime.mp4').waitFor({ timeout: 30_000 })
    const written = await page.evaluate(async () => {
      const handle = await (await navigator.storage.getDirectory()).getFileHandle('place.anime.mp4')
      return [...new Uint8Array(await (await handle.getFile()).arrayBuffer())]
    })
    expect(Buffer.from(written).equals(readFileSync((await saved(page)).path))).toBe(true)
    await page.context().close()
  })

  it('is drawn without disk space, and says so when available space runs out', async () => {
    const page = await fresh()
    const session = await page.context().newCDPSession(page)
    const allow = (quota: { quotaSize?: number }) =>
      session.send('Storage.overrideQuotaForOrigin', { origin: new URL(site.url).origin, ...quota })
    await allow({ quotaSize: 1 })
    await openFiles(page, [clip('room.mp4', '64x48', 0.3, ...h264)])
    expect(await settled(page)).toBe('done')
    await allow({})

    await openFiles(page, [clip('more.mp4', '48x32', 3, ...h264)])
    await page.locator('.working', { hasText: /frames\/s/ }).waitFor()
    await allow({ quotaSize: 1 })
    expect(await settled(page)).toBe('error')
    expect(await page.getByRole('alert').textContent()).toMatch(/no space left.*Free some space/)
    await allow({})
    await page.getByRole('button', { name: 'Try again' }).click()
    expect(await settled(page)).toBe('done')
    expect(timesOf((await saved(page)).path)).toHaveLength(72)
  })

  it('writes what exists of a truncated clip, and says so', async () => {
    const whole = clip('cut.mp4', '64x48', 1, '-g', '6', '-movflags', '+faststart', ...h264).buffer
    const page = await fresh()
    await openFiles(page, [
      { name: 'cut.mp4', mimeType: '', buffer: whole.subarray(0, Math.round(whole.length * 0.7)) },
    ])
    expect(await settled(page)).toBe('done')
    await page.getByTestId('note-cutShort').getByText('damaged or cut off after 0:00').waitFor()
    const frames = timesOf((await saved(page)).path).length
    expect(frames).toBeGreaterThan(3)
    expect(frames).toBeLessThan(24)
  })

  it.each<[string, () => Buffer, RegExp]>([
    ['sound.mp4', () => clip('sound.mp4', '64x48', 0.2, '-vn', '-c:a', 'aac').buffer, /only sound/],
    ['old.mp4', () => clip('old.mp4', '64x48', 0.2, '-c:v', 'mpeg4', '-c:a', 'aac').buffer, /cannot decode.*H\.264/],
    ['old.avi', () => clip('old.avi', '64x48', 0.2, '-c:v', 'mpeg4', '-c:a', 'mp3').buffer, /format.*MP4 or WebM/],
    ['torn.mp4', () => clip('torn.mp4', '64x48', 0.2, ...h264).buffer.subarray(0, 900), /damaged.*MP4 or WebM/],
    ['empty.mp4', () => Buffer.alloc(0), /empty.*original/],
  ])('%s gets a sentence, and the page continues', async (name, make, sentence) => {
    const page = await fresh()
    await openFiles(page, [{ name, mimeType: 'video/mp4', buffer: make() }])
    expect(await settled(page)).toBe('error')
    expect(await page.getByRole('alert').textContent()).toMatch(sentence)
  })

  it('no errors were logged by all this', () => {
    expect(visit.complaints).toEqual([])
  })
})
