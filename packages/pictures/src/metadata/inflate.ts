/** Decompresses zlib's format, on every platform. */
import { joined } from '../png.ts'

/** Every host has it, but TypeScript knows it only from the hosts' types. */
declare const DecompressionStream: new (
  format: 'deflate',
) => {
  readonly writable: { getWriter(): { write(bytes: Uint8Array): Promise<void>; close(): Promise<void> } }
  readonly readable: {
    getReader(): { read(): Promise<{ readonly value?: Uint8Array }>; cancel(): Promise<void> }
  }
}

/** The bytes; undefined if they are damaged, or more than `most`. */
export const inflate = async (compressed: Uint8Array, most: number): Promise<Uint8Array | undefined> => {
  const { writable, readable } = new DecompressionStream('deflate')
  const writer = writable.getWriter()
  // What is wrong is told by reading, too.
  writer.write(compressed).catch(() => {})
  writer.close().catch(() => {})
  const reader = readable.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const { value } = await reader.read()
      if (!value) return joined(parts)
      parts.push(value)
      length += value.length
      if (length > most) {
        await reader.cancel()
        return undefined
      }
    }
  } catch {
    return undefined
  }
}
