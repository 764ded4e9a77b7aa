/**
 * Muxing packets of real clips, checked by ffprobe and ffmpeg: the sound that is kept, its times, and the metadata of
 * the file.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ALL_FORMATS, BufferTarget, EncodedPacketSink, FilePathSource, Input } from 'mediabunny'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Change } from './moov-times.ts'
import { type Container, type MuxParts, mux, unheldAudio } from './muxer.ts'
import { ffmpeg, hasJudges, probe, soundOf, timesOf } from './testing.ts'

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

/** Writes a clip's packets into another file; `given` replaces parts of it. */
const remux = async (
  path: string,
  name: string,
  container: Container,
  given: Partial<MuxParts> = {},
): Promise<readonly Change[]> => {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS })
  const track = (await input.getPrimaryVideoTrack())!
  const target = new BufferTarget()
  const changes = await mux(
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
      tags: {},
      ...given,
    },
    target,
  )
  writeFileSync(at(name), new Uint8Array(target.buffer!))
  input.dispose()
  return changes
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
    '%s: in a part that begins at 0.5 s, is heard half a second earlier',
    async (from, to, container, coding) => {
      const path = clip(from, ...coding)
      await remux(path, to, container, { cut: { from: 0.5, until: 1.5 } })
      const [whole, part] = [soundOf(path), soundOf(at(to))]
      const first = whole.indexOf(part[0])
      expect(first).toBeGreaterThan(0)
      expect(part).toEqual(whole.slice(first, first + part.length))
      const [before, after] = [timesOf(path, 'a:0'), timesOf(at(to), 'a:0')]
      // The packet heard at the cut is kept whole, so it begins before the cut.
      const wanted = before.slice(first, first + part.length).map((time) => time - 0.5)
      expect(wanted[0]).toBeLessThanOrEqual(0.001)
      expect(wanted[1]).toBeGreaterThan(0)
      expect(wanted.at(-1)).toBeLessThan(1)
      expect(before[first + part.length] - 0.5).toBeGreaterThan(0.999)
      // A start before zero is stored in an edit list or moved to zero; the other packets show the position.
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

describe.skipIf(!hasJudges)('metadata of the file (skipped without ffmpeg and ffprobe)', () => {
  const sound = ['-c:a', 'aac', '-metadata:s:a:0', 'language=fra', '-metadata:s:a:0', 'title=Voix']

  it.each(['mp4', 'mkv'] as const)('%s: languages, names, tags, pixel aspect ratio, colours', async (container) => {
    const path = clip('a.mkv', ...sound)
    const bt709 = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false }
    await remux(path, 'b', container, {
      languageCode: 'deu',
      pixelAspect: { num: 4, den: 3 },
      colour: bt709,
      tags: { title: 'Stripes', raw: { COMMENT: 'of another container' } },
    })
    const { video, audio, tags } = probe(at('b'))
    expect(video).toMatchObject({
      sample_aspect_ratio: '4:3',
      color_space: 'bt709',
      color_primaries: 'bt709',
      color_transfer: 'bt709',
      color_range: 'tv',
      tags: { language: 'deu' },
    })
    expect(audio[0].tags).toMatchObject({ language: 'fra' })
    // Not every ffprobe reads names of tracks in MP4.
    if (container === 'mkv') expect(audio[0].tags).toMatchObject({ title: 'Voix' })
    expect(JSON.stringify(tags)).toContain('Stripes')
    expect(JSON.stringify(tags)).not.toContain('another container')
  })

  it('the times in an MP4 are exact, and the time of writing is not in the file', async () => {
    const path = clip('a.mp4', '-an', '-r', '30000/1001')
    const changes = await remux(path, 'b.mp4', 'mp4')
    expect(timesOf(at('b.mp4'))).toEqual(timesOf(path).map((time) => expect.closeTo(time, 6)))
    expect(changes.length).toBeGreaterThan(0)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const again = await remux(path, 'c.mp4', 'mp4')
    expect(again).toEqual(changes)
    const patched = (name: string, made: readonly Change[]): Buffer => {
      const bytes = readFileSync(at(name))
      for (const { position, data } of made) bytes.set(data, position)
      return bytes
    }
    expect(patched('c.mp4', again).equals(patched('b.mp4', changes))).toBe(true)
  })

  it('rejects with the reason if a packet cannot be read, and does not finish the file', async () => {
    const path = clip('a.mp4', '-an')
    const gone = (): Promise<never> => Promise.reject(new Error('the disk is gone'))
    const video = { [Symbol.asyncIterator]: () => ({ next: gone }) }
    await expect(remux(path, 'b.mp4', 'mp4', { video })).rejects.toThrow('the disk is gone')
  })
})
