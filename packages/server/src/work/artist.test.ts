/** The drawing process and its bounds: what a hostile picture may cost is one process. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../testing.ts'
import { type Artist, Crash, createArtist } from './artist.ts'

const folder = temporaryFolder()
const input = join(folder.path, 'input')
const output = join(folder.path, 'output')
const artists: Artist[] = []
const artistWith = (memory: number): Artist => {
  const artist = createArtist({ threads: 1, memory })
  artists.push(artist)
  return artist
}
beforeAll(async () => {
  const example = fileURLToPath(new URL('../../../../examples/street.jpg', import.meta.url))
  await sharp(example).resize(96, 64).jpeg().toFile(input)
})
afterAll(() => {
  for (const artist of artists) artist.close()
  folder.remove()
})

const draw = (artist: Artist, seconds = 60, path = input) =>
  artist.draw(
    {
      kind: 'picture',
      input: path,
      output,
      data: {
        picture: { width: 96, height: 64, frames: 1, format: 'jpeg' },
        request: { style: 'sora', options: { faces: 'off' }, format: 'png', metadata: 'strip' },
      },
    },
    seconds,
    () => {},
  )

describe('an artist', () => {
  const artist = artistWith(2048)

  it('draws a file into another, the same bytes each time', async () => {
    expect(await draw(artist)).toMatchObject({ width: 96, height: 64, frames: 1, format: 'png' })
    const first = readFileSync(output)
    await draw(artist)
    expect(readFileSync(output).equals(first)).toBe(true)
    expect(await sharp(output).metadata()).toMatchObject({ format: 'png', width: 96, height: 64 })
  })

  it('says what is wrong with a file, and draws the next', async () => {
    const bad = join(folder.path, 'bad')
    writeFileSync(bad, readFileSync(input).subarray(0, 100))
    expect(await draw(artist, 60, bad)).toMatchObject({ type: 'not-a-picture' })
    expect(await artist.inspect(bad, { most: 10 })).toMatchObject({ type: 'not-a-picture' })
    expect(await artist.inspect(input, { most: 10 })).toEqual({ width: 96, height: 64, frames: 1, format: 'jpeg' })
    expect(await draw(artist)).toMatchObject({ width: 96 })
  })

  it('refuses a picture that is larger than its header said when it was admitted', async () => {
    const large = join(folder.path, 'large')
    await sharp(input).resize(97, 64, { fit: 'fill' }).toFile(large)
    expect(await draw(artist, 60, large)).toMatchObject({ type: 'not-a-picture' })
  })

  it('ends work that takes too long, and draws the next in a new process', async () => {
    const { pid } = artist
    expect(await draw(artist, 0.001)).toMatchObject({ type: 'failed', detail: 'it took longer than 0 seconds' })
    expect(await draw(artist)).toMatchObject({ width: 96 })
    expect(artist.pid).not.toBe(pid)
  })

  it('rejects when its process ends by itself, and starts another', async () => {
    const drawing = draw(artist)
    process.kill(artist.pid as number, 'SIGKILL')
    await expect(drawing).rejects.toThrow(Crash)
    expect(await draw(artist)).toMatchObject({ width: 96 })
  })
})

it.skipIf(process.platform !== 'linux')('ends work that takes too much memory', async () => {
  expect(await draw(artistWith(64))).toEqual({ type: 'failed', detail: 'it took more than 64 MiB of memory' })
})
