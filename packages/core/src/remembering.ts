/**
 * A stylizer that remembers what it made of the latest small pictures, so that a face is not drawn anew when strength or
 * another face is changed. It changes no result. What it gives is given again: it is not to be written over.
 */
import type { Picture } from './picture.ts'
import type { StylizeOptions, Stylizer } from './stylizer.ts'

/** The most memory for what is remembered, pictures and results together, in bytes: some 40 faces. */
const MOST_BYTES = 32 * 2 ** 20

interface Memory {
  readonly picture: Picture
  readonly about: string
  readonly result: Picture
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

const bytesOf = ({ picture, result }: Memory): number => picture.data.length + result.data.length

/** Remembers for one stylizer. Everything but `stylize` is the stylizer's own. */
export const remembering = (stylizer: Stylizer): Stylizer => {
  let memories: Memory[] = []
  return {
    ...stylizer,
    stylize: async (picture, options: StylizeOptions = {}) => {
      const { onProgress: _, signal: __, ...rest } = options
      const { width, height, channels } = picture
      const about = JSON.stringify([width, height, channels, Object.entries(rest).sort()])
      const known = memories.find((memory) => memory.about === about && sameBytes(memory.picture.data, picture.data))
      const memory = known ?? { picture, about, result: await stylizer.stylize(picture, options) }
      // The latest first; the oldest are dropped.
      let room = MOST_BYTES
      memories = [memory, ...memories.filter((other) => other !== memory)].filter((other) => {
        room -= bytesOf(other)
        return room >= 0
      })
      return memory.result
    },
  }
}
