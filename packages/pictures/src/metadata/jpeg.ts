/** The segments of a JPEG before its pixels. Lengths are checked before use. */
import { joined } from '../png.ts'
import { viewOf } from './text.ts'

export interface Segment {
  /** The second byte of its mark. */
  readonly marker: number
  readonly content: Uint8Array
  /** The offset after it. */
  readonly end: number
}

/** The whole segments before the pixels, in order. */
export function* segmentsOf(bytes: Uint8Array): Generator<Segment> {
  const view = viewOf(bytes)
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]
    if (marker === 0xff) {
      at++ // padding
      continue
    }
    const end = at + 2 + view.getUint16(at + 2)
    if (marker === 0xda || end > bytes.length || end < at + 4) return
    yield { marker, content: bytes.subarray(at + 4, end), end }
    at = end
  }
}

/** The end of the application segments at the start. */
export const afterHeads = (bytes: Uint8Array): number => {
  let at = 2
  for (const { marker, end } of segmentsOf(bytes)) {
    if (marker < 0xe0 || marker > 0xef) break
    at = end
  }
  return at
}

/** The most bytes of a segment's content. */
export const MOST_SEGMENT = 65_533

/** A segment of at most `MOST_SEGMENT` bytes. */
export const segment = (marker: number, content: Uint8Array): Uint8Array => {
  const head = Uint8Array.of(0xff, marker, 0, 0)
  viewOf(head).setUint16(2, content.length + 2)
  return joined([head, content])
}
