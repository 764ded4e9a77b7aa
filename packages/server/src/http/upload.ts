/**
 * Receives an upload into a local file, without holding it in memory: a raw body, or the file of a form. Bounded in bytes
 * and in slowness. Does not look into it. The request is left open where it is refused, so that the answer can be sent.
 */
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type {} from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'

/** The bounds of an upload. */
export interface UploadLimits {
  /** The largest file. */
  readonly bytes: number
  /** In each span of so many milliseconds at least `LEAST` bytes have to arrive. */
  readonly span: number
  /** The milliseconds within which all of it has to arrive. */
  readonly whole: number
}

/** The least that arrives in a span: about 1 kB/s in ten seconds. */
const LEAST = 10_000

/** Receives a request's picture into a file, and returns a form's fields. Throws a `Problem`. */
export const receive = async (
  request: FastifyRequest,
  path: string,
  limits: UploadLimits,
): Promise<Record<string, string>> => {
  const stated = Number(request.headers['content-length'] ?? 0)
  // A form is a little more than its file.
  const room = request.isMultipart() ? 100_000 : 0
  if (stated > limits.bytes + room) throw tooLarge(limits, `${stated}`)
  const clock = slowness(request, limits)
  const receiving = request.isMultipart() ? form(request, path, limits) : raw(request, path, limits)
  try {
    return await Promise.race([receiving, clock.tooSlow])
  } catch (error) {
    // What is still being received is nobody's any more.
    receiving.catch(() => {})
    if (error instanceof Problem) throw error
    throw new Problem(
      'bad-request',
      `expected a whole picture, found that it ended early (${(error as Error).message})`,
    )
  } finally {
    clock.stop()
  }
}

const raw = async (request: FastifyRequest, path: string, limits: UploadLimits): Promise<Record<string, string>> => {
  const body = request.body as Readable | undefined
  if (!body) throw new Problem('bad-request', 'expected a picture as the body, or as a file of a form, found none')
  await store(body, path, limits)
  return {}
}

const form = async (request: FastifyRequest, path: string, limits: UploadLimits): Promise<Record<string, string>> => {
  const fields: Record<string, string> = {}
  let files = 0
  const bounds = { files: 1, fileSize: limits.bytes, fields: 40, fieldSize: 1000, parts: 50 }
  for await (const part of request.parts({ limits: bounds })) {
    if (part.type === 'file') {
      files++
      await store(part.file, path, limits)
      if (part.file.truncated) throw tooLarge(limits, 'more')
    } else fields[part.fieldname] = String(part.value)
  }
  if (files !== 1) throw new Problem('bad-request', `expected one file in the form, found ${files}`)
  return fields
}

const store = async (body: Readable, path: string, limits: UploadLimits): Promise<void> => {
  const file = await open(path, 'w')
  try {
    let bytes = 0
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length
      if (bytes > limits.bytes) throw tooLarge(limits, 'more')
      await file.write(chunk)
    }
    if (bytes === 0) throw new Problem('not-a-picture', 'expected a picture, found an empty file')
  } finally {
    await file.close()
  }
}

const tooLarge = ({ bytes }: UploadLimits, found: string): Problem =>
  new Problem('too-large', `expected at most ${bytes} bytes, found ${found}`)

/** Rejects once too little arrives, or not all of it in time. */
const slowness = ({ raw: { socket } }: FastifyRequest, { span, whole }: UploadLimits) => {
  let before = socket.bytesRead
  let timer: NodeJS.Timeout | undefined
  let deadline: NodeJS.Timeout | undefined
  const tooSlow = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      const found = socket.bytesRead - before
      before = socket.bytesRead
      if (found < LEAST) reject(new Problem('too-slow', `expected ${LEAST} bytes in ${span / 1000} s, found ${found}`))
    }, span)
    deadline = setTimeout(() => {
      reject(new Problem('too-slow', `expected all of it in ${whole / 1000} s, found that it is still arriving`))
    }, whole)
  })
  tooSlow.catch(() => {})
  const stop = (): void => {
    clearInterval(timer)
    clearTimeout(deadline)
  }
  return { tooSlow, stop }
}
