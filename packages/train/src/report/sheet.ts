/**
 * The sample sheet: photos and their results side by side, one photo per row, with a last row of style pictures for
 * comparison. Arranges pictures and writes no text.
 */
import type { Picture } from '@animegan/core'
import type { Pictures, Region } from '../pictures.ts'

/** A row of the sheet. */
export interface Sample {
  readonly photo: Picture
  readonly result: Picture
  /** The training target. */
  readonly target?: Picture
}

export interface SheetOptions {
  /** Width of the sheet, in pixels. */
  readonly width: number
}

/** A JPEG file. */
export interface Sheet {
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
}

const gutter = 4
/** The background between and around pictures, in all channels. */
const gray = 128

/**
 * Draws the sheet: a row of photo, result and target for each sample, then a row of style pictures if there are any. A
 * row's pictures have the same height, and fill the width unless they would be taller than that. The same pictures give
 * the same bytes.
 */
export const sampleSheet = async (
  samples: readonly Sample[],
  stylePictures: readonly Picture[],
  { width }: SheetOptions,
  tools: Pick<Pictures, 'resize' | 'encode'>,
): Promise<Sheet> => {
  const rows = samples.map(({ photo, result, target }) => [photo, result, ...(target ? [target] : [])])
  if (stylePictures.length > 0) rows.push([...stylePictures])
  if (rows.length === 0) throw new Error('sample sheet: expected at least one picture, found none')
  const most = Math.max(...rows.map((row) => row.length))
  if (!(Number.isInteger(width) && width >= most * (gutter + 1))) {
    throw new RangeError(`sample sheet: expected a width of ${most * (gutter + 1)} pixels or more, found ${width}`)
  }
  const placed: Placed[] = []
  let top = 0
  for (const row of rows) {
    const aspects = row.map((picture) => picture.width / picture.height)
    const total = aspects.reduce((sum, aspect) => sum + aspect, 0)
    const scale = Math.min(width, (width - gutter * (row.length - 1)) / total)
    const height = Math.max(1, Math.round(scale))
    // Columns end at whole pixels, so that rows with equal shapes line up.
    let before = 0
    for (const [i, picture] of row.entries()) {
      const left = Math.round(before * scale)
      before += aspects[i]
      const columns = Math.max(1, Math.round(before * scale) - left)
      // Rounding may push a sliver at the end of a row off the sheet.
      placed.push({ picture, left: Math.min(left + i * gutter, width - columns), top, width: columns, height })
    }
    top += height + gutter
  }
  const height = top - gutter
  const data = new Uint8Array(width * height * 3).fill(gray)
  const canvas: Picture = { width, height, channels: 3, data }
  for (const { picture, left, top, ...size } of placed) {
    const whole = { left: 0, top: 0, width: picture.width, height: picture.height }
    put(await tools.resize(picture, whole, size.width, size.height), canvas, left, top)
  }
  return { width, height, bytes: await tools.encode(canvas) }
}

/** A picture and its rectangle on the sheet. */
interface Placed extends Region {
  readonly picture: Picture
}

/** Copies a picture onto the canvas, row by row. */
const put = (picture: Picture, canvas: Picture, left: number, top: number): void => {
  const row = picture.width * 3
  for (let y = 0; y < picture.height; y++) {
    canvas.data.set(picture.data.subarray(y * row, (y + 1) * row), ((top + y) * canvas.width + left) * 3)
  }
}
