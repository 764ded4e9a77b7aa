/**
 * Text for error messages: the reason of a failure in one line, sizes, and the nearest of some names. Pure functions;
 * prints nothing.
 */

/** A size in bytes, in the largest unit that gives at least 1. */
export const formatBytes = (bytes: number): string => {
  if (bytes < 1024) return `${bytes} bytes`
  const units = ['KiB', 'MiB', 'GiB']
  let size = bytes / 1024
  let unit = 0
  while (size >= 1024 && unit + 1 < units.length) {
    size /= 1024
    unit++
  }
  return `${size.toFixed(1)} ${units[unit]}`
}

/** The name that differs from `text` in the fewest letters; `undefined` if none is close. */
export const nearest = (text: string, names: readonly string[]): string | undefined => {
  let best: string | undefined
  let least = Math.max(2, Math.floor(text.length / 3)) + 1
  for (const name of names) {
    const distance = editDistance(text.toLowerCase(), name.toLowerCase())
    if (distance < least) [best, least] = [name, distance]
  }
  return best
}

const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]
}

const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'not found',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a folder',
  ENOTDIR: 'part of the path is not a folder',
  EEXIST: 'already there',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  ENAMETOOLONG: 'the name is too long',
  EPIPE: 'standard output was closed',
}

/** What went wrong, as one line, without the file's name. */
export const reasonOf = (error: unknown): string => {
  const { message = String(error), code } = (error ?? {}) as { message?: string; code?: string }
  return ((code && SYSTEM[code]) || message).replace(/\s*\n\s*/g, ' ').trim()
}

/** An error as one line that names `subject` at its start. */
export const describeError = (error: unknown, subject: string): string => {
  const reason = reasonOf(error)
  return reason.startsWith(`${subject}: `) ? reason : `${subject}: ${reason}`
}

/** Untrusted text, such as a file's metadata, without terminal control characters. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
