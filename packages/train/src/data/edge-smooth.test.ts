/** Edge smoothing against OpenCV's own edges and the originals' procedure: see fixtures/edge-smooth/make.py. */
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { random } from '../random.ts'
import { canny } from './canny.ts'
import { edgeSmooth, salt } from './edge-smooth.ts'

const fixture = async (name: string) => {
  const file = fileURLToPath(new URL(`../../fixtures/edge-smooth/${name}.png`, import.meta.url))
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: 3 as const, data: new Uint8Array(data) }
}

/** How many bytes differ, because a failing comparison of whole pictures prints too much. */
const differing = (a: Uint8Array, b: Uint8Array): number => {
  expect(a.length).toBe(b.length)
  return a.reduce((count, byte, i) => count + (byte === b[i] ? 0 : 1), 0)
}

describe.each(['shapes', 'noise', 'steps', 'faint'])('%s', (name) => {
  it("has OpenCV's edges", async () => {
    const { width, height, data } = await fixture(name)
    // OpenCV's weights of RGB2GRAY, which the smoothed picture then depends on.
    const grey = Uint8Array.from({ length: width * height }, (_, i) => {
      const [r, g, b] = data.subarray(i * 3, i * 3 + 3)
      return (r * 9798 + g * 19235 + b * 3735 + 16384) >> 15
    })
    const file = fileURLToPath(new URL(`../../fixtures/edge-smooth/${name}.edges.png`, import.meta.url))
    const expected = await sharp(file).toColourspace('b-w').raw().toBuffer()
    expect(differing(canny(grey, width, height, 100, 200), expected)).toBe(0)
  })

  it('is smoothed as in the originals', async () => {
    const picture = await fixture(name)
    const before = picture.data.slice()
    expect(differing(edgeSmooth(picture).data, (await fixture(`${name}.smooth`)).data)).toBe(0)
    expect(differing(picture.data, before)).toBe(0)
  })
})

it('leaves a picture without edges alone', () => {
  const data = Uint8Array.from({ length: 20 * 10 * 3 }, (_, i) => Math.floor(i / 3) % 20)
  expect(edgeSmooth({ width: 20, height: 10, channels: 3, data }).data).toEqual(data)
})

it('refuses pictures too small to reflect', () => {
  expect(() => edgeSmooth({ width: 2, height: 9, channels: 3, data: new Uint8Array(54) })).toThrow(
    'edgeSmooth: expected 3 channels and at least 3 x 3 pixels, given 3 and 2 x 9',
  )
})

it('salts whole pixels inside the border', () => {
  const [width, height] = [100, 60]
  const picture = { width, height, channels: 3 as const, data: new Uint8Array(width * height * 3) }
  salt(picture, random(1), 0.1)
  const white = Array.from({ length: width * height }, (_, i) => i).filter((i) => picture.data[i * 3] === 255)
  // 600 draws of 98 * 58 places: 5684 * (1 - exp(-600 / 5684)) = 569 expected, standard deviation 5.3
  expect(white.length).toBeGreaterThan(545)
  expect(white.length).toBeLessThan(593)
  expect(picture.data.filter((byte) => byte === 255).length).toBe(white.length * 3)
  const inside = (i: number) => i % width > 0 && i % width < width - 1 && i >= width && i < width * (height - 1)
  expect(white.every(inside)).toBe(true)
})
