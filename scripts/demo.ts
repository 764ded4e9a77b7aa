/**
 * Makes the prepared pictures of the page's start, apps/web/examples/demo: a face, a group and a landscape before, and in
 * each built-in style as the command draws it by default, so that a visitor sees them without an engine.
 *
 *     npm run demo [-- STYLE ...]   default: all built-in styles
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAnimator } from '@animegan/core'
import { decodePicture, faceModels, knownStyles, nodeEngine, openStyle, portraitModels } from '@animegan/node'
import sharp, { type Sharp } from 'sharp'
import { root } from './root.ts'

const at = (path: string): string => fileURLToPath(new URL(path, root))
const folder = at('apps/web/examples/demo/')
/** Side of the pictures in pixels: sharp in the page's frame, and small to fetch. */
const SIDE = 560
/** The size that link previews have. */
const CARD = { width: 1200, height: 630 } as const

/** The photos, and the square of each that is shown. */
const photos = {
  face: { path: 'examples/portrait.jpg', left: 0, top: 0, side: 800 },
  group: { path: 'examples/people.jpg', left: 190, top: 0, side: 380 },
  landscape: { path: 'apps/web/examples/lake.jpg', left: 120, top: 0, side: 506 },
} as const

const save = async (picture: Sharp, name: string): Promise<void> => {
  await picture
    .resize(SIDE, SIDE)
    .webp({ quality: 66, effort: 6 })
    .toFile(join(folder, `${name}.webp`))
}

mkdirSync(folder, { recursive: true })
const builtIn = (await knownStyles()).filter(({ origin }) => origin === 'built in').map(({ name }) => name)
const asked = process.argv.slice(2)
const unknown = asked.find((name) => !builtIn.includes(name))
if (unknown) throw new Error(`demo: expected built-in styles (${builtIn.join(', ')}), found '${unknown}'`)

const crops = new Map<string, Uint8Array>()
for (const [name, { path, left, top, side }] of Object.entries(photos)) {
  const crop = await sharp(at(path)).extract({ left, top, width: side, height: side }).png().toBuffer()
  crops.set(name, crop)
  await save(sharp(crop), `${name}.before`)
}
const engine = await nodeEngine()
for (const style of asked.length > 0 ? asked : builtIn) {
  await using animator = await createAnimator({
    engine,
    style: await openStyle(style),
    faces: faceModels,
    characters: portraitModels,
  })
  for (const [name, crop] of crops) {
    const { frames } = await decodePicture(crop, name)
    const { picture } = await animator.picture(frames[0])
    const { width, height, channels, data } = picture
    await save(sharp(data, { raw: { width, height, channels } }), `${name}.${style}`)
  }
}
await engine.close()

/** Half of a prepared picture, enlarged to the card's width. */
const half = (name: string, left: number): Promise<Buffer> =>
  sharp(join(folder, `${name}.webp`))
    .resize(CARD.width)
    .extract({ left, top: 60, width: CARD.width / 2, height: CARD.height })
    .toBuffer()
await sharp({ create: { ...CARD, channels: 3, background: 'white' } })
  .composite([
    { input: await half('face.before', 0), left: 0, top: 0 },
    { input: await half('face.sora', CARD.width / 2), left: CARD.width / 2, top: 0 },
  ])
  .jpeg({ quality: 82, mozjpeg: true })
  .toFile(at('apps/web/public/card.jpg'))
