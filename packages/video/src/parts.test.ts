/**
 * Clips in parts, with a small network on ONNX Runtime and real codecs: the parts together have every frame of the clip
 * once, at its time, whatever order they are made in.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Animator, createAnimator } from '@animegan/core'
import { registerMediabunnyServer } from '@mediabunny/server'
import { FilePathSource } from 'mediabunny'
import * as node from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { localEngine, randomStyle } from '../../core/src/testing.ts'
import { type AnimatedPart, animatePart, type ClipExtent, joinParts, splitClip } from './parts.ts'
import { openClip } from './reader.ts'
import { memoryStorage } from './storage/memory-storage.ts'
import { ffmpeg, hasJudges, probe, rgbOf, soundOf, timesOf } from './testing.ts'
import { videoTarget } from './video-target.ts'

vi.setConfig({ testTimeout: 60_000 })

let folder: string
const at = (name: string): string => join(folder, name)
const engine = localEngine(node)
let animator: Animator

beforeAll(async () => {
  registerMediabunnyServer({ hardwareContext: null })
  folder = mkdtempSync(join(tmpdir(), 'animegan-parts-'))
  animator = await createAnimator({ engine, style: randomStyle('live') })
})
afterAll(async () => {
  await animator.close()
  await engine.close()
  rmSync(folder, { recursive: true })
})

/** Moving stripes and a tone, 32x32, with a key frame each `gop` frames. */
const clip = (name: string, seconds: number, rate: number, gop: number, ...more: string[]): string => {
  const inputs = ['-f', 'lavfi', '-i', `testsrc2=size=32x32:rate=${rate}`, '-f', 'lavfi', '-i', 'sine=330']
  ffmpeg(...inputs, '-t', `${seconds}`, '-pix_fmt', 'yuv420p', '-g', `${gop}`, ...more, at(name))
  return at(name)
}

/** Splits, animates in an order, and joins; the result lies in the file `made`. */
const inParts = async (path: string, extent: ClipExtent = {}, order = (parts: number[]) => parts) => {
  const storage = memoryStorage()
  const target = videoTarget({ container: 'mp4', create: () => storage.create('result') })
  const reader = await openClip(new FilePathSource(path))
  try {
    const parts = await splitClip(reader, { ...extent, most: 1000 })
    const made: AnimatedPart[] = []
    for (const i of order([...parts.keys()])) {
      made[i] = await animatePart(reader, target, parts[i], { animator, faces: 'off', ...extent })
    }
    for (const each of made) expect(each.broken).toBeUndefined()
    const files = made.map(
      ({ file }) =>
        async () =>
          Buffer.concat(file),
    )
    const joined = await joinParts(reader, target, files, extent)
    const bytes = Buffer.from((await storage.read('result'))!)
    writeFileSync(at('made'), bytes)
    return { parts, made, joined, bytes }
  } finally {
    reader.close()
  }
}

describe.skipIf(!hasJudges)('a clip in parts (skipped without ffmpeg and ffprobe)', () => {
  it('is split at key frames into parts of two seconds at least, joined with every frame at its time, the same bytes in any order', async () => {
    const path = clip('a.mp4', 8.5, 5, 5)
    const { parts, joined, bytes } = await inParts(path)
    expect(parts.map(({ from }) => from)).toEqual([0, 2, 4, 6])
    expect(parts.map(({ frames }) => frames)).toEqual([10, 10, 10, 13])
    expect(joined).toMatchObject({ width: 32, height: 32, frames: 43, notices: [] })
    expect(timesOf(at('made'))).toEqual(timesOf(path))
    expect(soundOf(at('made'))).toEqual(soundOf(path))
    expect(probe(at('made')).video.codec_name).toBe('h264')
    expect(rgbOf(at('made')).length).toBe(43 * 32 * 32 * 3)
    expect((await inParts(path, {}, (all) => all.toReversed())).bytes.equals(bytes)).toBe(true)
  })

  it('keeps frames that are shown before the key frame that they are decoded with', async () => {
    const path = clip('c.mp4', 6, 10, 20, '-bf', '3', '-x264-params', 'open-gop=1:scenecut=0')
    const { joined } = await inParts(path)
    expect(joined.frames).toBe(60)
    expect(timesOf(at('made'))).toEqual(timesOf(path))
  })

  it('is drawn in a part of its time and at another rate, as if it were whole', async () => {
    const path = clip('d.mp4', 8, 10, 20)
    const { parts, joined } = await inParts(path, { start: 1.05, end: 6.5, fps: 4 })
    expect(parts.map(({ from }) => from)).toEqual([1.05, 4])
    expect(joined.frames).toBe(22)
    const times = timesOf(at('made'))
    expect(times.map((time) => Math.round(time * 100) / 100)).toEqual(Array.from({ length: 22 }, (_, i) => i / 4))
  })

  it('is refused beyond a number of frames, and where nothing is left of it', async () => {
    const reader = await openClip(new FilePathSource(clip('e.mp4', 3, 10, 10)))
    await expect(splitClip(reader, { most: 29 })).rejects.toMatchObject({ code: 'unsupported' })
    await expect(splitClip(reader, { most: 30 })).resolves.toHaveLength(2)
    await expect(splitClip(reader, { most: 30, start: 5 })).rejects.toMatchObject({ code: 'bad-argument' })
    reader.close()
  })
})
