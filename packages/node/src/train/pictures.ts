/** The trainer's pictures on Node: folders of files, and sharp. */
import type { Picture } from '@animegan/core'
import type { Pictures, Region } from '@animegan/train'
import sharp from 'sharp'
import { decodePicture } from './decode.ts'
import { findPictures } from './folder-pictures.ts'

const quality = 90

const rawOf = ({ data, width, height, channels }: Picture) =>
  sharp(data, { raw: { width, height, channels }, limitInputPixels: false })

const resize = async (picture: Picture, region: Region, width: number, height: number): Promise<Picture> => {
  const pixels = await rawOf(picture)
    .extract({ ...region })
    .resize({ width, height, fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer()
  const data = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.length)
  return { width, height, channels: picture.channels, data }
}

const encode = (picture: Picture): Promise<Uint8Array> =>
  rawOf(picture).jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer()

export const nodePictures: Pictures = { find: findPictures, read: decodePicture, resize, encode }
