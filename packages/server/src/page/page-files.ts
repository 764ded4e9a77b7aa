/**
 * The files of the built page as answers: a few static files with the right types and headers, compressed where the
 * browser accepts it. Reads nothing outside the folder, and does not know its content. The service and the page's own
 * server (`apps/web/server`) send them.
 */
import { createReadStream, existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createGunzip, gzip } from 'node:zlib'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
}
/** What gets smaller: text, and the engine, of which a quarter is left. */
const PACKED = /\.(html|m?js|css|json|webmanifest|svg|txt|wasm|tflite|safetensors)$/

/** A file as an answer. */
export interface PageFile {
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: Buffer | Readable
}

/**
 * Finds a file by the path of its address, which begins with a slash; undefined if there is none. Rejects for an address
 * that is not encoded correctly.
 *
 * @param encodings the request's Accept-Encoding
 */
export type PageFiles = (pathname: string, encodings: string | undefined) => Promise<PageFile | undefined>

/**
 * Opens a folder.
 *
 * @param offer what the page tells of a service that draws for it (`src/state/service.ts` there); default: nothing
 */
export const pageFiles = (folder: string, offer?: string): PageFiles => {
  /** Compressed files, by path and time: packing the engine takes a second. */
  const kept = new Map<string, Promise<Buffer>>()
  const pack = (path: string, time: number, bytes: () => Promise<Buffer>): Promise<Buffer> => {
    const name = `${time} ${path}`
    const found = kept.get(name) ?? bytes().then((all) => promisify(gzip)(all))
    kept.set(name, found)
    found.catch(() => kept.delete(name))
    return found
  }
  const withOffer = (html: Buffer): Buffer =>
    Buffer.from(html.toString().replace('<head>', `<head><meta name="animegan-service" content="${offer}">`))

  const factsOf = (file: string): Record<string, string> => ({
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Cache-Control': file.startsWith(join(folder, 'assets', sep)) ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
  })
  /** A file that lies in the folder compressed, as in a package. */
  const packedFile = (file: string, gzipped: boolean): PageFile => {
    const body = createReadStream(`${file}.gz`)
    if (gzipped) return { headers: { ...factsOf(file), 'Content-Encoding': 'gzip' }, body }
    return { headers: factsOf(file), body: body.pipe(createGunzip()) }
  }

  return async (pathname, encodings = '') => {
    const path = normalize(join(folder, decodeURIComponent(pathname)))
    if (!path.startsWith(folder + sep) || path.includes('\0')) return undefined
    const file = path.endsWith(sep) ? join(path, 'index.html') : path
    const found = await stat(file).catch(() => undefined)
    const gzipped = /\bgzip\b/.test(encodings)
    if (!found)
      return (await stat(`${file}.gz`).catch(() => undefined))?.isFile() ? packedFile(file, gzipped) : undefined
    if (!found.isFile()) return undefined
    const about = factsOf(file)
    const offers = offer !== undefined && file === join(folder, 'index.html')
    const read = async (): Promise<Buffer> => (offers ? withOffer(await readFile(file)) : readFile(file))
    const packs = gzipped && PACKED.test(file)
    if (!packs && !offers) return { headers: { ...about, 'Content-Length': found.size }, body: createReadStream(file) }
    const body = packs ? await pack(file, found.mtimeMs, read) : await read()
    return { headers: { ...about, ...(packs && { 'Content-Encoding': 'gzip' }), 'Content-Length': body.length }, body }
  }
}

/** The folder of the built page: in this package, or in a checkout beside it; undefined if it is not built. */
export const findPage = (): string | undefined =>
  ['../../page', '../../../../apps/web/dist/page']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((folder) => existsSync(join(folder, 'index.html')))
