/**
 * Where results go: beside their input as NAME.anime.EXT, into a folder with the inputs' tree kept, to a file that was
 * named, or to standard output. Decides names only; files are written elsewhere.
 */
import { stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve, sep } from 'node:path'
import {
  EXTENSIONS,
  type OutputFormat,
  outputFormatFor,
  outputFormatOf,
  type PictureFormat,
} from '../pictures/format.ts'
import { expected } from '../usage.ts'
import { folderWithin, type Input } from './inputs.ts'

/** What `-o` asks for. */
export type Destination =
  | { readonly kind: 'beside' }
  | { readonly kind: 'stdout' }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string }

/** A result's place and format. */
export interface Place {
  /** The path, or `-` for standard output. */
  readonly path: string
  /** The path of the before/after picture; `undefined` on standard output. */
  readonly compare: string | undefined
  readonly format: OutputFormat
}

/** Reads `-o`. Throws a `UsageError` when it cannot hold what is to be written. */
export const destinationOf = async (
  output: string | undefined,
  inputs: readonly Input[],
  several: boolean,
  format: OutputFormat | undefined,
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
    if (outputFormatOf(basename(output)) && extname(output)) {
      throw expected(`-o ${output}`, 'a folder for several pictures', `a file name; end it with / if a folder is meant`)
    }
    return { kind: 'folder', path: output }
  }
  const extension = extname(output)
  if (!found && extension === '') return { kind: 'folder', path: output }
  const named = outputFormatOf(extension)
  if (!found && !named && !format) {
    throw expected(`-o ${output}`, 'a name that ends in .jpg, .png, .webp, .avif, .gif or .tiff', `'${extension}'`)
  }
  if (named && format && named !== format) throw expected(`-o ${output}`, `a name for ${format}`, `'${extension}'`)
  return { kind: 'file', path: output }
}

/** The place of an input's result. The format is what was asked for, else the output name's, else the input's own. */
export const placeOf = (
  input: Input,
  content: PictureFormat,
  destination: Destination,
  asked: OutputFormat | undefined,
): Place => {
  const named = destination.kind === 'file' ? outputFormatOf(extname(destination.path)) : undefined
  const format = asked ?? named ?? outputFormatFor(content)
  if (destination.kind === 'stdout') return { path: '-', compare: undefined, format }
  if (destination.kind === 'file') {
    const { path } = destination
    const stem = path.slice(0, path.length - extname(path).length)
    return { path, compare: `${stem}.compare.${extensionFor(path, format)}`, format }
  }
  const name = input.path === '-' ? input.within : basename(input.path)
  const stem = basename(name, extname(name))
  const folder =
    destination.kind === 'folder'
      ? join(destination.path, folderWithin(input))
      : dirname(input.path === '-' ? name : input.path)
  const extension = extensionFor(name, format)
  return {
    path: join(folder, `${stem}.anime.${extension}`),
    compare: join(folder, `${stem}.compare.${extension}`),
    format,
  }
}

/** The name's own extension where it is the format's, so that `.jpeg` stays; otherwise the format's usual one. */
const extensionFor = (name: string, format: OutputFormat): string => {
  const own = extname(name).slice(1)
  return EXTENSIONS[format].includes(own.toLowerCase()) ? own : EXTENSIONS[format][0]
}

/** Two paths with the same key are one file. */
export const fileKey = (path: string): string => {
  const key = resolve(path)
  return process.platform === 'linux' ? key : key.toLowerCase()
}
