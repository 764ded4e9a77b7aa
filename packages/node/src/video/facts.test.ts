/** Parsing ffmpeg's output as versions 5 and 7 print it, and text that only looks like it. */
import { expect, test } from 'vitest'
import { parseFacts } from './facts.ts'

test('a Matroska file with everything', () => {
  const text = `Input #0, matroska,webm, from 'a.mkv':
  Metadata:
    title           : Stream #0:9: Video: fake, yuva420p(top first)
  Duration: 00:00:01.02, start: 0.000000, bitrate: 663 kb/s
  Chapters:
    Chapter #0:0: start 0.000000, end 0.500000
      Metadata:
        title           : One
    Chapter #0:1: start 0.500000, end 1.000000
  Stream #0:0: Video: h264 (High), yuv420p(progressive), 320x240 [SAR 1:1 DAR 4:3], 25 fps (default)
  Stream #0:1(eng): Audio: truehd, 48000 Hz, stereo, s32 (24 bit) (default)
  Stream #0:2: Subtitle: subrip (srt)
  Stream #0:3: Video: mjpeg (Baseline), yuvj444p(pc, bt470bg/unknown/unknown), 600x600 (attached pic)
`
  expect(parseFacts(text)).toEqual({
    picture: true,
    interlaced: false,
    transparent: false,
    sound: ['truehd'],
    subtitles: ['subrip'],
    chapters: 2,
  })
})

test.each([
  ['h264 (High) (avc1 / 0x31637661), yuv420p(top first), 320x240', true, false],
  ['mpeg2video (Main), yuv420p(tv, bt470bg, bottom first), 720x576', true, false],
  ['h264 (High), yuv420p(tv, bt709, top coded first (swapped)), 1920x1080', true, false],
  ['h264 (High), yuv420p(tv, bt709, progressive), 1920x1080', false, false],
  ['qtrle (rle  / 0x20656C72), argb(progressive), 160x120', false, true],
  ['png, rgba(pc), 160x120', false, true],
])('%s', (line, interlaced, transparent) => {
  expect(parseFacts(`  Stream #0:0[0x1](und): Video: ${line}\n`)).toMatchObject({
    interlaced,
    transparent,
    picture: true,
  })
})

test('a cover does not count as pictures, and a file without streams gives undefined', () => {
  expect(parseFacts('  Stream #0:0: Video: mjpeg, yuvj420p(pc), 600x600 (attached pic)\n')?.picture).toBe(false)
  expect(parseFacts('a.avi: Invalid data found when processing input\n')).toBeUndefined()
})
