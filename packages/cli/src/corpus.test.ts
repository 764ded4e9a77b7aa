/**
 * Two hundred files in one batch, damaged, cut, joined together or beginning late, all generated from a fixed seed: each
 * gives a result that can be opened or a one-line error, and no other files are left.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ffmpeg, hasJudges, probe } from '../../video/src/testing.ts'
import { type Outcome, Workplace } from './testing.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 600_000 })

const COUNT = 200
/** One file in this many is a clip, because clips take longer. */
const CLIPS = 5

/** Random numbers from 0 to 1 (mulberry32). */
const random = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

/** Ways to damage a file. */
const fates: readonly ((bytes: Buffer, other: Buffer, next: () => number) => Buffer)[] = [
  (bytes) => bytes,
  (bytes, _, next) => bytes.subarray(0, Math.floor(bytes.length * next())),
  (bytes) => bytes.subarray(0, bytes.length - 1),
  (bytes, other) => Buffer.concat([bytes, other]),
  (bytes, _, next) => {
    const spoilt = Buffer.from(bytes)
    for (let i = 0; i < 8; i++) spoilt[Math.floor(next() * bytes.length)] = Math.floor(next() * 256)
    return spoilt
  },
  (bytes, _, next) => {
    const from = Math.floor(next() * bytes.length)
    return Buffer.from(bytes).fill(0, from, Math.min(from + 64, bytes.length))
  },
  (bytes, other, next) => {
    const at = Math.floor(next() * Math.min(bytes.length, other.length))
    return Buffer.concat([bytes.subarray(0, at), other.subarray(at)])
  },
]

describe.skipIf(!hasJudges)('a corpus of damaged files (skipped without ffmpeg and ffprobe)', () => {
  let at: Workplace
  let run: Outcome
  beforeAll(async () => {
    at = new Workplace()
    const [width, height] = [24, 16]
    const next = random(1)
    const pixels = () => Buffer.from(Array.from({ length: width * height * 3 }, () => Math.floor(next() * 256)))
    const raw = { raw: { width, height, channels: 3 } } as const
    const pictures: [string, Buffer][] = []
    for (const [extension, format] of [
      ['jpg', 'jpeg'],
      ['png', 'png'],
      ['gif', 'gif'],
      ['webp', 'webp'],
      ['tif', 'tiff'],
      ['avif', 'avif'],
    ] as const) {
      pictures.push([extension, await sharp(pixels(), raw).toFormat(format).withXmp('<x:xmpmeta/>').toBuffer()])
    }
    const frames = await Promise.all([1, 2, 3].map(() => sharp(pixels(), raw).png().toBuffer()))
    pictures.push([
      'gif',
      await sharp(frames, { join: { animated: true } })
        .gif()
        .toBuffer(),
    ])
    pictures.push(['jpg', await sharp(pixels(), raw).jpeg({ progressive: true }).toBuffer()])

    const sources = ['-f', 'lavfi', '-i', 'testsrc2=size=32x32:rate=10:duration=0.5']
    const sound = ['-f', 'lavfi', '-i', 'sine=440:duration=0.5']
    const clips: [string, Buffer][] = []
    for (const [name, ...making] of [
      ['a.mp4', '-pix_fmt', 'yuv420p', '-movflags', 'faststart'],
      ['b.mkv', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'mp2', '-output_ts_offset', '100'],
      ['c.webm', '-c:v', 'libvpx', '-c:a', 'libopus'],
      ['d.mts', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'ac3', '-output_ts_offset', '3600'],
      ['e.avi', '-c:v', 'mpeg4', '-c:a', 'pcm_s16le'],
      ['f.mov', '-pix_fmt', 'yuv420p', '-c:a', 'alac'],
    ] as const) {
      ffmpeg(...sources, ...sound, ...making, at.path(name))
      clips.push([name.slice(2), readFileSync(at.path(name))])
    }
    mkdirSync(at.path('in'))
    const all = [...pictures, ...clips]
    for (let i = 0; i < COUNT; i++) {
      const from = i % CLIPS === 0 ? clips : pictures
      const [extension, bytes] = from[Math.floor(next() * from.length)] as [string, Buffer]
      const [, other] = all[Math.floor(next() * all.length)] as [string, Buffer]
      const fate = fates[Math.floor(next() * fates.length)] as (typeof fates)[number]
      writeFileSync(at.path('in', `${String(i).padStart(3, '0')}.${extension}`), fate(bytes, other, next))
    }
    run = await at.run(['in', '-o', 'out', '--json', '--size', '24', '--faces', 'off', '--threads', '1'], {
      // A run that hangs is killed and fails the test.
      started: (kill) => setTimeout(kill, 500_000, 'SIGKILL').unref(),
    })
  })
  afterAll(() => at.remove())

  it('gives a result or a one-line error for each file, and leaves only intermediate files besides', async () => {
    expect(run.signal).toBeNull()
    const lines = run.stdout.toString().trim().split('\n')
    expect(lines).toHaveLength(COUNT)
    const reports = lines.map((line) => JSON.parse(line))
    const results: string[] = []
    for (const { input, output, error } of reports) {
      expect(error === undefined, input).toBe(output !== undefined)
      if (error !== undefined) {
        expect(error, input).toMatch(/^[^\n]{10,}$/)
        continue
      }
      results.push(output.replace(/^out\//, ''))
      expect(existsSync(at.path(output)), output).toBe(true)
      const isClip = /\.(?:mp4|mkv|webm|mov|mts|avi)$/.test(output)
      if (isClip) expect(probe(at.path(output)).video.width).toBe(24)
      else expect((await sharp(at.path(output)).metadata()).width).toBe(24)
    }
    expect(results.length).toBeGreaterThan(COUNT / 4)
    const left = at.files('out').filter((name) => !/^\.[^/]*\.parts\//.test(name))
    expect(left).toEqual(results.sort())
  })
})
