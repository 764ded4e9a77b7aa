/** Fetching a file of this site with progress; the service worker and the browser's cache keep it. */

/** A file could not be fetched: no connection, or a server that says no. */
export class DownloadError extends Error {}

/** The file's bytes. `size` is what is expected; `onProgress` gets the fraction done, 0 to 1. */
export const download = async (
  url: string,
  size: number,
  onProgress: (fraction: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> => {
  let bytes = new Uint8Array(size)
  let done = 0
  try {
    const response = await fetch(url)
    if (!response.ok || !response.body) throw new Error(`${response.status}`)
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
      onProgress(Math.min(1, done / size))
    }
  } catch (cause) {
    throw new DownloadError(`${url}: ${(cause as Error).message}`, { cause })
  }
  return done === bytes.length ? bytes : bytes.slice(0, done)
}
