/** The filters against scikit-image, OpenCV and a re-statement with full transforms: see fixtures/retouch/make.py. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { readNpy } from '../../../models/src/formats/npy.ts'
import { regionMeans } from './felzenszwalb.ts'
import { frequencyFilter } from './fourier.ts'
import { l0Smoothed } from './l0-smoothing.ts'
import { denoised } from './non-local-means.ts'

const place = (name: string) => new URL(`../../fixtures/retouch/${name}`, import.meta.url)

const fixture = async (name: string) => {
  const { data, info } = await sharp(fileURLToPath(place(`${name}.png`)))
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: 3 as const, data: new Uint8Array(data) }
}

/** How many bytes are apart by how many levels. */
const apart = (a: Uint8Array, b: Uint8Array): number[] => {
  expect(a.length).toBe(b.length)
  const counts: number[] = []
  for (const [i, level] of a.entries()) counts[Math.abs(level - b[i])] = (counts[Math.abs(level - b[i])] ?? 0) + 1
  return Array.from(counts, (count) => count ?? 0)
}

describe.each([
  ['square', { smallest: 50, lightness: 5, patch: 5 }],
  ['odd', { smallest: 100, lightness: 7, patch: 6 }],
] as const)('of %s', (name, { smallest, lightness, patch }) => {
  it("the superpixels are scikit-image's", async () => {
    const found = regionMeans(await fixture(name), { scale: 5, sigma: 0.8, smallest })
    expect(apart(found.data, (await fixture(`${name}.regions`)).data)).toEqual([found.data.length])
  })

  it("non-local means are OpenCV's, but for a level in a few places", async () => {
    const found = denoised(await fixture(name), { lightness, colour: 6, patch, search: 7 })
    const [equal, one, ...more] = apart(found.data, (await fixture(`${name}.denoised`)).data)
    expect(equal).toBeGreaterThan(0.95 * found.data.length)
    expect([equal + one, more]).toEqual([found.data.length, []])
  })

  it('L0 smoothing is that of full transforms', async () => {
    const { width, height, data } = await fixture(name)
    const plane = (c: number) => Float64Array.from({ length: width * height }, (_, i) => data[i * 3 + c] / 255)
    const found = l0Smoothed([plane(0), plane(1), plane(2)], width, height, 0.005)
    const expected = Array.from(readNpy(readFileSync(place(`${name}.flat.npy`))).data, Number)
    const worst = expected.reduce((most, x, i) => Math.max(most, Math.abs(x - found[i % 3][Math.floor(i / 3)])), 0)
    expect(worst).toBeLessThan(1e-5)
  })
})

it('a filter that keeps the lowest frequencies keeps the mean of each of two fields, at sizes of any factors', () => {
  const [width, height] = [28, 33]
  const { frequencies, apply } = frequencyFilter(width, height)
  const re = Float64Array.from({ length: width * height }, (_, i) => Math.sin(i ** 1.3))
  const im = Float64Array.from({ length: width * height }, (_, i) => Math.cos(i ** 1.2))
  const means = [re, im].map((field) => field.reduce((sum, x) => sum + x) / field.length)
  const whole = re.slice()
  apply(re, im, new Float64Array(re.length).fill(1))
  expect(Math.max(...re.map((x, i) => Math.abs(x - whole[i])))).toBeLessThan(1e-12)
  apply(
    re,
    im,
    Float64Array.from(frequencies, ({ x, y }) => (x === 0 && y === 0 ? 1 : 0)),
  )
  for (const [c, field] of [re, im].entries())
    expect(Math.max(...field.map((x) => Math.abs(x - means[c])))).toBeLessThan(1e-12)
})
