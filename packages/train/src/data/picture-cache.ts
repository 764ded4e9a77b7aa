/**
 * Decoded pictures, kept while there is room: what was used longest ago goes first. Bounded in bytes of pixels; pictures
 * under way and those handed out are not counted.
 */
import type { Picture } from '@animegan/core'

export interface PictureCache {
  /** The picture of a path. Asked for twice at once, it is decoded once; a failure is not remembered. */
  get(path: string): Promise<Picture>
  /** Bytes kept now, at most the limit. */
  readonly bytes: number
}

/** A cache of at most `limit` bytes in front of `decode`. */
export const pictureCache = (limit: number, decode: (path: string) => Promise<Picture>): PictureCache => {
  // A map is in order of insertion: the first is the one that was used longest ago.
  const kept = new Map<string, Picture>()
  const underWay = new Map<string, Promise<Picture>>()
  let bytes = 0

  const keep = (path: string, picture: Picture): void => {
    if (picture.data.length > limit) return
    bytes += picture.data.length
    for (const [oldest, { data }] of kept) {
      if (bytes <= limit) break
      kept.delete(oldest)
      bytes -= data.length
    }
    kept.set(path, picture)
  }

  const get = (path: string): Promise<Picture> => {
    const picture = kept.get(path)
    if (picture) {
      kept.delete(path)
      kept.set(path, picture)
      return Promise.resolve(picture)
    }
    let decoding = underWay.get(path)
    if (!decoding) {
      decoding = decode(path)
        .then((decoded) => {
          keep(path, decoded)
          return decoded
        })
        .finally(() => underWay.delete(path))
      underWay.set(path, decoding)
    }
    return decoding
  }

  return {
    get,
    get bytes() {
      return bytes
    },
  }
}
