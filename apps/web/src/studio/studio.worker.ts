/**
 * The worker that handles pictures and clips, so that the page stays responsive: decodes, advises, finds faces, styles,
 * encodes, draws the camera live, converts style files. One task at a time; the latest picture and its drawing are
 * kept, so a change of strength, faces or format is fast. The other side is state/studio.ts.
 */
import {
  type BrowserEngine,
  browserEngine,
  canReadAnimation,
  contentOf,
  encodePicture,
  type FileFormat,
  fetchBytes,
  fetchCharacterModels,
  fetchFaceModels,
  fileFormats,
  isAnimation,
  isForeign,
  perceptFile,
  runtimeFiles,
  thumbnail,
  withMetadata,
  writableFormats,
} from '@animegan/browser'
import {
  type AnimatedPicture,
  type Animator,
  AnimeganError,
  advise,
  adviseFaces,
  type Drawing,
  effectSizes,
  type Face,
  type FinishOptions,
  fitLongSide,
  mendExposure,
  type Picture,
  resample,
  sideBySide,
  splitView,
  styleFromWeights,
} from '@animegan/core'
import { writeStyle } from '@animegan/models'
import type { PhotoMetadata } from '@animegan/pictures'
import type { ClipMaker } from '../clip/clip-maker.ts'
import { type OpenedPhoto, openPhoto } from '../photo/open.ts'
import { collage } from './collage.ts'
import { Painter, type Ready } from './painter.ts'
import { Problem } from './problem.ts'
import type { CallName, Calls, PreviewOptions, Progress, Styled, StyleOptions } from './protocol.ts'
import { type Context, type Handlers, serve } from './serve.ts'

/** Long side of the list's thumbnails, for high-density screens. */
const THUMBNAIL = 192

/** Long side of a first look as the network sees it, and as it is shown: guided by the photo, it is crisp. */
const PREVIEW_SEEN = 256
const PREVIEW = 512
/** Long side of a photo that is shown before its faces are drawn. */
const UNFINISHED = 1280

const painter = new Painter()
let latest: { readonly key: number; readonly picture: Picture } | undefined
/** What results take over from the files of opened photos, by item. */
const metadata = new Map<number, PhotoMetadata>()
let drawn:
  | {
      readonly about: string
      readonly animator: Animator
      readonly drawing: Drawing
      /** The picture's faces: as long as they are the same objects, what was drawn of them is remembered. */
      readonly found?: readonly Face[]
      /** Why it was not made as requested; reported with everything made from it. */
      readonly recovered?: Styled['recovered']
    }
  | undefined

/** Why the engine was changed since the last result, whatever it was doing then: the next result tells. */
let gaveWay: Styled['recovered']

const attempt: Painter['attempt'] = async (task, work) => {
  const attempted = await painter.attempt(task, work)
  gaveWay ??= attempted.recovered
  return attempted
}

/** Clips need an extra library, which photos should not wait for. */
const clips = () => import('../clip/clip-maker.ts')
let maker: ClipMaker | undefined
const clipMaker = async (): Promise<ClipMaker> => {
  const { ClipMaker } = await clips()
  maker ??= new ClipMaker(painter)
  return maker
}

/** A copy with at most the given long side. */
const reduced = (picture: Picture, side: number): Picture => {
  const { width, height } = picture
  if (Math.max(width, height) <= side) return picture
  const size = fitLongSide(width, height, side)
  return resample(picture, size.width, size.height)
}

/** A picture that is shown while a better one is made. */
const passing = (picture: Picture, side: number): Promise<Blob> =>
  encodePicture(reduced(picture, side), picture.channels === 4 ? 'png' : 'jpeg')

/** The latest first look: what a drawing starts from, until its own parts are done. */
let look: { readonly about: string; readonly picture: Picture } | undefined

/** The last picture reduced for a first look, which is the same for every style. */
let looked: { readonly about: string; readonly picture: Picture } | undefined

const lookWord = (key: number, { style: { id }, mend }: PreviewOptions): string => JSON.stringify([key, id, mend])

const lookOf = async (key: number, file: Blob, mend: boolean): Promise<Picture> => {
  const about = JSON.stringify([key, mend])
  if (looked?.about === about) return looked.picture
  const small = reduced(await pictureOf(key, file), PREVIEW)
  looked = { about, picture: mend ? mendExposure(small) : small }
  return looked.picture
}

const pictureOf = async (key: number, file: Blob): Promise<Picture> => {
  if (latest?.key === key) return latest.picture
  latest = undefined
  const { picture } = await openInto(key, file)
  return picture
}

/** Opens a photo, which is the latest from then on. */
const openInto = async (key: number, file: Blob): Promise<OpenedPhoto> => {
  const opened = await openPhoto(file)
  latest = { key, picture: opened.picture }
  metadata.set(key, opened.metadata)
  return opened
}

/**
 * The drawing of a picture, redone only when something other than strength, faces and format has changed. Faces come last:
 * a new drawing is shown before them.
 */
const draw = async (
  { animator, style, backend }: Ready,
  key: number,
  file: Blob,
  options: StyleOptions,
  { signal, onProgress }: Context<Progress>,
): Promise<Drawing> => {
  const { style: source, size, effectSize, mend, strength, faces } = options
  const about = JSON.stringify([key, source.id, size, effectSize, mend])
  if (drawn?.about === about && drawn.animator === animator) return drawn.drawing
  drawn = undefined // its memory is needed
  const picture = await pictureOf(key, file)
  const result = size === undefined ? picture : fitLongSide(picture.width, picture.height, size)
  const seen = fitLongSide(result.width, result.height, effectSizes(style)(result, effectSize))
  const pixels = seen.width * seen.height
  const report = (fraction: number): void => onProgress({ stage: 'picture', fraction, pixels, backend })
  report(0)
  const given = mend ? mendExposure(picture) : picture
  let done = 0
  const onPart =
    look?.about === lookWord(key, options)
      ? collage(look.picture, UNFINISHED, (after) =>
          onProgress({ stage: 'picture', fraction: done, pixels, backend, preview: { after } }),
        )
      : undefined
  const drawing = await animator.draw(given, {
    size,
    effectSize,
    signal,
    onPart,
    onProgress: (fraction) => {
      done = fraction
      report(fraction)
    },
  })
  drawn = { about, animator, drawing }
  if (faces) {
    const { picture: faceless } = await drawing.finish({ strength })
    onProgress({ stage: 'redraw', fraction: 0, preview: { after: await passing(faceless, UNFINISHED) } })
  }
  return drawing
}

/** The faces of the kept drawing: the same objects as before, where they are equal. */
const sameFaces = (found: readonly Face[]): readonly Face[] => {
  if (drawn && JSON.stringify(drawn.found) !== JSON.stringify(found)) drawn = { ...drawn, found }
  return drawn?.found ?? found
}

/** Finishes with characters; where their networks cannot be fetched, the style redraws the faces. */
const withCharacters = async (
  drawing: Drawing,
  options: FinishOptions,
): Promise<AnimatedPicture & { readonly drawn: boolean }> => {
  try {
    return { ...(await drawing.finish({ ...options, drawn: true })), drawn: true }
  } catch (error) {
    if (!(error instanceof AnimeganError && error.code === 'not-found')) throw error
    return { ...(await drawing.finish({ ...options, drawn: false })), drawn: false }
  }
}

type Finished = Pick<Styled, 'spared' | 'undrawn'> & { readonly picture: Picture }

/** The drawing at its strength, with the chosen faces drawn or redrawn; and which were not. */
const finish = async (
  drawing: Drawing,
  { strength, faces: choice }: StyleOptions,
  { signal, onProgress }: Context<Progress>,
): Promise<Finished> => {
  if (!choice) return drawing.finish({ strength, signal })
  const { chosen, drawn: character, proportions } = choice
  const found = sameFaces(choice.found)
  const report = (fraction: number): void => onProgress({ stage: 'redraw', fraction })
  report(0)
  const options: FinishOptions = {
    ...character,
    strength,
    proportions,
    faces: chosen.map((index) => found[index]),
    others: found.filter((_, index) => !chosen.includes(index)),
    signal,
    onProgress: async (fraction) => {
      report(fraction)
      await new Promise((resolve) => setTimeout(resolve)) // a message that this is out of date may have come
    },
  }
  const result = character
    ? await withCharacters(drawing, options)
    : { ...(await drawing.finish({ ...options, drawn: false })), drawn: false }
  const { picture, faces = [], drawn: tried } = result
  return {
    picture,
    spared: chosen.filter((_, i) => !faces[i].redrawn),
    undrawn: tried && strength > 0 ? chosen.filter((_, i) => !faces[i].drawn) : [],
  }
}

const handlers: Handlers<Calls, Progress> = {
  formats: async () => writableFormats(),
  open: async (_, key, file) => {
    latest = undefined
    drawn = undefined
    if ((await contentOf(file)).kind === 'video') return (await clips()).openClipFile(file, THUMBNAIL)
    const moves = await isAnimation(file)
    // Without a secure connection there is no storage for the frames.
    if (moves && isSecureContext && (await canReadAnimation(file))) return (await clips()).openClipFile(file, THUMBNAIL)
    const { kind, picture } = await openInto(key, file)
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
      thumbnail: await thumbnail(isForeign(kind) ? picture : file, THUMBNAIL),
      ...(isForeign(kind) && { shown: await encodePicture(picture, channels === 4 ? 'png' : 'jpeg') }),
      format: own[kind] ?? (channels === 4 ? 'png' : 'jpeg'),
      ...(moves && { still: true }),
    }
  },
  faces: async (context, key, file, on) => {
    const picture = await pictureOf(key, file)
    const { result: faces } = await attempt({ ...on, ...context }, async ({ animator }) => {
      context.onProgress({ stage: 'faces', fraction: 0 })
      const found = await animator.findFaces(picture, { signal: context.signal })
      return found.sort((a, b) => a.box.x - b.box.x || a.box.y - b.box.y)
    })
    const advised = adviseFaces(picture, faces)
    return faces.map((face) => ({ face, advice: advised.find((other) => other.face === face)?.advice ?? [] }))
  },
  preview: async (context, key, file, options) => {
    const small = await lookOf(key, file, options.mend)
    const effectSize = Math.max(small.width, small.height) > PREVIEW_SEEN ? PREVIEW_SEEN : undefined
    const { result } = await attempt({ ...options, ...context }, async ({ animator }) => {
      context.onProgress({ stage: 'look', fraction: 0 })
      return (await animator.draw(small, { effectSize, signal: context.signal })).finish()
    })
    look = { about: lookWord(key, options), picture: result.picture }
    return passing(result.picture, PREVIEW)
  },
  style: async (context, key, file, options, format) => {
    const { result, backend } = await attempt({ ...options, ...context }, async (ready) =>
      finish(await draw(ready, key, file, options, context), options, context),
    )
    const recovered = gaveWay ?? drawn?.recovered
    gaveWay = undefined
    if (drawn) drawn = { ...drawn, recovered }
    const { picture, ...faces } = result
    const { width, height } = picture
    const encoded = await encodePicture(picture, format).catch((cause: Error) => {
      throw new Problem('saveTooLarge', cause.message, cause)
    })
    const known = metadata.get(key)
    const blob = known ? await withMetadata(encoded, format, known, picture) : encoded
    return { backend, recovered, ...faces, width, height, blob, thumbnail: await passing(picture, THUMBNAIL) }
  },
  compare: async (_, file, result, how) => {
    const [{ picture: photo }, { kind, picture: after }] = [await openPhoto(file), await openPhoto(result)]
    const before = resample(photo, after.width, after.height)
    const joined = (how === 'side' ? sideBySide : splitView)(before, after)
    return encodePicture(joined, fileFormats.find((format) => format === kind) ?? 'png')
  },
  compareClip: async (context, key, file, options, result, how) =>
    (await clipMaker()).compare({ key, file, options, ...context }, result, how),
  asPng: async (_, result) => encodePicture((await openPhoto(result)).picture, 'png'),
  styleClip: async (context, key, file, options) => {
    latest = undefined
    drawn = undefined
    return (await clipMaker()).style({ key, file, options, ...context })
  },
  forget: async (_, key) => {
    await maker?.forget(key)
    return undefined
  },
  camera: async (context, cameraPort, options) => {
    latest = undefined
    drawn = undefined
    const { runCamera } = await import('../camera/camera-view.ts')
    await runCamera(painter, cameraPort, { ...options, ...context })
    return undefined
  },
  convert: async (_, name, bytes) => {
    // A model is tried on an engine of its own: the painter's goes on with what it does.
    let engine: Promise<BrowserEngine> | undefined
    const start = (): Promise<BrowserEngine> => {
      engine ??= browserEngine({ backend: 'wasm' })
      return engine
    }
    try {
      const style = await styleFromWeights(bytes, undefined, name, {}, start)
      const { title, licence, attribution } = style
      return { bytes: writeStyle(style) as Uint8Array<ArrayBuffer>, title, licence, attribution }
    } catch (cause) {
      throw new Problem('style', (cause as Error).message, cause)
    } finally {
      await (await engine)?.close()
    }
  },
  fetch: async ({ onProgress }, backend, addresses) => {
    const { binary, script } = runtimeFiles(await painter.backendFor(backend))
    const files = [binary, script, perceptFile(), ...addresses].map((address) => () => fetchBytes(address))
    const all: readonly (() => Promise<unknown>)[] = [...files, fetchFaceModels, fetchCharacterModels]
    for (const [done, get] of all.entries()) {
      onProgress({ stage: 'fetch', fraction: done / all.length })
      await get()
    }
    return undefined
  },
  warm: async (context, backend, style) => {
    await painter.prepare({ backend, style, ...context })
    return undefined
  },
}

/** These run in parallel with drawing and decoding: they wait for files or codecs, or the visitor waits for them. */
const beside: readonly CallName[] = ['formats', 'fetch', 'warm', 'asPng', 'compare', 'compareClip']

serve<Calls, Progress>(handlers, beside)
