/**
 * The one error that readers of weight files throw: a single line that names the format, what was expected and what was
 * found. Not for mistakes of the caller's own code, which are ordinary errors.
 */

const longestMessage = 300

const oneLine = (text: string): string => {
  const line = text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ').trim()
  return line.length > longestMessage ? `${line.slice(0, longestMessage - 1)}…` : line
}

/** A weight file that cannot be read, or that will not be: text from the file in the message is shortened to one line. */
export class WeightFileError extends Error {
  override readonly name = 'WeightFileError'
  /** The format that the file was read as, for example `safetensors`. */
  readonly format: string

  constructor(format: string, detail: string) {
    super(oneLine(`${format}: ${detail}`))
    this.format = format
  }
}

/** Throws a `WeightFileError` of the form `format: expected …, found …`. */
export const mismatch = (format: string, expected: string, found: unknown): never => {
  throw new WeightFileError(format, `expected ${expected}, found ${found}`)
}
