/**
 * A picture as the pipeline sees it: interleaved 8-bit sRGB, three channels, or four with straight (not premultiplied)
 * alpha. Decoding, orientation and colour profiles are the caller's: what arrives here is upright sRGB.
 */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  /** `width * height * channels` bytes, row by row from the top left. */
  readonly data: Uint8Array
}
