/**
 * Serves the page, built elsewhere, from its folder, with the headers that it needs: isolation, so that its threads may
 * share memory, and a policy that allows no other host.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import send from '@fastify/send'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** The page's headers. */
export const PAGE_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(self), microphone=(), geolocation=(), interest-cohort=()',
} as const

/** The folder of the built page: in this package, or in a checkout beside it; undefined if it is not built. */
export const findPage = (): string | undefined =>
  ['../../page', '../../../../apps/web/dist/page']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((folder) => existsSync(join(folder, 'index.html')))

/** Answers with a file of the page; false if there is none of this name. */
export const sendPage = async (folder: string, request: FastifyRequest, reply: FastifyReply): Promise<boolean> => {
  const { pathname } = new URL(request.url, 'http://localhost')
  const { statusCode, headers, stream, type } = await send(request.raw, pathname, { root: folder, dotfiles: 'ignore' })
  if (type === 'error') return false
  reply.code(statusCode).headers({ ...headers, ...PAGE_HEADERS })
  reply.header('Cache-Control', pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
  reply.send(stream)
  return true
}
