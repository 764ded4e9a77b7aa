/** The page in a stock Firefox: a photo drawn as by the command, a clip, the camera. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasJudges } from '../../../packages/video/src/testing.ts'
import { animegan, largestDifference, opaquePixelsOf, photo, pixelsOf, ROUNDING, Site } from './browser.ts'
import { Firefox, noFirefox } from './firefox.ts'

describe.skipIf(noFirefox)(`Firefox${noFirefox ? ` (skipped: ${noFirefox})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'animegan-web-firefox-'))
  const at = (name: string): string => join(folder, name)
  let site: Site
  let firefox: Firefox
  beforeAll(async () => {
    site = await Site.open()
    firefox = await Firefox.open(site.url)
  }, 120_000)
  afterAll(async () => {
    await firefox?.close()
    await site.close()
    rmSync(folder, { recursive: true })
  })

  const state = (): Promise<string | null> =>
    firefox.evaluate("document.querySelector('[data-testid=result]')?.dataset.state ?? null")
  const press = (selector: string): Promise<unknown> =>
    firefox.evaluate(`void document.querySelector(${JSON.stringify(selector)}).click()`)

  /** Opens a file, and returns what is drawn. */
  const drawn = async (path: string): Promise<Buffer> => {
    await firefox.setFiles('[data-testid=open]', [path])
    await expect.poll(() => firefox.evaluate("document.querySelectorAll('[data-testid=item]').length")).toBe(1)
    await expect.poll(state, { timeout: 90_000 }).toMatch(/done|error/)
    const bytes = await firefox.evaluate<string>(`
      fetch(document.querySelector('[data-testid=after]').src).then(async (answer) =>
        btoa(String.fromCharCode(...new Uint8Array(await answer.arrayBuffer()))))`)
    return Buffer.from(bytes, 'base64')
  }

  it('draws a photo as the command does, on several threads', async () => {
    const { buffer } = await photo(96, 64)
    writeFileSync(at('in.png'), buffer)
    const ours = await opaquePixelsOf(await drawn(at('in.png')))
    await animegan(at('in.png'), '-o', at('out.png'), '--backend', 'cpu')
    expect(largestDifference(ours, await pixelsOf(at('out.png')))).toBeLessThanOrEqual(ROUNDING)
    expect(await firefox.evaluate('crossOriginIsolated')).toBe(true)
  })

  it.skipIf(!hasJudges)('draws a clip', async () => {
    await press('.more-actions .quiet')
    const moving = ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=24:duration=0.25', '-pix_fmt', 'yuv420p']
    execFileSync('ffmpeg', ['-v', 'error', ...moving, '-c:v', 'libvpx', at('in.webm')])
    writeFileSync(at('out.webm'), await drawn(at('in.webm')))
    const count = ['-v', 'error', '-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0']
    expect(Number(execFileSync('ffprobe', [...count, at('out.webm')]))).toBe(6)
  })

  it('draws the camera live, and logs no error by all this', async () => {
    await press('[data-testid=camera]')
    await expect
      .poll(() => firefox.evaluate("document.querySelector('[data-testid=live]')?.dataset.state ?? null"), {
        timeout: 60_000,
      })
      .toBe('live')
    expect(firefox.complaints).toEqual([])
  })
})
