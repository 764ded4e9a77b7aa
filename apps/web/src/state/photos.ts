/**
 * The photos on the page, and the queue that draws them: one after the other, the one on show first. A photo is drawn
 * whenever its result is not what the settings ask for; nothing else starts or stops the queue.
 */
import type { Advice } from '@animegan/core'
import { computed, effect, signal, untracked } from '@preact/signals'
import type { FileFormat } from '../photo/encode.ts'
import { Problem, type ProblemCode } from '../photo/problem.ts'
import type { Opened, Progress, Styled, StyleOptions } from '../photo/protocol.ts'
import { Pace } from './pace.ts'
import { type Effect, settings } from './settings.ts'
import { studio } from './studio.ts'
import { currentStyle } from './styles.ts'

/** What the visitor took of the advice for one photo. */
export interface Remedies {
  readonly mend?: boolean
  readonly size?: number
  readonly effectSize?: number
}

export interface Result extends Styled {
  readonly url: string
  /** What it was made with: see `wanted`. */
  readonly about: string
}

export interface Photo {
  readonly key: number
  readonly file: File
  /** The file itself, for showing. */
  readonly url: string
  readonly opened?: Opened & { readonly thumbnailUrl: string }
  readonly remedies: Remedies
  /** Advice that was taken or sent away. */
  readonly settled: readonly Advice[]
  readonly result?: Result
  readonly problem?: { readonly code: ProblemCode; readonly detail: string; readonly about: string }
}

export type PhotoState = 'waiting' | 'working' | 'done' | 'error'

/** Long side that the network sees of large photos: more takes minutes and shows less of a style learned on small ones. */
const AUTO_SIZE = 1024
const BRUSH_SIZES = { medium: 768, bold: 480 } as const
const ENLARGED = 768

export const photos = signal<readonly Photo[]>([])
export const shownKey = signal(0)
export const shown = computed(() => photos.value.find(({ key }) => key === shownKey.value))
/** What the worker is at. */
export const progress = signal<(Partial<Progress> & { readonly key: number }) | undefined>(undefined)
/** Formats that this browser writes. */
export const formats = signal<readonly FileFormat[]>(['png', 'jpeg'])

let nextKey = 1

const update = (key: number, change: Partial<Photo>): void => {
  photos.value = photos.value.map((photo) => (photo.key === key ? { ...photo, ...change } : photo))
}

/** Long side that the network is to see; undefined for the style's own, else all of a picture that is so long. */
const brushSize = (brush: Effect, longSide: number): number | undefined => {
  if (brush === 'medium' || brush === 'bold') return BRUSH_SIZES[brush]
  return brush === 'auto' && longSide > AUTO_SIZE && !currentStyle.value.hasEffectSize ? AUTO_SIZE : undefined
}

/** How a photo is to be drawn, as settings and remedies have it now. */
const optionsOf = ({ remedies, opened }: Photo): StyleOptions => {
  const { strength, effect: brush, size, backend } = settings.value
  const longSide = remedies.size ?? (size || undefined)
  const result = longSide ?? Math.max(opened?.width ?? 0, opened?.height ?? 0)
  const effectSize = remedies.effectSize ?? brushSize(brush, result)
  return {
    style: currentStyle.value.source,
    strength,
    mend: remedies.mend ?? false,
    backend,
    ...(longSide !== undefined && { size: longSide }),
    ...(effectSize !== undefined && { effectSize }),
  }
}

/** The format a photo's result is in. */
export const formatOf = ({ opened }: Photo): FileFormat => {
  const { format } = settings.value
  const asked = format === 'same' ? (opened?.format ?? 'jpeg') : format
  return formats.value.includes(asked) ? asked : 'png'
}

const drawnBy = (photo: Photo): string => {
  const { style, strength: _, ...rest } = optionsOf(photo)
  return JSON.stringify([style.id, rest])
}

/** Everything that a result depends on, as text to compare. */
const wanted = (photo: Photo): string => JSON.stringify([drawnBy(photo), settings.value.strength, formatOf(photo)])

export const stateOf = (photo: Photo): PhotoState => {
  if (photo.problem && (!photo.opened || photo.problem.about === drawnBy(photo))) return 'error'
  if (photo.result?.about === wanted(photo)) return 'done'
  return photo.key === progress.value?.key || photo.key === shownKey.value ? 'working' : 'waiting'
}

/** What to tell the visitor about a photo. */
export const adviceFor = (photo: Photo): Advice[] => {
  const { opened, settled } = photo
  return (opened?.advice ?? []).filter((kind) => !settled.includes(kind))
}

/** Takes the remedy for a piece of advice. */
export const takeAdvice = (photo: Photo, kind: Advice): void => {
  const longSide = Math.max(photo.opened?.width ?? 0, photo.opened?.height ?? 0)
  const change: Remedies =
    kind === 'small'
      ? { size: ENLARGED }
      : kind === 'blurred'
        ? { effectSize: Math.max(256, Math.min(BRUSH_SIZES.medium, Math.round(longSide / 2))) }
        : { mend: true }
  update(photo.key, { remedies: { ...photo.remedies, ...change }, settled: [...photo.settled, kind] })
}

export const dismissAdvice = (photo: Photo, kind: Advice): void =>
  update(photo.key, { settled: [...photo.settled, kind] })

/** Takes back every remedy. */
export const undoAdvice = (photo: Photo): void => update(photo.key, { remedies: {}, settled: [] })

export const addPhotos = (files: readonly File[]): void => {
  if (files.length === 0) return
  const added = files.map((file) => ({
    key: nextKey++,
    file,
    url: URL.createObjectURL(file),
    remedies: {},
    settled: [],
  }))
  photos.value = [...photos.value, ...added]
  shownKey.value = added[0]!.key
}

const forget = ({ url, opened, result }: Photo): void => {
  for (const made of [url, opened?.thumbnailUrl, result?.url]) if (made) URL.revokeObjectURL(made)
}

export const removePhoto = (key: number): void => {
  const index = photos.value.findIndex((photo) => photo.key === key)
  if (index < 0) return
  forget(photos.value[index]!)
  if (running?.key === key) running.abort.abort()
  photos.value = photos.value.filter((photo) => photo.key !== key)
  if (shownKey.value === key) shownKey.value = photos.value[Math.min(index, photos.value.length - 1)]?.key ?? 0
}

export const removeAll = (): void => {
  running?.abort.abort()
  for (const photo of photos.value) forget(photo)
  photos.value = []
  shownKey.value = 0
}

export const stop = (key: number): void => {
  if (running?.key === key) running.abort.abort()
}

export const retry = (key: number): void => update(key, { problem: undefined as never })

let running: { readonly key: number; readonly drawnBy: string; readonly abort: AbortController } | undefined

const isPending = (photo: Photo): boolean => {
  const state = stateOf(photo)
  return state === 'waiting' || state === 'working'
}

const drawOne = async ({ key, file, opened }: Photo): Promise<void> => {
  const abort = new AbortController()
  const find = (): Photo | undefined => photos.value.find((photo) => photo.key === key)
  let about = ''
  try {
    progress.value = { key }
    if (!opened) {
      warm((now) => {
        if (progress.value?.key === key) progress.value = { key, ...now }
      })
      const found = await studio.call('open', [key, file])
      if (!find()) return
      update(key, { opened: { ...found, thumbnailUrl: URL.createObjectURL(found.thumbnail) } })
    }
    const photo = find()
    if (!photo) return
    about = drawnBy(photo)
    const whole = wanted(photo)
    running = { key, drawnBy: about, abort }
    const pace = new Pace(currentStyle.value.id)
    const onProgress = (now: Progress): void => {
      pace.see(now)
      progress.value = { key, ...now }
    }
    const args = [key, file, optionsOf(photo), formatOf(photo)] as const
    const styled = await studio.call('style', [...args], { onProgress, signal: abort.signal })
    pace.done()
    const before = find()
    if (!before) return
    if (before.result) URL.revokeObjectURL(before.result.url)
    update(key, {
      result: { ...styled, url: URL.createObjectURL(styled.blob), about: whole },
      problem: undefined as never,
    })
  } catch (error) {
    const { code, message } = error instanceof Problem ? error : new Problem('engine', (error as Error).message)
    const superseded = code === 'cancelled' && find() !== undefined && drawnBy(find()!) !== about
    if (!superseded) update(key, { problem: { code, detail: message, about } })
  } finally {
    running = undefined
    progress.value = undefined
  }
}

let busy = false

const drawAll = async (): Promise<void> => {
  if (busy) return
  busy = true
  try {
    for (;;) {
      const onShow = shown.value
      const next = onShow && isPending(onShow) ? onShow : photos.value.find(isPending)
      if (!next) return
      await drawOne(next)
    }
  } finally {
    busy = false
  }
}

/** Starts engine and style while a photo is being chosen or decoded. */
export const warm = (onProgress: (now: Progress) => void = () => {}): void => {
  const { backend } = settings.value
  // What goes wrong here goes wrong again when it is needed, and is told then.
  studio.call('warm', [backend, currentStyle.value.source], { onProgress }).catch(() => {})
}

/** Starts the queue: from now on, whatever is pending is drawn. */
export const startQueue = async (): Promise<void> => {
  formats.value = await studio.call('formats', [])
  effect(() => {
    const pending = photos.value.some(isPending)
    const now = running && photos.value.find(({ key }) => key === running?.key)
    if (now && drawnBy(now) !== running?.drawnBy) running?.abort.abort()
    if (pending) untracked(() => void drawAll())
  })
}
