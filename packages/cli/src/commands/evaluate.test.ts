/**
 * `evaluate` as users run it, on small copies of real photos and style pictures with real features; skipped where
 * ../shared/data is missing. The tests of mistakes need neither.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ffmpeg, hasJudges } from '../../../video/src/testing.ts'
import { compactFeatures, type Outcome, Workplace } from '../testing.ts'

const shared = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url))
const features = `${shared}features/compact-vgg19/compact-vgg19.pth`
const present = [features, `${shared}photos/kodak`, `${shared}style/sora`].every(existsSync)

const place = new Workplace()
afterAll(() => place.remove())
beforeAll(() => {
  for (const folder of ['photos', 'art', 'empty', 'few']) mkdirSync(place.path(folder))
})

const flags = ['--photos', 'photos', '--style-images', 'art']

describe.skipIf(!present)('a style (skipped where ../shared/data is missing)', () => {
  const args = ['evaluate', 'sora', ...flags, '--features', features]
  let first: Outcome
  beforeAll(async () => {
    for (const [from, to, count] of [
      ['photos/kodak', 'photos', 5],
      ['style/sora', 'art', 6],
    ] as const) {
      const names = readdirSync(shared + from).filter((name) => /\.(jpg|png|webp)$/.test(name))
      for (const [i, name] of names.slice(0, count).entries()) {
        await sharp(`${shared}${from}/${name}`)
          .resize(240, 180, { fit: 'cover' })
          .toFile(place.path(to, `${i}.png`))
      }
    }
    const torn = readFileSync(place.path('photos', '0.png'))
    writeFileSync(place.path('photos', 'torn.png'), torn.subarray(0, torn.length / 2))
    writeFileSync(place.path('photos', 'LICENSE.txt'), 'no picture')
    first = await place.run([...args, '--json'])
  }, 120_000)

  it('is measured in one JSON line, and a damaged picture is named and left out', () => {
    const { code, stdout, stderr } = first
    expect(stderr).toMatch(/^animegan: photos\/torn\.png: left out: .+\n11 pictures in .+\n$/)
    expect(code).toBe(1)
    expect(stdout.toString().trim().split('\n')).toHaveLength(1)
    const { skipped, style, ...figures } = JSON.parse(stdout.toString()) as {
      style: string
      skipped: { path: string }[]
      [figure: string]: unknown
    }
    expect(style).toBe('sora')
    expect(skipped.map(({ path }) => path)).toEqual(['photos/torn.png'])
    expect(figures).toMatchObject({ photos: 5, styleImages: 6 })
    expect(Object.values(figures).every((figure) => Number.isFinite(figure))).toBe(true)
    const { styleDistance, photoDistance, distanceRatio, edgeSimilarity, colourShift } = figures as Record<
      string,
      number
    >
    expect(photoDistance).toBeGreaterThan(0)
    expect(distanceRatio * photoDistance).toBeCloseTo(styleDistance, 5)
    // It changes the photos, so the measures are neither all perfect nor all zero.
    expect(edgeSimilarity).toBeGreaterThan(0.5)
    expect(edgeSimilarity).toBeLessThan(0.99)
    expect(colourShift).toBeGreaterThan(0.5)
    expect(colourShift).toBeLessThan(30)
    const { ink, flatness, photoFlatness, textureLeft } = figures as Record<string, number>
    expect(ink).toBeGreaterThan(0.001)
    expect(ink).toBeLessThan(0.2)
    expect(flatness).toBeGreaterThan(photoFlatness)
    expect(textureLeft).toBeGreaterThan(0.05)
    expect(textureLeft).toBeLessThan(1.5)
  })

  it('gives the same measures every time, and in a table', async () => {
    expect((await place.run([...args, '--json'])).stdout).toEqual(first.stdout)
    const { stdout } = await place.run(args)
    const figures = JSON.parse(first.stdout.toString()) as Record<string, number>
    const lines = stdout.toString().trim().split('\n')
    expect(lines[0]).toBe('sora, live: 5 photos, 6 style pictures')
    const numbers = lines.slice(2).map((line) => /^(\D+?) +(-?[\d.]+) +([\d.]+) {2,}\S/.exec(line)!.slice(1))
    for (const [i, [name, key]] of [
      ['style distance', 'styleDistance'],
      ['photo distance', 'photoDistance'],
      ['ratio', 'distanceRatio'],
      ['edge similarity', 'edgeSimilarity'],
      ['colour shift', 'colourShift'],
      ['ink', 'ink'],
      ['flatness', 'flatness'],
      ['photo flatness', 'photoFlatness'],
      ['texture left', 'textureLeft'],
    ].entries()) {
      expect(numbers[i][0]).toBe(name)
      expect(Number(numbers[i][1])).toBeCloseTo(figures[key], 1)
      expect(Number(numbers[i][2])).toBeCloseTo(figures[`${key}Error`], 1)
    }
    expect(numbers).toHaveLength(9)
  }, 120_000)

  it.skipIf(!hasJudges)(
    'measures the flicker of a clip (skipped where ffmpeg is missing)',
    async () => {
      // A pan over noise: every frame is its predecessor moved, before compression.
      const pan = 'crop=160:120:x=n*2:y=n'
      ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=10:d=1', '-vf', pan, '-c:v', 'libx264', place.path('pan.mp4'))
      const json = await place.run([...args, '--clip', 'pan.mp4', '--json'])
      const { warpingError, clipWarpingError } = JSON.parse(json.stdout.toString()) as Record<string, number>
      expect(clipWarpingError).toBeGreaterThan(0)
      expect(warpingError / clipWarpingError).toBeGreaterThan(0.05)
      expect(warpingError / clipWarpingError).toBeLessThan(20)
      const { stdout } = await place.run([...args, '--clip', 'pan.mp4'])
      const shown = /^flicker +([\d.]+) {2,}\S/m.exec(stdout.toString())![1]
      expect(Number(shown)).toBeCloseTo(warpingError / clipWarpingError, 1)
      const none = await place.run([...args, '--clip', 'photos/LICENSE.txt'])
      expect(none.stderr.trim().split('\n').at(-1)).toMatch(/^animegan: photos\/LICENSE\.txt: expected a clip, found /)
      expect(none.code).toBe(1)
    },
    120_000,
  )
})

describe('a mistake is reported in one line', () => {
  beforeAll(async () => {
    for (const i of [1, 2]) await place.picture(`few/${i}.png`)
    writeFileSync(place.path('vgg.safetensors'), compactFeatures())
  })

  it.each<[string, string[], number, RegExp]>([
    ['no photos', ['sora', '--style-images', 'few'], 2, /required option '--photos <folder>' not specified/],
    ['no style', flags, 2, /missing required argument 'style'/],
    ['an unknown style', ['sorra', ...flags], 2, /found 'sorra'; did you mean sora\?/],
    [
      'features that are not there',
      ['sora', ...flags, '--features', 'compact-vgg19'],
      2,
      /--features: not installed; get it with: animegan styles add compact-vgg19/,
    ],
    ['invalid features', ['sora', ...flags, '--features', 'few/1.png'], 1, /few\/1\.png: /],
    [
      'an empty folder',
      ['sora', '--photos', 'empty', '--style-images', 'few', '--features', 'vgg.safetensors'],
      1,
      /empty: expected pictures, found no files/,
    ],
    [
      'too few pictures',
      ['sora', '--photos', 'few', '--style-images', 'few', '--features', 'vgg.safetensors'],
      1,
      /few: expected at least 3 pictures that can be read, found 2/,
    ],
  ])('%s', async (_, args, code, message) => {
    const outcome = await place.run(['evaluate', ...args])
    expect(outcome.stderr).toMatch(message)
    expect(outcome.stderr.trim().split('\n')).toHaveLength(1)
    expect(outcome.stdout).toHaveLength(0)
    expect(outcome.code).toBe(code)
  })
})
