/** Serves the built page from a folder, without the service. */
import { createServer, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pageFiles, pageHeaders } from '@animegan/server/page'

export interface PageServerOptions {
  readonly folder: string
  /** The page's base path, with slashes at both ends; default `/`. */
  readonly base?: string
  /** Whether to send the page's headers, default true; without them it is a plain static host. */
  readonly headers?: boolean
}

/** Creates a server, which is not listening yet. */
export const pageServer = ({ folder, base = '/', headers = true }: PageServerOptions): Server => {
  const files = pageFiles(folder)
  const answer = async (method: string, url: string, encodings: string, response: ServerResponse): Promise<void> => {
    const say = (status: number, more: Record<string, string | number> = {}): ServerResponse =>
      response.writeHead(status, { ...(headers ? pageHeaders : {}), ...more })
    if (method !== 'GET' && method !== 'HEAD') return void say(405, { Allow: 'GET, HEAD' }).end()
    const { pathname } = new URL(url, 'http://localhost')
    if (pathname === base.slice(0, -1)) return void say(308, { Location: base }).end()
    const found = pathname.startsWith(base) ? await files(pathname.slice(base.length - 1), encodings) : undefined
    if (!found) return void say(404, { 'Content-Type': 'text/plain' }).end('not found\n')
    say(200, found.headers)
    const { body } = found
    if (!(body instanceof Readable)) return void response.end(method === 'HEAD' ? undefined : body)
    if (method === 'HEAD') {
      body.destroy()
      return void response.end()
    }
    body.on('error', () => response.destroy()).pipe(response)
  }
  return createServer((request, response) => {
    const encodings = String(request.headers['accept-encoding'] ?? '')
    answer(request.method ?? 'GET', request.url ?? '/', encodings, response).catch(() => {
      if (!response.headersSent) response.writeHead(400, headers ? pageHeaders : {})
      response.end()
    })
  })
}
