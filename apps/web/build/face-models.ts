/**
 * The module `virtual:face-models`: the face detector's two networks, with their sizes for a true progress bar.
 */
import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plugin } from 'vite'

const { resolve } = createRequire(import.meta.url)
const names = ['short_range', 'full_range'] as const

export const faceModels = (): Plugin => ({
  name: 'animegan-face-models',
  resolveId: (id) => (id === 'virtual:face-models' ? '\0virtual:face-models' : undefined),
  load: (id) => {
    if (id !== '\0virtual:face-models') return undefined
    const files = names.map((name) => resolve(`@animegan/models/weights/face_detection_${name}.tflite`))
    const imports = files.map((file, i) => `import url${i} from ${JSON.stringify(`${file}?url&no-inline`)}`)
    const entries = files.map(
      (file, i) => `{ url: new URL(url${i}, import.meta.url).href, bytes: ${statSync(file).size} }`,
    )
    return `${imports.join('\n')}
      export const shortRange = ${entries[0]}
      export const fullRange = ${entries[1]}`
  },
})
