/**
 * Every clip in the shared folder: converted with the frames, times and sound of its source as reported by ffprobe and
 * ffmpeg; converted as far as possible; or refused with a stated line. A file that is not in the table fails the test.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hasJudges, probe, soundOf, timesOf } from '../../../video/src/testing.ts'
import { Workplace } from '../testing.ts'

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

const folder = fileURLToPath(new URL('../../../../../shared/data/video', import.meta.url))

/** Frames and notes; or the text of the refusal. */
type Outcome = { readonly frames: number; readonly note?: RegExp; readonly incomplete?: RegExp } | RegExp

/** Converted completely. */
const odd: Record<string, Outcome> = {
  'odd/audio_only.m4a': /^expected a clip, found sound only$/,
  'odd/fps60_opus.mp4': { frames: 240 },
  'odd/fragmented.mp4': { frames: 150 },
  'odd/hdr_hlg_10bit_hevc.mp4': { frames: 89, note: /^its high dynamic range \(HLG\) becomes standard$/ },
  'odd/legacy_mpeg4_mp3.avi': { frames: 150 },
  'odd/not_a_video.mp4': /^expected a clip, found text$/,
  'odd/odd_479x359_yuv444.mp4': { frames: 89 },
  'odd/rot90.mp4': { frames: 89 },
  'odd/single_frame.mp4': { frames: 1 },
  'odd/truncated_tail_mdat.mp4': {
    frames: 66,
    incomplete: /^damaged or cut off after 2\.2 of 8\.0 s: 66 frames were made$/,
  },
  'odd/vfr_dropped.mp4': { frames: 34 },
  'odd/zero_bytes.mp4': /^expected a clip, found an empty file$/,
}

/** Converted for the first 0.4 seconds. */
const usual: Record<string, Outcome> = {
  'clips/LICENSE': /^expected a picture \(.*\), found text: /,
  'clips/elf.mp4': { frames: 12 },
  'clips/frog.webm': { frames: 12 },
  'clips/rabbit.webm': { frames: 12 },
  'clips/rabbit320.mp4': { frames: 12 },
  'people/LICENSE': /found text: /,
  'people/again.mkv': { frames: 11 },
  'people/bird.mkv': { frames: 11 },
  'people/book.mkv': { frames: 11 },
  'people/brother.mkv': { frames: 11 },
  'people/car-detection.mp4': { frames: 5 },
  'people/eat.mkv': { frames: 12 },
  'people/help.mkv': { frames: 12 },
  'people/one-by-one-person-detection.mp4': { frames: 4 },
}
const END = 0.4

interface Report {
  readonly input: string
  readonly output?: string
  readonly frames: number
  readonly notices: readonly string[]
  readonly incomplete?: string
  readonly error?: string
}

describe.skipIf(!existsSync(folder) || !hasJudges)(
  'odd clips (skipped where ../shared/data/video, ffmpeg or ffprobe is missing)',
  () => {
    let at: Workplace
    const reports = new Map<string, Report>()

    beforeAll(async () => {
      at = new Workplace()
      for (const [table, more] of [
        [odd, []],
        [usual, ['--end', String(END)]],
      ] as const) {
        const paths = Object.keys(table).map((name) => join(folder, name))
        const flags = [
          '--size',
          '96',
          '--effect-size',
          '32',
          '--faces',
          'off',
          '--threads',
          '1',
          '--json',
          '-o',
          'out/',
        ]
        const { code, stdout } = await at.run([...paths, ...flags, ...more])
        expect(code).toBe(1)
        for (const line of stdout.toString().trim().split('\n')) {
          const report: Report = JSON.parse(line)
          reports.set(relative(folder, report.input), report)
        }
      }
    })
    afterAll(() => at.remove())

    test('the table names every file of the folder, and no unfinished file is left', () => {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      expect([...reports.keys()].sort()).toEqual(files.sort())
      expect(at.files('out')).toHaveLength([...reports.values()].filter(({ output }) => output).length)
    })

    for (const [name, outcome] of Object.entries({ ...odd, ...usual })) {
      const what = outcome instanceof RegExp ? 'refused' : outcome.incomplete ? 'as far as possible' : 'converted'
      test(`${name}: ${what}`, () => {
        const report = reports.get(name) as Report
        if (outcome instanceof RegExp) {
          expect(report.error).toMatch(outcome)
          expect(report.error).not.toContain('\n')
          expect(report.output).toBeUndefined()
          return
        }
        expect(report.error).toBeUndefined()
        expect(report.frames).toBe(outcome.frames)
        expect(report.notices).toEqual(outcome.note ? [expect.stringMatching(outcome.note)] : [])
        if (outcome.incomplete) expect(report.incomplete).toMatch(outcome.incomplete)
        else expect(report.incomplete).toBeUndefined()

        const [source, made] = [join(folder, name), at.path(report.output as string)]
        const times = timesOf(made)
        expect(times).toHaveLength(outcome.frames)
        const end = name in usual ? END : Number.POSITIVE_INFINITY
        const before = timesOf(source).filter((time) => time < end - 1e-3)
        // MP4 stores times exactly, Matroska and AVI in milliseconds or frames.
        expect(times).toEqual(before.slice(0, outcome.frames).map((time) => expect.closeTo(time, 3)))
        if (!outcome.incomplete) expect(before).toHaveLength(outcome.frames)
        const [was, is] = [probe(source), probe(made)]
        if (end === Number.POSITIVE_INFINITY && !outcome.incomplete) expect(is.duration).toBeCloseTo(was.duration, 1)
        expect(is.audio).toHaveLength(was.audio.length)
        if (was.audio.length > 0) {
          const [sound, kept] = [soundOf(source), soundOf(made)]
          expect(kept).toEqual(sound.slice(0, kept.length))
          expect(kept.length).toBeGreaterThan(0)
          if (end === Number.POSITIVE_INFINITY && !outcome.incomplete) expect(kept).toHaveLength(sound.length)
        }
      })
    }
  },
)
