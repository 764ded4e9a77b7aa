/**
 * Resolves arguments to inputs: files, folders with everything below them, globs that the shell did not expand,
 * numbered pictures such as `frames/%05d.png`, which are one clip, and `-`. Recognises pictures and clips in a folder
 * by extension, or by content if the extension is unknown. Decodes nothing.
 */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import {
  CLIP_EXTENSIONS,
  EXTENSIONS,
  findNumbers,
  isClip,
  isNumbered,
  readStart,
  reasonOf,
  sniff,
} from '@animegan/node'

/** One input to style, or an argument that matches nothing. */
export interface Input {
  /** The path, or `-` for standard input; for numbered pictures the pattern. */
  readonly path: string
  /** The path relative to the folder or glob that it was found by; the base name for a named file. */
  readonly within: string
  /** Why it cannot be styled. */
  readonly problem?: string
}

/** All inputs that the arguments resolve to. */
export interface Inputs {
  readonly inputs: readonly Input[]
  /** Whether there may be several results: an argument was a folder or a glob, or there were several arguments. */
  readonly several: boolean
  /** Results of earlier runs that were named along with other files and are skipped. */
  readonly leftOut: readonly string[]
}

/** Formats that are picked up in folders only to fail with advice, rather than be skipped silently. */
const UNREADABLE = ['heic', 'heif', 'hif', 'jxl', 'jp2', 'avifs']
const PICTURES = new Set([...Object.values(EXTENSIONS).flat(), ...UNREADABLE])
const OTHER =
  /^(?:txt|md|json|xml|html?|css|js|mjs|ts|py|sh|pdf|zip|gz|tar|7z|mp3|m4a|wav|ogg|flac|log|csv|ya?ml|ini|db|safetensors|pth?|onnx|npz|npy)$/
const RESULT = /\.(?:anime|compare|preview)\.[^.]+$/i
const MAGIC = /[*?[\]{}]|[!@+]\(/

/** Resolves the arguments, in the order given, folders sorted by name. */
export const findInputs = async (args: readonly string[]): Promise<Inputs> => {
  const inputs: Input[] = []
  const leftOut: string[] = []
  let several = args.length > 1
  for (const path of args) {
    if (path === '-') {
      inputs.push({ path, within: 'stdin' })
      continue
    }
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => error)
    if (found instanceof Error) {
      if (found.code === 'ENOENT' && isNumbered(path)) {
        const none = (await findNumbers(path)).length === 0
        inputs.push({ path, within: basename(path), ...(none && { problem: 'no picture has a name like this' }) })
      } else if (found.code === 'ENOENT' && MAGIC.test(path)) {
        several = true
        inputs.push(...orProblem(await expandGlob(path), path, 'no picture or clip matches'))
      } else inputs.push({ path, within: path, problem: reasonOf(found) })
    } else if (found.isDirectory()) {
      several = true
      inputs.push(
        ...orProblem(await walk(path, ''), path, 'expected a folder with pictures or clips, found none in it'),
      )
    } else if (args.length > 1 && isResult(path)) leftOut.push(path)
    else inputs.push({ path, within: basename(path) })
  }
  return { inputs, several, leftOut }
}

/** Whether a file is, by its name, a result of this command. */
export const isResult = (path: string): boolean => RESULT.test(basename(path))

const orProblem = (found: readonly Input[], path: string, problem: string): readonly Input[] =>
  found.length > 0 ? found : [{ path, within: path, problem }]

const walk = async (root: string, below: string): Promise<Input[]> => {
  const inputs: Input[] = []
  const folder = join(root, below)
  let entries: Awaited<ReturnType<typeof list>>
  try {
    entries = await list(folder)
  } catch (error) {
    return [{ path: folder, within: below, problem: reasonOf(error) }]
  }
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue
    const within = join(below, entry.name)
    if (entry.isDirectory()) inputs.push(...(await walk(root, within)))
    else if (await isWanted(join(root, within))) inputs.push({ path: join(root, within), within })
  }
  return inputs
}

const list = async (folder: string) => {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

const isWanted = async (path: string): Promise<boolean> => {
  if (isResult(path)) return false
  const extension = extname(path).slice(1).toLowerCase()
  if (OTHER.test(extension)) return false
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) return false
  if (PICTURES.has(extension) || CLIP_EXTENSIONS.has(extension)) return true
  const start = await readStart(path)
  return sniff(start) !== undefined || isClip(start)
}

const expandGlob = async (pattern: string): Promise<Input[]> => {
  const { glob } = await import('tinyglobby')
  const slashed = process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern
  const parts = slashed.split('/')
  const first = parts.findIndex((part) => MAGIC.test(part))
  const root = parts.slice(0, first).join('/') || (slashed.startsWith('/') ? '/' : '.')
  const paths = await glob(parts.slice(first).join('/'), {
    cwd: resolve(root),
    absolute: true,
    expandDirectories: false,
  })
  const inputs: Input[] = []
  for (const found of paths.sort()) {
    const within = relative(resolve(root), found)
    if (await isWanted(found)) inputs.push({ path: join(root, within), within })
  }
  return inputs
}

/** The input's folder, relative to the folder or glob it was found by; '' at its top. */
export const folderWithin = ({ within }: Input): string => (dirname(within) === '.' ? '' : dirname(within))
