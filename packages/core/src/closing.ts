/**
 * What holds resources is closed, once and by one word: `close()`, or the end of an `await using`. Used after that, it says so.
 */
import { AnimeganError } from '@animegan/graph'

/** Something that holds resources until it is closed. */
export interface Closeable {
  /** Frees what it holds. A second call does nothing more. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Makes the two ways of closing of one function, which is called once. */
export const closeable = (free: () => Promise<void>): Closeable => {
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= free()
    return closed
  }
  return { close, [Symbol.asyncDispose]: close }
}

/** The error of whoever uses something that is closed. */
export const closedError = (what: string): AnimeganError =>
  new AnimeganError('closed', `${what}: expected it to be open, found it closed; make another`)
