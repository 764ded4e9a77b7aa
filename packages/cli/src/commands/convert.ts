/**
 * `import` and `export`: `import` turns the user's weight file or model into a style file; `export` turns a style into an ONNX
 * model for other programs. Both refuse to overwrite without --force.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { Style, StyleFacts } from '@animegan/core'
import { networkOf, writeStyle } from '@animegan/models'
import { describeError, findStyle, formatBytes, importStyle, onnxOfStyle, plain, readStyleAt } from '@animegan/node'
import { mayWrite, writeOutput } from './output.ts'

/** The options of `import`. */
export interface ImportFlags extends Omit<StyleFacts, 'metadata'> {
  readonly output?: string
  readonly force?: boolean
}

/** Makes a style file from a weight file or a model. */
export const importCommand = async (file: string, flags: ImportFlags): Promise<number> => {
  const source = await weightFiles(file)
  const stem = basename(source.main).replace(/\.ckpt\.index$|\.[^.]+$/, '')
  const beside = join(dirname(source.main), `${stem}.safetensors`)
  const output = flags.output ?? (beside === source.main ? join(dirname(beside), `${stem}.style.safetensors`) : beside)
  await mayWrite(output, flags.force)
  const bytes = await read(source.main)
  const companion = source.companion === undefined ? undefined : await read(source.companion)
  let style: Style
  let written: Uint8Array
  try {
    style = await importStyle(bytes, companion, stem, flags)
    written = writeStyle(style)
  } catch (error) {
    throw new Error(describeError(error, file))
  }
  await writeOutput(output, written)
  process.stderr.write(
    `${plain(file)}: ${describe(style)}, licence ${plain(style.licence)}\n` +
      `-> ${plain(output)} (${formatBytes(written.length)}); use it with --style ${plain(output)}\n`,
  )
  return 0
}

const describe = (style: Style): string => {
  if (style.architecture === 'onnx') {
    const { size, multiple } = style.needs
    const sizes = size ? `in tiles of ${size.width}x${size.height}` : `sizes in multiples of ${multiple}`
    return `a model of no network known here, which runs as it is, ${sizes}`
  }
  const { title, name, parameters } = networkOf(style.architecture)
  return `${title} (${name}), ${parameters.toLocaleString('en')} weights, resize ${style.options.resize}`
}

/** A TensorFlow checkpoint is two files; either of them, or their common name, stands for both. */
const weightFiles = async (file: string): Promise<{ main: string; companion?: string }> => {
  const found = await stat(file).catch(() => undefined)
  if (found?.isDirectory()) return weightFiles(await latestOf(join(file, 'checkpoint'), file))
  if (found && basename(file) === 'checkpoint') return weightFiles(await latestOf(file, file))
  const checkpoint = file.replace(/\.(?:index|meta|data-\d{5}-of-\d{5})$/, '')
  if (found && checkpoint === file) return { main: file }
  const folder = dirname(file)
  const names = await readdir(folder).catch((): string[] => [])
  const index = `${basename(checkpoint)}.index`
  const data = names.filter((name) => name.startsWith(`${basename(checkpoint)}.data-`))
  if (!names.includes(index)) {
    throw new Error(found ? `${file}: expected its ${index} next to it, found none` : `${file}: not found`)
  }
  if (data.length !== 1) {
    const wanted = `${basename(checkpoint)}.data-00000-of-00001`
    throw new Error(`${file}: expected ${wanted} next to it, found ${data.length === 0 ? 'none' : data.join(', ')}`)
  }
  return { main: join(folder, index), companion: join(folder, data[0]) }
}

/**
 * The latest checkpoint named in TensorFlow's `checkpoint` file of a folder. It is expected next to that file, whatever
 * folder the file states.
 */
const latestOf = async (list: string, asked: string): Promise<string> => {
  const text = await readFile(list, 'utf8').catch(() => '')
  const named = /^model_checkpoint_path: "([^"\n]+)"$/m.exec(text)?.[1]
  if (named) return join(dirname(list), basename(named))
  const found = asked === list ? 'a file that names no checkpoint' : "a folder without TensorFlow's file 'checkpoint'"
  throw new Error(`${asked}: expected a weight file, found ${found}`)
}

/** The options of `export`. */
export interface ExportFlags {
  readonly output: string
  readonly force?: boolean
}

/** Writes a style as an ONNX model. */
export const exportCommand = async (name: string, { output, force }: ExportFlags): Promise<number> => {
  const path = extname(output) === '' ? `${output}.onnx` : output
  const place = await findStyle(name)
  await mayWrite(path, force)
  const style = await readStyleAt(place)
  const bytes = onnxOfStyle(style)
  await writeOutput(path, bytes)
  const form =
    style.architecture === 'onnx'
      ? `uint8 [1, height, width, 3], RGB`
      : `float32 [1, 3, height, width] from -1 to 1, RGB, height and width multiples of ${networkOf(style.architecture).multiple}`
  process.stderr.write(
    `${plain(name)} -> ${plain(path)} (${formatBytes(bytes.length)}): picture -> result, ${form}\n` +
      `licence: ${plain(style.licence)}\n`,
  )
  return 0
}

const read = async (path: string): Promise<Uint8Array> => {
  try {
    return await readFile(path)
  } catch (error) {
    throw new Error(describeError(error, path))
  }
}
