/**
 * The error for reading, writing and encoding pictures: one line that names the file, what is wrong with it and what to
 * do.
 */
import { AnimeganError } from '@animegan/core'

export class PictureError extends AnimeganError {
  /**
   * @param file the picture's name as the user knows it
   * @param problem what is wrong
   * @param advice what to do about it
   */
  constructor(file: string, problem: string, advice: string, options?: ErrorOptions) {
    super('bad-file', `${file}: ${problem}: ${advice}`.replace(/\s*\n\s*/g, ' '), options)
  }
}
