/** Transparency of clips that only the ffmpeg program reads, made by ffmpeg. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame } from '@animegan/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ffmpeg, hasJudges } from '../../../video/src/testing.ts'
import { prepareCodecs } from './codecs.ts'
import { openSoundFiles } from './convert-sound.ts'
import { factsOf } from './facts.ts'
import { openAny } from './open.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'animegan-node-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Of odd sides; clear, half and opaque from left to right, the first border moving. */
const holes =
  "format=rgba,crop=61:41:0:0,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='if(lt(X,20+4*N),0,if(lt(X,48),128,255))'"
const source = ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=10:duration=0.3', '-vf', holes]

describe.skipIf(!hasJudges)('a clip read through ffmpeg (skipped without it) keeps its transparency', () => {
  it.each([
    ['animation.mov', ['-c:v', 'qtrle', '-pix_fmt', 'argb']],
    ['png.mov', ['-c:v', 'png', '-pix_fmt', 'rgba']],
    ['prores.mov', ['-c:v', 'prores_ks', '-profile:v', '4', '-pix_fmt', 'yuva444p10le']],
  ])('%s', async (name, coding) => {
    const path = join(folder, name)
    ffmpeg(...source, ...coding, path)
    await prepareCodecs()
    const sound = openSoundFiles(path, folder)
    const clip = await openAny({ path, fps: undefined, folder, facts: await factsOf(path), sound })
    const frames: Frame[] = []
    for await (const frame of clip.frames(0, 1)) frames.push(frame)
    clip.close()
    expect([clip.width, clip.height, clip.transparent, clip.notices ?? []]).toEqual([61, 41, true, []])
    expect(frames.map(({ timestamp }) => timestamp.toFixed(2))).toEqual(['0.00', '0.10', '0.20'])
    for (const [n, { picture }] of frames.entries()) {
      expect(picture.channels).toBe(4)
      const alphas = Array.from({ length: 61 }, (_, x) => picture.data[(20 * 61 + x) * 4 + 3])
      expect(alphas).toEqual(alphas.map((_, x) => (x < 20 + 4 * n ? 0 : x < 48 ? 128 : 255)))
    }
  })
})
