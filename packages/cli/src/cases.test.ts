/**
 * The result for every file in the shared folder of cases, each with a property of a real user's file: runs the built
 * command over all of them in one batch, and again for some. Checked by ffprobe, ffmpeg and sharp. A file that is not
 * in the table fails the test.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ffmpeg, hasJudges, probe, timesOf } from '../../video/src/testing.ts'
import { type Outcome, Workplace } from './testing.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const folder = fileURLToPath(new URL('../../../../shared/data/cases', import.meta.url))
const fast = ['--size', '64', '--faces', 'off', '--threads', '1']

interface Report {
  readonly input: string
  readonly output?: string
  readonly error?: string
  readonly frames?: number
  readonly notices?: readonly string[]
  readonly incomplete?: string
}

let at: Workplace
let run: Outcome
let reports: Map<string, Report>

const reportsOf = ({ stdout }: Outcome): Report[] =>
  stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** A case's report, with the file's name removed from notices. */
const of = (name: string): Report & { readonly path: string; readonly notices: readonly string[] } => {
  const report = reports.get(name)
  expect(report, name).toBeDefined()
  const notices = (report?.notices ?? []).map((notice) => notice.replace(/^(?:in|out)\/[^:]*: /, ''))
  return { ...(report as Report), notices, path: at.path(report?.output ?? 'none') }
}

/** The codecs of the result's sound tracks. */
const soundIn = (path: string): string[] => probe(path).audio.map(({ codec_name }) => codec_name)

type Check = () => void | Promise<void>

/** Checks for a clip whose frames begin at 0 and last one second. */
const isClip = (path: string, frames: number): void => {
  const times = timesOf(path)
  expect(times).toHaveLength(frames)
  expect(times[0]).toBeLessThan(0.03)
  expect((times.at(-1) as number) + 1 / frames).toBeCloseTo(1, 1)
}

const CUT = 'its end is missing: converted as far as it goes'

const cases: Record<string, Check> = {
  'README.md': () => expect(reports.has('README.md')).toBe(false),

  'iphone_apac.mov': () => {
    const { path, notices } = of('iphone_apac.mov')
    isClip(path, 25)
    expect(soundIn(path)).toEqual(['aac'])
    expect(notices).toEqual(['sound track 2 (apac) is left out: there is no codec for it here'])
  },
  'mov_alac.mov': () => {
    const { path } = of('mov_alac.mov')
    isClip(path, 25)
    expect(soundIn(path)).toEqual(['aac'])
  },
  'avi_mjpeg_pcm.avi': () => {
    const { path } = of('avi_mjpeg_pcm.avi')
    isClip(path, 15)
    expect(soundIn(path)).toEqual(['aac'])
  },
  'ogv.ogv': () => {
    const { path } = of('ogv.ogv')
    isClip(path, 25)
    expect(soundIn(path)).toHaveLength(1)
  },
  'ts_3600.mts': async () => {
    const { path, notices } = of('ts_3600.mts')
    isClip(path, 25)
    expect(timesOf(path, 'a:0')[0]).toBeLessThan(0.03)
    expect(notices).toEqual([])
    const part = await at.run(['in/ts_3600.mts', '-o', 'part.mp4', '--start', '0.4', '--end', '0.8', ...fast])
    expect(part.code).toBe(0)
    expect(timesOf(at.path('part.mp4'))).toHaveLength(11)
    expect(probe(at.path('part.mp4')).duration).toBeCloseTo(0.4, 1)
  },
  'subs_chapters.mkv': () => {
    const { path, notices } = of('subs_chapters.mkv')
    expect(notices).toEqual([])
    expect(ffmpeg('-i', path, '-map', '0:s:0', '-f', 'srt', '-').toString()).toBe(
      ffmpeg('-i', join(folder, 'subs_chapters.mkv'), '-map', '0:s:0', '-f', 'srt', '-').toString(),
    )
    const chapters = ffmpeg('-i', path, '-f', 'ffmetadata', '-').toString()
    expect(chapters.match(/title=(?:One|Two)/g)).toEqual(['title=One', 'title=Two'])
  },
  'alpha.webm': async () => {
    const alpha = (...from: string[]): Buffer =>
      ffmpeg(...from, '-frames:v', '1', '-vf', 'alphaextract,scale=64:48', '-pix_fmt', 'gray', '-f', 'rawvideo', '-')
    const wanted = alpha('-c:v', 'libvpx-vp9', '-i', join(folder, 'alpha.webm'))
    expect(new Set([wanted[0], wanted[63]]).size).toBe(2)
    const near = (found: Uint8Array): void => {
      const apart = wanted.reduce((sum, value, i) => sum + Math.abs(value - (found[i] as number)), 0)
      expect(apart / wanted.length).toBeLessThan(16)
    }
    near(alpha('-c:v', 'libvpx-vp9', '-i', of('alpha.webm').path))
    expect(of('alpha.webm').notices).toEqual([])
    for (const format of ['webp', 'gif']) {
      expect((await at.run(['in/alpha.webm', '-o', `alpha.${format}`, ...fast])).code).toBe(0)
      near(
        await sharp(at.path(`alpha.${format}`), { page: 0 })
          .extractChannel(3)
          .raw()
          .toBuffer(),
      )
    }
    const opaque = await at.run(['in/alpha.webm', '-o', 'alpha.mp4', ...fast])
    expect(opaque.stderr).toContain('its transparency is put on white: .mp4 holds none, .webm does')
  },
  'interlaced.mp4': () => {
    const { path, notices } = of('interlaced.mp4')
    isClip(path, 25)
    expect(notices).toEqual(['interlaced: its fields are joined into whole frames'])
  },

  'pano_street.jpg': () => expect(of('pano_street.jpg').notices).toEqual([]),
  'iptc.jpg': async () => {
    const { path, notices } = of('iptc.jpg')
    const iptc = (await sharp(path).metadata()).iptc?.toString('latin1')
    for (const word of ['harbour', 'sea', 'Someone', 'A harbour']) expect(iptc).toContain(word)
    expect(readFileSync(path).includes('\xff\xfe\0\x0cmy comment', 0, 'latin1')).toBe(true)
    expect(notices).toEqual([])
  },
  'motion_photo.jpg': async () => {
    const { path, notices } = of('motion_photo.jpg')
    const xmp = (await sharp(path).metadata()).xmp?.toString()
    expect(xmp).toContain('xmp:Rating="5"')
    expect(xmp).toContain('family')
    expect(xmp).not.toMatch(/MotionPhoto|MicroVideo/)
    expect(notices).toEqual(['a motion photo: its clip is left out'])
  },
  'png_text.png': async () => {
    const { path } = of('png_text.png')
    const { comments } = await sharp(path).metadata()
    expect(comments).toEqual((await sharp(join(folder, 'png_text.png')).metadata()).comments)
    expect(readFileSync(path).includes('pHYs')).toBe(false)
  },
  'dpi72.jpg': async () => {
    for (const format of ['png', 'tiff']) {
      expect((await at.run(['in/dpi72.jpg', '-o', `dpi.${format}`, ...fast])).code).toBe(0)
      expect((await sharp(at.path(`dpi.${format}`)).metadata()).density).toBe(72)
    }
    expect(readFileSync(at.path('dpi.png')).includes('pHYs')).toBe(false)
  },
  'jpeg_noeoi.jpg': () => expect(of('jpeg_noeoi.jpg')).toMatchObject({ notices: [], frames: 1 }),
  'jpeg_cut_half.jpg': async () => {
    expect(of('jpeg_cut_half.jpg').incomplete).toBe(CUT)
    const alone = await at.run(['in/jpeg_cut_half.jpg', '-o', 'cut.jpg', ...fast])
    expect(alone.code).toBe(1)
    expect(alone.stderr).toContain(`animegan: in/jpeg_cut_half.jpg: ${CUT}\n`)
    expect((await sharp(at.path('cut.jpg')).metadata()).width).toBe(64)
  },
  'gama_linear.png': async () => {
    // Shown as linear light without its gamma, it would be half as bright.
    const brightness = async (path: string): Promise<number> => {
      const { channels } = await sharp(path).stats()
      return channels.slice(0, 3).reduce((sum, { mean }) => sum + mean / 3, 0)
    }
    const file = join(folder, 'gama_linear.png')
    const samples = await sharp(file).removeAlpha().raw().toBuffer()
    const shown = (v: number): number => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055)
    const wanted = samples.reduce((sum, value) => sum + 255 * shown(value / 255), 0) / samples.length
    expect(Math.abs((await brightness(of('gama_linear.png').path)) - wanted)).toBeLessThan(30)
    expect(wanted - (await brightness(file))).toBeGreaterThan(40)
  },
  'anim.avif': () => {
    const { error, notices, frames } = of('anim.avif')
    if (error) expect(error).toMatch(/animated AVIF/)
    else expect((frames as number) > 1 || notices.some((notice) => notice.includes('animated AVIF'))).toBe(true)
  },
  'anim.png': async () => {
    const { path, notices, frames } = of('anim.png')
    expect([frames, notices]).toEqual([4, []])
    const { format, pages, delay } = await sharp(path).metadata()
    expect([format, pages, delay]).toEqual(['webp', 4, [100, 100, 100, 100]])
  },
  'multi.tif': () => expect(of('multi.tif').notices).toEqual(['3 pages: only the first is used']),
}

const present = existsSync(folder)
describe.skipIf(!present || !hasJudges)('cases (skipped where ../shared/data/cases or ffmpeg is missing)', () => {
  beforeAll(async () => {
    at = new Workplace()
    mkdirSync(at.path('in'))
    for (const name of readdirSync(folder)) copyFileSync(join(folder, name), at.path('in', name))
    run = await at.run(['in', '-o', 'out', '--json', ...fast])
    reports = new Map(reportsOf(run).map((report) => [report.input.replace(/^in\//, ''), report]))
  })
  afterAll(() => at.remove())

  test('the table names every file, no file stops the batch, and no partial result is left', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(cases).sort())
    expect(reports.size).toBe(Object.keys(cases).length - 1)
    expect(run.code).toBe(1)
    const results = [...reports.values()].flatMap(({ output }) => output ?? [])
    expect(at.files('out')).toEqual(results.map((path) => path.replace(/^out\//, '')).sort())
  })

  test.each(Object.entries(cases))('%s', (_, check) => check())
})
