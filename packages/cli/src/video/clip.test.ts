/** Clips as users convert them: the built command as a process, checked by ffprobe and ffmpeg. */
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ffmpeg, hasJudges, probe, rgbOf, soundOf, timesOf } from '../../../video/src/testing.ts'
import { type Outcome, Workplace } from '../testing.ts'

vi.setConfig({ testTimeout: 300_000 })

const fast = ['--effect-size', '32', '--faces', 'off', '--threads', '1']

let at: Workplace
beforeEach(() => {
  at = new Workplace()
})
afterEach(() => at.remove())

/** Moving stripes, `seconds` long at 20 frames per second, 64x48 by default. */
const clip = (name: string, seconds: number, ...more: readonly string[]): string => {
  const path = at.path(name)
  ffmpeg('-f', 'lavfi', '-i', `testsrc2=size=64x48:rate=20:duration=${seconds}`, ...more, '-pix_fmt', 'yuv420p', path)
  return path
}

const meanDifference = (a: Buffer, b: Buffer): number => {
  expect(b.length).toBe(a.length)
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i])
  return sum / a.length
}

describe.skipIf(!hasJudges)('clips (skipped without ffmpeg and ffprobe)', () => {
  it('keeps all sound, every time, and the tags, in NAME.anime.EXT', async () => {
    const tones = ['-f', 'lavfi', '-i', 'sine=330:duration=1.4', '-f', 'lavfi', '-i', 'sine=550:duration=1.4']
    const maps = ['-map', '0', '-map', '1', '-map', '2', '-metadata:s:a:1', 'language=fra', '-metadata', 'title=A walk']
    // Frames 3, 4 and 9 are missing: a variable rate.
    const gaps = ['-vf', "select='not(eq(n,3)+eq(n,4)+eq(n,9))'", '-fps_mode', 'vfr', '-video_track_timescale', '30000']
    const path = clip('a.mp4', 1.4, ...tones, ...maps, ...gaps, '-c:a:1', 'ac3')
    const { code, stderr } = await at.run(['a.mp4', ...fast])
    expect(stderr).toMatch(/^a\.mp4 -> a\.anime\.mp4 \(64x48, 25 frames, [\d.]+ s\)\n$/)
    expect(code).toBe(0)
    expect(at.files()).toEqual(['a.anime.mp4', 'a.mp4'])
    const made = at.path('a.anime.mp4')
    expect(timesOf(path)).toHaveLength(25)
    expect(timesOf(made)).toEqual(timesOf(path))
    for (const track of [0, 1]) {
      expect(soundOf(path, track).length).toBeGreaterThan(30)
      expect(soundOf(made, track)).toEqual(soundOf(path, track))
      expect(timesOf(made, `a:${track}`)).toEqual(timesOf(path, `a:${track}`))
    }
    const [before, after] = [probe(path), probe(made)]
    expect(after.audio.map(({ codec_name }) => codec_name)).toEqual(['aac', 'ac3'])
    expect(after.audio[1].tags?.language).toBe('fra')
    expect(after.tags.title).toBe('A walk')
    expect(after.duration).toBeCloseTo(before.duration, 2)
    expect(after.video).toMatchObject({ codec_name: 'h264', pix_fmt: 'yuv420p', color_range: 'tv' })
    expect(meanDifference(rgbOf(path), rgbOf(made))).toBeGreaterThan(2)
  })

  it.each([
    ['bt709', 'tv', 'yuv420p'],
    ['smpte170m', 'tv', 'yuv422p'],
    ['bt709', 'pc', 'yuv444p'],
    ['bt2020nc', 'tv', 'yuv420p10le'],
  ])('keeps the colours: %s, %s, %s', async (matrix, range, format) => {
    const path = at.path('a.mkv')
    const scale = `scale=out_color_matrix=${matrix === 'bt2020nc' ? 'bt2020' : matrix}:out_range=${range}`
    const tags = ['-colorspace', matrix, '-color_range', range]
    const noise = 'testsrc2=size=64x48:rate=10:duration=0.3'
    ffmpeg('-f', 'lavfi', '-i', noise, '-vf', `${scale},format=${format}`, ...tags, '-qp', '1', path)
    expect((await at.run(['a.mkv', '--strength', '0', '--quality', '100', ...fast])).code).toBe(0)
    const made = at.path('a.anime.mkv')
    expect(probe(made).video).toMatchObject({ color_space: matrix, color_range: 'tv' })
    expect(timesOf(made)).toEqual(timesOf(path))
    const full = `scale=in_color_matrix=${matrix === 'bt2020nc' ? 'bt2020' : matrix}:sws_flags=accurate_rnd`
    // Chroma at half the resolution blurs stripes of full colour.
    expect(meanDifference(rgbOf(path, full), rgbOf(made, full))).toBeLessThan(format === 'yuv420p' ? 3 : 9)
  })

  it('bakes rotation in, keeps the pixel aspect, and rounds odd sides up', async () => {
    // 48 pixels of 4/3: the aspect is exact to one square pixel over the whole width.
    clip('a.mp4', 0.2, '-vf', 'scale=48:36,setsar=4/3')
    ffmpeg('-i', at.path('a.mp4'), '-c', 'copy', '-metadata:s:v', 'rotate=90', at.path('turned.mp4'))
    expect(probe(at.path('turned.mp4')).video.side_data_list?.[0].rotation).toBeDefined()
    clip('odd.webm', 0.2, '-vf', 'scale=63:47', '-c:v', 'libvpx')
    const { code, stderr } = await at.run(['turned.mp4', 'odd.webm', '--strength', '0', '--quality', '95', ...fast])
    expect(stderr).toContain('2 of 2 done')
    expect(code).toBe(0)
    const turned = probe(at.path('turned.anime.mp4')).video
    expect(turned).toMatchObject({ width: 36, height: 48, sample_aspect_ratio: '3:4' })
    expect(turned.side_data_list).toBeUndefined()
    // ffmpeg rotates decoded frames itself.
    expect(meanDifference(rgbOf(at.path('turned.mp4')), rgbOf(at.path('turned.anime.mp4')))).toBeLessThan(4)
    expect(probe(at.path('odd.anime.webm')).video).toMatchObject({ codec_name: 'vp9', width: 64, height: 48 })
    expect(stderr).toContain('note: odd.webm: 63x47 becomes 64x48: video has even sides\n')
    const inside = 'crop=62:46:0:0'
    expect(meanDifference(rgbOf(at.path('odd.webm'), inside), rgbOf(at.path('odd.anime.webm'), inside))).toBeLessThan(6)
  })

  it('--start, --end, --fps, --size, --codec and --bitrate', async () => {
    const path = clip('a.mp4', 2, '-f', 'lavfi', '-i', 'sine=330:duration=2')
    const asked = ['--start', '0.52', '--end', '0:01.5', '--size', '32', '--codec', 'hevc', '--bitrate', '300k']
    expect((await at.run(['a.mp4', ...asked, ...fast])).stderr).toContain('(32x24, 20 frames')
    const made = probe(at.path('a.anime.mp4'))
    expect(made.video).toMatchObject({ codec_name: 'hevc', width: 32, height: 24 })
    const times = timesOf(at.path('a.anime.mp4'))
    expect(times[0]).toBeCloseTo(0, 3)
    expect(times[1]).toBeCloseTo(0.03, 3)
    expect(times.at(-1)).toBeCloseTo(0.93, 3)
    const [whole, part] = [soundOf(path), soundOf(at.path('a.anime.mp4'))]
    const first = whole.indexOf(part[0])
    expect(part).toEqual(whole.slice(first, first + part.length))
    expect(part.length).toBeGreaterThanOrEqual(42)
    expect((await at.run(['a.mp4', '-o', 'slow.mkv', '--fps', '5', ...fast])).code).toBe(0)
    const slow = timesOf(at.path('slow.mkv'))
    expect(slow).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8])
    expect(soundOf(at.path('slow.mkv'))).toEqual(whole)
  })

  it('starts at 0 whatever its own clock says, in sync, and --start and --end count from there', async () => {
    const tones = ['-f', 'lavfi', '-i', 'sine=330:duration=2']
    clip('late.mts', 2, ...tones, '-c:v', 'libx264', '-c:a', 'ac3', '-output_ts_offset', '3600')
    clip('late.mkv', 2, ...tones, '-output_ts_offset', '12')
    for (const name of ['late.mts', 'late.mkv']) {
      const path = at.path(name)
      expect(timesOf(path)[0]).toBeGreaterThan(11)
      const apart = timesOf(path)[0] - timesOf(path, 'a:0')[0]
      const start = Math.min(timesOf(path)[0], timesOf(path, 'a:0')[0])
      expect((await at.run([name, '-o', 'out.mkv', '--force', ...fast])).stderr).toContain('40 frames')
      const made = at.path('out.mkv')
      expect(timesOf(made)).toEqual(timesOf(path).map((time) => expect.closeTo(time - start, 2)))
      expect(timesOf(made)[0] - timesOf(made, 'a:0')[0]).toBeCloseTo(apart, 2)
      const part = ['--start', '0.5', '--end', '1.1']
      expect((await at.run([name, '-o', 'part.mp4', '--force', ...part, ...fast])).code).toBe(0)
      expect(timesOf(at.path('part.mp4'))[0]).toBeCloseTo(0, 2)
      expect(probe(at.path('part.mp4')).duration).toBeCloseTo(0.6, 1)
      const sound = soundOf(at.path('part.mp4'))
      expect(sound.length).toBeGreaterThan(15)
      expect(soundOf(path).join()).toContain(sound.join())
    }
  })

  it.skipIf(process.platform === 'win32')(
    'refuses a clip that another run is making, which continues (skipped on Windows: no signals)',
    async () => {
      clip('a.mp4', 2)
      let second: Outcome | undefined
      const first = await at.run(['a.mp4', ...fast], {
        // The first is held up until the second has ended.
        started: async (send) => {
          while (!existsSync(at.path('.a.anime.mp4.lock'))) await sleep(5)
          send('SIGSTOP')
          second = await at.run(['a.mp4', ...fast])
          send('SIGCONT')
        },
      })
      expect([second?.code, second?.stderr]).toEqual([
        1,
        expect.stringMatching(/^animegan: a\.mp4: is already being made by process \d+: wait for it or end it\n$/),
      ])
      expect(first.code).toBe(0)
      expect(at.files()).toEqual(['a.anime.mp4', 'a.mp4'])
    },
  )

  it('--compare, side by side and split; --preview, as soon as it is available', async () => {
    clip('a.mp4', 7)
    const flags = ['--preview', '2s', '--fps', '10', ...fast]
    const { code, stderr } = await at.run(['--compare', 'a.mp4', ...flags])
    expect(stderr).toMatch(/^a\.mp4: the first 6\.0 s: a\.preview\.mp4\na\.mp4 -> /)
    expect(code).toBe(0)
    expect(at.files()).toEqual(['a.anime.mp4', 'a.compare.mp4', 'a.mp4', 'a.preview.mp4'])
    expect(probe(at.path('a.compare.mp4')).video).toMatchObject({ width: 130, height: 48 })
    expect(timesOf(at.path('a.preview.mp4'))).toHaveLength(60)
    expect(timesOf(at.path('a.compare.mp4'))).toHaveLength(70)
    expect((await at.run(['a.mp4', '--compare', 'split', '--end', '0.2', '--force', ...fast])).code).toBe(0)
    const [left, right] = ['crop=30:48:0:0', 'crop=30:48:34:0']
    const [split, made] = [at.path('a.compare.mp4'), at.path('a.anime.mp4')]
    const before = (filter: string) => rgbOf(at.path('a.mp4'), `trim=end_frame=4,${filter}`)
    expect(meanDifference(rgbOf(split, left), before(left))).toBeLessThan(6)
    expect(meanDifference(rgbOf(split, right), rgbOf(made, right))).toBeLessThan(6)
    expect(meanDifference(rgbOf(split, right), before(right))).toBeGreaterThan(6)
  })

  it('writes GIF and WebP with the original times', async () => {
    clip('a.mp4', 0.5, '-vf', "select='not(eq(n,3)+eq(n,4))'", '-fps_mode', 'vfr')
    const { code, stderr } = await at.run(['a.mp4', '--format', 'gif', ...fast])
    expect(stderr).toContain('a.mp4 -> a.anime.gif (64x48, 8 frames')
    expect(code).toBe(0)
    expect((await at.run(['a.mp4', '-o', 'b.webp', ...fast])).code).toBe(0)
    for (const name of ['a.anime.gif', 'b.webp']) {
      const { delay = [], width } = await sharp(at.path(name), { animated: true }).metadata()
      // Equal frames may be merged into one that is shown longer.
      const ends = delay.map((_, i) => delay.slice(0, i + 1).reduce((sum, each) => sum + each))
      expect([width, ends.at(-1)]).toEqual([64, 500])
      expect([50, 100, 150, 250, 300, 350, 400, 450, 500]).toEqual(expect.arrayContaining(ends))
      expect(ends).toContain(250)
      expect(ends).not.toContain(200)
    }
    expect(at.files()).toEqual(['a.anime.gif', 'a.mp4', 'b.webp'])
  })

  it('distinguishes clips from pictures by content, in one batch, and skips its own results', async () => {
    const path = clip('a.mp4', 0.1)
    writeFileSync(at.path('b.png'), readFileSync(path))
    await at.picture('c.jpg')
    expect((await at.run([at.folder, '-o', 'out', ...fast])).stderr).toContain('3 of 3 done')
    expect(at.files('out')).toEqual(['a.anime.mp4', 'b.anime.mp4', 'c.anime.jpg'])
    expect((await at.run(['a.mp4', '-o', 'c.jpg', ...fast])).stderr).toContain(
      'expected mp4, mov, webm, mkv, gif or webp',
    )
    expect((await at.run(['c.jpg', '--format', 'mp4'])).stderr).toContain('expected jpeg, png, webp, avif, gif or tiff')
  })

  it('gives the same through an ffmpeg program if the package is not installed', async () => {
    const path = clip('a.mp4', 0.5, '-f', 'lavfi', '-i', 'sine=330:duration=0.5', '-c:v', 'libx264', '-bf', '3')
    const env = { ANIMEGAN_CODECS: 'ffmpeg' }
    for (const name of ['b.mp4', 'b.webm', 'again.mp4']) {
      const sound = name === 'b.webm' ? ['a.mkv'] : ['a.mp4']
      if (name === 'b.webm') ffmpeg('-i', path, '-an', '-c', 'copy', at.path('a.mkv'))
      const { code, stderr } = await at.run([...sound, '-o', name, ...fast], { env })
      expect(stderr).toContain('(64x48, 10 frames')
      expect(code).toBe(0)
      expect(timesOf(at.path(name))).toEqual(timesOf(at.path(sound[0])))
    }
    expect(soundOf(at.path('b.mp4'))).toEqual(soundOf(path))
    expect(readFileSync(at.path('again.mp4')).equals(readFileSync(at.path('b.mp4')))).toBe(true)
    expect((await at.run(['a.mp4', '-o', 'other.mp4', ...fast])).code).toBe(0)
    expect(meanDifference(rgbOf(at.path('other.mp4')), rgbOf(at.path('b.mp4')))).toBeLessThan(6)
  })
})

describe.skipIf(!hasJudges)('long work (skipped without ffmpeg and ffprobe)', () => {
  const parts = '.a.anime.mp4.parts'

  it('killed at any moment, resumes, and gives the bytes of an uninterrupted run', async () => {
    clip('a.mp4', 7.5, '-f', 'lavfi', '-i', 'sine=330:duration=7.5', '-g', '50')
    const args = ['a.mp4', '--compare', 'split', ...fast]
    expect((await at.run(args)).code).toBe(0)
    const results = ['a.anime.mp4', 'a.compare.mp4']
    const whole = results.map((name) => readFileSync(at.path(name)))
    await sleep(1100) // a time of writing in the file would differ by now
    let kills = 0
    for (let code: number | null = null; code !== 0; kills++) {
      const before = segmentsIn(parts)
      const stop = new AbortController()
      const ended = at.run([...args, '--force'], {
        started: async (kill) => {
          // First early in the second segment, then as soon as there is one more segment.
          while (!stop.signal.aborted && segmentsIn(parts) <= before) await sleep(5)
          if (kills < 2) kill('SIGKILL')
        },
      })
      const outcome = await ended
      stop.abort()
      expect(outcome.signal).toBe(kills < 2 ? 'SIGKILL' : null)
      code = outcome.code
    }
    expect(kills).toBe(3)
    for (const [i, name] of results.entries()) expect(readFileSync(at.path(name)).equals(whole[i]), name).toBe(true)
    expect(at.files()).toEqual(['a.anime.mp4', 'a.compare.mp4', 'a.mp4'])
  })

  it('uses neither work made with other options nor a folder that is not its own', async () => {
    clip('a.mp4', 5)
    const kill = {
      started: (stop: (signal: NodeJS.Signals) => void) => whenSegments(parts, 1).then(() => stop('SIGKILL')),
    }
    expect((await at.run(['a.mp4', ...fast], kill)).signal).toBe('SIGKILL')
    expect(existsSync(at.path(parts))).toBe(true)
    const other = ['a.mp4', '--strength', '0.5', ...fast]
    const { stderr } = await at.run(other)
    expect(stderr).toContain('note: a.mp4: earlier work with another input or other options was not used\n')
    const made = readFileSync(at.path('a.anime.mp4'))
    expect((await at.run([...other, '--force'])).code).toBe(0)
    expect(readFileSync(at.path('a.anime.mp4')).equals(made)).toBe(true)
    ffmpeg('-i', at.path('a.mp4'), '-frames', '1', at.path('b.mp4'))
    mkdirSync(at.path('.b.anime.mp4.parts'))
    writeFileSync(at.path('.b.anime.mp4.parts/mine.txt'), 'mine')
    const refused = await at.run(['b.mp4', ...fast])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/^animegan: b\.mp4: .*\.b\.anime\.mp4\.parts is in the way: .*\n$/)
    expect(readFileSync(at.path('.b.anime.mp4.parts/mine.txt'), 'utf8')).toBe('mine')
  })

  it('animates what exists of a truncated clip, reports it, and exits with 1', async () => {
    const path = clip('a.mp4', 4, '-f', 'lavfi', '-i', 'sine=330:duration=4', '-movflags', 'faststart')
    truncateSync(path, Math.floor(readFileSync(path).length * 0.6))
    const { code, stderr } = await at.run(['a.mp4', ...fast])
    expect(stderr).toMatch(/^animegan: a\.mp4: damaged or cut off after [12]\.\d of 4\.0 s.*: \d+ frames were made$/m)
    expect(stderr).toMatch(/^a\.mp4 -> a\.anime\.mp4/m)
    expect(code).toBe(1)
    const made = timesOf(at.path('a.anime.mp4'))
    expect(made.length).toBeGreaterThan(20)
    expect(made).toEqual(made.map((_, i) => expect.closeTo(i / 20, 5)))
    expect(at.files()).toEqual(['a.anime.mp4', 'a.mp4'])
  })

  it('animates what exists of a truncated Matroska file up to its last packet', async () => {
    const path = clip('a.mkv', 3, '-f', 'lavfi', '-i', 'sine=330:duration=3')
    truncateSync(path, Math.floor(readFileSync(path).length * 0.6))
    const { code, stderr } = await at.run(['a.mkv', ...fast])
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/: damaged or cut off after [01]\.\d s: \d+ frames were made$/m),
    ])
    expect(timesOf(at.path('a.anime.mkv')).length).toBeGreaterThan(15)
    expect(at.files()).toEqual(['a.anime.mkv', 'a.mkv'])
  })
})

const segmentsIn = (folder: string): number =>
  existsSync(at.path(folder)) ? readdirSync(at.path(folder)).filter((name) => name.endsWith('.segment')).length : 0

const whenSegments = async (folder: string, count: number): Promise<void> => {
  while (segmentsIn(folder) < count) await sleep(5)
}
