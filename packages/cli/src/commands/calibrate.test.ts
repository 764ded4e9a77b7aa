/** The `calibrate` command on small generated photos: what it writes and prints, and one-line errors. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { levelScalesOf } from '@animegan/core'
import { readStyle, writeStyle } from '@animegan/models'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomStyle } from '../../../core/src/testing.ts'
import { Workplace } from '../testing.ts'

const place = new Workplace()
afterAll(() => place.remove())
beforeAll(async () => {
  for (const folder of ['photos', 'more', 'empty', 'torn']) mkdirSync(place.path(folder))
  await place.picture('photos/a.png', 96, 64)
  await place.picture('more/b.jpg', 64, 80)
  await place.picture('torn/a.png', 40, 40)
  writeFileSync(place.path('torn', 'b.png'), readFileSync(place.path('torn', 'a.png')).subarray(0, 60))
  for (const name of ['plain', 'mine'])
    writeFileSync(place.path(`${name}.safetensors`), writeStyle(randomStyle('live')))
})

const calibrate = (...args: string[]) => place.run(['calibrate', ...args])

it('writes the style with its levels, and prints how close 8 bits come on the photos', async () => {
  const { code, stdout, stderr } = await calibrate(
    'plain.safetensors',
    '--photos',
    'photos',
    'more',
    '-o',
    'eight.safetensors',
  )
  const said =
    /^plain\.safetensors, live: measured on 2 photos; 8 bits are ([\d.]+) dB from floats, ([\d.]+) in the worst, (?:photos\/a\.png|more\/b\.jpg)\n-> eight\.safetensors \(1\.\d MiB\); use it with --style eight\.safetensors --precision int8\n$/
  expect(stderr).toMatch(said)
  const [all, worst] = said.exec(stderr)!.slice(1, 3).map(Number)
  expect(worst).toBeGreaterThan(30)
  expect(all).toBeGreaterThanOrEqual(worst)
  expect(all).toBeLessThan(worst + 3.1) // the worse of two has at least half of the error
  expect([code, stdout.length]).toEqual([0, 0])
  const [before, after] = ['plain', 'eight'].map((name) => readStyle(readFileSync(place.path(`${name}.safetensors`))))
  expect(levelScalesOf(after)).toHaveLength(33)
  const { levels, ...rest } = after.metadata
  expect({ ...after, metadata: rest }).toEqual(before)
  // Floats are unchanged; 8 bits are close to them, but not identical.
  for (const [name, style, precision] of [
    ['before', 'plain.safetensors', 'auto'],
    ['float', 'eight.safetensors', 'fp32'],
    ['auto', 'eight.safetensors', 'auto'],
    ['eight', 'eight.safetensors', 'int8'],
  ]) {
    const made = await place.run(['photos/a.png', '-s', style, '--precision', precision, '-o', `${name}.png`])
    expect(made.code).toBe(0)
  }
  const pixels = (name: string) =>
    sharp(place.path(`${name}.png`))
      .raw()
      .toBuffer()
  const [float, eight] = [await pixels('float'), await pixels('eight')]
  expect(float.equals(await pixels('before'))).toBe(true)
  expect(eight.equals(float)).toBe(false)
  expect([float, eight]).toContainEqual(await pixels('auto')) // by the engine's kernels
  expect(Math.max(...eight.map((level, i) => Math.abs(level - float[i])))).toBeLessThan(40)
  const info = await place.run(['styles', 'info', 'eight.safetensors'])
  expect(info.stdout.toString()).toMatch(/^8 bits +calibrated$/m)
  expect(info.stdout.toString()).not.toContain('[[')
})

it('updates your own style file, identically every time, and overwrites another only with --force', async () => {
  const args = ['--photos', 'photos', '--threads', '2']
  expect((await calibrate('mine.safetensors', ...args)).code).toBe(0)
  const once = readFileSync(place.path('mine.safetensors'))
  expect(levelScalesOf(readStyle(once))).toHaveLength(33)
  expect((await calibrate('mine.safetensors', ...args)).code).toBe(0)
  expect(readFileSync(place.path('mine.safetensors')).equals(once)).toBe(true)
  const other = await calibrate('sora', ...args, '-o', 'mine.safetensors')
  expect([other.code, other.stderr]).toEqual([1, 'animegan: mine.safetensors: already there; --force overwrites it\n'])
})

it('names a damaged photo and measures on the others', async () => {
  const { code, stderr } = await calibrate('sora', '--photos', 'torn', '-o', 'torn.safetensors')
  expect(stderr).toMatch(/^animegan: torn\/b\.png: left out: .+\nsora, live: measured on 1 photo;/)
  expect(code).toBe(1)
  expect(place.files()).toContain('torn.safetensors')
})

describe('a mistake gives a one-line error, and nothing is written', () => {
  beforeAll(() => {
    writeFileSync(place.path('v3.safetensors'), writeStyle(randomStyle('animegan-v3')))
    writeFileSync(place.path('none.safetensors'), 'no style')
  })
  it.each<[string, string[], number, RegExp]>([
    ['no photos', ['sora'], 2, /required option '--photos <folder\.\.\.>' not specified/],
    [
      'a built-in style and no -o',
      ['sora', '--photos', 'photos'],
      2,
      /expected -o, .* as sora is built in, found none/,
    ],
    ['no folder', ['mine.safetensors', '--photos', 'nowhere'], 1, /nowhere: expected a folder of pictures, found/],
    ['an empty folder', ['mine.safetensors', '--photos', 'empty'], 1, /empty: expected pictures, found no files/],
    [
      'no style',
      ['none.safetensors', '--photos', 'photos'],
      2,
      /expected -o, .* as none\.safetensors is no style file/,
    ],
    [
      'a network without an 8-bit form',
      ['v3.safetensors', '--photos', 'photos'],
      1,
      /v3\.safetensors: 8 bits: expected a network of convolutions, sums and leaky ReLUs, found /,
    ],
    ['a folder to write', ['sora', '--photos', 'photos', '-o', 'empty'], 1, /empty: expected a file name to write/],
  ])('%s', async (_, args, code, message) => {
    const before = place.files()
    const outcome = await calibrate(...args)
    expect(outcome.stderr).toMatch(message)
    expect(outcome.stderr.trim().split('\n')).toHaveLength(1)
    expect(outcome.code).toBe(code)
    expect(place.files()).toEqual(before)
  })
})
