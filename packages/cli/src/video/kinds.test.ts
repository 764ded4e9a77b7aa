/**
 * Clips with containers and sound codecs of old cameras, phones and discs, made by ffmpeg and run in one batch:
 * pictures and sound are kept, and losses are reported. Checked by ffprobe.
 */
import { truncateSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ffmpeg, hasJudges, probe, timesOf } from '../../../video/src/testing.ts'
import { type Outcome, Workplace } from '../testing.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 })

const fast = ['--size', '48', '--faces', 'off', '--threads', '1']
const h264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p']

/** For each file: ffmpeg's arguments to make it, the result's sound, and the expected note. */
const kinds: Record<string, readonly [making: readonly string[], sound: readonly string[], note?: RegExp]> = {
  'alac.mkv': [
    [...h264, '-c:a', 'alac'],
    ['aac'],
    /^its sound \(alac\) becomes aac: it cannot be copied into \.mkv here$/,
  ],
  // Its number for AAC is one that only ffmpeg knows.
  'disc.m2ts': [[...h264, '-c:a', 'aac'], ['aac']],
  'dts.mkv': [[...h264, '-c:a', 'dca', '-strict', '-2'], ['dts']],
  'flash.flv': [['-c:v', 'flv', '-c:a', 'mp3'], ['mp3']],
  'ima4.mov': [[...h264, '-c:a', 'adpcm_ima_qt'], ['aac'], /\(adpcm_ima_qt\) becomes aac/],
  'lossless.avi': [['-c:v', 'huffyuv', '-c:a', 'pcm_s24le'], ['aac'], /becomes aac/],
  'radio.flv': [
    ['-c:v', 'flv', '-c:a', 'nellymoser', '-ar', '22050', '-ac', '1'],
    ['aac'],
    /\(nellymoser\) becomes aac: it cannot be copied$/,
  ],
  'voice.mkv': [[...h264, '-c:a', 'tta', '-ac', '1'], ['aac'], /\(tta\) becomes aac/],
  'broadcast.nut': [['-c:v', 'mpeg4', '-c:a', 'mp2'], ['aac'], /\(mp2\) becomes aac/],
  'mp2.ts': [['-c:v', 'mpeg2video', '-c:a', 'mp2', '-f', 'mpegts'], ['aac'], /\(mp2\) becomes aac/],
  'disc.vob': [['-c:v', 'mpeg2video', '-flags', '+ilme+ildct', '-c:a', 'ac3'], ['ac3'], /^interlaced: /],
  'mulaw.mov': [[...h264, '-c:a', 'pcm_mulaw'], ['pcm_mulaw']],
  'theora.ogv': [['-c:v', 'libtheora', '-pix_fmt', 'yuv420p', '-c:a', 'libvorbis'], ['vorbis']],
  'truehd.mkv': [[...h264, '-c:a', 'truehd', '-strict', '-2'], ['aac'], /\(truehd\) becomes aac/],
  'windows.wmv': [['-c:v', 'wmv2', '-c:a', 'wmav2'], ['aac'], /\(wmav2\) becomes aac/],
}

/** The sound of old phones, which no encoder here writes: a second of frames with noise for bits (RFC 4867, section 5). */
const amr = (mark: string, mode: number, bytes: number): Buffer => {
  const frame = (n: number): number[] => [
    (mode << 3) | 4,
    ...Array.from({ length: bytes }, (_, i) => (n * 31 + i * 97) & 255),
  ]
  return Buffer.concat([Buffer.from(mark), ...Array.from({ length: 50 }, (_, n) => Buffer.from(frame(n)))])
}

/** For each clip of a phone: its sound file. */
const phones: Record<string, Buffer> = {
  'narrow.3gp': amr('#!AMR\n', 7, 31),
  'wide.3gp': amr('#!AMR-WB\n', 2, 32),
}

describe.skipIf(!hasJudges)('kinds of clips (skipped without ffmpeg and ffprobe)', () => {
  let at: Workplace
  let run: Outcome
  beforeAll(async () => {
    at = new Workplace()
    const sources = ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=10:duration=1']
    const sound = ['-f', 'lavfi', '-i', 'sine=440:duration=1:sample_rate=48000', '-ac', '2']
    for (const [name, [making]] of Object.entries(kinds)) ffmpeg(...sources, ...sound, ...making, at.path(name))
    for (const [name, file] of Object.entries(phones)) {
      writeFileSync(at.path('phone.amr'), file)
      ffmpeg(...sources, '-i', at.path('phone.amr'), '-c:v', 'h263', '-s', '128x96', '-c:a', 'copy', at.path(name))
    }
    ffmpeg(...sources, ...h264, at.path('unfinished.mp4'))
    truncateSync(at.path('unfinished.mp4'), 2000)
    writeFileSync(
      at.path('noise.avi'),
      Buffer.concat([Buffer.from('RIFF\xff\xff\0\0AVI ', 'latin1'), Buffer.alloc(4000, 7)]),
    )
    run = await at.run(['.', '-o', 'out', '--json', ...fast])
  })
  afterAll(() => at.remove())

  const report = (name: string) =>
    run.stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .find(({ input }) => input === name)

  it.each(Object.entries(kinds))('%s', (name, [, sound, note]) => {
    const { output, notices, error } = report(name)
    expect(error).toBeUndefined()
    const times = timesOf(at.path(output))
    expect(times).toHaveLength(10)
    expect(times[0]).toBeLessThan(0.1)
    const { audio, duration } = probe(at.path(output))
    expect(audio.map(({ codec_name }) => codec_name)).toEqual(sound)
    expect(duration).toBeGreaterThan(0.9)
    expect(duration).toBeLessThan(1.25)
    if (note) expect(notices.join('\n')).toMatch(new RegExp(note.source, 'm'))
    else expect(notices).toEqual([])
  })

  it.each(Object.keys(phones))('%s: AMR becomes AAC', (name) => {
    const { output, notices } = report(name)
    expect(timesOf(at.path(output))).toHaveLength(10)
    const { audio, duration } = probe(at.path(output))
    expect(audio.map(({ codec_name }) => codec_name)).toEqual(['aac'])
    expect(duration).toBeGreaterThan(0.9)
    expect(notices).toEqual([expect.stringMatching(/its sound \(amr_[nw]b\) becomes aac: it cannot be copied/)])
  })

  it('gives a one-line error for a file that cannot be read, and leaves no files for it', () => {
    expect(report('unfinished.mp4').error).toMatch(
      /^expected a clip, found one that was cut off before its index \(moov\)/,
    )
    expect(report('noise.avi').error).toMatch(/^expected a clip, found /)
    expect(run.code).toBe(1)
    expect(at.files('out')).toHaveLength(Object.keys({ ...kinds, ...phones }).length)
  })

  it('PCM becomes AAC in MP4', async () => {
    const sources = [
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=64x48:rate=10:duration=1',
      '-f',
      'lavfi',
      '-i',
      'sine=440:duration=1',
    ]
    ffmpeg(...sources, ...h264, '-c:a', 'pcm_s16le', at.path('pcm.mov'))
    const { code, stderr } = await at.run(['pcm.mov', '-o', 'pcm.mp4', ...fast])
    expect([code, stderr]).toEqual([0, expect.stringContaining('its sound (pcm-s16) becomes aac')])
    const { audio, duration } = probe(at.path('pcm.mp4'))
    expect(audio.map(({ codec_name }) => codec_name)).toEqual(['aac'])
    expect(duration).toBeLessThan(1.25)
  })

  it('--sound', async () => {
    for (const [sound, codecs] of [
      ['convert', ['aac']],
      ['none', []],
    ] as const) {
      const { code, stderr } = await at.run(['dts.mkv', '-o', `${sound}.mkv`, '--sound', sound, ...fast])
      expect([code, stderr.includes('note:')]).toEqual([0, false])
      expect(probe(at.path(`${sound}.mkv`)).audio.map(({ codec_name }) => codec_name)).toEqual(codecs)
    }
    const { audio } = probe(at.path('convert.mkv'))
    expect(audio).toHaveLength(1)
    expect(timesOf(at.path('convert.mkv'), 'a:0').at(-1)).toBeGreaterThan(0.9)
  })
})
