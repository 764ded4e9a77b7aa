/**
 * A cache of decoded pictures that drops the least recently used first. Limited in bytes of pixels; pictures being
 * decoded or in use by callers are not counted.
 */
import type { Picture } from '@animegan/core'

export interface PictureCache {
  /** The picture of a path. Concurrent requests decode it once; a failure is not remembered. */
  get(path: string): Promise<Picture>
  /** Bytes kept now, at most the limit. */
  readonly bytes: number
}

/** A cache of at most `limit` bytes in front of `decode`. */
export const pictureCache = (limit: number, decode: (path: string) => Promise<Picture>): PictureCache => {
  // A map keeps insertion order, so the first entry is the least recently used.
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
