/**
 * The module `virtual:examples`: three photos to try, each with its prepared pictures for the start of the page: before,
 * and in every built-in style. `npm run demo` makes those pictures, scripts/demo.ts says how; here they get small copies
 * for buttons. A style without pictures yet is left out of an example's list.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import type { Plugin } from 'vite'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const made = at('../dist/examples/')
const demo = at('../examples/demo/')
const photos = {
  face: at('../../../examples/portrait.jpg'),
  group: at('../../../examples/people.jpg'),
  landscape: at('../examples/lake.jpg'),
}
/** Sharp on dense screens at a button's size. */
const BUTTON_SIDE = 128

/** The styles that a photo has a prepared picture in. */
const stylesOf = (photo: string): string[] =>
  readdirSync(demo)
    .filter((name) => name.startsWith(`${photo}.`) && name.endsWith('.webp') && name !== `${photo}.before.webp`)
    .map((name) => name.slice(photo.length + 1, -'.webp'.length))
    .sort()

export const examples = (): Plugin => ({
  name: 'animegan-examples',
  resolveId: (id) => (id === 'virtual:examples' ? '\0virtual:examples' : undefined),
  load: async (id) => {
    if (id !== '\0virtual:examples') return undefined
    if (!existsSync(demo)) throw new Error(`${demo}: expected the prepared pictures, found none; run npm run demo`)
    mkdirSync(made, { recursive: true })
    const lines: string[] = []
    /** Imports a file; returns the expression for its address. */
    const addressOf = (path: string): string => {
      const name = `url${lines.length}`
      lines.push(`import ${name} from ${JSON.stringify(`${path}?url&no-inline`)}`)
      return `new URL(${name}, import.meta.url).href`
    }
    /** A prepared picture with a small copy. */
    const pictureOf = async (name: string): Promise<string> => {
      const small = `${made}${name}.small.webp`
      await sharp(`${demo}${name}.webp`).resize(BUTTON_SIDE).webp({ quality: 62, effort: 6 }).toFile(small)
      return `{ url: ${addressOf(`${demo}${name}.webp`)}, small: ${addressOf(small)} }`
    }
    const entries: string[] = []
    for (const [photo, path] of Object.entries(photos)) {
      const after: string[] = []
      for (const style of stylesOf(photo)) after.push(`${style}: ${await pictureOf(`${photo}.${style}`)}`)
      const before = await pictureOf(`${photo}.before`)
      entries.push(`{ id: '${photo}', url: ${addressOf(path)}, before: ${before}, after: { ${after.join(', ')} } }`)
    }
    return `${lines.join('\n')}\nexport default [${entries.join(',\n')}]`
  },
})
