/**
 * Makes docs/looks, photos in all built-in styles as the command draws them by default, and docs/characters, portraits
 * with faces styled and drawn: a strip for each photo, and the page that shows them. photos.txt in each folder lists the
 * photos, which are not part of the repository, and what is seen in them.
 *
 *     npm run looks -- FOLDER [looks|characters]   the folder that the lists' paths are relative to; default: both
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAnimator, type PictureOptions } from '@animegan/core'
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

/** One picture of a strip: the photo in a style. */
interface Column {
  readonly style: string
  readonly faces?: PictureOptions['faces']
}

/** A page of strips. */
interface Sheet {
  readonly title: string
  readonly text: string
  /** Height of a strip in pixels. */
  readonly height: number
  readonly columns: readonly Column[]
}

const builtIn = (await knownStyles()).filter(({ origin }) => origin === 'built in').map(({ name }) => name)
const styles = ['sora', ...builtIn.filter((name) => name !== 'sora')]
const names = styles.map((name) => `\`${name}\``).join(', ')
const sheets: Readonly<Record<string, Sheet>> = {
  looks: {
    title: 'Looks',
    text:
      `From left to right: the photo, ${names}. What is said of each compares \`sora\` with the \`sora\` of the network before. ` +
      'Photos that were trained on are marked; [thirty that were not](held-out.md) are described without pictures.',
    height: 300,
    columns: styles.map((style) => ({ style })),
  },
  characters: {
    title: 'Characters',
    text:
      "Forty portraits of C. J. Downer's *interfaces* (CC0), chosen by a seed before anything was drawn. " +
      `From left to right: the photo, \`sora\` with faces styled, and faces drawn in ${names}.`,
    height: 260,
    columns: [{ style: 'sora', faces: 'styled' }, ...styles.map((style) => ({ style, faces: 'drawn' as const }))],
  },
}

/** Pictures side by side, as a JPEG. */
const strip = async (pictures: readonly Uint8Array[], height: number): Promise<Buffer> => {
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

const [photos, only] = process.argv.slice(2)
if (!photos) throw new Error('looks: expected the folder of the photos of docs/*/photos.txt, found no argument')
const engine = await nodeEngine()
for (const [name, { title, text, height, columns }] of Object.entries(sheets)) {
  if (only && only !== name) continue
  const folder = fileURLToPath(new URL(`docs/${name}/`, root))
  const rows = readFileSync(join(folder, 'photos.txt'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [path, caption = ''] = line.split('\t')
      return { path, caption, cells: [readFileSync(join(photos, path))] as Uint8Array[] }
    })
  for (const { style, faces } of columns) {
    await using animator = await createAnimator({
      engine,
      style: await openStyle(style),
      faces: faceModels,
      characters: portraitModels,
    })
    for (const { path, cells } of rows) {
      const photo = await decodePicture(cells[0], path)
      const { picture } = await animator.picture(photo.frames[0], { faces })
      cells.push((await encodePicture([picture], { format: 'png', name: 'look.png' })).bytes)
    }
  }
  const page = [`# ${title}`, '', text, '']
  for (const { path, caption, cells } of rows) {
    const file = `${basename(path, extname(path))}.jpg`
    writeFileSync(join(folder, file), await strip(cells, height))
    page.push(`![${caption}](${file})`, '', `${caption}.`, '')
  }
  writeFileSync(join(folder, 'README.md'), page.join('\n'))
}
await engine.close()
