/**
 * Shows a run's report while it is trained: a page on this machine only, which a browser fetches anew every few seconds.
 * It serves what the run has written and nothing else.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type RunStorage, reportFile, sheetPattern } from '@animegan/train'

/** A server of one report. */
export interface ReportServer {
  /** The page's address. */
  readonly url: string
  /** Ends it, with all its connections. */
  close(): Promise<void>
}

const loopback = '127.0.0.1'
/** Seconds after which a browser fetches the page again. */
const refresh = 5
const waiting = `<!doctype html>\n<html lang="en">\n<title>Training</title>\n<p>The report comes with the first step.\n</html>\n`

/** Serves the report in a storage on a free port. Rejects when no port can be opened. */
export const serveReport = async (storage: RunStorage): Promise<ReportServer> => {
  const server = createServer((request, response) => {
    answer(storage, request, response).catch((error: Error) => {
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(`${error.message}\n`)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, loopback, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${loopback}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const answer = async (storage: RunStorage, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const send = (status: number, type: string, body: string | Uint8Array, more: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-cache', ...more })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
  const plain = 'text/plain; charset=utf-8'
  // A page of another site that has its name point here is not told what is on this machine.
  if (!/^(127\.0\.0\.1|localhost):\d+$/.test(request.headers.host ?? ''))
    return send(403, plain, 'expected this machine as host\n')
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, plain, 'expected GET\n')
  const name = (request.url ?? '/').replace(/\?.*$/s, '').slice(1)
  if (name === '' || name === reportFile) {
    const page = (await storage.read(reportFile)) ?? waiting
    return send(200, 'text/html; charset=utf-8', page, { refresh: String(refresh) })
  }
  const sheet = sheetPattern.test(name) ? await storage.read(name) : undefined
  return sheet ? send(200, 'image/jpeg', sheet) : send(404, plain, 'not found\n')
}
