/**
 * The worker that handles pictures and clips, so that the page never stutters: decodes, advises, finds faces, styles, encodes, draws
 * the camera live, converts style files. One thing at a time; the latest picture and its drawing are kept, so that a
 * change of strength, faces or format is quick. The other side is studio.ts.
 */
import { advise, adviseFaces, mendExposure, type Picture, styleFromWeights } from '@animegan/core'
import { writeStyle } from '@animegan/models'
import type { ClipMaker } from '../clip/clip-maker.ts'
import { engineFiles } from '../engine/assets.ts'
import { DownloadError, download } from '../engine/download.ts'
import { faceFiles } from '../engine/face-files.ts'
import { decodePicture, isClip } from '../photo/decode.ts'
import { encodePicture, type FileFormat, thumbnail, writableFormats } from '../photo/encode.ts'
import { type Painted, Painter } from './painter.ts'
import { Problem } from './problem.ts'
import type { CallName, Calls, FromWorker, Progress, StyleOptions, ToWorker } from './protocol.ts'

const port = self as unknown as {
  postMessage(message: FromWorker, transfer?: readonly ArrayBuffer[]): void
  onmessage: ((event: { data: ToWorker }) => void) | null
}

interface Context {
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

type Handlers = {
  [Name in CallName]: (context: Context, ...args: Calls[Name]['args']) => Promise<Calls[Name]['result']>
}

/** Long side of the pictures in the list, for screens of double density. */
const THUMBNAIL = 192

const painter = new Painter()
let latest: { readonly key: number; readonly picture: Picture } | undefined
let drawn: ({ readonly about: string; readonly original: Picture } & Painted) | undefined

/** Clips need a library of their own, which photos do not wait for. */
const clips = () => import('../clip/clip-maker.ts')
let maker: ClipMaker | undefined

const pictureOf = async (key: number, file: Blob): Promise<Picture> => {
  if (latest?.key === key) return latest.picture
  latest = undefined
  const { picture } = await decodePicture(file)
  latest = { key, picture }
  return picture
}

/** The drawing of a picture, made anew only when something besides strength, faces and format has changed. */
const draw = async (
  key: number,
  file: Blob,
  options: StyleOptions,
  context: Context,
): Promise<NonNullable<typeof drawn>> => {
  const { style, size, effectSize, mend, backend } = options
  const about = JSON.stringify([key, style.id, size, effectSize, mend, backend])
  if (drawn?.about === about) return drawn
  drawn = undefined // its memory is wanted
  const picture = await pictureOf(key, file)
  const original = mend ? mendExposure(picture) : picture
  drawn = { about, original, ...(await painter.paint(original, { ...options, ...context })) }
  return drawn
}

const handlers: Handlers = {
  formats: async () => writableFormats(),
  open: async (_, key, file) => {
    latest = undefined
    drawn = undefined
    if (await isClip(file)) return (await clips()).openClipFile(file, THUMBNAIL)
    const { kind, picture } = await decodePicture(file)
    latest = { key, picture }
    const own: Partial<Record<typeof kind, FileFormat>> = {
      png: 'png',
      webp: 'webp',
      gif: 'png',
      bmp: 'png',
      ico: 'png',
    }
    const { width, height, channels } = picture
    return {
      width,
      height,
      advice: advise(picture),
      thumbnail: await thumbnail(file, THUMBNAIL),
      format: own[kind] ?? (channels === 4 ? 'png' : 'jpeg'),
    }
  },
  faces: async (context, key, file, on) => {
    const picture = await pictureOf(key, file)
    const faces = await painter.findFaces(picture, { ...on, ...context })
    const advised = adviseFaces(picture, faces)
    return faces.map((face) => ({ face, advice: advised.find((other) => other.face === face)?.advice ?? [] }))
  },
  style: async (context, key, file, options, format) => {
    const { drawing, original, backend, recovered } = await draw(key, file, options, context)
    const styled = drawing.mix(options.strength)
    const { result, ...how } = options.faces
      ? await painter.redraw(original, styled, options.faces, { ...options, ...context })
      : { result: { picture: styled, spared: [] }, backend }
    const { picture, spared } = result
    const { width, height } = picture
    return {
      ...(recovered && { recovered }),
      ...how,
      spared,
      width,
      height,
      blob: await encodePicture(picture, format),
    }
  },
  styleClip: async (context, key, file, options) => {
    latest = undefined
    drawn = undefined
    maker ??= new (await clips()).ClipMaker(painter)
    return maker.style({ key, file, options, ...context })
  },
  forget: async (_, key) => {
    await maker?.forget(key)
    return undefined
  },
  live: async ({ onProgress }, livePort, options) => {
    latest = undefined
    drawn = undefined
    const { runLive } = await import('../live/live-view.ts')
    await runLive(painter, livePort, options, onProgress)
    return undefined
  },
  convert: async (_, name, bytes) => {
    try {
      const style = styleFromWeights(bytes, undefined, name, {})
      const { title, licence, attribution } = style
      return { bytes: writeStyle(style) as Uint8Array<ArrayBuffer>, title, licence, attribution }
    } catch (cause) {
      throw new Problem('style', (cause as Error).message, cause)
    }
  },
  fetch: async (_, backend, style) => {
    const files = engineFiles[await painter.backendFor(backend)]
    await download(files.binary, files.bytes)
    await download(files.script, 1 << 16)
    if ('url' in style) await download(style.url, style.size)
    for (const { url, bytes } of Object.values(faceFiles)) await download(url, bytes)
    return undefined
  },
  warm: async (context, backend, style) => {
    await painter.prepare({ backend, style, ...context })
    return undefined
  },
}

const problemOf = (error: unknown): Problem => {
  if (error instanceof Problem) return error
  const { message } = error as Error
  // The library for clips, or anything else that is loaded when it is wanted.
  if (error instanceof TypeError && /import/.test(message)) return new Problem('offline', message)
  if (error instanceof DownloadError) return new Problem('offline', message)
  return new Problem(error instanceof RangeError || /memory|alloc/i.test(message) ? 'memory' : 'engine', message)
}

/** These go beside whatever is being drawn or decoded: they wait for files, not for the processor. */
const beside: readonly CallName[] = ['formats', 'fetch', 'warm']

let queue = Promise.resolve()
const signals = new Map<number, AbortController>()

port.onmessage = ({ data }) => {
  if ('cancel' in data) {
    signals.get(data.cancel)?.abort(new Problem('cancelled'))
    return
  }
  const { id, call, args } = data
  const controller = new AbortController()
  const { signal } = controller
  signals.set(id, controller)
  const context: Context = { signal, onProgress: (progress) => port.postMessage({ id, progress }) }
  const work = async (): Promise<void> => {
    try {
      if (signal.aborted) throw new Problem('cancelled')
      const handler = handlers[call] as (context: Context, ...args: readonly unknown[]) => Promise<unknown>
      port.postMessage({ id, result: await handler(context, ...args) })
    } catch (error) {
      const { code, message } = problemOf(error)
      port.postMessage({ id, problem: code, detail: message })
    }
    signals.delete(id)
  }
  if (beside.includes(call)) void work()
  else queue = queue.then(work)
}
