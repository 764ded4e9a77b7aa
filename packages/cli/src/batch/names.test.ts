/** Unusual names of real files, and repeated runs over a folder; each test runs the command in a folder. */
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ffmpeg, hasJudges } from '../../../video/src/testing.ts'
import { Workplace } from '../testing.ts'

vi.setConfig({ testTimeout: 120_000 })

let at: Workplace
beforeEach(() => {
  at = new Workplace()
})
afterEach(() => at.remove())

const fast = ['--size', '32', '--faces', 'off', '--threads', '1']

describe('names', () => {
  it('a name that exists is that file, not a pattern, and its whole name is kept', async () => {
    await at.picture('frame.jpg')
    const names = ['%d0%bf%d1%80.jpg', 'frame%d.jpg', 'IMG.2023-10-05', 'photo [1].jpg']
    for (const name of names) copyFileSync(at.path('frame.jpg'), at.path(name))
    const { code } = await at.run([...names, 'frame.jpg', '-o', 'out/', ...fast])
    expect(code).toBe(0)
    expect(at.files('out')).toEqual([
      '%d0%bf%d1%80.anime.jpg',
      'IMG.2023-10-05.anime.jpg',
      'frame%d.anime.jpg',
      'frame.anime.jpg',
      'photo [1].anime.jpg',
    ])
  })

  it('a.bmp next to a.png gets a separate result, in any order and in every run', async () => {
    mkdirSync(at.path('in'))
    for (const name of ['a.png', 'a.jpg', 'b.png']) await at.picture(`in/${name}`)
    copyFileSync(at.path('in/a.png'), at.path('in/a.bmp')) // recognised as PNG by its content
    expect((await at.run(['in/a.bmp', '-o', 'alone', ...fast])).code).toBe(0)
    expect(at.files('alone')).toEqual(['a.bmp.anime.png'])
    expect((await at.run(['in', '-o', 'out', ...fast])).code).toBe(0)
    expect(at.files('out')).toEqual(['a.anime.jpg', 'a.anime.png', 'a.bmp.anime.png', 'b.anime.png'])
    expect((await at.run(['in', '-o', 'web', '--format', 'webp', ...fast])).code).toBe(0)
    expect(at.files('web')).toEqual(['a.bmp.anime.webp', 'a.jpg.anime.webp', 'a.png.anime.webp', 'b.anime.webp'])
  })

  it.skipIf(!hasJudges)('accepts clips with such names, up to the longest (skipped without ffmpeg)', async () => {
    const long = `${'Ä'.repeat(119)}xyz.mp4` // 245 bytes
    const stripes = ['-f', 'lavfi', '-i', 'testsrc2=size=32x32:rate=10:duration=0.3', '-pix_fmt', 'yuv420p']
    ffmpeg(...stripes, at.path('clip.mp4'))
    renameSync(at.path('clip.mp4'), at.path('50%discount.mp4'))
    copyFileSync(at.path('50%discount.mp4'), at.path(long))
    const { code, stderr } = await at.run(['50%discount.mp4', long, '-o', 'out/', ...fast])
    expect(stderr).toContain('2 of 2 done')
    expect(code).toBe(0)
    expect(at.files('out')).toEqual(['50%discount.anime.mp4', long.replace('.mp4', '.anime.mp4')])
  })

  it.skipIf(!hasJudges)('says at once that the name of a result is too long (skipped without ffmpeg)', async () => {
    const stripes = ['-f', 'lavfi', '-i', 'testsrc2=size=32x32:rate=10:duration=0.3', '-pix_fmt', 'yuv420p']
    const [clip, picture, fits] = [`${'x'.repeat(246)}.mp4`, `${'y'.repeat(246)}.png`, `${'z'.repeat(245)}.png`]
    ffmpeg(...stripes, at.path('clip.mp4'))
    renameSync(at.path('clip.mp4'), at.path(clip))
    await at.picture('in.png')
    for (const name of [picture, fits]) copyFileSync(at.path('in.png'), at.path(name))
    const { code, stderr } = await at.run([clip, picture, fits, '-o', 'out/', ...fast])
    expect(code).toBe(1)
    for (const name of [clip, picture])
      expect(stderr).toContain(
        `animegan: ${name}: expected a result whose name is at most 255 bytes long, found 256; name it with -o\n`,
      )
    expect(at.files('out')).toEqual([`${'z'.repeat(245)}.anime.png`])
    expect((await at.run([clip, '-o', 'short.mp4', ...fast])).code).toBe(0)
  })

  it('counts the files of a folder that it ignores', async () => {
    await at.picture('a.png')
    for (const name of ['notes.txt', 'data.bin', 'b.anime.png']) writeFileSync(at.path(name), 'words')
    const { code, stderr } = await at.run(['.', '-o', 'out', ...fast])
    expect(code).toBe(0)
    expect(stderr).toContain('note: ignored: 2 files that are not pictures or clips, 1 result of earlier runs\n')
  })
})

describe('running again', () => {
  it('skips inputs that are done, makes missing results, and redoes all with --force', async () => {
    mkdirSync(at.path('in'))
    for (const name of ['a.png', 'b.png']) await at.picture(`in/${name}`)
    const run = (...more: string[]) => at.run(['in', '-o', 'out', ...fast, ...more])
    expect((await run()).code).toBe(0)
    writeFileSync(at.path('out/a.anime.png'), 'mine')
    const again = await run()
    expect([again.code, again.stderr]).toEqual([0, '2 already there, skipped (--force redoes them)\n'])
    rmSync(at.path('out/b.anime.png'))
    const { code, stderr, stdout } = await run('--json')
    expect(code).toBe(0)
    expect(stderr).toBe('1 of 2 done, 1 already there, skipped (--force redoes it)\n')
    const [first, second] = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(first).toEqual({ input: 'in/a.png', skipped: true })
    expect(second).toMatchObject({ input: 'in/b.png', output: 'out/b.anime.png' })
    expect(readFileSync(at.path('out/a.anime.png'), 'utf8')).toBe('mine')
    const forced = await run('--force')
    expect([forced.code, forced.stderr.split('\n').at(-2)]).toEqual([0, '2 of 2 done'])
    expect(readFileSync(at.path('out/a.anime.png'), 'utf8')).not.toBe('mine')
  })

  it('refuses an input if only some of its results exist', async () => {
    for (const name of ['a.png', 'b.png']) await at.picture(name)
    expect((await at.run(['a.png', 'b.png', ...fast])).code).toBe(0)
    const { code, stderr } = await at.run(['a.png', 'b.png', '--compare', ...fast])
    expect(code).toBe(1)
    expect(stderr).toContain('a.png: its result a.anime.png is already there; --force overwrites it')
  })

  it('names both files of --compare in the line of the input', async () => {
    await at.picture('a.png')
    const { stderr } = await at.run(['a.png', '--compare', ...fast])
    expect(stderr).toMatch(/^a\.png -> a\.anime\.png and a\.compare\.png \(/)
  })

  it('stops with exit code 1 if standard output is closed before all inputs are done', async () => {
    for (const name of ['a.png', 'b.png', 'c.png']) await at.picture(name)
    const { code, stderr } = await at.run(['--json', 'a.png', 'b.png', 'c.png', ...fast], { closeOutput: true })
    expect(code).toBe(1)
    expect(stderr).toMatch(/not done: standard output was closed\n$/)
    expect(at.files().filter((name) => name.endsWith('.part'))).toEqual([])
  })
})

describe.skipIf(process.platform === 'win32')('files without read permission (skipped on Windows)', () => {
  it('fail with "permission denied", whether named or found in a folder', async () => {
    await at.picture('in.png')
    for (const name of ['a.png', 'b.mp4', 'c']) {
      copyFileSync(at.path('in.png'), at.path(name))
      chmodSync(at.path(name), 0)
    }
    rmSync(at.path('in.png'))
    const root = process.getuid?.() === 0
    // Root may read everything, so the command runs as the user nobody.
    if (root) {
      const nobody = 65534
      chmodSync(at.folder, 0o755)
      mkdirSync(at.path('out'))
      chownSync(at.path('out'), nobody, nobody)
    }
    const { code, stderr } = await at.run(['.', '-o', 'out', ...fast], root ? { uid: 65534 } : {})
    expect(code).toBe(1)
    for (const name of ['a.png', 'b.mp4', 'c']) expect(stderr).toContain(`animegan: ${name}: permission denied\n`)
  })
})
