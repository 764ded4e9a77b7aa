/**
 * The port through which pictures come in and go out: finding, decoding, resizing and encoding are the platform's. Pictures
 * here are upright 8-bit sRGB of three channels.
 */
import type { Picture } from '@animegan/core'

/** A file that is not used, and why. */
export interface Skipped {
  readonly path: string
  readonly reason: string
}

/** The files of a folder: every one is in one of the lists. */
export interface Found {
  /** Paths to read from, in an order that depends on the folder's files alone. */
  readonly pictures: readonly string[]
  readonly skipped: readonly Skipped[]
}

/** A part of a picture, in its pixels. */
export interface Region {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** What a platform does with pictures. The same files and pixels must give the same results each time. */
export interface Pictures {
  /**
   * The pictures in a folder, each known to decode. Rejects with an `AnimeganError` of one line if there is no such folder,
   * or no picture in it. What a folder is, is the platform's business.
   */
  find(folder: string): Promise<Found>
  /**
   * Decodes a picture: upright, alpha on white, reduced (never enlarged) to at most `maxSide` pixels a side. Rejects with an
   * `AnimeganError` (`bad-file`) that says in a few words what is wrong, without the path.
   */
  read(path: string, maxSide: number): Promise<Picture>
  /** A region of a picture at another size, by Lanczos with three lobes or better. */
  resize(picture: Picture, region: Region, width: number, height: number): Promise<Picture>
  /** A JPEG file of the picture, in colours that are not subsampled. */
  encode(picture: Picture): Promise<Uint8Array>
}
