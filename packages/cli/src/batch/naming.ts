/**
 * Decides where results go: next to their input as NAME.anime.EXT, into a folder with the inputs' tree kept, to a named
 * file, or to standard output. Decides names only; files are written elsewhere.
 */
import { stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve, sep } from 'node:path'
import {
  type ClipFormat,
  containerLike,
  containerOf,
  EXTENSIONS,
  isNumbered,
  type OutputFormat,
  outputFormatFor,
  outputFormatOf,
  type PictureFormat,
  withoutNumber,
} from '@animegan/node'
import { expected } from '../usage.ts'
import { folderWithin, type Input, isClipName, isPictureName } from './inputs.ts'

/** The formats of a result. */
export type ResultFormat = OutputFormat | ClipFormat

/** The format for a file name or a bare extension; `undefined` if it is not one that can be written. */
export const resultFormatOf = (name: string): ResultFormat | undefined => outputFormatOf(name) ?? containerOf(name)

/** The parsed value of `-o`. */
export type Destination =
  | { readonly kind: 'beside' }
  | { readonly kind: 'stdout' }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string }

/** A result's path and format. */
export interface Place {
  /** The path, or `-` for standard output. */
  readonly path: string
  /** The path of the before/after picture; `undefined` on standard output. */
  readonly compare: string | undefined
  readonly format: ResultFormat
}

/** Reads `-o`. Throws a `UsageError` if the results do not fit it. */
export const destinationOf = async (
  output: string | undefined,
  inputs: readonly Input[],
  several: boolean,
  format: ResultFormat | undefined,
): Promise<Destination> => {
  const many = several || inputs.length > 1
  if (output === undefined) return inputs[0]?.path === '-' && !many ? { kind: 'stdout' } : { kind: 'beside' }
  if (output === '-') {
    if (many) throw expected('-o -', 'one picture', `${inputs.length === 1 ? 'a folder or glob' : inputs.length}`)
    return { kind: 'stdout' }
  }
  if (output === '') throw expected('-o', 'a file, a folder or -', 'nothing')
  const found = await stat(output).catch(() => undefined)
  if (found?.isDirectory() || output.endsWith('/') || output.endsWith(sep)) return { kind: 'folder', path: output }
  if (many) {
    if (found) throw expected(`-o ${output}`, 'a folder for several pictures', 'a file')
    if (resultFormatOf(basename(output)) && extname(output)) {
      throw expected(`-o ${output}`, 'a folder for several pictures', `a file name; end it with / if a folder is meant`)
    }
    return { kind: 'folder', path: output }
  }
  const extension = extname(output)
  if (!found && extension === '') return { kind: 'folder', path: output }
  const named = resultFormatOf(extension)
  if (!found && !named && !format) {
    throw expected(
      `-o ${output}`,
      'a name that ends in .jpg, .png, .webp, .avif, .gif, .tiff, .mp4, .mov, .webm or .mkv',
      `'${extension}'`,
    )
  }
  if (named && format && named !== format) throw expected(`-o ${output}`, `a name for ${format}`, `'${extension}'`)
  return { kind: 'file', path: output }
}

/**
 * The path of an input's result. The format is the requested one, else the output name's, else the input's own. Throws
 * if a picture would become a clip, or a clip a still picture.
 *
 * @param content the picture's format, or that the input is a clip
 * @param shared whether another file has the same name with another extension; if so, a result with a new extension
 *   keeps the whole name of the input
 */
export const placeOf = (
  input: Input,
  content: PictureFormat | 'clip',
  destination: Destination,
  asked: ResultFormat | undefined,
  shared = false,
): Place => {
  const named = destination.kind === 'file' ? formatNamed(destination.path) : undefined
  const name = input.path === '-' ? input.within : basename(input.path)
  const own = content !== 'clip' ? outputFormatFor(content) : input.numbered ? 'frames' : containerLike(name)
  const format = fitting(content, named === 'frames' ? named : (asked ?? named ?? own))
  if (destination.kind === 'stdout') {
    if (format === 'frames') throw new Error('expected a file name with -o for numbered frames')
    return { path: '-', compare: undefined, format }
  }
  if (destination.kind === 'file') {
    const { path } = destination
    const stem = path.slice(0, path.length - extname(path).length)
    return { path, compare: `${stem}.compare.${extensionFor(path, format)}`, format }
  }
  const folder =
    destination.kind === 'folder'
      ? join(destination.path, folderWithin(input))
      : // No file can be written next to a device.
        dirname(input.path === '-' || input.path.startsWith('/dev/') ? name : input.path)
  const extension = extensionFor(name, format)
  const changes = `.${extension}` !== extname(name)
  const stem = shared && changes ? name : stemOf(name, (input.numbered ?? false) && format !== 'frames')
  return {
    path: join(folder, `${stem}.anime.${extension}`),
    compare: join(folder, `${stem}.compare.${extension}`),
    format,
  }
}

/**
 * A file name without the extension of a picture or clip; for one file made from numbered pictures, also without the
 * number pattern.
 */
const stemOf = (name: string, numbered: boolean): string => {
  const stem = isPictureName(name) || isClipName(name) ? basename(name, extname(name)) : name
  return numbered ? withoutNumber(stem) : stem
}

const formatNamed = (path: string): ResultFormat | undefined =>
  isNumbered(path) && outputFormatOf(extname(path)) ? 'frames' : resultFormatOf(extname(path))

/**
 * The paths of an input's portraits, derived from that of its result: the same for one, NAME.face-1.anime.EXT and so on
 * for several. Throws if standard output would get several.
 */
export const portraitPlaces = (place: Place, count: number): Place[] => {
  if (count === 1) return [place]
  if (place.path === '-')
    throw new Error(`expected one face for standard output, found ${count}: name a folder with -o`)
  const numbered = (path: string, i: number): string =>
    path.replace(/(?:\.anime|\.compare)?\.[^.]+$/, (end) => `.face-${i + 1}${end}`)
  return Array.from({ length: count }, (_, i) => ({
    ...place,
    path: numbered(place.path, i),
    compare: place.compare && numbered(place.compare, i),
  }))
}

/** Whether a format is for clips; GIF and WebP are for both. */
export const isClipFormat = (format: ResultFormat): format is ClipFormat =>
  format === 'gif' || format === 'webp' || format === 'frames' || containerOf(format) === format

/** Whether a format is for pictures, still or animated. */
export const isPictureFormat = (format: ResultFormat): format is OutputFormat => outputFormatOf(format) === format

const fitting = (content: PictureFormat | 'clip', format: ResultFormat): ResultFormat => {
  if (content === 'clip' ? isClipFormat(format) : isPictureFormat(format)) return format
  if (format === 'frames') throw new Error('expected a clip for numbered frames, found a picture')
  throw new Error(
    content === 'clip'
      ? `expected mp4, mov, webm, mkv, gif or webp for a clip, found ${format}`
      : `expected jpeg, png, webp, avif, gif or tiff for a picture, found ${format}`,
  )
}

/** The name's own extension if it fits the format, so that `.jpeg` is kept; otherwise the format's usual one. */
const extensionFor = (name: string, format: ResultFormat): string => {
  const own = extname(name).slice(1)
  if (format === 'frames') return outputFormatOf(own) ? own : 'png'
  if (!isPictureFormat(format)) return containerOf(own) === format ? own : format
  return EXTENSIONS[format].includes(own.toLowerCase()) ? own : EXTENSIONS[format][0]
}

/** Two paths with the same key are one file. */
export const fileKey = (path: string): string => {
  const key = resolve(path)
  return process.platform === 'linux' ? key : key.toLowerCase()
}
