/**
 * Serves the built page from a folder: a few static files with the right types and headers. Reads nothing outside the
 * folder, and does not know its content.
 */
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { pageHeaders } from './headers.ts'

const types: Readonly<Record<string, string>> = {
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
const packed = /\.(html|m?js|css|json|webmanifest|svg|txt|wasm|tflite|safetensors)$/

export interface PageServerOptions {
  readonly folder: string
  /** The page's base path, with slashes at both ends; default `/`. */
  readonly base?: string
  /** Whether to send the page's headers, default true; without them it is a plain static host. */
  readonly headers?: boolean
}

/** Creates a server, which is not listening yet. */
export const pageServer = ({ folder, base = '/', headers = true }: PageServerOptions): Server => {
  /** Compressed files, by path and time: packing the engine takes a second. */
  const kept = new Map<string, Promise<Buffer>>()
  const pack = (file: string, time: number): Promise<Buffer> => {
    const name = `${time} ${file}`
    const found = kept.get(name) ?? readFile(file).then((bytes) => promisify(gzip)(bytes))
    kept.set(name, found)
    found.catch(() => kept.delete(name))
    return found
  }
  const answer = async (method: string, url: string, encodings: string, response: ServerResponse): Promise<void> => {
    const say = (status: number, more: Record<string, string | number> = {}): ServerResponse =>
      response.writeHead(status, { ...(headers ? pageHeaders : {}), ...more })
    if (method !== 'GET' && method !== 'HEAD') return void say(405, { Allow: 'GET, HEAD' }).end()
    const { pathname } = new URL(url, 'http://localhost')
    if (pathname === base.slice(0, -1)) return void say(308, { Location: base }).end()
    const path = normalize(join(folder, decodeURIComponent(pathname.slice(base.length - 1))))
    const inside = pathname.startsWith(base) && path.startsWith(folder + sep) && !path.includes('\0')
    const file = path.endsWith(sep) ? join(path, 'index.html') : path
    const found = inside ? await stat(file).catch(() => undefined) : undefined
    if (!found?.isFile()) return void say(404, { 'Content-Type': 'text/plain' }).end('not found\n')
    const immutable = pathname.startsWith(`${base}assets/`)
    const about = {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      Vary: 'Accept-Encoding',
    }
    if (method === 'HEAD') return void say(200, { ...about, 'Content-Length': found.size }).end()
    if (packed.test(file) && /\bgzip\b/.test(encodings)) {
      const body = await pack(file, found.mtimeMs)
      return void say(200, { ...about, 'Content-Encoding': 'gzip', 'Content-Length': body.length }).end(body)
    }
    say(200, { ...about, 'Content-Length': found.size })
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response)
  }
  return createServer((request, response) => {
    const encodings = String(request.headers['accept-encoding'] ?? '')
    answer(request.method ?? 'GET', request.url ?? '/', encodings, response).catch(() => {
      if (!response.headersSent) response.writeHead(400, headers ? pageHeaders : {})
      response.end()
    })
  })
}
