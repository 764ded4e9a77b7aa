/**
 * Errors in the command's own arguments, and the parsers that find them. Each is one line that says what was expected
 * and what was found; the command exits with 2. Inputs that fail are ordinary errors instead.
 */
import { type ColourOption, faultOf } from '@animegan/core/options'

/** A usage error. */
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

/** A parser of a time in seconds: `90`, `1.5s`, `1:30`, `1:02:03.5`. */
export const timeFor =
  (option: string) =>
  (text: string): number => {
    const found = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)s?$/.exec(text.trim())
    if (!found) throw expected(option, 'a time such as 3s, 1:30 or 0:01:30.5', `'${text}'`)
    const [, hours = 0, minutes = 0, seconds] = found.map((part) => part ?? '0')
    return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  }

/** A parser of bits per second: `800k`, `4M`, `2500000`. */
export const bitrateFor =
  (option: string) =>
  (text: string): number => {
    const found = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(text.trim())
    const bits = found ? Number(found[1]) * { '': 1, k: 1e3, M: 1e6 }[found[2] as '' | 'k' | 'M'] : 0
    if (bits >= 1e4 && bits <= 1e9) return Math.round(bits)
    throw expected(option, 'bits per second such as 800k or 4M', `'${text}'`)
  }

/** A parser of a colour, for commander. */
export const colourFrom =
  (option: string, declaration: ColourOption) =>
  (text: string): string => {
    const fault = faultOf(declaration, text)
    if (fault) throw new UsageError(`${option}: ${fault}`)
    return text
  }

/** A parser of one of the given words, for commander. */
export const oneOf =
  <T extends string>(option: string, words: readonly T[]) =>
  (text: string): T => {
    const found = words.find((word) => word === text.toLowerCase())
    if (found) return found
    throw expected(option, `one of ${words.join(', ')}`, `'${text}'`)
  }
