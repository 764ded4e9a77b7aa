/**
 * EXIF that is carried over from the input to the result. The block keeps the camera's bytes, the place where a photo was
 * taken included, except for what is no longer true: the orientation (the pixels are upright now), the size, the colour
 * space, and the thumbnail, which shows the input. Knows no files.
 */

/** What some containers put before a block: `Exif` and two zeros. */
const HEAD = [0x45, 0x78, 0x69, 0x66, 0, 0]
const ORIENTATION = 0x0112
const IMAGE_SIZE = [0x0100, 0x0101]
const EXIF_IFD = 0x8769
const EXPOSURE_TIME = 0x829a
const COLOUR_SPACE = 0xa001
const PIXEL_SIZE = [0xa002, 0xa003]
const THUMBNAIL_AT = 0x0201
const THUMBNAIL_LENGTH = 0x0202
const SHORT = 3
const LONG = 4

interface Field {
  readonly tag: number
  readonly type: number
  readonly at: number
}

/**
 * A copy of an EXIF block for upright sRGB pixels: orientation 1, colour space sRGB, no thumbnail. `undefined` when the
 * block is damaged.
 */
export function uprightExif(block: Uint8Array): Uint8Array | undefined {
  const exif = Uint8Array.from(HEAD.every((letter, i) => block[i] === letter) ? block.subarray(HEAD.length) : block)
  const walker = new Walker(exif)
  try {
    const first = walker.fields(walker.first)
    for (const field of first) if (field.tag === ORIENTATION) walker.set(field, 1)
    const camera = first.find((field) => field.tag === EXIF_IFD)
    if (camera)
      for (const field of walker.fields(walker.get(camera))) if (field.tag === COLOUR_SPACE) walker.set(field, 1)
    walker.dropThumbnail()
    return exif
  } catch {
    return undefined
  }
}

/** Whether an EXIF block says that a camera took the picture: it states the time of exposure. */
export function isOfCamera(block: Uint8Array): boolean {
  const walker = new Walker(block)
  try {
    const camera = walker.fields(walker.first).find((field) => field.tag === EXIF_IFD)
    return camera !== undefined && walker.fields(walker.get(camera)).some((field) => field.tag === EXPOSURE_TIME)
  } catch {
    return false
  }
}

/** Writes the result's size where an EXIF block states one. */
export function sizedExif(exif: Uint8Array, width: number, height: number): Uint8Array {
  const copy = Uint8Array.from(exif)
  const walker = new Walker(copy)
  const size = [width, height]
  const first = walker.fields(walker.first)
  const camera = first.find((field) => field.tag === EXIF_IFD)
  for (const field of first) if (IMAGE_SIZE.includes(field.tag)) walker.set(field, size[IMAGE_SIZE.indexOf(field.tag)])
  for (const field of camera ? walker.fields(walker.get(camera)) : [])
    if (PIXEL_SIZE.includes(field.tag)) walker.set(field, size[PIXEL_SIZE.indexOf(field.tag)])
  return copy
}

/** Walks the directories of an EXIF block; reading outside the block throws a `RangeError`. */
class Walker {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #little: boolean

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#little = bytes[0] === 0x49
  }

  /** The offset of the first directory. */
  get first(): number {
    const order = this.#view.getUint16(0)
    if ((order !== 0x4949 && order !== 0x4d4d) || this.#view.getUint16(2, this.#little) !== 42)
      throw new RangeError('not an EXIF block')
    return this.#view.getUint32(4, this.#little)
  }

  fields(directory: number): Field[] {
    const count = this.#view.getUint16(directory, this.#little)
    return Array.from({ length: count }, (_, i) => {
      const at = directory + 2 + i * 12
      return { tag: this.#view.getUint16(at, this.#little), type: this.#view.getUint16(at + 2, this.#little), at }
    })
  }

  get({ type, at }: Field): number {
    return type === SHORT ? this.#view.getUint16(at + 8, this.#little) : this.#view.getUint32(at + 8, this.#little)
  }

  /** Sets a field that holds one number; other kinds of fields are not changed. */
  set({ type, at }: Field, value: number): void {
    if (type === SHORT) this.#view.setUint16(at + 8, Math.min(value, 0xffff), this.#little)
    else if (type === LONG) this.#view.setUint32(at + 8, value, this.#little)
  }

  /** Unlinks the second directory, which describes the thumbnail, and blanks the thumbnail itself. */
  dropThumbnail(): void {
    const linkAt = this.first + 2 + this.#view.getUint16(this.first, this.#little) * 12
    if (linkAt + 4 > this.#bytes.length) return
    const second = this.#view.getUint32(linkAt, this.#little)
    this.#view.setUint32(linkAt, 0, this.#little)
    if (second === 0 || second + 2 > this.#bytes.length) return
    const fields = this.fields(second)
    const at = fields.find((field) => field.tag === THUMBNAIL_AT)
    const length = fields.find((field) => field.tag === THUMBNAIL_LENGTH)
    if (!at || !length) return
    const start = this.get(at)
    const isJpeg = this.#bytes[start] === 0xff && this.#bytes[start + 1] === 0xd8
    if (isJpeg) this.#bytes.fill(0, start, start + this.get(length))
  }
}
