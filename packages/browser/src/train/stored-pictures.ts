/**
 * The trainer's pictures in the browser: a run's storage holds its photos and style pictures, too, in folders, so that the
 * run goes on without its visitor choosing them again. The browser decodes them.
 */
import { AnimeganError, type Picture, resample } from '@animegan/core'
import type { Pictures, Region, RunStorage, Skipped } from '@animegan/train'
import { decodePicture } from '../pictures/decode.ts'
import { encodePicture } from '../pictures/encode.ts'

/** The pictures in a storage; a folder is one there. */
export const storedPictures = (storage: Pick<RunStorage, 'read' | 'list'>): Pictures => {
  const read = async (path: string, maxSide: number): Promise<Picture> => {
    const bytes = await storage.read(path)
    if (!bytes) throw new AnimeganError('bad-file', 'it is gone')
    return trainingPicture(await decodePicture(new Blob([bytes as BlobPart])), maxSide)
  }
  return {
    find: async (folder) => {
      const pictures: string[] = []
      const skipped: Skipped[] = []
      for (const path of await storage.list(folder)) {
        const fault = await read(path, 16).then(
          () => undefined,
          ({ message }: Error) => message,
        )
        if (fault === undefined) pictures.push(path)
        else skipped.push({ path, reason: fault })
      }
      if (pictures.length > 0) return { pictures, skipped }
      throw new AnimeganError('not-found', `${folder}: expected pictures, found ${skipped.length} that cannot be read`)
    },
    read,
    resize: async (picture, region, width, height) => resample(cut(picture, region), width, height),
    encode: async (picture) => new Uint8Array(await (await encodePicture(picture, 'jpeg')).arrayBuffer()),
  }
}

/** A picture as training uses it: alpha on white, reduced (never enlarged) to at most `maxSide` pixels a side. */
export const trainingPicture = (given: Picture, maxSide: number): Picture => {
  const picture = onWhite(given)
  const { width, height } = picture
  const scale = Math.min(1, maxSide / Math.max(width, height))
  const side = (length: number): number => Math.max(1, Math.round(length * scale))
  return scale < 1 ? resample(picture, side(width), side(height)) : picture
}

/** A picture without alpha. */
const onWhite = ({ width, height, channels, data: from }: Picture): Picture => {
  if (channels === 3) return { width, height, channels, data: from }
  const data = new Uint8Array(width * height * 3)
  for (let s = 0, o = 0; s < from.length; s += 4, o += 3) {
    const alpha = from[s + 3] / 255
    for (let c = 0; c < 3; c++) data[o + c] = Math.round(from[s + c] * alpha + 255 * (1 - alpha))
  }
  return { width, height, channels: 3, data }
}

/** A region of a picture. */
const cut = (picture: Picture, { left, top, width, height }: Region): Picture => {
  const { channels } = picture
  if (width === picture.width && height === picture.height) return picture
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * channels
    data.set(picture.data.subarray(from, from + width * channels), y * width * channels)
  }
  return { width, height, channels, data }
}
