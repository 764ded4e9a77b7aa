/**
 * The shapes of requests and answers, as JSON Schema. They check requests, write answers, and are what /openapi.json
 * says. The options of animating are those that @animegan/core declares.
 */
import { type AnyOption, OPTIONS } from '@animegan/core/options'
import type { OneFileFormat } from '@animegan/node'
import { JOB_STATES, type ResultFormat } from '../queue/job.ts'
import { PROBLEMS } from './problem.ts'

/** The formats of results, each with its media type. */
export const MEDIA: Readonly<Record<ResultFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
  tiff: 'image/tiff',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
}

/** Whether a clip can be written in a format; a picture in those that are no containers. */
export const isForClips = (format: ResultFormat): format is OneFileFormat =>
  !MEDIA[format].startsWith('image/') || format === 'gif' || format === 'webp'

const schemaOf = (option: AnyOption): Record<string, unknown> => {
  const { about: description } = option
  switch (option.kind) {
    case 'word':
      return { type: 'string', enum: option.words, default: option.default, description }
    case 'colour':
      return { type: 'string', pattern: `^(${option.default}|#[0-9a-fA-F]{6})$`, default: option.default, description }
    case 'whole':
    case 'number': {
      const type = option.kind === 'whole' ? 'integer' : 'number'
      const { least: minimum, most: maximum } = option
      return { type, minimum, maximum, ...(option.default !== undefined && { default: option.default }), description }
    }
  }
}

/** How to draw a picture or a clip: as the query of a raw upload, or as the fields of a form. */
export const requestSchema = (styles: readonly string[]) => ({
  type: 'object',
  additionalProperties: false,
  properties: {
    style: { type: 'string', enum: styles, default: 'sora', description: 'a style, as /v1/styles lists them' },
    ...Object.fromEntries(Object.entries(OPTIONS).map(([name, option]) => [name, schemaOf(option)])),
    format: { type: 'string', enum: Object.keys(MEDIA), description: "format of the result; default: the input's own" },
    quality: { type: 'integer', minimum: 1, maximum: 100, description: "default: the format's own" },
    metadata: {
      type: 'string',
      enum: ['strip', 'keep'],
      default: 'strip',
      description: "whether the result keeps the picture's metadata, such as place and camera",
    },
    start: { type: 'number', minimum: 0, description: 'of a clip: where to begin, in seconds' },
    end: { type: 'number', exclusiveMinimum: 0, description: 'of a clip: where to end, in seconds' },
    fps: { type: 'number', minimum: 1, maximum: 60, description: 'of a clip: frames per second; default: its own' },
    sound: { type: 'string', enum: ['keep', 'off'], description: 'of a clip: whether it keeps its sound' },
  },
})

const text = { type: 'string' } as const
const number = { type: 'number' } as const
const whole = { type: 'integer' } as const

const faces = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: true,
    properties: { x: number, y: number, width: number, height: number, score: number },
  },
} as const

export const problemSchema = {
  $id: 'Problem',
  type: 'object',
  description: `RFC 9457; the type is urn:animegan:problem: and one of ${Object.keys(PROBLEMS).join(', ')}`,
  required: ['type', 'title', 'status', 'detail'],
  properties: { type: text, title: text, status: whole, detail: text, retryAfter: whole, page: text },
} as const

export const jobSchema = {
  $id: 'Job',
  type: 'object',
  required: ['id', 'state', 'place', 'estimatedSeconds', 'progress', 'links'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    state: { type: 'string', enum: JOB_STATES },
    place: { type: 'integer', description: '1 for the next in the queue; 0 if it does not wait' },
    estimatedSeconds: { type: 'number', description: 'until it is done' },
    progress: { type: 'number', minimum: 0, maximum: 1 },
    result: {
      type: 'object',
      description: 'once it is done',
      properties: {
        width: whole,
        height: whole,
        frames: whole,
        seconds: { type: 'number', description: 'of a clip' },
        format: text,
        bytes: whole,
        notices: { type: 'array', items: text },
        faces,
        incomplete: { type: 'string', description: 'why a part is missing' },
      },
    },
    problem: { $ref: 'Problem#', description: 'why it failed' },
    links: {
      type: 'object',
      required: ['self', 'events'],
      properties: {
        self: text,
        events: text,
        preview: { type: 'string', description: 'signed, expires; once it is there' },
        result: { type: 'string', description: 'signed, expires; once it is there' },
      },
    },
  },
} as const

export const loadSchema = {
  $id: 'Load',
  type: 'object',
  required: ['admits', 'waiting', 'working', 'workers', 'maxWaitSeconds'],
  properties: {
    admits: { type: 'boolean', description: 'whether a job of a new client would be admitted now' },
    waitSeconds: { type: 'number', description: 'the estimated wait of such a job; missing if nothing works' },
    waiting: whole,
    working: whole,
    workers: whole,
    maxWaitSeconds: number,
  },
} as const

export const stylesSchema = {
  $id: 'Styles',
  type: 'array',
  items: {
    type: 'object',
    required: ['name', 'title', 'licence', 'attribution'],
    properties: { name: text, title: text, licence: text, attribution: text },
  },
} as const

export const idSchema = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', format: 'uuid' } },
} as const

export const signedSchema = {
  type: 'object',
  required: ['expires', 'signature'],
  properties: { expires: { type: 'integer' }, signature: { type: 'string', maxLength: 100 } },
} as const
