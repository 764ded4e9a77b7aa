/**
 * Mistakes in the command's own arguments, and the parsers that find them. Each is one line that says what was expected
 * and what was found; the command ends with 2. Not for inputs that fail, which are ordinary errors.
 */

/** A mistake in how the command was called. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Makes the error of the form `what: expected …, found …`. */
export const expected = (what: string, wanted: string, found: string): UsageError =>
  new UsageError(`${what}: expected ${wanted}, found ${found}`)

/** A parser of a number with bounds, for commander. */
export const numberFrom =
  (option: string, least: number, most: number) =>
  (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (value >= least && value <= most) return value
    throw expected(option, `a number from ${least} to ${most}`, `'${text}'`)
  }

/** A parser of a whole number with bounds, for commander. */
export const wholeFrom =
  (option: string, least: number, most: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw expected(option, `a whole number from ${least} to ${most}`, `'${text}'`)
  }

/** A parser of one of a few words, for commander. */
export const oneOf =
  <T extends string>(option: string, words: readonly T[]) =>
  (text: string): T => {
    const found = words.find((word) => word === text.toLowerCase())
    if (found) return found
    throw expected(option, `one of ${words.join(', ')}`, `'${text}'`)
  }
