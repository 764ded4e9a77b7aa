/**
 * Pictures of a folder, for training: found by content, decoded to upright 8-bit sRGB without alpha. Whatever cannot be
 * read is left out and named. Unlike the command's own reader it keeps nothing but pixels, reduces what is larger than
 * needed, and reads what sharp reads.
 */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Picture } from '@animegan/core'
import sharp from 'sharp'

/** A file that is not used, and why. */
export interface Skipped {
  readonly path: string
  readonly reason: string
}

/** The files of a folder: every one is in one of the lists. */
export interface Found {
  /** Paths that start with the folder's, in code-point order of what follows. */
  readonly pictures: readonly string[]
  readonly skipped: readonly Skipped[]
}

/** The most pixels of a file; more are a mistake or an attack. */
const maxPixels = 150e6
const bounds = { limitInputPixels: maxPixels, failOn: 'error' } as const
/** Files under examination at a time. */
const atOnce = 8

/**
 * Finds the pictures in a folder and the folders in it; hidden ones (.NAME) are passed over, and links to folders are not
 * followed. Every picture is decoded once, small, so that damage shows now and not hours later. Throws an error of one
 * line if there is no folder, or no picture in it.
 */
export const findPictures = async (folder: string): Promise<Found> => {
  const kind = await stat(folder).catch((error: NodeJS.ErrnoException) => error)
  if (kind instanceof Error || !kind.isDirectory())
    throw new Error(`${folder}: expected a folder of pictures, found ${kind instanceof Error ? kind.code : 'a file'}`)
  const files = (await filesIn(folder, '')).sort(byCodePoint)
  const faulty: string[] = []
  for (let i = 0; i < files.length; i += atOnce) {
    const some = files.slice(i, i + atOnce)
    const faults = await Promise.all(some.map((file) => fault(join(folder, file))))
    faulty.push(...some.filter((_, k) => faults[k] !== undefined))
  }
  // One at a time, as libvips has one place for the words of all errors.
  const skipped: Skipped[] = []
  for (const path of faulty.map((file) => join(folder, file)))
    skipped.push({ path, reason: (await fault(path)) ?? 'it changed while it was read' })
  const bad = new Set(faulty)
  const pictures = files.filter((file) => !bad.has(file)).map((file) => join(folder, file))
  if (pictures.length > 0) return { pictures, skipped }
  const found = skipped[0]
    ? `${skipped.length} files of which none can be read (${skipped[0].path}: ${skipped[0].reason})`
    : 'no files'
  throw new Error(`${folder}: expected pictures, found ${found}; put JPEG, PNG, WebP, AVIF, TIFF or GIF files there`)
}

/** Paths of all files below `under`, with / between the parts on every platform, so that their order is the same. */
const filesIn = async (folder: string, under: string): Promise<string[]> => {
  const entries = await readdir(join(folder, under), { withFileTypes: true })
  const lists = await Promise.all(
    entries
      .filter(({ name }) => !name.startsWith('.'))
      .map(async (entry) => {
        const path = under + entry.name
        if (entry.isDirectory()) return filesIn(folder, `${path}/`)
        const isFile = entry.isSymbolicLink()
          ? await stat(join(folder, path)).then(
              (target) => target.isFile(),
              () => false,
            )
          : entry.isFile()
        return isFile ? [path] : []
      }),
  )
  return lists.flat()
}

/** UTF-8 keeps the order of code points, UTF-16 does not. */
const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** What is wrong with a file, if anything. */
const fault = async (path: string): Promise<string | undefined> => {
  try {
    await decodePicture(path, 16)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/**
 * Decodes a picture: orientation and colour profile applied, alpha put on white, the first frame of many, reduced (never
 * enlarged) to at most `maxSide` pixels a side. Throws an error whose message says in a few words what is wrong, without
 * the path.
 */
export const decodePicture = async (path: string, maxSide: number): Promise<Picture> => {
  try {
    const { format, space, channels, icc } = await sharp(path, bounds).metadata()
    if (format === 'svg') throw new Error('a drawing (SVG), not a picture of pixels')
    let pipeline = sharp(path, bounds)
      .autoOrient()
      .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    // Further channels would be taken for alpha.
    if (channels > (space === 'cmyk' ? 5 : 4)) pipeline = pipeline.removeAlpha()
    // sharp takes 16 bits with a profile to Display P3, and from there to sRGB only when asked for a profile.
    if (space === 'rgb16' && icc) pipeline = pipeline.withIccProfile('srgb')
    const { data, info } = await pipeline
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== 3) throw new Error(`it has ${info.channels} channels`)
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length)
    return { width: info.width, height: info.height, channels: 3, data: bytes }
  } catch (error) {
    const [first] = (error as Error).message.split('\n')
    throw new Error(first.replace(/^Input file has corrupt header: /, ''), { cause: error })
  }
}
