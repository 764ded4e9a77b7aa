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
  /** The path is a pattern for numbered pictures; no file has that exact name. */
  readonly numbered?: boolean
  /** Why it cannot be styled. */
  readonly problem?: string
}

/** Counts of the files in folders, or matched by globs, that are not inputs. */
export interface PassedOver {
  /** Files that are neither pictures nor clips. */
  readonly others: number
  /** Results of earlier runs. */
  readonly results: number
}

/** All inputs that the arguments resolve to. */
export interface Inputs {
  readonly inputs: readonly Input[]
  /** Whether there may be several results: an argument was a folder or a glob, or there were several arguments. */
  readonly several: boolean
  /** Results of earlier runs that were named along with other files and are skipped. */
  readonly leftOut: readonly string[]
  readonly passedOver: PassedOver
}

const PICTURES = new Set(Object.values(EXTENSIONS).flat())
const OTHER =
  /^(?:txt|md|json|xml|html?|css|js|mjs|py|sh|pdf|zip|gz|tar|7z|mp3|m4a|wav|ogg|flac|log|csv|ya?ml|ini|db|safetensors|pth?|onnx|npz|npy)$/
const RESULT = /\.(?:anime|compare|preview)\.[^.]+$/i
const MAGIC = /[*?[\]{}]|[!@+]\(/

/** Resolves the arguments, in the order given, folders sorted by name. */
export const findInputs = async (args: readonly string[]): Promise<Inputs> => {
  const inputs: Input[] = []
  const leftOut: string[] = []
  const passedOver = { others: 0, results: 0 }
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
        const problem = none ? { problem: 'no picture has a name like this' } : {}
        inputs.push({ path, within: basename(path), numbered: true, ...problem })
      } else if (found.code === 'ENOENT' && MAGIC.test(path)) {
        several = true
        inputs.push(...orProblem(await expandGlob(path, passedOver), path, 'no picture or clip matches'))
      } else inputs.push({ path, within: path, problem: reasonOf(found) })
    } else if (found.isDirectory()) {
      several = true
      inputs.push(
        ...orProblem(
          await walk(path, '', passedOver),
          path,
          'expected a folder with pictures or clips, found none in it',
        ),
      )
    } else if (args.length > 1 && isResult(path)) leftOut.push(path)
    else inputs.push({ path, within: basename(path) })
  }
  return { inputs, several, leftOut, passedOver }
}

/** Whether a file is, by its name, a result of this command. */
export const isResult = (path: string): boolean => RESULT.test(basename(path))

const orProblem = (found: readonly Input[], path: string, problem: string): readonly Input[] =>
  found.length > 0 ? found : [{ path, within: path, problem }]

const walk = async (root: string, below: string, passedOver: Counts): Promise<Input[]> => {
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
    if (entry.isDirectory()) inputs.push(...(await walk(root, within, passedOver)))
    else if (await isWanted(join(root, within), passedOver)) inputs.push({ path: join(root, within), within })
  }
  return inputs
}

const list = async (folder: string) => {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

type Counts = { -readonly [Kind in keyof PassedOver]: number }

/** Whether a file in a folder is a picture or a clip; counts it if not. */
const isWanted = async (path: string, passedOver: Counts): Promise<boolean> => {
  if (isResult(path)) passedOver.results++
  else if (await isPictureOrClip(path)) return true
  else passedOver.others++
  return false
}

const isPictureOrClip = async (path: string): Promise<boolean> => {
  const extension = extname(path).slice(1).toLowerCase()
  if (OTHER.test(extension)) return false
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) return false
  if (isPictureName(path) || isClipName(path)) return true
  // A file that cannot be read is not ignored: it becomes an input, and fails with the reason.
  const start = await readStart(path).catch(() => undefined)
  return start === undefined || sniff(start) !== undefined || isClip(start)
}

/** Whether a file's name is that of a picture. */
export const isPictureName = (path: string): boolean => PICTURES.has(extname(path).slice(1).toLowerCase())

/** Whether a file's name is that of a clip. */
export const isClipName = (path: string): boolean => CLIP_EXTENSIONS.has(extname(path).slice(1).toLowerCase())

const expandGlob = async (pattern: string, passedOver: Counts): Promise<Input[]> => {
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
    if (await isWanted(found, passedOver)) inputs.push({ path: join(root, within), within })
  }
  return inputs
}

/** The input's folder, relative to the folder or glob it was found by; '' at its top. */
export const folderWithin = ({ within }: Input): string => (dirname(within) === '.' ? '' : dirname(within))
