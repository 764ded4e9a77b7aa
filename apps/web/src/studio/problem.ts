/**
 * What can go wrong, as codes: workers throw them, the page has a sentence for each in every language. The detail is for
 * the curious and is not translated.
 */
export const problemCodes = [
  'empty',
  'notPicture',
  'heic',
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
  'diskFull',
  'cancelled',
] as const

export type ProblemCode = (typeof problemCodes)[number]

/** An error with a code. */
export class Problem extends Error {
  readonly code: ProblemCode

  constructor(code: ProblemCode, detail = '', cause?: unknown) {
    super(detail, { cause })
    this.code = code
  }
}
