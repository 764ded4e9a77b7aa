/** Clips through pipes: the built command as a process, checked by ffprobe. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ffmpeg, hasJudges, soundOf, timesOf } from '../../../video/src/testing.ts'
import { Workplace } from '../testing.ts'

vi.setConfig({ testTimeout: 120_000 })

const fast = ['--effect-size', '32', '--threads', '1']

let at: Workplace
beforeEach(() => {
  at = new Workplace()
  mkdirSync(at.path('tmp'))
})
afterEach(() => at.remove())

/** A clip of half a second, with sound. */
const clip = (name: string, ...more: readonly string[]): string => {
  const inputs = [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=64x48:rate=20:duration=0.5',
    '-f',
    'lavfi',
    '-i',
    'sine=330:duration=0.5',
  ]
  ffmpeg(...inputs, '-pix_fmt', 'yuv420p', ...more, at.path(name))
  return at.path(name)
}

describe.skipIf(!hasJudges)('clips by pipes (skipped without ffmpeg and ffprobe)', () => {
  it('from standard input to standard output, whether seeking is needed or not, without leftovers', async () => {
    // The index is at the end of the file, which a pipe cannot seek to.
    const path = clip('a.mp4')
    const input = readFileSync(path)
    const env = { TMPDIR: at.path('tmp') }
    const { code, stdout, stderr } = await at.run(['-', ...fast], { input, env })
    expect(stderr).toMatch(/^stdin -> stdout \(64x48, 10 frames, /)
    expect(code).toBe(0)
    writeFileSync(at.path('out.mp4'), stdout)
    expect(timesOf(at.path('out.mp4'))).toEqual(timesOf(path))
    expect(soundOf(at.path('out.mp4'))).toEqual(soundOf(path))
    const webm = readFileSync(clip('b.webm', '-c:v', 'libvpx', '-c:a', 'libopus'))
    const other = await at.run(['-', '-o', 'c.mkv', ...fast], { input: webm, env })
    expect(other.stderr).toContain('stdin -> c.mkv')
    expect(timesOf(at.path('c.mkv'))).toEqual(timesOf(at.path('b.webm')))
    // The runtime keeps its own files there.
    expect(readdirSync(at.path('tmp')).filter((name) => name.startsWith('animegan-'))).toEqual([])
    expect(at.files().filter((name) => !name.startsWith('tmp'))).toEqual(['a.mp4', 'b.webm', 'c.mkv', 'out.mp4'])
  })

  it('from a file to standard output as GIF', async () => {
    clip('a.mp4')
    const { stdout, code } = await at.run(['a.mp4', '-o', '-', '--format', 'gif', ...fast])
    expect(code).toBe(0)
    expect((await sharp(stdout, { animated: true }).metadata()).format).toBe('gif')
  })

  it.skipIf(process.platform === 'win32')('from a named pipe that a program is writing to', async () => {
    execFileSync('mkfifo', [at.path('pipe')])
    const args = ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=20:duration=0.5', '-f', 'matroska', at.path('pipe')]
    const writer = spawn('ffmpeg', ['-v', 'error', '-y', ...args], { stdio: 'ignore' })
    const { code, stderr } = await at.run(['pipe', '-o', 'out.mp4', ...fast])
    writer.kill()
    expect(stderr).toContain('pipe -> out.mp4 (64x48, 10 frames')
    expect(code).toBe(0)
    expect(timesOf(at.path('out.mp4'))).toHaveLength(10)
  })

  it('cut off in the middle: the part that could be animated is kept and reported', async () => {
    const whole = readFileSync(clip('a.mkv', '-g', '2', '-cluster_time_limit', '100', '-bf', '0'))
    const input = whole.subarray(0, Math.round(whole.length * 0.8))
    const { code, stderr } = await at.run(['-', '-o', 'out.mkv', ...fast], { input })
    expect(timesOf(at.path('out.mkv')).length).toBeGreaterThan(2)
    expect(timesOf(at.path('out.mkv')).length).toBeLessThan(10)
    expect([code, stderr]).toEqual([1, expect.stringContaining('stdin: damaged or cut off after')])
    const again = await at.run(['-', '-o', 'out.mkv'], { input })
    expect([again.code, again.stderr]).toEqual([0, '1 already there, skipped (--force redoes it)\n'])
    const nothing = await at.run(['-', '-o', 'none.mp4'], { input: whole.subarray(0, 200) })
    expect(nothing.code).toBe(1)
    expect(nothing.stderr.trim().split('\n')).toHaveLength(1)
    expect(at.files()).toEqual(['a.mkv', 'out.mkv'])
  })
})
