/** Loading a decoder at its first use, once; where that fails, as without a connection, the next use tries again. */
/// <reference path="./decoders.d.ts" />
import { AnimeganError } from '@animegan/core'

/** Emscripten's settings for a decoder that prints nothing. */
export const SILENT = { print: () => {}, printErr: () => {} }

/** A function that loads a decoder. It rejects with an `AnimeganError` (`not-found`). */
export const decoder = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loaded: Promise<T> | undefined
  return () => {
    loaded ??= load().catch((cause) => {
      loaded = undefined
      throw new AnimeganError('not-found', 'the decoder for this kind of picture cannot be loaded', { cause })
    })
    return loaded
  }
}
