/**
 * Keeps a clip's files in memory: for short clips, for tests, and where no other storage exists. They are lost when the
 * process ends.
 */
import type { ClipStorage } from './storage.ts'

/** The initial capacity of a file, in bytes. */
const ROOM = 1 << 16

/** An empty storage. */
export const memoryStorage = (): ClipStorage => {
  const files = new Map<string, Uint8Array>()
  const create: ClipStorage['create'] = async (name) => {
    let bytes = new Uint8Array(ROOM)
    let length = 0
    return {
      write: async (data, position) => {
        length = Math.max(length, position + data.length)
        if (length > bytes.length) {
          const longer = new Uint8Array(length * 2)
          longer.set(bytes)
          bytes = longer
        }
        bytes.set(data, position)
      },
      close: async () => void files.set(name, bytes.slice(0, length)),
      discard: async () => void files.delete(name),
    }
  }
  return {
    size: async (name) => files.get(name)?.length,
    read: async (name, start, end) => files.get(name)?.subarray(start, end),
    write: async (name, parts) => {
      const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
      let position = 0
      for (const part of parts) {
        bytes.set(part, position)
        position += part.length
      }
      files.set(name, bytes)
    },
    create,
    remove: async (name) => void files.delete(name),
    clear: async () => files.clear(),
    close: async () => {},
  }
}
