/** Walks the chunks of a PNG. Checks lengths, not checksums; a chunk that is cut off ends the walk. */

export interface PngChunk {
  /** The four letters of its type. */
  readonly kind: string
  readonly content: Uint8Array
  /** Type and content, without length and checksum. */
  readonly whole: Uint8Array
}

/** The whole chunks of a PNG, in order. */
export function* chunksOf(bytes: Uint8Array): Generator<PngChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + view.getUint32(at)
    if (end + 4 > bytes.length) return
    const whole = bytes.subarray(at + 4, end)
    yield { kind: String.fromCharCode(...whole.subarray(0, 4)), content: whole.subarray(4), whole }
    at = end + 4
  }
}
