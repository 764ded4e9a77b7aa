/** Numbered pictures as input and output: the built command as a process, checked by ffprobe and sharp. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ffmpeg, hasJudges, probe, timesOf } from '../../../video/src/testing.ts'
import { Workplace } from '../testing.ts'

vi.setConfig({ testTimeout: 120_000 })

const fast = ['--effect-size', '32', '--threads', '1']

let at: Workplace
beforeEach(() => {
  at = new Workplace()
  mkdirSync(at.path('in'))
})
afterEach(() => at.remove())

const pixels = (path: string): Promise<Buffer> => sharp(path).removeAlpha().raw().toBuffer()

describe.skipIf(!hasJudges)('numbered pictures (skipped without ffmpeg and ffprobe)', () => {
  const pictures = (first: number, count: number): void => {
    const moving = `testsrc2=size=64x48:rate=10:duration=${count / 10}`
    ffmpeg('-f', 'lavfi', '-i', moving, '-start_number', `${first}`, at.path('in/f-%03d.png'))
  }

  it('become a clip at a given rate, 25 by default', async () => {
    pictures(1, 8)
    const { code, stderr } = await at.run(['in/f-%03d.png', '-o', 'out.mp4', '--fps', '8', ...fast])
    expect(stderr).toMatch(/^in\/f-%03d\.png -> out\.mp4 \(64x48, 8 frames, /)
    expect(code).toBe(0)
    expect(timesOf(at.path('out.mp4'))).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((i) => i / 8))
    expect((await at.run(['in/f-%03d.png', '--format', 'mkv', ...fast])).code).toBe(0)
    expect(probe(at.path('in/f.anime.mkv')).duration).toBeCloseTo(8 / 25, 2)
  })

  it('become numbered pictures that start with the same number, with a note about gaps', async () => {
    pictures(98, 4)
    rmSync(at.path('in/f-100.png'))
    writeFileSync(at.path('in/f-1.png'), 'not matched: the number is padded')
    const { code, stderr } = await at.run(['in/f-%03d.png', '--strength', '0', ...fast])
    expect(stderr).toContain('note: in/f-%03d.png: missing numbers: 100; later pictures move up\n')
    expect(code).toBe(0)
    const made = at.files('in').filter((name) => name.includes('anime'))
    expect(made).toEqual(['f-098.anime.png', 'f-099.anime.png', 'f-100.anime.png'])
    for (const [from, to] of [
      ['098', '098'],
      ['099', '099'],
      ['101', '100'],
    ]) {
      const [before, after] = [await pixels(at.path(`in/f-${from}.png`)), await pixels(at.path(`in/f-${to}.anime.png`))]
      const difference = before.reduce((sum, value, i) => sum + Math.abs(value - after[i]), 0) / before.length
      // Still content is steadied, as in the original.
      expect(difference).toBeLessThan(2)
    }
    const again = await at.run(['in/f-%03d.png', ...fast])
    expect([again.code, again.stderr]).toEqual([
      1,
      'animegan: in/f-%03d.png: its result in/f-098.anime.png is already there; --force overwrites it\n',
    ])
  })

  it('are made of a clip', async () => {
    ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=10:duration=0.5', '-pix_fmt', 'yuv420p', at.path('a.mp4'))
    const { code } = await at.run(['a.mp4', '-o', 'out/%05d.jpg', '--compare', ...fast])
    expect(code).toBe(0)
    const numbers = ['00001', '00002', '00003', '00004', '00005']
    expect(at.files('out')).toEqual(numbers.flatMap((number) => [`${number}.compare.jpg`, `${number}.jpg`]))
    expect(await sharp(at.path('out/00005.jpg')).metadata()).toMatchObject({ format: 'jpeg', width: 64, height: 48 })
    expect(await sharp(at.path('out/00005.compare.jpg')).metadata()).toMatchObject({ width: 130, height: 48 })
  })

  it('are refused where there are none, and end where one is damaged or of another size', async () => {
    expect((await at.run(['in/f-%03d.png', ...fast])).stderr).toBe(
      'animegan: in/f-%03d.png: no picture has a name like this\n',
    )
    pictures(1, 4)
    writeFileSync(at.path('in/f-003.png'), readFileSync(at.path('in/f-003.png')).subarray(0, 100))
    const damaged = await at.run(['in/f-%03d.png', '-o', 'a.mp4', ...fast])
    expect(damaged.stderr).toMatch(/damaged or cut off after 0\.1 of 0\.2 s \(f-003\.png: .*\): 2 frames were made\n/)
    expect(damaged.code).toBe(1)
    await at.picture('in/f-003.png', 48, 48)
    const sized = await at.run(['in/f-%03d.png', '-o', 'b.mp4', ...fast])
    expect(sized.stderr).toContain('expected pictures of 64x48, found 48x48 for number 3')
    expect(timesOf(at.path('b.mp4'))).toHaveLength(2)
  })
})
