/**
 * The photos and clips on the page: properties, drawing settings and state of each. queue.ts does the drawing.
 */
import type { FileFormat } from '@animegan/browser'
import type { Advice, FaceAdvice } from '@animegan/core'
import { computed, signal } from '@preact/signals'
import type { ProblemCode } from '../studio/problem.ts'
import type { ClipPart, FoundFace, Opened, Progress, Styled, StyleOptions } from '../studio/protocol.ts'
import { chosenBackend, type Effect, settings } from './settings.ts'
import { studio } from './studio.ts'
import { currentStyle, type StyleEntry, styles } from './styles.ts'

export type AnyAdvice = Advice | FaceAdvice

/** The remedies that the visitor has accepted for one photo. */
export interface Remedies {
  readonly mend?: boolean
  readonly size?: number
  readonly effectSize?: number
}

export interface Result extends Styled {
  readonly url: string
  /** The address of its small copy, for photos. */
  readonly thumbnailUrl?: string | undefined
  /** The settings it was made with: see `wanted`. */
  readonly about: string
  readonly styleId: string
}

/** A result with addresses, which last until `release`. */
export const addressed = (result: Omit<Result, 'url' | 'thumbnailUrl'>): Result => ({
  ...result,
  url: URL.createObjectURL(result.blob),
  thumbnailUrl: result.thumbnail && URL.createObjectURL(result.thumbnail),
})

export const release = ({ url, thumbnailUrl }: Result): void => {
  URL.revokeObjectURL(url)
  if (thumbnailUrl) URL.revokeObjectURL(thumbnailUrl)
}

/** A picture to show as the result: the result itself, or a first look while it is made. */
export interface After {
  readonly url: string
  /** The style it is drawn in. */
  readonly styleId: string
  readonly isPreview: boolean
}

export interface Item {
  readonly key: number
  /** Its name in the storage, which outlives the page. */
  readonly id: string
  readonly file: File
  /** The file itself, for display. */
  readonly url: string
  readonly opened?: Opened & {
    readonly thumbnailUrl: string
    /** A clip's first frame. */
    readonly posterUrl?: string | undefined
  }
  /** The photo's faces from left to right, after the search, and which of them are left to the style. */
  readonly faces?: readonly FoundFace[]
  readonly leftAlone: readonly number[]
  readonly remedies: Remedies
  /** Advice that was accepted or dismissed. */
  readonly settled: readonly AnyAdvice[]
  /** The part of a clip to draw; all of it unless chosen. */
  readonly part?: ClipPart
  /** A clip's settings, fixed when it was started. A photo follows the current settings. */
  readonly begun?: StyleOptions
  /** The progress of a clip that the visitor has paused, 0 to 1. */
  readonly paused?: boolean
  readonly reached?: number
  /** The file to write a clip to when done. */
  readonly place?: FileSystemFileHandle
  readonly result?: Result
  /** Results for other styles and settings, the latest first: going back to them takes no time. */
  readonly kept: readonly Result[]
  /** Addresses of first looks, by style; null where one could not be drawn. */
  readonly looks: Readonly<Record<string, string | null>>
  readonly problem?: { readonly code: ProblemCode; readonly detail: string; readonly about: string }
}

export type ItemState = 'waiting' | 'working' | 'paused' | 'done' | 'error'

/**
 * Long side of the network's input for large photos: more takes minutes, and shows less of a style trained on small
 * ones.
 */
const AUTO_SIZE = 1024
const BRUSH_SIZES = { medium: 768, bold: 480 } as const
const ENLARGED = 768

export const items = signal<readonly Item[]>([])
export const shownKey = signal(0)
export const shown = computed(() => items.value.find(({ key }) => key === shownKey.value))
/** The latest picture of the item being drawn: a clip's frame, or a photo before its faces are drawn. */
export const preview = signal<
  { readonly key: number; readonly styleId: string; readonly before?: string; readonly after: string } | undefined
>(undefined)
/** The beginning of the clip being drawn, which can be played already. */
export const playable = signal<{ readonly key: number; readonly blob: Blob; readonly seconds: number } | undefined>(
  undefined,
)
/** The worker's current task. */
export const progress = signal<(Partial<Progress> & { readonly key: number }) | undefined>(undefined)
/** Formats that this browser writes. */
export const formats = signal<readonly FileFormat[]>(['png', 'jpeg'])

let nextKey = 1

export const find = (key: number): Item | undefined => items.value.find((item) => item.key === key)

export const update = (key: number, change: { readonly [Name in keyof Item]?: Item[Name] | undefined }): void => {
  items.value = items.value.map((item) => (item.key === key ? ({ ...item, ...change } as Item) : item))
}

export const isClip = ({ opened }: Item): boolean => opened?.clip !== undefined

/** Long side of the network's input; undefined: the style's own, or the whole picture's if the style states none. */
const brushSize = (brush: Effect, longSide: number, style: StyleEntry): number | undefined => {
  if (brush === 'medium' || brush === 'bold') return BRUSH_SIZES[brush]
  return brush === 'auto' && longSide > AUTO_SIZE && !style.hasEffectSize ? AUTO_SIZE : undefined
}

/** Whether the photo's faces have yet to be searched for. */
export const isUnsearched = (item: Item): boolean =>
  settings.value.faces !== 'off' && item.opened !== undefined && !isClip(item) && item.faces === undefined

/** The faces to draw or redraw, by number. */
const chosenFaces = ({ faces = [], leftAlone }: Item): number[] =>
  settings.value.faces === 'off' ? [] : [...faces.keys()].filter((index) => !leftAlone.includes(index))

/** How an item would be drawn with the current settings and remedies. */
const optionsNow = (item: Item, style: StyleEntry): StyleOptions => {
  const { remedies, opened, faces } = item
  const { strength, effect: brush, faces: mode, proportions, lashes, age, eyeColour, size } = settings.value
  const longSide = remedies.size ?? (size || undefined)
  const result = longSide ?? Math.max(opened?.width ?? 0, opened?.height ?? 0)
  const effectSize = remedies.effectSize ?? brushSize(brush, result, style)
  const chosen = chosenFaces(item)
  const drawn = mode === 'drawn' ? { lashes, age, eyeColour } : undefined
  const { clipFormat } = settings.value
  return {
    style: style.source,
    strength,
    mend: remedies.mend ?? false,
    backend: chosenBackend.value,
    size: longSide,
    effectSize,
    faces: chosen.length > 0 ? { found: faces!.map(({ face }) => face), chosen, drawn, proportions } : undefined,
    part: item.part,
    format: opened?.clip?.formats.find((format) => format === clipFormat),
    followed: isClip(item) && mode !== 'off' ? { drawn, proportions } : undefined,
  }
}

/** How an item should be drawn: in the chosen style, or in another one to compare. */
export const optionsOf = (item: Item, style = currentStyle.value): StyleOptions => item.begun ?? optionsNow(item, style)

/** The format a photo's result is in. */
export const formatOf = ({ opened }: Item): FileFormat => {
  const { format } = settings.value
  const asked = format === 'same' ? (opened?.format ?? 'jpeg') : format
  return formats.value.includes(asked) ? asked : 'png'
}

const word = ({ style, strength: _, faces: __, ...rest }: StyleOptions): string => JSON.stringify([style.id, rest])

/** Everything that a drawing depends on, as text for comparison. */
export const drawnBy = (item: Item, style?: StyleEntry): string => word(optionsOf(item, style))

/** Everything that a result depends on, as text for comparison. */
export const wanted = (item: Item, style?: StyleEntry): string => {
  const { strength, faces } = optionsOf(item, style)
  const faceWord = isUnsearched(item) ? 'unsearched' : faces ? [faces.chosen, faces.drawn, faces.proportions] : ''
  return JSON.stringify([drawnBy(item, style), strength, isClip(item) ? '' : formatOf(item), faceWord])
}

/** Whether settings with a visible effect have changed since a clip was started. */
export const isOutdated = (item: Item): boolean => {
  if (!item.begun) return false
  const look = ({ backend: _, style, ...rest }: StyleOptions): string => JSON.stringify([style.id, rest])
  return look(item.begun) !== look(optionsNow(item, currentStyle.value))
}

/** The result for a style and the current settings, if it has been drawn. */
export const resultFor = (item: Item, style?: StyleEntry): Result | undefined => {
  const about = wanted(item, style)
  return [item.result, ...item.kept].find((result) => result?.about === about)
}

/** Most bytes of results to remember for one item. */
const MOST_KEPT = 64 * 2 ** 20

/**
 * An item's results with one more, which is shown if it is the one that is wanted or, for a moving slider, in the chosen
 * style. The oldest are forgotten.
 */
export const withResult = (item: Item, added: Result): Pick<Item, 'result' | 'kept'> => {
  const about = wanted(item)
  const all = [added, item.result, ...item.kept].filter((result) => result !== undefined)
  const isChosen = added.styleId === optionsOf(item).style.id
  const result = all.find((one) => one.about === about) ?? (isChosen ? added : item.result) ?? added
  const kept: Result[] = []
  let bytes = 0
  for (const one of all) {
    if (one === result || kept.some(({ about }) => about === one.about) || one.about === result.about) continue
    bytes += one.blob.size
    if (bytes <= MOST_KEPT) kept.push(one)
  }
  for (const one of all) if (one !== result && !kept.includes(one)) release(one)
  return { result, kept }
}

/** Shows the remembered result for the current settings, if there is one. */
export const recallResult = (item: Item): void => {
  const found = isClip(item) ? undefined : resultFor(item)
  if (found && found !== item.result) update(item.key, withResult(item, found))
}

/** What to show as the result: the one that is wanted, else the best first look at it, else the last result. */
export const afterOf = (item: Item): After | undefined => {
  const { result, key, looks } = item
  const styleId = optionsOf(item).style.id
  const last = result && { url: result.url, styleId: result.styleId, isPreview: false }
  if (result && (result.about === wanted(item) || result.styleId === styleId)) return last
  const present = preview.value
  const url = present?.key === key && present.styleId === styleId ? present.after : looks[styleId]
  return url ? { url, styleId, isPreview: true } : last
}

/** The styles of which an item has no first look yet, the chosen one first. */
export const unlooked = (item: Item): StyleEntry[] => {
  if (!item.opened) return []
  const missing = styles.value.filter(({ id }) => item.looks[id] === undefined)
  const chosen = optionsOf(item).style.id
  return [...missing.filter(({ id }) => id === chosen), ...missing.filter(({ id }) => id !== chosen)]
}

export const stateOf = (item: Item): ItemState => {
  if (item.problem && (!item.opened || item.problem.about === drawnBy(item))) return 'error'
  if (item.result?.about === wanted(item)) return 'done'
  if (item.paused) return 'paused'
  return item.key === progress.value?.key || item.key === shownKey.value ? 'working' : 'waiting'
}

/** Switches a face between drawn, or redrawn, and left to the style. */
export const toggleFace = (item: Item, index: number): void => {
  const { leftAlone } = item
  update(item.key, {
    leftAlone: leftAlone.includes(index) ? leftAlone.filter((other) => other !== index) : [...leftAlone, index],
  })
}

/** Changes remedies: first looks were drawn with the old ones. */
const remedy = (item: Item, remedies: Remedies, settled: readonly AnyAdvice[]): void => {
  for (const url of Object.values(item.looks)) if (url) URL.revokeObjectURL(url)
  update(item.key, { remedies, settled, looks: {} })
}

/** The advice to show about a photo. */
export const adviceFor = (item: Item): Advice[] => {
  const { opened, settled } = item
  return (opened?.advice ?? []).filter((kind) => !settled.includes(kind))
}

/**
 * The advice to show about the faces in a photo, with the number of faces; not advice that applies to the whole photo.
 */
export const faceAdviceFor = ({ opened, faces = [], settled }: Item): [kind: FaceAdvice, count: number][] => {
  const counts = new Map<FaceAdvice, number>()
  for (const kind of faces.flatMap(({ advice }) => advice)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const ofAll = new Set<string>(opened?.advice.map((kind) => `face-${kind}`))
  return [...counts].filter(([kind]) => !settled.includes(kind) && !ofAll.has(kind))
}

/** Applies the remedy for a piece of advice. */
export const takeAdvice = (item: Item, kind: AnyAdvice): void => {
  const longSide = Math.max(item.opened?.width ?? 0, item.opened?.height ?? 0)
  const change: Remedies =
    kind === 'small'
      ? { size: ENLARGED }
      : kind === 'blurred'
        ? { effectSize: Math.max(256, Math.min(BRUSH_SIZES.medium, Math.round(longSide / 2))) }
        : { mend: true }
  remedy(item, { ...item.remedies, ...change }, [...item.settled, kind])
}

export const dismissAdvice = (item: Item, kind: AnyAdvice): void =>
  update(item.key, { settled: [...item.settled, kind] })

/** Undoes every remedy. */
export const undoAdvice = (item: Item): void => remedy(item, {}, [])

/** A new item, or one from an earlier visit. */
type Given = Pick<Item, 'id' | 'file'> &
  Partial<Pick<Item, 'leftAlone' | 'remedies' | 'settled' | 'faces' | 'part' | 'result'>>

const itemOf = (given: Given): Item => ({
  leftAlone: [],
  remedies: {},
  settled: [],
  kept: [],
  looks: {},
  ...given,
  key: nextKey++,
  url: URL.createObjectURL(given.file),
})

export const addItems = (files: readonly File[]): void => {
  if (files.length === 0) return
  forgetRemoved()
  const added = files.map((file) => itemOf({ id: `${Date.now()}-${nextKey}`, file }))
  items.value = [...items.value, ...added]
  batch = added.map(({ key }) => key)
  shownKey.value = batch[0]
}

/** What was opened last, of which the first that can be drawn is to be shown; empty once the visitor has chosen. */
let batch: readonly number[] = []

/** Shows an item at the visitor's wish. */
export const show = (key: number): void => {
  batch = []
  shownKey.value = key
}

/** Shows the next of what was opened together, if the shown one cannot be drawn, until one is drawn. */
export const passOver = (key: number): void => {
  const opened = batch.map(find)
  if (shownKey.value !== key || opened.some((item) => item?.result)) return
  const next = opened.find((item) => item && !item.problem)
  if (next) shownKey.value = next.key
}

/** Puts items of an earlier visit before those already opened in this one. */
export const restoreItems = (given: readonly Given[]): void => {
  if (given.length === 0) return
  const restored = given.map(itemOf)
  items.value = [...restored, ...items.value]
  if (!shown.value) shownKey.value = restored[0].key
}

const forget = (item: Item): void => {
  const { key, url, opened, result, kept, looks } = item
  for (const made of [url, opened?.thumbnailUrl, opened?.posterUrl, ...Object.values(looks)]) {
    if (made) URL.revokeObjectURL(made)
  }
  for (const made of [result, ...kept]) if (made) release(made)
  if (isClip(item)) studio.call('forget', [key]).catch(() => {})
}

/** Removes an item from the page; the queue notices. */
export const removeItem = (key: number): void => {
  const index = items.value.findIndex((item) => item.key === key)
  if (index < 0) return
  const item = items.value[index]
  items.value = items.value.filter((other) => other.key !== key)
  if (shownKey.value === key) shownKey.value = items.value[Math.min(index, items.value.length - 1)]?.key ?? 0
  forget(item)
}

/** What Start over removed, until something else is opened. */
export const removed = signal<readonly Item[]>([])

/** Removes everything, which can be taken back. */
export const removeAll = (): void => {
  forgetRemoved()
  removed.value = items.value
  items.value = []
  shownKey.value = 0
}

/** Takes back Start over. */
export const undoRemoveAll = (): void => {
  const all = removed.value
  removed.value = []
  items.value = [...all, ...items.value]
  shownKey.value = all[0]?.key ?? shownKey.value
}

/** From now on, what was removed cannot be taken back. */
export const forgetRemoved = (): void => {
  removed.value.forEach(forget)
  removed.value = []
}
