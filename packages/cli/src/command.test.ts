/** The command as users run it: processes in a folder, with results checked by sharp. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { writeStyle } from '@animegan/models'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { randomStyle } from '../../core/src/testing.ts'
import { Workplace } from './testing.ts'

let at: Workplace
beforeEach(() => {
  at = new Workplace()
})
afterEach(() => at.remove())

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '')
const pixels = (path: string): Promise<Buffer> => sharp(path).removeAlpha().raw().toBuffer()

describe('pictures', () => {
  it('writes NAME.anime.EXT next to the input, with its size and format, and reports it in one line', async () => {
    await at.picture('a.png')
    const { code, stdout, stderr } = await at.run(['a.png'])
    expect(code).toBe(0)
    expect(stdout).toHaveLength(0)
    expect(stderr).toMatch(/^a\.png -> a\.anime\.png \(48x32, no face, [\d.]+ s\)\n$/)
    expect(await sharp(at.path('a.anime.png')).metadata()).toMatchObject({ format: 'png', width: 48, height: 32 })
    expect((await pixels(at.path('a.anime.png'))).equals(await pixels(at.path('a.png')))).toBe(false)
  })

  it('continues after a bad file, names it in one line, and exits with 1', async () => {
    await at.picture('a.png')
    await at.picture('c.jpg')
    writeFileSync(at.path('b.jpg'), readFileSync(at.path('c.jpg')).subarray(0, 200))
    const { code, stderr, stdout } = await at.run(['--json', 'a.png', 'b.jpg', 'none.png', 'c.jpg'])
    expect(code).toBe(1)
    expect(at.files()).toEqual(['a.anime.png', 'a.png', 'b.jpg', 'c.anime.jpg', 'c.jpg'])
    expect(lines(stderr).filter((line) => line.startsWith('animegan: b.jpg: '))).toHaveLength(1)
    expect(stderr).toContain('animegan: none.png: not found\n')
    expect(stderr).toContain('2 of 4 done, 2 failed')
    const reports = lines(stdout.toString()).map((line) => JSON.parse(line))
    expect(reports.map(({ input, output }) => [input, output])).toEqual([
      ['a.png', 'a.anime.png'],
      ['b.jpg', undefined],
      ['none.png', undefined],
      ['c.jpg', 'c.anime.jpg'],
    ])
    expect(reports[0]).toMatchObject({ width: 48, height: 32, style: 'sora', notices: [], faces: [] })
    expect(reports[2].error).toBe('not found')
  })

  it('takes folders recursively, keeps their tree, and skips results of earlier runs', async () => {
    mkdirSync(at.path('in/deep'), { recursive: true })
    await at.picture('in/a.png')
    await at.picture('in/deep/b.webp')
    await at.picture('in/old.anime.png')
    writeFileSync(at.path('in/notes.txt'), 'no picture')
    expect((await at.run(['in', '-o', 'out'])).code).toBe(0)
    expect(at.files('out')).toEqual(['a.anime.png', 'deep/b.anime.webp'])
  })

  it('expands globs that the shell did not', async () => {
    for (const name of ['a1.png', 'a2.png', 'b.png']) await at.picture(name)
    const { code, stderr } = await at.run(['a*.png', 'x*.png'])
    expect(code).toBe(1)
    expect(stderr).toContain('animegan: x*.png: no picture or clip matches')
    expect(at.files()).toEqual(['a1.anime.png', 'a1.png', 'a2.anime.png', 'a2.png', 'b.png'])
  })

  it('reads standard input and writes only the result to standard output', async () => {
    const input = readFileSync(await at.picture('a.png'))
    const { code, stdout } = await at.run(['-', '-o', '-', '--format', 'webp'], { input })
    expect(code).toBe(0)
    expect(await sharp(stdout).metadata()).toMatchObject({ format: 'webp', width: 48, height: 32 })
    expect(at.files()).toEqual(['a.png'])
  })

  it('overwrites nothing unless forced, and refuses two inputs with the same result', async () => {
    await at.picture('a.png')
    writeFileSync(at.path('a.anime.png'), 'mine')
    for (const args of [['a.png'], ['a.png', '-o', 'a.anime.png']]) {
      const { code, stderr } = await at.run(args)
      expect([code, stderr]).toEqual([0, '1 already there, skipped (--force redoes it)\n'])
    }
    expect(readFileSync(at.path('a.anime.png'), 'utf8')).toBe('mine')
    mkdirSync(at.path('b'))
    await at.picture('b/a.png')
    const collided = await at.run(['a.png', 'b/a.png', '-o', 'out/', '--force'])
    expect(collided.code).toBe(1)
    expect(collided.stderr).toContain('animegan: b/a.png: its result out/a.anime.png is already that of a.png')
    const own = await at.run(['a.png', '-o', './a.png', '--force'])
    expect(own.stderr).toContain('animegan: a.png: its result would replace it; name another with -o')
    expect((await at.run(['a.png', '--force'])).code).toBe(0)
    expect((await sharp(at.path('a.anime.png')).metadata()).width).toBe(48)
  })

  it('--compare also writes the pair', async () => {
    await at.picture('a.png')
    expect((await at.run(['a.png', '--compare'])).code).toBe(0)
    const { width, height } = await sharp(at.path('a.compare.png')).metadata()
    expect(width).toBeGreaterThanOrEqual(96)
    expect(height).toBe(32)
  })

  it('--strength 0 gives the picture itself, --size sets its long side, --effect-size keeps the size', async () => {
    await at.picture('a.png')
    const of = async (name: string, ...flags: string[]) => {
      expect((await at.run(['a.png', '-o', name, ...flags])).code).toBe(0)
      return at.path(name)
    }
    const same = await of('same.png', '--strength', '0')
    expect((await pixels(same)).equals(await pixels(at.path('a.png')))).toBe(true)
    expect(await sharp(await of('size.png', '--size', '96')).metadata()).toMatchObject({ width: 96, height: 64 })
    const effect = await of('effect.png', '--effect-size', '32')
    expect(await sharp(effect).metadata()).toMatchObject({ width: 48, height: 32 })
    expect((await pixels(effect)).equals(await pixels(await of('usual.png')))).toBe(false)
  })

  it('gives the same bytes every time', async () => {
    await at.picture('a.jpg', 200, 120)
    for (const name of ['one.jpg', 'two.jpg']) expect((await at.run(['a.jpg', '-o', name])).code).toBe(0)
    expect(readFileSync(at.path('one.jpg')).equals(readFileSync(at.path('two.jpg')))).toBe(true)
  })

  it('does not flicker in an animation of a still scene', async () => {
    const photo = fileURLToPath(new URL('../../../examples/street.jpg', import.meta.url))
    const still = await sharp(photo).resize(160).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const { data, info } = still
    /** The photo with different noise. */
    const grainy = (seed: number): Promise<Buffer> => {
      const grains = data.map((value, i) => {
        const grain = ((Math.imul(i + 1, 2654435761) ^ Math.imul(seed, 40503)) >>> 9) % 13
        return Math.min(255, Math.max(0, value + grain - 6))
      })
      return sharp(grains, { raw: info }).png().toBuffer()
    }
    const frames = await Promise.all([1, 2, 3, 4, 5, 6].map(grainy))
    await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true, delay: frames.map(() => 40) })
      .toFile(at.path('a.webp'))
    for (const [i, frame] of frames.slice(4).entries()) writeFileSync(at.path(`${i}.png`), frame)
    const args = ['--faces', 'off', '--quality', '100']
    expect((await at.run(['a.webp', '0.png', '1.png', ...args])).code).toBe(0)
    const raw = (name: string, page = 0): Promise<Buffer> =>
      sharp(at.path(name), { page }).removeAlpha().raw().toBuffer()
    const apart = (a: Buffer, b: Buffer): number =>
      a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length
    const alone = apart(await raw('0.anime.png'), await raw('1.anime.png'))
    expect(apart(await raw('a.anime.webp', 4), await raw('a.anime.webp', 5))).toBeLessThan(0.7 * alone)
    // The same scene, though with subsampled colour, as in WebP.
    expect(apart(await raw('a.anime.webp', 5), await raw('1.anime.png'))).toBeLessThan(5)
  })

  it('rotates pictures by their EXIF orientation, and keeps the delays of animations', async () => {
    const raw = { width: 40, height: 20, channels: 3 as const }
    await sharp(Buffer.alloc(40 * 20 * 3, 90), { raw })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toFile(at.path('turned.jpg'))
    const frames = Buffer.alloc(40 * 20 * 3 * 3, 60).fill(200, 40 * 20 * 3)
    await sharp(frames, { raw: { ...raw, height: 60, pageHeight: 20 } as never })
      .gif({ delay: [70, 120, 300], loop: 0 })
      .toFile(at.path('moving.gif'))
    const { pages } = await sharp(at.path('moving.gif'), { animated: true }).metadata()
    expect((await at.run(['turned.jpg', 'moving.gif'])).code).toBe(0)
    const turned = await sharp(at.path('turned.anime.jpg')).metadata()
    expect([turned.width, turned.height, turned.orientation ?? 1]).toEqual([20, 40, 1])
    const before = await sharp(at.path('moving.gif'), { animated: true }).metadata()
    const after = await sharp(at.path('moving.anime.gif'), { animated: true }).metadata()
    expect(pages).toBeGreaterThan(1)
    expect(after).toMatchObject({ pages, delay: before.delay, loop: before.loop })
  })

  it('recognises formats by content, not by name', async () => {
    const path = await at.picture('a.png')
    await copyFile(path, at.path('b.jpg'))
    expect((await at.run(['b.jpg'])).code).toBe(0)
    expect((await sharp(at.path('b.anime.png')).metadata()).format).toBe('png')
  })

  it('leaves no files if the result cannot be written', async () => {
    await at.picture('a.png')
    writeFileSync(at.path('file'), '')
    const { code, stderr } = await at.run(['a.png', '-o', 'file/out.png'])
    expect(code).toBe(1)
    expect(lines(stderr)).toHaveLength(1)
    expect(at.files()).toEqual(['a.png', 'file'])
  })

  it.skipIf(process.platform === 'win32')(
    'ends on Ctrl-C without leaving a partial file (skipped on Windows: no signals)',
    async () => {
      await at.picture('small.png')
      await at.picture('large.png', 2000, 1500)
      const { signal } = await at.run(['small.png', 'large.png'], {
        // The first is done and the second in progress.
        watch: (stderr, kill) => {
          if (stderr.includes('small.anime.png')) setTimeout(kill, 300, 'SIGINT')
        },
      })
      expect(signal).toBe('SIGINT')
      expect(at.files()).toEqual(['large.png', 'small.anime.png', 'small.png'])
    },
  )
})

describe('usage errors exit with 2 and one line, and do nothing', () => {
  it.each([
    [['--strenght', '1', 'a.png'], "unknown option '--strenght'"],
    [['--strength', '2', 'a.png'], "--strength: expected a number from 0 to 1, found '2'"],
    [['--faces', 'some', 'a.png'], "--faces: expected one of drawn, styled, off, only, found 'some'"],
    [['--eye-colour', 'red', 'a.png'], "--eye-colour: expected auto or a colour such as #3a7bd5, found 'red'"],
    [['--lashes', 'long', 'a.png'], "--lashes: expected one of soft, plain, auto, found 'long'"],
    [['--proportions', '35', 'a.png'], "--proportions: expected a number from 0 to 1, found '35'"],
    [['--style', 'sorra', 'a.png'], 'did you mean sora?'],
    [['--style', 'paprika', 'a.png'], 'get it with: animegan styles add paprika'],
    [
      ['--format', 'bmp', 'a.png'],
      "--format: expected one of jpeg, png, webp, avif, gif, tiff, mp4, mov, webm, mkv, found 'bmp'",
    ],
    [['-o', '-', 'a.png', 'a.png'], 'expected one picture'],
    [['-o', 'out.xyz', 'a.png'], 'expected a name that ends in .jpg'],
    [['-o', 'out.png', 'a.png', 'b.png'], 'expected a folder for several pictures'],
    [['--json', '-o', '-', 'a.png'], '--json: expected results in files'],
    [['--precision', 'int4', 'a.png'], "--precision: expected one of auto, fp32, int8, found 'int4'"],
    [['stylse'], 'stylse: expected a file or a command, found neither; did you mean animegan styles?'],
    [['styles', 'lst'], "styles: expected list, info, add, remove or nothing, found 'lst'; did you mean list?"],
    [['styles', 'remove', 'sora'], 'expected an added style, found sora: it comes with the command'],
    [['styles', 'remove', 'nosuch'], "expected an added style (there are none), found 'nosuch'"],
  ])('%j', async (args, words) => {
    await at.picture('a.png')
    const { code, stderr, stdout } = await at.run(args)
    expect(code).toBe(2)
    expect(stdout).toHaveLength(0)
    expect(lines(stderr)).toHaveLength(1)
    expect(stderr).toContain(words)
    expect(at.files()).toEqual(['a.png'])
  })
})

it('computes in 8 bits only with a calibrated style, and says how to calibrate another', async () => {
  await at.picture('a.png')
  writeFileSync(at.path('mine.safetensors'), writeStyle(randomStyle('live')))
  for (const args of [['a.png'], ['bench']]) {
    const { code, stderr, stdout } = await at.run([...args, '-s', 'mine.safetensors', '--precision', 'int8'])
    expect([code, stdout.length, lines(stderr).length]).toEqual([2, 0, 1])
    expect(stderr).toContain(
      '--precision int8: expected a style calibrated for 8 bits, found mine.safetensors, which is not; run animegan calibrate mine.safetensors --photos FOLDER -o FILE',
    )
  }
  expect(at.files()).toEqual(['a.png', 'mine.safetensors'])
})

it('without arguments prints a short usage with an example; help is also a command', async () => {
  const none = await at.run([])
  expect(none.code).toBe(2)
  expect(none.stderr).toContain('animegan photo.jpg')
  expect(lines(none.stderr).length).toBeLessThan(7)
  const help = await at.run(['help'])
  expect([help.code, help.stdout.toString()]).toEqual([0, (await at.run(['--help'])).stdout.toString()])
  const one = await at.run(['help', 'import'])
  expect([one.code, one.stdout.toString()]).toEqual([0, (await at.run(['import', '--help'])).stdout.toString()])
})

it('--help and --version print to standard output and load nothing heavy', async () => {
  const help = await at.run(['--help'])
  expect([help.code, help.stderr]).toEqual([0, ''])
  for (const option of [
    '--output',
    '--style',
    '--strength',
    '--effect-size',
    '--faces',
    '--proportions',
    '--compare',
    'styles',
    'import',
    'export',
  ]) {
    expect(help.stdout.toString()).toContain(option)
  }
  expect((await at.run(['--version'])).stdout.toString()).toMatch(/^\d+\.\d+\.\d+\n$/)
})
