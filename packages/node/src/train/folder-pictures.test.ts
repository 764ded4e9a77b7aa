/** Folders of generated pictures: what is found, in which order, and how it is decoded. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Picture } from '@animegan/core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chart } from '../../../train/src/data/testing.ts'
import { decodePicture } from './decode.ts'
import { findPictures } from './folder-pictures.ts'

const png = ({ width, height, channels, data }: Picture) => sharp(data, { raw: { width, height, channels } }).png()

let folder: string
let photos: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'animegan-dataset-'))
  photos = join(folder, 'photos')
  mkdirSync(join(photos, 'inside', 'deeper'), { recursive: true })
  mkdirSync(join(photos, '.hidden'))
  await png(chart(100, 80)).toFile(join(photos, 'b.png'))
  await png(chart(100, 80)).toFile(join(photos, 'Z.png'))
  await png(chart(90, 120))
    .jpeg()
    .toFile(join(photos, 'inside', 'deeper', 'a.jpg'))
  await png(chart(90, 120)).toFile(join(photos, '.hidden', 'secret.png'))
  writeFileSync(join(photos, 'notes.txt'), 'not a picture')
  writeFileSync(join(photos, 'cut.png'), (await png(chart(100, 80)).toBuffer()).subarray(0, 300))
  symlinkSync(join(photos, 'b.png'), join(photos, 'link.png'))
  symlinkSync(photos, join(photos, 'inside', 'loop'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a folder', () => {
  it('returns its pictures in a fixed order, and lists files that are not pictures', async () => {
    const { pictures, skipped } = await findPictures(photos)
    expect(pictures.map((path) => path.slice(photos.length + 1))).toEqual([
      'Z.png',
      'b.png',
      'inside/deeper/a.jpg',
      'link.png',
    ])
    expect(skipped.map(({ path }) => path.slice(photos.length + 1))).toEqual(['cut.png', 'notes.txt'])
    for (const { reason } of skipped) expect(reason).toMatch(/^[^\n]{5,80}$/)
  })

  it('without pictures is refused', async () => {
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    await expect(findPictures(empty)).rejects.toThrow('expected pictures, found no files')
    await expect(findPictures(join(folder, 'none'))).rejects.toThrow('expected a folder of pictures, found ENOENT')
    await expect(findPictures(join(photos, 'b.png'))).rejects.toThrow('expected a folder of pictures, found a file')
  })
})

it('decodes upright, on white, reduced', async () => {
  const path = join(folder, 'turned.png')
  const pixels = { width: 40, height: 20, channels: 4 as const }
  await sharp({ create: { ...pixels, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
    .withMetadata({ orientation: 6 })
    .png()
    .toFile(path)
  const picture = await decodePicture(path, 20)
  expect([picture.width, picture.height, picture.channels]).toEqual([10, 20, 3])
  expect(new Set(picture.data)).toEqual(new Set([255]))
  expect((await decodePicture(path, 400)).height).toBe(40)
})
