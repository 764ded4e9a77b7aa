/**
 * Problem codes: workers throw them, and the page has a sentence for each in every language. The detail is extra
 * information and is not translated.
 */
import { AnimeganError, type ErrorCode } from '@animegan/core'

export const problemCodes = [
  'empty',
  'notPicture',
  'tiff',
  'vector',
  'damaged',
  'tooLarge',
  'memory',
  'engine',
  'offline',
  'style',
  'saveTooLarge',
  'clipFormat',
  'clipCodec',
  'clipSound',
  'clipLarge',
  'clipDamaged',
  'clipEncode',
  'clipBrowser',
  'browser',
  'diskFull',
  'cancelled',
] as const

export type ProblemCode = (typeof problemCodes)[number]

/** Problems of teaching a style, whose sentences come with its dialog. */
export type LessonProblem = 'lessonElsewhere' | 'lessonFull' | 'lessonUnkept' | 'lessonStart'

/** An error with a code. */
export class Problem<Code extends string = ProblemCode> extends Error {
  readonly code: Code

  constructor(code: Code, detail = '', cause?: unknown) {
    super(detail, { cause })
    this.code = code
  }
}

/** The problem code for the library's error codes, unless it is known what was being read. */
const ofLibrary: Partial<Record<ErrorCode, ProblemCode>> = {
  'not-found': 'offline',
  'bad-weights': 'style',
  'out-of-memory': 'memory',
  'disk-full': 'diskFull',
}

/** Any error as a problem. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof Problem) return error
  const { message } = error as Error
  if (error instanceof AnimeganError) return new Problem(ofLibrary[error.code] ?? 'engine', message, error)
  // The only names that may be missing are the browser's.
  if (error instanceof ReferenceError) return new Problem('browser', message, error)
  // The library for clips, or anything else that is loaded on demand.
  if (error instanceof TypeError && /import/.test(message)) return new Problem('offline', message, error)
  return new Problem(error instanceof RangeError || /memory|alloc/i.test(message) ? 'memory' : 'engine', message, error)
}
