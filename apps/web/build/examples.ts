/**
 * The module `virtual:examples`: example photos, small copies of them for buttons, and the before/after pair that the
 * page opens with, cut from the README's picture.
 */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import type { Plugin } from 'vite'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const made = at('../dist/examples/')
const photos = {
  street: at('../../../examples/street.jpg'),
  lake: at('../examples/lake.jpg'),
  camera: at('../examples/camera.jpg'),
}
const compare = at('../../../examples/street.compare.jpg')
const DEMO_SIDE = 560
const BUTTON_SIDE = 144

/** The two halves of the README's picture: two squares with a line between them. */
const demo = async (name: string, side: 'left' | 'right'): Promise<string> => {
  const { width, height } = await sharp(compare).metadata()
  const half = { left: side === 'left' ? 0 : width - height, top: 0, width: height, height }
  const cut = await sharp(compare).extract(half).png().toBuffer()
  await sharp(cut)
    .resize(DEMO_SIDE)
    .webp({ quality: 68, effort: 6 })
    .toFile(made + name)
  return made + name
}

export const examples = (): Plugin => ({
  name: 'animegan-examples',
  resolveId: (id) => (id === 'virtual:examples' ? '\0virtual:examples' : undefined),
  load: async (id) => {
    if (id !== '\0virtual:examples') return undefined
    mkdirSync(made, { recursive: true })
    const lines: string[] = []
    const use = (name: string, path: string): void => {
      lines.push(`import ${name}Url from ${JSON.stringify(`${path}?url&no-inline`)}`)
      lines.push(`const ${name} = new URL(${name}Url, import.meta.url).href`)
    }
    for (const [name, path] of Object.entries(photos)) {
      const small = `${made}${name}.small.webp`
      await sharp(path).resize(BUTTON_SIDE, BUTTON_SIDE, { fit: 'cover' }).webp({ quality: 70 }).toFile(small)
      use(`${name}Small`, small)
      use(name, path)
    }
    use('before', await demo('before.webp', 'left'))
    use('after', await demo('after.webp', 'right'))
    const list = Object.keys(photos).map((name) => `{ id: '${name}', url: ${name}, small: ${name}Small }`)
    return `${lines.join('\n')}\nexport default [${list.join(', ')}]\nexport const demo = { before, after }`
  },
})
