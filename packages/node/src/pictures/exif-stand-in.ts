/**
 * Writes a given EXIF block with sharp, which can write only EXIF that it makes itself: the block replaces a placeholder
 * of at least its length, which needs no knowledge of the container beyond PNG's checksums.
 */
import { crc32 } from 'node:zlib'

const STAND_IN = 'stand-in for the EXIF block of this picture; '

/** The description text that makes sharp write a placeholder at least as long as `exif`. */
export function exifStandIn(exif: Uint8Array): string {
  return STAND_IN.repeat(Math.ceil(exif.length / STAND_IN.length) + 1)
}

/** Replaces the placeholder by `exif`, in place in the encoded picture; false if there is no placeholder. */
export function replaceExifStandIn(encoded: Buffer, exif: Uint8Array, format: string): boolean {
  const text = exifStandIn(exif)
  const textAt = encoded.indexOf(text)
  const start = textAt < 0 ? -1 : Math.max(encoded.lastIndexOf('II*\0', textAt), encoded.lastIndexOf('MM\0*', textAt))
  if (start < 0) return false
  encoded.fill(0, start, textAt + text.length)
  encoded.set(exif, start)
  if (format === 'png') {
    const length = encoded.readUInt32BE(start - 8)
    encoded.writeUInt32BE(crc32(encoded.subarray(start - 4, start + length)), start + length)
  }
  return true
}
