/**
 * The photos and clips on the page: what is known of each, how it is to be drawn, and what state that leaves it in.
 * Drawing itself is queue.ts's.
 */
import type { FileFormat } from '@animegan/browser'
import type { Advice, FaceAdvice } from '@animegan/core'
import { computed, signal } from '@preact/signals'
import type { ProblemCode } from '../studio/problem.ts'
import type { FoundFace, Opened, Progress, Styled, StyleOptions } from '../studio/protocol.ts'
import { chosenBackend, type Effect, settings } from './settings.ts'
import { studio } from './studio.ts'
import { currentStyle } from './styles.ts'

export type AnyAdvice = Advice | FaceAdvice

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

export interface Item {
  readonly key: number
  readonly file: File
  /** The file itself, for showing. */
  readonly url: string
  readonly opened?: Opened & { readonly thumbnailUrl: string }
  /** The photo's faces from left to right, once they have been looked for, and which of them are left to the style alone. */
  readonly faces?: readonly FoundFace[]
  readonly leftAlone: readonly number[]
  readonly remedies: Remedies
  /** Advice that was taken or sent away. */
  readonly settled: readonly AnyAdvice[]
  /** How a clip is drawn: as the settings were when it was begun. A photo follows the settings. */
  readonly begun?: StyleOptions
  /** A clip that the visitor has paused, and how far it was, 0 to 1. */
  readonly paused?: boolean
  readonly reached?: number
  /** Where a clip is to be written once it is done. */
  readonly place?: FileSystemFileHandle
  readonly result?: Result
  readonly problem?: { readonly code: ProblemCode; readonly detail: string; readonly about: string }
}

export type ItemState = 'waiting' | 'working' | 'paused' | 'done' | 'error'

/** Long side that the network sees of large photos: more takes minutes and shows less of a style learned on small ones. */
const AUTO_SIZE = 1024
const BRUSH_SIZES = { medium: 768, bold: 480 } as const
const ENLARGED = 768

export const items = signal<readonly Item[]>([])
export const shownKey = signal(0)
export const shown = computed(() => items.value.find(({ key }) => key === shownKey.value))
/** What the worker is at. */
export const progress = signal<(Partial<Progress> & { readonly key: number }) | undefined>(undefined)
/** Formats that this browser writes. */
export const formats = signal<readonly FileFormat[]>(['png', 'jpeg'])

let nextKey = 1

export const find = (key: number): Item | undefined => items.value.find((item) => item.key === key)

export const update = (key: number, change: { readonly [Name in keyof Item]?: Item[Name] | undefined }): void => {
  items.value = items.value.map((item) => (item.key === key ? ({ ...item, ...change } as Item) : item))
}

export const isClip = ({ opened }: Item): boolean => opened?.clip !== undefined

/** Long side that the network is to see; undefined for the style's own, else all of a picture that is so long. */
const brushSize = (brush: Effect, longSide: number): number | undefined => {
  if (brush === 'medium' || brush === 'bold') return BRUSH_SIZES[brush]
  return brush === 'auto' && longSide > AUTO_SIZE && !currentStyle.value.hasEffectSize ? AUTO_SIZE : undefined
}

/** Whether the photo's faces are still to be looked for. */
export const isUnsearched = (item: Item): boolean =>
  settings.value.faces === 'styled' && item.opened !== undefined && !isClip(item) && item.faces === undefined

/** The faces that are to be redrawn, by their numbers. */
const chosenFaces = ({ faces = [], leftAlone }: Item): number[] =>
  settings.value.faces === 'off' ? [] : [...faces.keys()].filter((index) => !leftAlone.includes(index))

/** How an item would be drawn as settings and remedies are now. */
const optionsNow = (item: Item): StyleOptions => {
  const { remedies, opened, faces } = item
  const { strength, effect: brush, faces: mode, proportions, size } = settings.value
  const longSide = remedies.size ?? (size || undefined)
  const result = longSide ?? Math.max(opened?.width ?? 0, opened?.height ?? 0)
  const effectSize = remedies.effectSize ?? brushSize(brush, result)
  const chosen = chosenFaces(item)
  return {
    style: currentStyle.value.source,
    strength,
    mend: remedies.mend ?? false,
    backend: chosenBackend.value,
    size: longSide,
    effectSize,
    faces: chosen.length > 0 ? { found: faces!.map(({ face }) => face), chosen, proportions } : undefined,
    followed: isClip(item) && mode === 'styled' ? { proportions } : undefined,
  }
}

/** How an item is to be drawn. */
export const optionsOf = (item: Item): StyleOptions => item.begun ?? optionsNow(item)

/** The format a photo's result is in. */
export const formatOf = ({ opened }: Item): FileFormat => {
  const { format } = settings.value
  const asked = format === 'same' ? (opened?.format ?? 'jpeg') : format
  return formats.value.includes(asked) ? asked : 'png'
}

const word = ({ style, strength: _, faces: __, ...rest }: StyleOptions): string => JSON.stringify([style.id, rest])

/** What a drawing depends on, as text to compare. */
export const drawnBy = (item: Item): string => word(optionsOf(item))

/** Everything that a result depends on, as text to compare. */
export const wanted = (item: Item): string => {
  const { strength, faces } = optionsOf(item)
  const faceWord = isUnsearched(item) ? 'unsearched' : faces ? [faces.chosen, faces.proportions] : ''
  return JSON.stringify([drawnBy(item), strength, isClip(item) ? '' : formatOf(item), faceWord])
}

/** Whether settings that show have been changed since a clip was begun. */
export const isOutdated = (item: Item): boolean => {
  if (!item.begun) return false
  const look = ({ backend: _, style, ...rest }: StyleOptions): string => JSON.stringify([style.id, rest])
  return look(item.begun) !== look(optionsNow(item))
}

export const stateOf = (item: Item): ItemState => {
  if (item.problem && (!item.opened || item.problem.about === drawnBy(item))) return 'error'
  if (item.result?.about === wanted(item)) return 'done'
  if (item.paused) return 'paused'
  return item.key === progress.value?.key || item.key === shownKey.value ? 'working' : 'waiting'
}

/** Redraws a face that was left to the style, or the other way round. */
export const toggleFace = (item: Item, index: number): void => {
  const { leftAlone } = item
  update(item.key, {
    leftAlone: leftAlone.includes(index) ? leftAlone.filter((other) => other !== index) : [...leftAlone, index],
  })
}

/** What to tell the visitor about a photo. */
export const adviceFor = (item: Item): Advice[] => {
  const { opened, settled } = item
  return (opened?.advice ?? []).filter((kind) => !settled.includes(kind))
}

/** What to tell the visitor about the faces in a photo, and of how many it holds; nothing that holds for all of it. */
export const faceAdviceFor = ({ opened, faces = [], settled }: Item): [kind: FaceAdvice, count: number][] => {
  const counts = new Map<FaceAdvice, number>()
  for (const kind of faces.flatMap(({ advice }) => advice)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const ofAll = new Set<string>(opened?.advice.map((kind) => `face-${kind}`))
  return [...counts].filter(([kind]) => !settled.includes(kind) && !ofAll.has(kind))
}

/** Takes the remedy for a piece of advice. */
export const takeAdvice = (item: Item, kind: AnyAdvice): void => {
  const longSide = Math.max(item.opened?.width ?? 0, item.opened?.height ?? 0)
  const change: Remedies =
    kind === 'small'
      ? { size: ENLARGED }
      : kind === 'blurred'
        ? { effectSize: Math.max(256, Math.min(BRUSH_SIZES.medium, Math.round(longSide / 2))) }
        : { mend: true }
  update(item.key, { remedies: { ...item.remedies, ...change }, settled: [...item.settled, kind] })
}

export const dismissAdvice = (item: Item, kind: AnyAdvice): void =>
  update(item.key, { settled: [...item.settled, kind] })

/** Takes back every remedy. */
export const undoAdvice = (item: Item): void => update(item.key, { remedies: {}, settled: [] })

export const addItems = (files: readonly File[]): void => {
  if (files.length === 0) return
  const added = files.map((file) => ({
    key: nextKey++,
    file,
    url: URL.createObjectURL(file),
    leftAlone: [],
    remedies: {},
    settled: [],
  }))
  items.value = [...items.value, ...added]
  shownKey.value = added[0].key
}

const forget = (item: Item): void => {
  const { key, url, opened, result } = item
  for (const made of [url, opened?.thumbnailUrl, result?.url]) if (made) URL.revokeObjectURL(made)
  if (isClip(item)) studio.call('forget', [key]).catch(() => {})
}

/** Takes an item off the page; the queue sees that it is gone. */
export const removeItem = (key: number): void => {
  const index = items.value.findIndex((item) => item.key === key)
  if (index < 0) return
  const item = items.value[index]
  items.value = items.value.filter((other) => other.key !== key)
  if (shownKey.value === key) shownKey.value = items.value[Math.min(index, items.value.length - 1)]?.key ?? 0
  forget(item)
}

export const removeAll = (): void => {
  const all = items.value
  items.value = []
  shownKey.value = 0
  all.forEach(forget)
}
