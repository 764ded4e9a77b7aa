/**
 * Animating whole clips in memory, with a small network on ONNX Runtime and real codecs, checked by ffprobe and ffmpeg.
 * A run stopped at any moment and resumed gives the same bytes as an uninterrupted one.
 */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Animator, createAnimator, type Picture, type StyledFrame, sideBySide } from '@animegan/core'
import { registerMediabunnyServer } from '@mediabunny/server'
import { FilePathSource } from 'mediabunny'
import * as node from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { localEngine, randomStyle } from '../../core/src/testing.ts'
import { type AnimateClipOptions, animateClip, type ClipProgress } from './animate-clip.ts'
import { openClip } from './reader.ts'
import { framesIn } from './segment-store.ts'
import { memoryStorage } from './storage/memory-storage.ts'
import type { ClipStorage } from './storage/storage.ts'
import { ffmpeg, hasJudges, probe, rgbOf, soundOf, timesOf } from './testing.ts'
import { type VideoTargetOptions, videoTarget } from './video-target.ts'

vi.setConfig({ testTimeout: 120_000 })

let folder: string
const at = (name: string): string => join(folder, name)
const engine = localEngine(node)
let animator: Animator

beforeAll(async () => {
  registerMediabunnyServer({ hardwareContext: null })
  folder = mkdtempSync(join(tmpdir(), 'animegan-video-'))
  animator = await createAnimator({ engine, style: randomStyle('live') })
})
afterAll(async () => {
  await animator.close()
  await engine.close()
  rmSync(folder, { recursive: true })
})

/** Moving stripes and a tone, 32x32 by default, 20 frames per second. */
const clip = (name: string, seconds: number, ...more: string[]): string => {
  const inputs = ['-f', 'lavfi', '-i', 'testsrc2=size=32x32:rate=20', '-f', 'lavfi', '-i', 'sine=330']
  ffmpeg(...inputs, '-t', `${seconds}`, '-pix_fmt', 'yuv420p', ...more, at(name))
  return at(name)
}

/** Animates a file with results in a storage, then writes them to files for ffprobe and ffmpeg. */
const animate = async (
  path: string,
  storage: ClipStorage,
  options: Partial<AnimateClipOptions> = {},
  video: Partial<VideoTargetOptions> = {},
) => {
  const target = (name: string) => videoTarget({ container: 'mp4', create: () => storage.create(name), ...video })
  const made = await animateClip(new FilePathSource(path), target('result'), { animator, storage, ...options })
  return { ...made, bytes: await resultOf(storage, 'result') }
}

const resultOf = async (storage: ClipStorage, name: string): Promise<Buffer> => {
  const bytes = Buffer.from((await storage.read(name))!)
  writeFileSync(at('made'), bytes)
  return bytes
}

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    ({ code }) => code,
  )

describe.skipIf(!hasJudges)('a clip (skipped without ffmpeg and ffprobe)', () => {
  it('keeps every frame at its time and all sound, and changes the pictures', async () => {
    const path = clip('a.mp4', 1)
    const seen: ClipProgress[] = []
    const made = await animate(path, memoryStorage(), { onProgress: (progress) => void seen.push(progress) })
    expect(made).toMatchObject({ width: 32, height: 32, frames: 20, seconds: 1, notices: [] })
    expect(made.incomplete).toBeUndefined()
    expect(timesOf(at('made'))).toEqual(timesOf(path))
    expect(soundOf(at('made'))).toEqual(soundOf(path))
    const [before, after] = [rgbOf(path), rgbOf(at('made'))]
    expect(before.reduce((sum, value, i) => sum + Math.abs(value - after[i]), 0) / before.length).toBeGreaterThan(2)
    expect(seen.map(({ frames }) => frames)).toEqual(Array.from({ length: 21 }, (_, i) => i))
    expect(seen.map(({ fraction }) => fraction)).toEqual(seen.map((_, i) => expect.closeTo(i / 20, 5)))
    expect(seen.every(({ frame }, i) => (frame === undefined) === (i === 0))).toBe(true)
    expect(seen.at(-1)!.framesPerSecond).toBeGreaterThan(0)
  })

  it('from 0.5 s on: its sound starts half a second earlier, and earlier sound is left out', async () => {
    const path = clip('a.mp4', 2)
    const made = await animate(path, memoryStorage(), { start: 0.5, end: 1.5 })
    expect(made).toMatchObject({ frames: 20, seconds: 1 })
    expect(timesOf(at('made'))).toEqual(Array.from({ length: 20 }, (_, i) => expect.closeTo(i / 20, 4)))
    const [whole, part] = [soundOf(path), soundOf(at('made'))]
    const first = whole.indexOf(part[0])
    expect(part).toEqual(whole.slice(first, first + part.length))
    const wanted = timesOf(path, 'a:0').map((time) => time - 0.5)
    expect(timesOf(at('made'), 'a:0').slice(1)).toEqual(
      wanted.slice(first + 1, first + part.length).map((time) => expect.closeTo(time, 2)),
    )
    await expect(animate(path, memoryStorage(), { start: 3 })).rejects.toThrow(
      /^expected --start before its end at 2\.\d\d s, found 3$/,
    )
  })

  it('at a steady rate, with a comparison and an early preview', async () => {
    const path = clip('long.mp4', 7, '-an')
    const storage = memoryStorage()
    const target = (name: string) => videoTarget({ container: 'mp4', create: () => storage.create(name) })
    const told: number[] = []
    const made = await animate(path, storage, {
      fps: 10,
      comparison: { target: target('both'), join: async (before, after) => sideBySide(before, after) },
      preview: { seconds: 2, target: target('beginning'), onWritten: (seconds) => void told.push(seconds) },
    })
    expect(made.frames).toBe(70)
    expect(timesOf(at('made'))).toHaveLength(70)
    await resultOf(storage, 'both')
    expect(probe(at('made')).video).toMatchObject({ width: 66, height: 32 })
    expect(timesOf(at('made'))).toHaveLength(70)
    await resultOf(storage, 'beginning')
    expect(timesOf(at('made'))).toHaveLength(60)
    expect(told).toEqual([expect.closeTo(6, 5)])
  })

  it('with a preview that grows, each at least twice as long as the last', async () => {
    const path = clip('growing.mp4', 16, '-an')
    const storage = memoryStorage()
    const lengths: number[] = []
    const target = (name: string) => videoTarget({ container: 'mp4', create: () => storage.create(name) })
    await animateClip(new FilePathSource(path), target('made'), {
      animator,
      storage,
      preview: {
        seconds: 0,
        grows: true,
        target: target('beginning'),
        onWritten: async (seconds) => {
          await resultOf(storage, 'beginning')
          expect(timesOf(at('made'))).toHaveLength(Math.round(seconds * 20))
          lengths.push(seconds)
        },
      },
    })
    expect(lengths).toEqual([3, 6, 12].map((seconds) => expect.closeTo(seconds, 5)))
  })

  it('reports what is lost or changed, each with a code', async () => {
    const odd = clip('odd.mkv', 0.2, '-vf', 'scale=31:33', '-pix_fmt', 'yuv444p', '-c:a', 'aac')
    const reader = await openClip(new FilePathSource(odd))
    const storage = memoryStorage()
    const made = await animateClip(
      async () => ({ ...reader, notices: ['its third frame is blue'] }),
      videoTarget({ container: 'mp4', audio: [], create: () => storage.create('result') }),
      { animator, storage },
    )
    expect([made.width, made.height]).toEqual([32, 34])
    expect(made.notices).toEqual([
      { code: 'sound-lost', message: expect.any(String) },
      { code: 'odd-clip', message: 'its third frame is blue' },
      { code: 'even-sides', message: '31x33 becomes 32x34: video has even sides' },
    ])
    await resultOf(storage, 'result')
    expect(probe(at('made')).audio).toEqual([])
  })

  it('that was cut off is made as far as it goes, and reported as incomplete', async () => {
    const path = clip('cut.mp4', 2, '-movflags', 'faststart')
    truncateSync(path, Math.floor((await readFile(path)).length * 0.6))
    const made = await animate(path, memoryStorage())
    expect(made.frames).toBeGreaterThan(10)
    expect(made.frames).toBeLessThan(40)
    expect(made.incomplete).toMatch(/^damaged or cut off after [01]\.\d of 2\.0 s.*: \d+ frames were made$/)
    expect(timesOf(at('made'))).toHaveLength(made.frames)
    // Its sound ends with its pictures.
    expect(timesOf(at('made'), 'a:0').at(-1)).toBeLessThan(made.seconds)
  })

  it('that cannot be animated is refused with a code', async () => {
    const none = at('none.mp4')
    writeFileSync(none, 'not a clip, whatever its name says, and long enough to be looked at')
    expect(await codeOf(animate(none, memoryStorage()))).toBe('bad-file')
    const sound = at('sound.m4a')
    ffmpeg('-f', 'lavfi', '-i', 'sine=330:duration=0.5', sound)
    await expect(animate(sound, memoryStorage())).rejects.toMatchObject({ code: 'bad-file', fault: 'picture' })
    const path = clip('a.mp4', 0.2)
    await expect(animate(path, memoryStorage(), {}, { codec: 'vp8' })).rejects.toMatchObject({
      code: 'bad-argument',
      message: 'expected a codec for .mp4 (avc, hevc, vp9, av1), found vp8',
    })
  })
})

describe.skipIf(!hasJudges)('long work (skipped without ffmpeg and ffprobe)', () => {
  it('killed at any write, resumes, and gives the bytes of an uninterrupted run', async () => {
    const path = clip('long.mp4', 7)
    const whole = await animate(path, memoryStorage())
    expect(whole.frames).toBe(140)
    const storage = memoryStorage()
    const skipped: number[] = []
    /** A storage that fails in the middle of its `count`th write, leaving half of the file. */
    const dyingAt = (count: number): ClipStorage => {
      let writes = 0
      return {
        ...storage,
        write: async (name, parts) => {
          writes++
          if (writes < count) return storage.write(name, parts)
          const bytes = Buffer.concat(parts)
          await storage.write(name, [bytes.subarray(0, bytes.length / 2)])
          throw new Error('killed')
        },
      }
    }
    // The key is written first, then a state and a segment each time. Killed in the first segment, after it, and in the
    // second's state.
    for (const [count, kept] of [
      [3, 0],
      [3, 60],
      [1, 60],
    ]) {
      await expect(
        animate(path, dyingAt(count), { onProgress: ({ skippedFrames }) => void skipped.push(skippedFrames) }),
      ).rejects.toThrow('killed')
      expect(await framesIn(storage)).toBe(kept)
    }
    const made = await animate(path, storage, {
      onProgress: ({ skippedFrames, skipped: part }) => void skipped.push(skippedFrames, part),
    })
    expect(skipped).toContain(60)
    expect(skipped).toContainEqual(expect.closeTo(60 / 140, 5))
    expect(made.frames).toBe(140)
    expect(made.bytes.equals(whole.bytes)).toBe(true)
  })

  it('aborted, rejects with the reason, keeps every finished frame, and resumes from there', async () => {
    const path = clip('long.mp4', 4)
    const storage = memoryStorage()
    const abort = new AbortController()
    const reason = new Error('enough')
    const first = animate(path, storage, {
      signal: abort.signal,
      onProgress: ({ frames }) => {
        if (frames === 25) abort.abort(reason)
      },
    })
    await expect(first).rejects.toBe(reason)
    expect([await framesIn(storage), await storage.size('result')]).toEqual([25, undefined])
    const skipped = new Set<number>()
    const made = await animate(path, storage, { onProgress: ({ skippedFrames }) => void skipped.add(skippedFrames) })
    expect([[...skipped], made.frames]).toEqual([[25], 80])
    expect(timesOf(at('made'))).toEqual(timesOf(path))
    expect(soundOf(at('made'))).toEqual(soundOf(path))
  })

  it('aborted during a frame that never finishes, rejects at once; aborted before the start, does nothing', async () => {
    const path = clip('a.mp4', 1)
    const abort = new AbortController()
    const reason = new Error('enough')
    const stuck: Pick<Animator, 'frames'> = {
      frames: async function* (frames, options) {
        let count = 0
        for await (const frame of animator.frames(frames, options)) {
          yield frame
          if (++count < 3) continue
          setTimeout(() => abort.abort(reason), 50)
          // Like the animator: the signal ends the wait for the engine.
          await new Promise((_, reject) => options!.signal!.addEventListener('abort', () => reject(reason)))
        }
      },
    }
    const storage = memoryStorage()
    await expect(animate(path, storage, { animator: stuck, signal: abort.signal })).rejects.toBe(reason)
    expect(await framesIn(storage)).toBe(3)
    const untouched = memoryStorage()
    await expect(animate(path, untouched, { signal: abort.signal })).rejects.toBe(reason)
    expect(await untouched.size('animegan.key')).toBeUndefined()
  })

  it('aborted while the result is written, leaves no partial result', async () => {
    const path = clip('a.mp4', 0.5)
    const storage = memoryStorage()
    const abort = new AbortController()
    const create: ClipStorage['create'] = async (name) => {
      abort.abort('enough')
      return storage.create(name)
    }
    const work = animate(path, storage, { signal: abort.signal }, { create: () => create('result') })
    await expect(work).rejects.toBe('enough')
    expect([await framesIn(storage), await storage.size('result')]).toEqual([10, undefined])
  })

  it('when the disk is full, reports it, leaves no partial result, and resumes once there is space', async () => {
    const path = clip('a.mp4', 0.5)
    const whole = await animate(path, memoryStorage())
    const storage = memoryStorage()
    const full = async (): ReturnType<ClipStorage['create']> => ({
      ...(await storage.create('result')),
      write: () => Promise.reject(Object.assign(new Error('no room'), { code: 'disk-full' })),
    })
    await expect(animate(path, storage, {}, { create: full })).rejects.toMatchObject({ code: 'disk-full' })
    expect(await storage.size('result')).toBeUndefined()
    expect((await animate(path, storage)).bytes.equals(whole.bytes)).toBe(true)
  })

  it('does not reuse work made with other options, and says so', async () => {
    const path = clip('a.mp4', 0.5)
    const run = async (storage: ClipStorage, options: Partial<AnimateClipOptions>) => {
      const skipped = new Set<number>()
      const onProgress = ({ skippedFrames }: ClipProgress): void => void skipped.add(skippedFrames)
      const made = await animate(path, storage, { ...options, onProgress })
      return { skipped: [...skipped], codes: made.notices.map(({ code }) => code), bytes: made.bytes }
    }
    for (const other of [
      { key: 'b' },
      { strength: 0.5 },
      { size: 16 },
      { effectSize: 32 },
      { start: 0.1 },
      { end: 0.4 },
      { fps: 5 },
    ]) {
      const storage = memoryStorage()
      await run(storage, { key: 'a' })
      expect((await run(storage, { key: 'a' })).skipped, JSON.stringify(other)).toEqual([10])
      const anew = await run(storage, { key: 'a', ...other })
      expect([anew.skipped, anew.codes]).toEqual([[0], ['work-unused']])
      const fresh = await run(memoryStorage(), { key: 'a', ...other })
      expect(anew.bytes.equals(fresh.bytes)).toBe(true)
    }
  })

  it('passes frames to the observer, and waits for it', async () => {
    const pictures: Picture[] = []
    let busy = false
    const onProgress = async ({ frame }: { frame?: StyledFrame }): Promise<void> => {
      expect(busy).toBe(false)
      busy = true
      await new Promise((resolve) => setTimeout(resolve, 5))
      busy = false
      if (frame) pictures.push(frame.picture)
    }
    await animate(clip('a.mp4', 0.5), memoryStorage(), { size: 16, onProgress })
    expect(pictures.map(({ width, height }) => [width, height])).toEqual(Array(10).fill([16, 16]))
  })
})
