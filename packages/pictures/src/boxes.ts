/** Walks the boxes of ISO media files, of which HEIC, JPEG XL and JPEG 2000 consist. Lengths are checked before use. */

export interface Box {
  /** The four letters of its type. */
  readonly kind: string
  readonly content: Uint8Array
}

/** The whole boxes of a file or of a box's content, in order; a last one that is cut off is as long as the data. */
export function* boxesOf(bytes: Uint8Array): Generator<Box> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at + 8 <= bytes.length; ) {
    const short = view.getUint32(at)
    const long = short === 1 && at + 16 <= bytes.length
    // 0: to the end.
    const size = long ? Number(view.getBigUint64(at + 8)) : short === 0 ? bytes.length - at : short
    const head = long ? 16 : 8
    if (size < head) return
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    yield { kind, content: bytes.subarray(at + head, Math.min(at + size, bytes.length)) }
    at += size
  }
}
