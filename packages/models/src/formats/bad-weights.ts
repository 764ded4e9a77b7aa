/**
 * The error that weight-file readers throw: one line that names the format, what was expected and what was found.
 * Mistakes in the caller's own code are ordinary errors instead.
 */
import { AnimeganError } from '@animegan/graph'

const longestMessage = 300

const oneLine = (text: string): string => {
  const line = text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ').trim()
  return line.length > longestMessage ? `${line.slice(0, longestMessage - 1)}…` : line
}

/** For a weight file that is unreadable or refused. File contents quoted in the message are shortened to one line. */
export const badWeights = (format: string, detail: string): AnimeganError =>
  new AnimeganError('bad-weights', oneLine(`${format}: ${detail}`))

/** Throws `badWeights` of the form `format: expected …, found …`. */
export const mismatch = (format: string, expected: string, found: unknown): never => {
  throw badWeights(format, `expected ${expected}, found ${found}`)
}
