/** The module `virtual:styles`: the built-in styles of the command, with the metadata of their files. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadStyle } from '@animegan/core'
import type { Plugin } from 'vite'

/** The command's default style is also the page's, and comes first. */
const FIRST = 'sora'

const folder = fileURLToPath(new URL('../../../packages/node/styles/', import.meta.url))

export const styles = (): Plugin => ({
  name: 'animegan-styles',
  resolveId: (id) => (id === 'virtual:styles' ? '\0virtual:styles' : undefined),
  load: (id) => {
    if (id !== '\0virtual:styles') return undefined
    const found = readdirSync(folder).filter((name) => name.endsWith('.safetensors'))
    const isFirst = (name: string): boolean => name === `${FIRST}.safetensors`
    const files = [...found.filter(isFirst), ...found.filter((name) => !isFirst(name)).sort()]
    const imports = files.map((name, i) => `import url${i} from ${JSON.stringify(`${folder}${name}?url&no-inline`)}`)
    const entries = files.map((name, i) => {
      const { title, licence, attribution, metadata } = loadStyle(readFileSync(folder + name))
      const facts = {
        id: name.replace(/\.safetensors$/, ''),
        title,
        licence,
        attribution,
        bytes: statSync(folder + name).size,
        hasEffectSize: metadata.effectSize !== undefined,
      }
      return `{ ...${JSON.stringify(facts)}, url: new URL(url${i}, import.meta.url).href }`
    })
    return `${imports.join('\n')}\nexport default [${entries.join(', ')}]`
  },
})
