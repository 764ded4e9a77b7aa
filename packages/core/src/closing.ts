/**
 * Closing of objects that hold resources: by `close()` or at the end of an `await using`, once. Use after closing is an
 * error.
 */
import { AnimeganError } from '@animegan/graph'

/** An object that holds resources until it is closed. */
export interface Closeable {
  /** Frees its resources. A second call does nothing more. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Makes both ways of closing from one function, which is called only once. */
export const closeable = (free: () => Promise<void>): Closeable => {
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= free()
    return closed
  }
  return { close, [Symbol.asyncDispose]: close }
}

/** The error for use after closing. */
export const closedError = (what: string): AnimeganError =>
  new AnimeganError('closed', `${what}: expected it to be open, found it closed; create a new one`)
