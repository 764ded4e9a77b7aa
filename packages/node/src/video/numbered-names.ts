/**
 * The names of numbered pictures: `frames/%05d.png` stands for all files whose names have a number there, as in ffmpeg.
 * Reads folders, not pictures.
 */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const NUMBER = /%(?:0(\d{1,2}))?d/

/** Whether a path's name has a place for a number. */
export const isNumbered = (path: string): boolean => NUMBER.test(basename(path))

/**
 * Whether a path stands for numbered input pictures: it has a place for a number, and no file has exactly that name.
 */
export const areNumbered = async (path: string): Promise<boolean> =>
  isNumbered(path) && !(await stat(path).catch(() => undefined))

/** A pattern's file name without the number, for a single-file result. */
export const withoutNumber = (name: string): string =>
  name.replace(NUMBER, '').replace(/^[-_. ]+|[-_. ]+$/g, '') || 'frames'

/** The path for one number. */
export const numberedPath = (pattern: string, number: number): string =>
  join(
    dirname(pattern),
    basename(pattern).replace(NUMBER, (_, digits = '0') => String(number).padStart(Number(digits), '0')),
  )

/** The numbers for which files exist, in order. */
export const findNumbers = async (pattern: string): Promise<number[]> => {
  const [before, after] = basename(pattern).split(NUMBER.exec(basename(pattern))![0]) as [string, string]
  const names = await readdir(dirname(pattern)).catch(() => [])
  const numbers: number[] = []
  for (const name of names) {
    if (!name.startsWith(before) || !name.endsWith(after)) continue
    const number = Number(/^\d+$/.exec(name.slice(before.length, name.length - after.length))?.[0])
    if (Number.isSafeInteger(number) && basename(numberedPath(pattern, number)) === name) numbers.push(number)
  }
  return numbers.sort((a, b) => a - b)
}
