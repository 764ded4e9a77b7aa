/**
 * The registry: public weights that `styles add` can download, with their licences and hashes: styles, and perception
 * networks for training and evaluation. Shipped as styles/registry.json; ANIMEGAN_REGISTRY names another file or URL.
 * Contains no weights.
 */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { reasonOf } from '../text.ts'
import { download } from './download.ts'
import { builtInFolder } from './folders.ts'

/** One file of a style's weights. */
export interface RegistryFile {
  /** Its address; relative to the registry if not absolute. */
  readonly url: string
  readonly size?: number
  /** sha1 of `blob <size>\0` and the bytes: git's blob id. */
  readonly gitBlob?: string
  readonly sha256?: string
}

const KINDS = ['style', 'features'] as const

/** Weights that can be added. */
export interface RegistryEntry {
  readonly name: string
  /** `features` is a perception network; default: `style`. */
  readonly kind: (typeof KINDS)[number]
  readonly title: string
  readonly architecture: string
  readonly licence: string
  readonly licenceUrl: string
  readonly attribution: string
  /** How the network was trained, such as its resize mode and the side of its face crops (`faceSize`). */
  readonly options: Readonly<Record<string, string>>
  /** The weights; for a TensorFlow checkpoint the index, then its data. */
  readonly files: readonly RegistryFile[]
}

const FORMAT = 'animegan-registry/1'
const LARGEST = 1 << 20
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/

/** Reads the registry, with absolute URLs. Throws a one-line error. */
export const readRegistry = async (from = process.env.ANIMEGAN_REGISTRY): Promise<RegistryEntry[]> => {
  const isUrl = from !== undefined && /^https?:/i.test(from)
  const base = isUrl ? new URL(from) : pathToFileURL(from ? resolve(from) : `${builtInFolder}registry.json`)
  try {
    const bytes = isUrl ? await download(base.href, { limit: LARGEST }) : await readFile(base)
    return parseRegistry(new TextDecoder().decode(bytes), base.href)
  } catch (error) {
    throw new Error(`registry ${from ?? 'styles/registry.json'}: ${reasonOf(error)}`)
  }
}

/** Reads a registry's text, which is untrusted, so every field is checked. */
export const parseRegistry = (text: string, base: string): RegistryEntry[] => {
  const registry = JSON.parse(text)
  if (registry?.format !== FORMAT)
    throw new Error(`expected format ${FORMAT}, found ${JSON.stringify(registry?.format)}`)
  if (!Array.isArray(registry.styles)) throw new Error('expected a list of styles')
  return registry.styles.map((style: Record<string, unknown>) => parseEntry(style, base))
}

const parseEntry = (style: Record<string, unknown>, base: string): RegistryEntry => {
  const where = `style ${JSON.stringify(style?.name)}`
  const words = (key: string): string => {
    const value = style[key]
    if (typeof value !== 'string' || value === '') throw new Error(`${where}: expected text as ${key}`)
    return value
  }
  const name = words('name')
  if (!NAME.test(name)) throw new Error(`${where}: expected a name of small letters, digits, '-', '.' and '_'`)
  if (!Array.isArray(style.files) || style.files.length < 1 || style.files.length > 2) {
    throw new Error(`${where}: expected one or two files`)
  }
  const kind = KINDS.find((word) => word === (style.kind ?? 'style'))
  if (!kind) throw new Error(`${where}: expected one of ${KINDS.join(', ')} as kind`)
  const options = (style.options ?? {}) as Record<string, unknown>
  return {
    name,
    kind,
    title: words('title'),
    architecture: words('architecture'),
    licence: words('licence'),
    licenceUrl: words('licenceUrl'),
    attribution: words('attribution'),
    options: Object.fromEntries(Object.entries(options).map(([key, value]) => [key, String(value)])),
    files: style.files.map((file) => parseFile(file, where, base)),
  }
}

const parseFile = (file: Record<string, unknown>, where: string, base: string): RegistryFile => {
  const { url, size, gitBlob, sha256 } = file
  if (typeof url !== 'string') throw new Error(`${where}: expected a url for each file`)
  if (size !== undefined && !(Number.isSafeInteger(size) && (size as number) > 0)) {
    throw new Error(`${where}: expected a whole number as size`)
  }
  if (gitBlob !== undefined && !/^[0-9a-f]{40}$/.test(String(gitBlob))) throw new Error(`${where}: bad gitBlob`)
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(String(sha256))) throw new Error(`${where}: bad sha256`)
  return { ...(file as unknown as RegistryFile), url: new URL(url, base).href }
}
