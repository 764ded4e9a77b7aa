/**
 * The sample sheet: photos and what the style makes of them, side by side, one photo to a row, with a last row of the
 * style's own pictures to compare with. It arranges pictures and writes no words.
 */
import type { Picture } from '@animegan/core'
import sharp, { type OverlayOptions } from 'sharp'

/** A row of the sheet. */
export interface Sample {
  readonly photo: Picture
  readonly result: Picture
  /** What the result is trained towards. */
  readonly target?: Picture
}

export interface SheetOptions {
  /** Of the sheet, in pixels. */
  readonly width: number
}

/** A JPEG file. */
export interface Sheet {
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
}

const gutter = 4
const background = '#808080'
const quality = 90

/**
 * Draws the sheet: a row of photo, result and target for each sample, then a row of style pictures if there are any. A
 * row's pictures have one height, and fill the width unless they would be taller than that. The same pictures give the
 * same bytes.
 */
export const sampleSheet = async (
  samples: readonly Sample[],
  stylePictures: readonly Picture[],
  { width }: SheetOptions,
): Promise<Sheet> => {
  const rows = samples.map(({ photo, result, target }) => [photo, result, ...(target ? [target] : [])])
  if (stylePictures.length > 0) rows.push([...stylePictures])
  if (rows.length === 0) throw new Error('sample sheet: expected at least one picture, found none')
  const most = Math.max(...rows.map((row) => row.length))
  if (!(Number.isInteger(width) && width >= most * (gutter + 1))) {
    throw new RangeError(`sample sheet: expected a width of ${most * (gutter + 1)} pixels or more, found ${width}`)
  }
  const placed: Promise<OverlayOptions>[] = []
  let top = 0
  for (const row of rows) {
    const aspects = row.map((picture) => picture.width / picture.height)
    const total = aspects.reduce((sum, aspect) => sum + aspect, 0)
    const scale = Math.min(width, (width - gutter * (row.length - 1)) / total)
    const height = Math.max(1, Math.round(scale))
    // Columns end at whole pixels, so that rows of pictures of one shape line up.
    let before = 0
    for (const [i, picture] of row.entries()) {
      const left = Math.round(before * scale)
      before += aspects[i]
      const columns = Math.max(1, Math.round(before * scale) - left)
      placed.push(place(picture, left + i * gutter, top, columns, height))
    }
    top += height + gutter
  }
  const height = top - gutter
  const canvas = sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false })
  const bytes = await canvas
    .composite(await Promise.all(placed))
    .jpeg({ quality, chromaSubsampling: '4:4:4' })
    .toBuffer()
  return { width, height, bytes }
}

const place = async (
  { data, width, height, channels }: Picture,
  left: number,
  top: number,
  toWidth: number,
  toHeight: number,
): Promise<OverlayOptions> => {
  const scaled = sharp(data, { raw: { width, height, channels } })
    .flatten({ background })
    .resize(toWidth, toHeight, { fit: 'fill' })
  const input = await scaled.raw().toBuffer()
  return { input, left, top, raw: { width: toWidth, height: toHeight, channels: 3 } }
}
