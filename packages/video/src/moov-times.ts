/**
 * Removes the time of writing from MP4 and MOV, so that files of the same content have the same bytes. Finds the
 * creation and modification times in the headers of a movie box (ISO 14496-12: mvhd, tkhd, mdhd); changes nothing
 * itself.
 */

/** Bytes that replace those at a position of a file. */
export interface Change {
  readonly position: number
  readonly data: Uint8Array
}

const WITHIN = new Set(['moov', 'trak', 'mdia'])
const HEADERS = new Set(['mvhd', 'tkhd', 'mdhd'])

/** Zeros ("not known") for every time in a movie box that starts at `position`. */
export const withoutTimes = (box: Uint8Array, position: number): Change[] => {
  const view = new DataView(box.buffer, box.byteOffset, box.byteLength)
  const changes: Change[] = []
  const walk = (from: number, to: number): void => {
    for (let at = from; at + 8 <= to; ) {
      const size = view.getUint32(at)
      const name = String.fromCharCode(...box.subarray(at + 4, at + 8))
      if (size < 8) return
      if (WITHIN.has(name)) walk(at + 8, Math.min(to, at + size))
      // Version 1 has times of 8 bytes each, version 0 of 4 bytes.
      else if (HEADERS.has(name)) {
        changes.push({ position: position + at + 12, data: new Uint8Array(box[at + 8] === 1 ? 16 : 8) })
      }
      at += size
    }
  }
  walk(0, box.length)
  return changes
}
