/** Packets of real clips into files, with ffprobe and ffmpeg as the judges: which sound stays, and when it is heard. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ALL_FORMATS, BufferTarget, EncodedPacketSink, FilePathSource, Input } from 'mediabunny'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Container, type MuxParts, mux, unheldAudio } from './muxer.ts'
import { ffmpeg, hasJudges, soundOf, timesOf } from './testing.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'animegan-video-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

/** Two seconds of stripes and a tone. */
const clip = (name: string, ...more: string[]): string => {
  const inputs = ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=20', '-f', 'lavfi', '-i', 'sine=330']
  ffmpeg(...inputs, '-t', '2', '-pix_fmt', 'yuv420p', ...more, at(name))
  return at(name)
}

/** Puts a clip's own packets into another file, its sound cut. */
const remux = async (path: string, name: string, container: Container, cut?: MuxParts['cut']): Promise<void> => {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS })
  const track = (await input.getPrimaryVideoTrack())!
  const target = new BufferTarget()
  await mux(
    {
      container,
      codec: (await track.getCodec())!,
      video: new EncodedPacketSink(track).packets(),
      decoderConfig: (await track.getDecoderConfig())!,
      pixelAspect: { num: 1, den: 1 },
      colour: {},
      timeResolution: await track.getTimeResolution(),
      languageCode: 'und',
      audio: (await input.getAudioTracks()).map((track) => ({ packets: track, about: track })),
      cut,
      tags: {},
    },
    target,
  )
  writeFileSync(at(name), new Uint8Array(target.buffer!))
  input.dispose()
}

describe.skipIf(!hasJudges)('sound (skipped without ffmpeg and ffprobe)', () => {
  it.each([
    ['a.mp4', 'b.mp4', 'mp4', ['-c:a', 'aac']],
    ['a.mkv', 'b.mkv', 'mkv', ['-c:a', 'ac3']],
  ] as const)('%s: all of it, at the times it had', async (from, to, container, coding) => {
    const path = clip(from, ...coding)
    await remux(path, to, container)
    expect(soundOf(at(to))).toEqual(soundOf(path))
    const [before, after] = [timesOf(path, 'a:0'), timesOf(at(to), 'a:0')]
    expect(after).toEqual(before.map((time) => expect.closeTo(time, 2)))
  })

  it.each([
    ['a.mp4', 'b.mp4', 'mp4', ['-c:a', 'aac']],
    ['a.mkv', 'b.mkv', 'mkv', ['-c:a', 'ac3']],
  ] as const)(
    '%s: of a part that begins at 0.5 s, is heard half a second earlier',
    async (from, to, container, coding) => {
      const path = clip(from, ...coding)
      await remux(path, to, container, { from: 0.5, until: 1.5 })
      const [whole, part] = [soundOf(path), soundOf(at(to))]
      const first = whole.indexOf(part[0])
      expect(first).toBeGreaterThan(0)
      expect(part).toEqual(whole.slice(first, first + part.length))
      const [before, after] = [timesOf(path, 'a:0'), timesOf(at(to), 'a:0')]
      // The packet that is heard at the cut is whole: it begins before it.
      const wanted = before.slice(first, first + part.length).map((time) => time - 0.5)
      expect(wanted[0]).toBeLessThanOrEqual(0.001)
      expect(wanted[1]).toBeGreaterThan(0)
      expect(wanted.at(-1)).toBeLessThan(1)
      expect(before[first + part.length] - 0.5).toBeGreaterThan(0.999)
      // What begins before zero is said by an edit list, or is moved to zero: the others show where it is.
      expect(after.slice(1)).toEqual(wanted.slice(1).map((time) => expect.closeTo(time, 2)))
    },
  )

  it('that a container cannot hold is named', async () => {
    const input = new Input({ source: new FilePathSource(clip('a.mp4', '-c:a', 'aac')), formats: ALL_FORMATS })
    const tracks = await input.getAudioTracks()
    expect(await unheldAudio('webm', tracks)).toEqual(['aac'])
    expect(await unheldAudio('mp4', tracks)).toEqual([])
    input.dispose()
  })
})
