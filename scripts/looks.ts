/**
 * Makes docs/looks: strips of photos in all built-in styles, as the command draws them by default, and the page that
 * shows them. docs/looks/photos.txt lists the photos, which are not part of the repository.
 *
 *     npm run looks -- FOLDER   the folder that the list's paths are relative to
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAnimator } from '@animegan/core'
import {
  decodePicture,
  encodePicture,
  faceModels,
  knownStyles,
  nodeEngine,
  openStyle,
  portraitModels,
} from '@animegan/node'
import sharp from 'sharp'
import { root } from './root.ts'

const folder = fileURLToPath(new URL('docs/looks/', root))
/** Height of a strip in pixels. */
const height = 300

/** A photo of the list: its path, and what the page says of it. */
interface Photo {
  readonly path: string
  readonly caption: string
}

const listed = (): Photo[] =>
  readFileSync(join(folder, 'photos.txt'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [path, caption = ''] = line.split('\t')
      return { path, caption }
    })

/** Pictures side by side, as a JPEG. */
const strip = async (pictures: readonly Uint8Array[]): Promise<Buffer> => {
  const cells = await Promise.all(
    pictures.map((bytes) => sharp(bytes).resize({ height }).png().toBuffer({ resolveWithObject: true })),
  )
  const gap = 4
  const width = cells.reduce((sum, { info }) => sum + info.width + gap, -gap)
  let left = 0
  const placed = cells.map(({ data, info }) => {
    const place = { input: data, left, top: 0 }
    left += info.width + gap
    return place
  })
  const background = 'white'
  return sharp({ create: { width, height, channels: 3, background } })
    .composite(placed)
    .jpeg({ quality: 82, mozjpeg: true })
    .toBuffer()
}

const photos = process.argv[2]
if (!photos) throw new Error('looks: expected the folder of the photos of docs/looks/photos.txt, found no argument')
mkdirSync(folder, { recursive: true })
const builtIn = (await knownStyles()).filter(({ origin }) => origin === 'built in').map(({ name }) => name)
const styles = ['sora', ...builtIn.filter((name) => name !== 'sora')]
const engine = await nodeEngine()
const page = ['# Looks', '', `From left to right: the photo, ${styles.map((name) => `\`${name}\``).join(', ')}.`, '']
const rows = listed()
const strips = new Map<string, Uint8Array[]>(rows.map(({ path }) => [path, [readFileSync(join(photos, path))]]))
for (const name of styles) {
  await using animator = await createAnimator({
    engine,
    style: await openStyle(name),
    faces: faceModels,
    characters: portraitModels,
  })
  for (const [path, cells] of strips) {
    const photo = await decodePicture(cells[0], path)
    const { picture } = await animator.picture(photo.frames[0])
    cells.push((await encodePicture([picture], { format: 'png', name: 'look.png' })).bytes)
  }
}
await engine.close()
for (const { path, caption } of rows) {
  const file = `${basename(path, extname(path))}.jpg`
  writeFileSync(join(folder, file), await strip(strips.get(path)!))
  page.push(`![${caption}](${file})`, '', `${caption}.`, '')
}
writeFileSync(join(folder, 'README.md'), page.join('\n'))
