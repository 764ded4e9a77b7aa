/**
 * The port for picture files: the platform finds, decodes, resizes and encodes them. Pictures here are upright 8-bit
 * sRGB with three channels.
 */
import type { Picture } from '@animegan/core'

/** An unused file, and why. */
export interface Skipped {
  readonly path: string
  readonly reason: string
}

/** The files of a folder, each in one of the lists. */
export interface Found {
  /** Paths to read from, in an order that depends only on the folder's files. */
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

/** The platform's picture functions. The same files and pixels must always give the same results. */
export interface Pictures {
  /**
   * The pictures in a folder, each checked to decode. Rejects with an `AnimeganError` of one line if there is no such
   * folder, or no picture in it. The platform defines what a folder is.
   */
  find(folder: string): Promise<Found>
  /**
   * Decodes a picture: upright, alpha on white, reduced (never enlarged) to at most `maxSide` pixels a side. Rejects
   * with an `AnimeganError` (`bad-file`) that says in a few words what is wrong, without the path.
   */
  read(path: string, maxSide: number): Promise<Picture>
  /** A region of a picture at another size, by Lanczos with three lobes or better. */
  resize(picture: Picture, region: Region, width: number, height: number): Promise<Picture>
  /** A JPEG file of the picture, in colours that are not subsampled. */
  encode(picture: Picture): Promise<Uint8Array>
}
