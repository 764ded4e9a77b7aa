/** Files made by ffmpeg and then truncated. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ffmpeg, hasJudges } from '../../../video/src/testing.ts'
import { isCutOff } from './cut-off.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'animegan-node-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe.skipIf(!hasJudges)('isCutOff (skipped without ffmpeg and ffprobe)', () => {
  it.each([
    ['a.mp4', []],
    ['a.mov', ['-movflags', '+faststart']],
    ['a.mp4', ['-movflags', 'frag_keyframe+empty_moov', '-g', '5']],
    ['a.mkv', []],
    ['a.webm', ['-c:v', 'libvpx']],
    ['a.avi', []],
    ['a.wmv', ['-c:v', 'wmv2']],
    ['a.flv', ['-c:v', 'flv']],
    ['a.ogv', ['-c:v', 'libtheora']],
  ])('%s %j', async (name, more) => {
    const path = join(folder, name)
    ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=20:duration=1', '-pix_fmt', 'yuv420p', ...more, path)
    expect(await isCutOff(path)).toBe(false)
    const whole = readFileSync(path)
    for (const missing of [1, 500, Math.round(whole.length / 2)]) {
      truncateSync(path, whole.length - missing)
      expect(await isCutOff(path), `without ${missing} of ${whole.length} bytes`).toBe(true)
      writeFileSync(path, whole)
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(100)]))
    expect(await isCutOff(path)).toBe(false)
  })

  it('cannot tell for a recording of a stream, or for a file that is not a clip', async () => {
    const stream = ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=64x48:duration=1', '-f', 'matroska', '-live', '1', '-')
    const nut = ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=64x48:duration=1', '-c:v', 'mpeg4', '-f', 'nut', '-')
    for (const bytes of [
      nut,
      stream.subarray(0, 2000),
      Buffer.from('text, long enough to be looked at'),
      Buffer.alloc(0),
    ]) {
      writeFileSync(join(folder, 'b'), bytes)
      expect(await isCutOff(join(folder, 'b'))).toBe(false)
    }
  })
})
