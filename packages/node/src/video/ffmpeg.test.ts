/** Recording by the ffmpeg program, from its own test source instead of a camera, checked by ffprobe. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasJudges, probe, timesOf } from '../../../video/src/testing.ts'
import { recordDevice } from './ffmpeg.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'animegan-node-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe.skipIf(!hasJudges)('a recording (skipped without ffmpeg and ffprobe)', () => {
  it('records a device for the given seconds', async () => {
    await recordDevice('lavfi', 'testsrc2=size=64x48:rate=10', 0.5, join(folder, 'camera.mkv'))
    expect(timesOf(join(folder, 'camera.mkv'))).toHaveLength(5)
    expect(probe(join(folder, 'camera.mkv')).video).toMatchObject({ codec_name: 'h264', width: 64, height: 48 })
    await expect(recordDevice('v4l2', join(folder, 'none'), 1, join(folder, 'b.mkv'))).rejects.toThrow(/No such file/)
  })
})
