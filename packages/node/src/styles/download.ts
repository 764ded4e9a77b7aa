/**
 * Downloads over HTTPS (or HTTP from this machine), with a size limit and a timeout when no data arrives. verify.ts
 * checks the content.
 */
import { formatBytes, reasonOf } from '../text.ts'

/** Limits and progress of a download. */
export interface DownloadOptions {
  /** Maximum size in bytes. */
  readonly limit: number
  /** Called with the bytes so far, and the total size if the server states it. */
  readonly onProgress?: (bytes: number, size: number | undefined) => void
  /** Milliseconds without a byte after which to give up; default 30 s. */
  readonly patience?: number
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/

/** Downloads a file into memory. Throws a one-line error that names the address. */
export const download = async (url: string, options: DownloadOptions): Promise<Uint8Array> => {
  checkAddress(url)
  const { limit, onProgress, patience = 30_000 } = options
  const abort = new AbortController()
  const giveUp = (): void => abort.abort(new Error(`nothing came for ${patience / 1000} s`))
  let timer = setTimeout(giveUp, patience)
  try {
    const response = await fetch(url, { signal: abort.signal, redirect: 'follow' })
    checkAddress(response.url || url)
    if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trim())
    // A compressed body is longer than its stated length.
    const stated = response.headers.get('content-encoding') ? null : response.headers.get('content-length')
    const size = stated ? Number(stated) : undefined
    if (size !== undefined && size > limit) throw tooLarge(formatBytes(size), limit)
    const chunks: Uint8Array[] = []
    let length = 0
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer)
      timer = setTimeout(giveUp, patience)
      length += chunk.length
      if (length > limit) throw tooLarge('more', limit)
      chunks.push(chunk)
      onProgress?.(length, size)
    }
    if (size !== undefined && length !== size) throw new Error(`it broke off after ${length} of ${size} bytes`)
    return new Uint8Array(Buffer.concat(chunks, length))
  } catch (error) {
    const { cause } = error as Error
    const reason = cause instanceof Error ? `${reasonOf(error)} (${reasonOf(cause)})` : reasonOf(error)
    throw new Error(`${url}: ${reason}`)
  } finally {
    clearTimeout(timer)
    abort.abort()
  }
}

const tooLarge = (found: string, limit: number): Error =>
  new Error(`expected at most ${formatBytes(limit)}, found ${found}`)

const checkAddress = (url: string): void => {
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))) return
  throw new Error(`${url}: expected an https address, found ${protocol}`)
}
