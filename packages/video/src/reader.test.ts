/** Reading clips with @mediabunny/server's codecs; ffmpeg makes the clips and checks the results. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame, Picture } from '@animegan/core'
import { registerMediabunnyServer } from '@mediabunny/server'
import { FilePathSource } from 'mediabunny'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ClipError, openClip } from './reader.ts'
import { ffmpeg, hasJudges, rgbOf, timesOf } from './testing.ts'

let folder: string
const at = (name: string): string => join(folder, name)
beforeAll(() => {
  registerMediabunnyServer({ hardwareContext: null })
  folder = mkdtempSync(join(tmpdir(), 'animegan-video-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A second of moving stripes, 64x48 at 20 frames a second. */
const clip = (name: string, ...more: string[]): string => {
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=20:duration=1', '-pix_fmt', 'yuv420p', ...more, at(name))
  return at(name)
}

const framesOf = async (path: string, from: number, until: number): Promise<Frame[]> => {
  const reader = await openClip(new FilePathSource(path))
  const frames: Frame[] = []
  for await (const frame of reader.frames(from, until)) frames.push(frame)
  reader.close()
  return frames
}

it.skipIf(!hasJudges)(
  'a playlist is no clip: what it names is not opened (skipped without ffmpeg and ffprobe)',
  async () => {
    ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=20:duration=1', '-hls_time', '1', at('list.m3u8'))
    await expect(openClip(new FilePathSource(at('list.m3u8')))).rejects.toMatchObject({
      fault: 'format',
      unknown: true,
    })
  },
)

describe.skipIf(!hasJudges)('frames (skipped without ffmpeg and ffprobe)', () => {
  it('share one picture where they decode to the same bytes', async () => {
    const pictures = (await framesOf(clip('a.mp4', '-vf', 'fps=5,fps=20', '-qp', '0'), 0, 1)).map(
      ({ picture }): Picture => picture,
    )
    expect(pictures).toHaveLength(20)
    const shown = rgbOf(at('a.mp4'))
    const size = shown.length / 20
    for (let i = 1; i < 20; i++) {
      const same = shown.subarray(i * size, (i + 1) * size).equals(shown.subarray((i - 1) * size, i * size))
      expect(pictures[i] === pictures[i - 1], `frame ${i}`).toBe(same)
    }
    expect(new Set(pictures).size).toBe(5)
  })

  it('begin with the one shown at a given time, and end before another time', async () => {
    const path = clip('b.mp4', '-g', '7', '-bf', '2')
    const times = (await framesOf(path, 0.52, 0.8)).map(({ timestamp }) => timestamp)
    expect(times).toEqual([0.5, 0.55, 0.6, 0.65, 0.7, 0.75].map((time) => expect.closeTo(time, 5)))
    const all = await framesOf(path, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
    expect(all.map(({ timestamp }) => timestamp)).toEqual(timesOf(path).map((time) => expect.closeTo(time, 5)))
  })

  it("have the colours that ffmpeg decodes, whatever the decoder's planes and strides", async () => {
    // 66 wide: decoders pad their rows.
    const path = clip('c.mp4', '-vf', 'scale=66:50', '-qp', '0', '-colorspace', 'smpte170m', '-color_range', 'tv')
    const [{ picture }] = await framesOf(path, 0, 0.01)
    const wanted = rgbOf(path, 'trim=end_frame=1,scale=in_color_matrix=smpte170m:sws_flags=accurate_rnd+neighbor')
    expect(picture.data).toHaveLength(wanted.length)
    expect(wanted.reduce((sum, value, i) => sum + Math.abs(value - picture.data[i]), 0) / wanted.length).toBeLessThan(2)
  })
})

it.skipIf(!hasJudges)('reports what is wrong with a file, each with a code (skipped without ffmpeg)', async () => {
  const open = async (name: string): Promise<ClipError> => {
    try {
      ;(await openClip(new FilePathSource(at(name)))).close()
    } catch (error) {
      return error as ClipError
    }
    throw new Error(`${name}: opened`)
  }
  writeFileSync(at('text.mp4'), 'not a clip, whatever its name says, and long enough to be looked at')
  const text = await open('text.mp4')
  expect(text).toBeInstanceOf(ClipError)
  expect([text.code, text.fault, text.unknown]).toEqual(['bad-file', 'format', true])
  expect(text.message).toBe('expected a clip, found a file that is damaged or of an unknown format')
  ffmpeg('-f', 'lavfi', '-i', 'sine=330:duration=0.2', at('sound.m4a'))
  const sound = await open('sound.m4a')
  expect([sound.code, sound.fault, sound.unknown]).toEqual(['bad-file', 'picture', false])
  expect(sound.message).toBe('expected a clip, found sound only')
  clip('old.mkv', '-c:v', 'flv1')
  const old = await open('old.mkv')
  expect([old.code, old.fault, old.unknown]).toEqual(['no-codec', 'codec', true])
})
