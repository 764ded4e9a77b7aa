/**
 * A picture in the pipeline: interleaved 8-bit sRGB, three channels, or four with straight (not premultiplied) alpha.
 * The caller decodes, rotates and converts colour profiles, so pictures here are upright sRGB.
 */
import { AnimeganError } from '@animegan/graph'

export interface Picture {
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  /** `width * height * channels` bytes, row by row from the top left. */
  readonly data: Uint8Array
}

/** Throws an AnimeganError `bad-argument` for a malformed picture, such as one with too little data for its size. */
export const checkPicture = ({ width, height, channels, data }: Picture): void => {
  const fail = (expected: string, found: unknown): never => {
    throw new AnimeganError('bad-argument', `picture: expected ${expected}, found ${found}`)
  }
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    fail('a width and a height of 1 or more', `${width}x${height}`)
  }
  if (channels !== 3 && channels !== 4) fail('3 or 4 channels', channels)
  if (!ArrayBuffer.isView(data) || data.BYTES_PER_ELEMENT !== 1) fail('data in a Uint8Array', typeof data)
  const length = width * height * channels
  if (data.length !== length) fail(`${length} bytes for ${width}x${height} in ${channels} channels`, data.length)
}
