/** Walks the blocks of a GIF (GIF89a, section 12), as far as they are there; decodes nothing. */

export interface GifBlock {
  readonly kind: 'extension' | 'frame' | 'end'
  /** An extension's label; 0xf9: it controls the next frame. */
  readonly label?: number
  readonly start: number
  /** Where its data begins: the first sub-block. */
  readonly data: number
  /** Its end; of one that is cut off, that of its last whole sub-block. */
  readonly end: number
  readonly whole: boolean
}

/** The blocks of a file after its header, in order, up to the end mark, what is not a block, or a block that is cut off. */
export function* gifBlocksOf(bytes: Uint8Array): Generator<GifBlock> {
  const tableSize = (flags = 0): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  for (let at = 13 + tableSize(bytes[10]); at < bytes.length; ) {
    const start = at
    const [mark, label] = [bytes[at], bytes[at + 1]]
    if (mark === 0x3b) yield { kind: 'end', start, data: at + 1, end: at + 1, whole: true }
    if (mark !== 0x21 && mark !== 0x2c) return
    const kind = mark === 0x21 ? 'extension' : 'frame'
    // A frame has its place, perhaps colours, and the size of its first codes.
    const data = start + (kind === 'extension' ? 2 : 10 + tableSize(bytes[at + 9]) + 1)
    let whole = false
    for (at = data; !whole; ) {
      const end = at + 1 + bytes[at]
      if (!(end <= bytes.length)) break
      whole = bytes[at] === 0
      at = end
    }
    yield { kind, ...(kind === 'extension' && { label }), start, data, end: at, whole }
    if (!whole) return
  }
}

/** The whole frames of a file, and whether it ends within one. */
export const countGif = (bytes: Uint8Array): { readonly frames: number; readonly cut: boolean } => {
  let [frames, cut] = [0, false]
  for (const { kind, whole } of gifBlocksOf(bytes)) {
    if (kind === 'frame' && whole) frames++
    cut = !whole
  }
  return { frames, cut }
}
