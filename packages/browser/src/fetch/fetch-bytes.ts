/** Fetches a file with progress. Caches nothing: that is left to the browser's cache or a service worker. */
import { AnimeganError } from '@animegan/core'

export interface FetchOptions {
  /** The file's size in bytes, for progress; default: the size stated by the server. */
  readonly size?: number | undefined
  /** Called with the fraction done, 0 to 1; only once, at the end, if the size is unknown. */
  readonly onProgress?: ((fraction: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const START_SIZE = 1 << 16

/** The size of the received body; undefined if it is sent compressed. */
const statedSize = ({ headers }: Response): number =>
  headers.has('Content-Encoding') ? 0 : Number(headers.get('Content-Length') ?? 0)

/**
 * The bytes of a file. Rejects with `not-found` if it cannot be fetched (no connection, or an error from the server),
 * and with the signal's reason if aborted.
 */
export const fetchBytes = async (
  url: string | URL,
  { size, onProgress, signal }: FetchOptions = {},
): Promise<Uint8Array<ArrayBuffer>> => {
  try {
    const response = await fetch(url, { signal: signal ?? null })
    if (!response.ok || !response.body) throw new Error(`the answer ${response.status}`)
    const expected = size ?? statedSize(response)
    let bytes = new Uint8Array(expected || START_SIZE)
    let done = 0
    const reader = response.body.getReader()
    for (;;) {
      const { value } = await reader.read()
      if (!value) break
      if (done + value.length > bytes.length) {
        const longer = new Uint8Array((done + value.length) * 2)
        longer.set(bytes)
        bytes = longer
      }
      bytes.set(value, done)
      done += value.length
      if (expected > 0) onProgress?.(Math.min(1, done / expected))
    }
    onProgress?.(1)
    return done === bytes.length ? bytes : bytes.slice(0, done)
  } catch (cause) {
    signal?.throwIfAborted()
    const { message } = cause as Error
    throw new AnimeganError('not-found', `${url}: expected a file, found ${message}; check address and connection`, {
      cause,
    })
  }
}
