/**
 * The API as a Fastify application: what is asked, checked and answered. It admits jobs and tells of them; it draws
 * nothing, and looks into no picture itself.
 */
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { AnimateOptions, Style } from '@animegan/core'
import multipart from '@fastify/multipart'
import swagger from '@fastify/swagger'
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifySchemaValidationError,
} from 'fastify'
import type { BlobName, Blobs } from '../blobs/blobs.ts'
import { isGone } from '../database/database.ts'
import { pageHeaders } from '../page/headers.ts'
import { pageFiles } from '../page/page-files.ts'
import { promise } from '../queue/admission.ts'
import { costOf, PREVIEW_SIDE, previewCostOf } from '../queue/cost.ts'
import { CLIP_OPTIONS, type JobRecord, type JobRequest, partsOf } from '../queue/job.ts'
import type { Load, Queue, QueueLimits } from '../queue/queue.ts'
import type { Span, Tracing } from '../tracing.ts'
import type { Artist } from '../work/artist.ts'
import type { UploadFacts } from '../work/protocol.ts'
import { clientsOf } from './clients.ts'
import { createEvents } from './events.ts'
import { createLookUp } from './look-up.ts'
import type { Metrics } from './metrics.ts'
import { Problem, problemOf } from './problem.ts'
import { createRoom } from './room.ts'
import {
  idSchema,
  isForClips,
  jobSchema,
  loadSchema,
  MEDIA,
  problemSchema,
  requestSchema,
  signedSchema,
  stylesSchema,
} from './schemas.ts'
import { signer } from './signature.ts'
import { receive } from './upload.ts'

/** What the API works with. */
export interface AppParts {
  readonly queue: Queue
  readonly blobs: Blobs
  /** Reads the headers of uploads. */
  readonly inspector: Artist
  readonly styles: ReadonlyMap<string, Style>
  readonly metrics: Metrics
  readonly tracing: Tracing
  /** A folder for uploads in progress. */
  readonly uploads: string
  /** The folder of the page; undefined if there is none. */
  readonly page: string | undefined
  /** Whether the page offers its visitors to draw here. */
  readonly offers: boolean
  /** Keys of clients; undefined if everybody may use the service. */
  readonly keys: readonly string[] | undefined
  /** Proxies before the service, whose word is taken for the client's address. */
  readonly proxies: number
  readonly version: string
  readonly limits: AppLimits
  /** Whether the database answers. */
  readonly answers: () => Promise<boolean>
  /** Called when a job was admitted. */
  readonly onAdmitted: () => void
}

export interface AppLimits extends QueueLimits {
  /** The largest upload. */
  readonly bytes: number
  /** The most pixels of a picture, of all frames together; of a clip, of one frame. */
  readonly pixels: number
  /** The most seconds of a clip; 0: no clips. */
  readonly seconds: number
  /** The span in which uploads have to make progress, in milliseconds. */
  readonly span: number
  /** The time within which all of an upload has to arrive, in milliseconds. */
  readonly whole: number
}

/** How long the address of a result is valid, in seconds. */
const ADDRESS_VALID = 3600
/** How old the load may be that is told and that refuses early, in milliseconds. */
const LOAD_AGE = 250
/** The most frames a second of a clip, on average, beyond which it is too large. */
const MOST_RATE = 60
/** Uploads that are received at a time, of all clients and of one. */
const MOST_UPLOADS = { all: 200, each: 50 }
/** How long a client may go on sending what was refused, in milliseconds. */
const LINGER = 2000

/** Builds the application, which is not listening yet. */
export const createApp = async (parts: AppParts): Promise<FastifyInstance> => {
  const { queue, blobs, inspector, styles, metrics, limits } = parts
  const clientOf = clientsOf(queue.secret, parts.keys)
  const signing = signer(queue.secret)
  const drawing = requestSchema([...styles.keys()])

  const app = fastify({
    logger: false,
    trustProxy: parts.proxies === 0 ? false : (_: string, hop: number) => hop < parts.proxies,
    http: { headersTimeout: 20_000 },
    bodyLimit: limits.bytes,
    // An upload has its own clock; nothing else takes this long.
    requestTimeout: 0,
    forceCloseConnections: true,
    schemaErrorFormatter: ([error]) => new Error(wordsOf(error)),
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, useDefaults: true, allErrors: false } },
  })
  for (const schema of [problemSchema, jobSchema, loadSchema, stylesSchema]) app.addSchema(schema)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'animegan', description: 'Turns pictures and clips into anime.', version: parts.version },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    },
    refResolver: { buildLocalReference: (json, _, __, i) => String(json.$id ?? `schema-${i}`) },
  })
  // Bodies are streams: whatever their type says, only their bytes count.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_, payload, done) => done(null, payload))
  await app.register(multipart, { throwFileSizeLimit: false })

  const page =
    parts.page === undefined ? undefined : pageFiles(parts.page, parts.offers ? String(limits.keep) : undefined)
  app.setErrorHandler((error: FastifyError, _, reply) => answerProblem(reply, problemFrom(error)))
  app.setNotFoundHandler(async (request, reply) => {
    const reading = request.method === 'GET' || request.method === 'HEAD'
    const { pathname } = new URL(request.url, 'http://localhost')
    const found = reading
      ? await page?.(pathname, request.headers['accept-encoding']).catch(() => undefined)
      : undefined
    if (found) return reply.headers({ ...pageHeaders, ...found.headers }).send(found.body)
    return answerProblem(reply, new Problem('not-found', `there is nothing at ${request.method} ${request.url}`))
  })
  const spans = new WeakMap<FastifyRequest, Span>()
  app.addHook('onRequest', async (request) => {
    const { traceparent } = request.headers
    spans.set(request, parts.tracing.start('request', typeof traceparent === 'string' ? traceparent : undefined))
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'page'
    const facts = { 'http.route': route, 'http.response.status_code': reply.statusCode }
    spans.get(request)?.end(`${request.method} ${route}`, facts, reply.statusCode >= 500)
    metrics.answered(request.method, route, reply.statusCode, reply.elapsedTime / 1000)
    if (request.raw.complete) return
    // It goes on sending what was refused: a while, so that it can read why.
    request.raw.resume()
    setTimeout(() => request.raw.destroy(), LINGER).unref()
  })
  app.addHook('onSend', async (request, reply) => {
    reply.header('X-Content-Type-Options', 'nosniff')
    if (!request.raw.complete) reply.header('Connection', 'close')
  })

  let told: { readonly load: Promise<Load>; readonly at: number } | undefined
  /** The load, looked at once for all who ask at about the same time. */
  const load = (): Promise<Load> => {
    if (!told || Date.now() - told.at > LOAD_AGE) told = { load: queue.load(), at: Date.now() }
    return told.load
  }

  /** A job as it is answered. */
  const describe = (job: JobRecord) => {
    const self = `/v1/jobs/${job.id}`
    const expires = Math.floor(Date.now() / 1000) + Math.min(ADDRESS_VALID, limits.keep)
    const waiting = job.state === 'queued' || job.state === 'working'
    const age = (Date.now() - job.created.getTime()) / 1000
    const { outcome } = job
    return {
      id: job.id,
      state: job.state,
      place: job.place,
      estimatedSeconds: waiting ? Math.max(1, Math.ceil(job.data.promised - age)) : 0,
      progress: job.progress,
      ...(job.state === 'done' && outcome && 'result' in outcome && { result: outcome.result }),
      ...(outcome && 'failure' in outcome && { problem: problemOf(outcome.failure).document() }),
      links: {
        self,
        events: `${self}/events`,
        ...(job.preview && { preview: signing.sign(`${self}/preview`, expires) }),
        ...(job.state === 'done' && { result: signing.sign(`${self}/result`, expires) }),
      },
    }
  }
  const lookUp = createLookUp(queue.find)
  const events = createEvents(queue.find, describe)
  app.addHook('onClose', async () => events.close())

  /** A client's job. Who has no key may ask for any whose id it knows: ids cannot be guessed. */
  const jobOf = async (request: FastifyRequest): Promise<JobRecord> => {
    const client = clientOf(request)
    const { id } = request.params as { id: string }
    const job = await lookUp(id)
    if (!job || (parts.keys && job.data.client !== client)) {
      throw new Problem('not-found', `there is no job ${id}: it was deleted, or never sent`)
    }
    return job
  }

  /** Forgets what was stored for a job that was not admitted. */
  const discard = async (id: string): Promise<void> => {
    await blobs.remove(id)
    await queue.forget(id)
  }

  const refusal = (cause: 'client' | 'everybody' | 'quota', retryAfter: number): Problem => {
    if (cause === 'quota') return new Problem('quota', 'this hour’s jobs are used up', { retryAfter })
    const detail = `expected a wait of at most ${limits.longest} s, found a longer one`
    if (cause === 'everybody')
      return new Problem('busy', `${detail}; the page draws on your own device`, { retryAfter })
    return new Problem('busy', `${detail} behind your own jobs`, { retryAfter, status: 429 })
  }

  const uploading = createRoom(MOST_UPLOADS)
  /** Receives, checks, stores and admits a picture under an id. */
  const admit = async (request: FastifyRequest, client: string, id: string): Promise<void> => {
    const path = join(parts.uploads, randomUUID())
    try {
      const fields = await receive(request, path, limits)
      const wish: Record<string, unknown> = { ...(request.query as object), ...fields }
      const validate = request.compileValidationSchema(drawing)
      if (!validate(wish)) {
        throw new Problem('bad-request', wordsOf(validate.errors?.[0]))
      }
      const { style, format, quality, metadata, start, end, fps, sound, ...options } = wish as unknown as Omit<
        JobRequest,
        'options'
      > &
        AnimateOptions
      const facts = await inspector.inspect(path, {
        start,
        end,
        fps,
        most: Math.ceil(Math.max(1, limits.seconds) * MOST_RATE),
      })
      if ('type' in facts) throw problemOf(facts)
      const { parts, ...picture } = facts
      checkSize(facts, limits)
      checkForm(facts, { format, start, end, fps, sound })
      const drawn = styles.get(style) as Style
      const costs = parts?.map((part) => ({
        ...part,
        cost: costOf({ ...picture, frames: part.frames }, drawn, options),
      }))
      await queue.keep(id)
      await blobs.put(id, 'input', path)
      const small = Math.max(picture.width, picture.height) <= PREVIEW_SIDE
      const answer = await queue
        .apply(
          {
            id,
            previewCost: small ? undefined : previewCostOf(picture),
            parts: costs,
            data: {
              client,
              picture,
              cost: costs?.reduce((sum, { cost }) => sum + cost, 0) ?? costOf(picture, drawn, options),
              request: { style, options, format, quality, metadata, start, end, fps, sound },
              trace: spans.get(request)?.parent,
            },
          },
          limits,
        )
        .catch(async (error) => {
          // It may have been admitted though no answer came: then its picture has to stay.
          if (!isGone(error)) await discard(id)
          throw error
        })
      if (answer.kind !== 'refused') return
      await discard(id)
      throw refusal(answer.cause, answer.after)
    } finally {
      await rm(path, { force: true })
    }
  }

  const errors = { '4xx': { $ref: 'Problem#' }, '5xx': { $ref: 'Problem#' } }
  app.post(
    '/v1/jobs',
    {
      schema: {
        summary: 'Send a picture or a clip, as the body or as a file of a form',
        description: 'Options are in the query, or fields of the form. A repeated Idempotency-Key is the same job.',
        consumes: ['image/*', 'video/*', 'application/octet-stream', 'multipart/form-data'],
        querystring: drawing,
        headers: {
          type: 'object',
          properties: {
            'idempotency-key': { type: 'string', format: 'uuid', description: "a new UUID; becomes the job's id" },
          },
        },
        response: { 202: { $ref: 'Job#' }, ...errors },
      },
    },
    async (request, reply) => {
      const client = clientOf(request)
      const key = (request.headers['idempotency-key'] as string | undefined)?.toLowerCase()
      const id = key ?? randomUUID()
      try {
        const known = key && (await lookUp(id))
        if (known && known.data.client !== client) throw new Problem('conflict', `${id}: expected a new key`)
        if (!known) {
          const { wait } = await load()
          // Before anything is received: a crowd that is refused costs next to nothing.
          const over = promise(wait) - limits.longest
          if (over > 0) throw refusal('everybody', Math.ceil(Math.min(over, limits.longest)) || 1)
          await uploading.within(client, () => admit(request, client, id))
          metrics.sent('admitted')
          parts.onAdmitted()
        }
      } catch (error) {
        metrics.sent(problemFrom(error as Error).type)
        throw error
      }
      const job = await lookUp(id)
      // It was deleted as soon as it was sent.
      if (!job) throw new Problem('not-found', `there is no job ${id}: it was deleted`)
      return reply.code(202).header('Location', `/v1/jobs/${id}`).send(describe(job))
    },
  )
  app.get(
    '/v1/jobs/:id',
    { schema: { summary: 'How a job is', params: idSchema, response: { 200: { $ref: 'Job#' }, ...errors } } },
    async (request) => describe(await jobOf(request)),
  )
  app.delete(
    '/v1/jobs/:id',
    {
      schema: {
        summary: 'Delete a job, its picture and its result at once',
        params: idSchema,
        response: { 204: { type: 'null' }, ...errors },
      },
    },
    async (request, reply) => {
      const { id, data } = await jobOf(request)
      await queue.remove(id)
      for (const each of [id, ...partsOf(data)]) await discard(each)
      return reply.code(204).send()
    },
  )
  app.get(
    '/v1/jobs/:id/events',
    {
      schema: {
        summary: 'Server-sent events: place, preview, progress; then done, failed or expired',
        params: idSchema,
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const job = await jobOf(request)
      if (!events.hasRoom()) throw new Problem('busy', 'too many watch their jobs', { retryAfter: 10 })
      reply.hijack()
      const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' }
      reply.raw.writeHead(200, headers)
      events.watch(job, reply.raw)
    },
  )
  for (const name of ['preview', 'result'] as const) {
    app.get(
      `/v1/jobs/:id/${name}`,
      {
        schema: {
          summary: `The ${name} of a job, at the signed address that the job links to`,
          params: idSchema,
          querystring: signedSchema,
          produces: Object.values(MEDIA),
        },
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const signed = request.query as { expires: number; signature: string }
        if (!signing.isValid(`/v1/jobs/${id}/${name}`, signed)) {
          throw new Problem(
            'forbidden',
            `expected the address that ${`/v1/jobs/${id}`} links to, found another or an old one`,
          )
        }
        return sendBlob(id, name, reply)
      },
    )
  }
  const sendBlob = async (id: string, name: BlobName, reply: FastifyReply): Promise<FastifyReply> => {
    const job = await lookUp(id)
    if (!job) throw new Problem('not-found', `there is no job ${id}: it was deleted`)
    if (job.state === 'expired') throw new Problem('expired', `the ${name} was deleted`)
    if (name === 'result' && job.outcome && 'failure' in job.outcome) throw problemOf(job.outcome.failure)
    const result = name === 'preview' ? job.preview : job.outcome && 'result' in job.outcome && job.outcome.result
    const blob = result && (await blobs.open(id, name))
    if (!blob || !result) throw new Problem('not-ready', `the ${name} is not there yet`)
    return reply
      .headers({
        'Content-Type': MEDIA[result.format],
        'Content-Length': blob.size,
        'Cache-Control': 'private, no-store',
      })
      .send(blob.stream)
  }

  app.get('/v1/styles', { schema: { summary: 'The styles', response: { 200: { $ref: 'Styles#' } } } }, async () =>
    [...styles].map(([name, { title, licence, attribution }]) => ({ name, title, licence, attribution })),
  )
  app.get(
    '/v1/load',
    {
      schema: {
        summary: 'How busy the service is, to be asked before anything is uploaded',
        response: { 200: { $ref: 'Load#' } },
      },
    },
    async () => {
      const { wait, pictures, active, workers } = await load()
      return {
        admits: wait <= limits.longest,
        ...(Number.isFinite(wait) && { waitSeconds: wait }),
        waiting: pictures,
        working: active,
        workers,
        maxWaitSeconds: limits.longest,
      }
    },
  )
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  app.get('/healthz', { schema: { hide: true } }, async () => ({ ok: true }))
  app.get('/readyz', { schema: { hide: true } }, async (_, reply) => {
    const ok = await parts.answers()
    return reply.code(ok ? 200 : 503).send({ ok })
  })
  app.get('/metrics', { schema: { hide: true } }, async (_, reply) =>
    reply.type(metrics.contentType).send(await metrics.text(await load())),
  )
  return app
}

/** What is wrong with a request, in words. */
const wordsOf = (
  error: Pick<FastifySchemaValidationError, 'instancePath' | 'message' | 'params'> | undefined,
): string => {
  const { additionalProperty: unknown, allowedValues: words } = error?.params ?? {}
  if (unknown !== undefined) return `${unknown}: there is no such option`
  const name = error?.instancePath.slice(1) || 'the request'
  return `${name}: ${Array.isArray(words) ? `expected one of ${words.join(', ')}` : error?.message}`
}

/** Throws where a picture or a clip is larger than it may be. */
const checkSize = ({ width, height, frames, parts }: UploadFacts, limits: AppLimits): void => {
  const [first, last] = [parts?.[0], parts?.at(-1)]
  const seconds = first && last ? last.until - first.from : 0
  if (seconds > limits.seconds) {
    const most = limits.seconds === 0 ? 'a picture' : `a clip of at most ${limits.seconds} s`
    throw new Problem('too-long', `expected ${most}, found a clip of ${seconds.toFixed(1)} s`)
  }
  if (width * height * (parts ? 1 : frames) <= limits.pixels) return
  const found = `${width}x${height}${frames > 1 && !parts ? ` with ${frames} frames` : ''}`
  throw new Problem('too-many-pixels', `expected at most ${limits.pixels / 1e6} megapixels, found ${found}`)
}

/** Throws where what is asked for is for clips and this is a picture, or the other way round. */
const checkForm = ({ parts }: UploadFacts, form: Pick<JobRequest, (typeof CLIP_OPTIONS)[number] | 'format'>): void => {
  const odd = parts ? undefined : CLIP_OPTIONS.find((option) => form[option] !== undefined)
  if (odd) throw new Problem('bad-request', `${odd}: expected a clip, found a picture`)
  const { format } = form
  if (!format || (parts ? isForClips(format) : MEDIA[format].startsWith('image/'))) return
  throw new Problem('bad-request', `format: expected one for ${parts ? 'clips' : 'pictures'}, found ${format}`)
}

/** Any error as a problem. */
const problemFrom = (error: Error): Problem => {
  if (error instanceof Problem) return error
  const { code, statusCode, validation } = error as FastifyError
  if (isGone(error)) return new Problem('busy', 'the service is starting again', { retryAfter: 2 })
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Problem('too-large', error.message)
  if (validation || (statusCode !== undefined && statusCode < 500)) return new Problem('bad-request', error.message)
  return new Problem('internal', 'the service could not do this; it is not your request')
}

const answerProblem = (reply: FastifyReply, problem: Problem): FastifyReply => {
  if (problem.retryAfter !== undefined) reply.header('Retry-After', problem.retryAfter)
  return reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem.document())
}
