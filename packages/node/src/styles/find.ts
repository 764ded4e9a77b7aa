/**
 * Resolves `--style` to a style: a path to a file, else the name of a built-in style, else of an added one. Any other
 * name is a usage error, with the nearest name as a hint.
 */
import { readFile, rm, stat } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import type { Style } from '@animegan/core'
import { AnimeganError } from '@animegan/graph'
import { describeError, nearest, reasonOf } from '../text.ts'
import { hasFeatures } from './features.ts'
import { addedFolder, builtInFolder, featuresFile, styleFile, stylesIn } from './folders.ts'
import { importStyle } from './import.ts'
import { readRegistry } from './registry.ts'

/** Where a style was found. */
export interface StylePlace {
  /** The name or path it was requested by. */
  readonly name: string
  readonly path: string
  readonly origin: 'file' | 'built in' | 'added'
}

/** Every style that can be used by name, built-in ones first. */
export const knownStyles = async (): Promise<StylePlace[]> => {
  const builtIn = await stylesIn(builtInFolder)
  const added = (await stylesIn(addedFolder())).filter((name) => !builtIn.includes(name))
  return [
    ...builtIn.map((name) => ({ name, path: styleFile(builtInFolder, name), origin: 'built in' }) as const),
    ...added.map((name) => ({ name, path: styleFile(addedFolder(), name), origin: 'added' }) as const),
  ]
}

/** Finds a style by path or name. Throws an `AnimeganError` that lists the available styles. */
export const findStyle = async (name: string): Promise<StylePlace> => {
  const found = await stat(name).catch(() => undefined)
  if (found?.isFile()) return { name, path: name, origin: 'file' }
  const known = await knownStyles()
  const place = known.find((style) => style.name === name)
  if (place) return place
  if (await isCheckpoint(name)) throw checkpointAs(name)
  if (found || isAbsolute(name) || /[\\/]|\.safetensors$/.test(name)) {
    throw new AnimeganError(
      'unknown-style',
      `--style ${name}: expected a style file, found ${found ? 'a folder' : 'no such file'}`,
    )
  }
  const names = known.map((style) => style.name)
  const registered = (await readRegistry().catch(() => [])).map((entry) => entry.name)
  if (registered.includes(name)) {
    throw new AnimeganError('unknown-style', `--style ${name}: not installed; get it with: animegan styles add ${name}`)
  }
  const near = nearest(name, [...names, ...registered])
  const hint = near ? `; did you mean ${near}?` : ''
  throw new AnimeganError(
    'unknown-style',
    `--style: expected a style file or one of ${names.join(', ')}, found '${name}'${hint}`,
  )
}

/**
 * Deletes an added style or perception network and returns its path. Throws an `AnimeganError` (`unknown-style`) for a
 * name that comes with the command or does not exist.
 */
export const removeAdded = async (name: string): Promise<string> => {
  const known = await knownStyles()
  const place = known.find((style) => style.name === name)
  if (place?.origin === 'built in') {
    throw new AnimeganError(
      'unknown-style',
      `styles remove: expected an added style, found ${name}: it comes with the command`,
    )
  }
  const path = place?.path ?? ((await hasFeatures(name)) ? featuresFile(name) : undefined)
  if (path === undefined) {
    const added = known.filter(({ origin }) => origin === 'added').map((style) => style.name)
    const near = nearest(name, added)
    throw new AnimeganError(
      'unknown-style',
      `styles remove: expected ${added.length > 0 ? `one of ${added.join(', ')}` : 'an added style (there are none)'}, found '${name}'${near ? `; did you mean ${near}?` : ''}`,
    )
  }
  await rm(path)
  return path
}

/** Names of a TensorFlow checkpoint's files. */
const CHECKPOINT = /\.(?:ckpt|index|meta|data-\d+-of-\d+)$|(?:^|[\\/])checkpoint$/i

/** Whether a path is part of a TensorFlow checkpoint, which is several files; their folder; or their common name. */
const isCheckpoint = async (path: string): Promise<boolean> => {
  const files = [...(CHECKPOINT.test(path) ? [path] : []), `${path}.index`, join(path, 'checkpoint')]
  const found = await Promise.all(files.map((file) => stat(file).catch(() => undefined)))
  return found.some((one) => one?.isFile())
}

const checkpointAs = (path: string): AnimeganError =>
  new AnimeganError(
    'unknown-style',
    `--style ${path}: expected a style in one file, found part of a checkpoint: animegan import ${path} turns it into a style`,
  )

/** Reads a style, or makes one of weights or of a model in one file. Throws an error of one line that names the file. */
export const readStyleAt = async ({ path }: StylePlace): Promise<Style> => {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    throw new Error(describeError(error, path))
  }
  try {
    return await importStyle(bytes, undefined, basename(path).replace(/\.[^.]+$/, ''), {})
  } catch (error) {
    if (await isCheckpoint(path)) throw checkpointAs(path)
    throw new Error(`${path}: not a style: ${reasonOf(error)}`)
  }
}

/**
 * Reads a style by its name, as `animegan styles` lists it, or from a file. Rejects with `unknown-style` if there is
 * none.
 */
export const openStyle = async (name: string): Promise<Style> => readStyleAt(await findStyle(name))
