/**
 * The queue that draws the page's items one after another, the shown one first. A photo is redrawn whenever its result
 * does not match the settings, a clip is drawn once. The open camera pauses the queue.
 */
import { effect, signal, untracked } from '@preact/signals'
import { Problem } from '../studio/problem.ts'
import type { Progress, Styled } from '../studio/protocol.ts'
import {
  drawnBy,
  find,
  formatOf,
  formats,
  type Item,
  isClip,
  isUnsearched,
  items,
  optionsOf,
  progress,
  shown,
  stateOf,
  update,
  wanted,
} from './items.ts'
import { Pace } from './pace.ts'
import { tellSaving, write } from './saving.ts'
import { chosenBackend } from './settings.ts'
import { studio } from './studio.ts'
import { currentStyle } from './styles.ts'

/** The latest frame of a clip. */
export const preview = signal<{ readonly key: number; readonly before: string; readonly after: string } | undefined>(
  undefined,
)

/** Why a drawing ends early: the visitor paused or stopped it, or it is out of date. */
type Ending = 'pause' | 'stop' | 'superseded'

/** Whether the camera uses the engine: current work stops, and resumes when the engine is returned. */
export const held = signal(false)

let running:
  | { readonly key: number; readonly drawnBy: string; readonly wanted: string; readonly end: (why: Ending) => void }
  | undefined

/** Ends the drawing and says so; a clip's kept work is deleted. */
export const stop = (key: number): void => {
  if (running?.key === key) running.end('stop')
}

/** Pauses the drawing of a clip until `resume`. */
export const pause = (key: number): void => {
  const reached = progress.value?.key === key ? progress.value.fraction : undefined
  update(key, { paused: true, reached: reached ?? find(key)?.reached })
  if (running?.key === key) running.end('pause')
}

export const resume = (key: number): void => update(key, { paused: undefined })

export const retry = (key: number): void => update(key, { problem: undefined, begun: undefined })

/** Draws a clip again with the current settings. */
export const redraw = ({ key, result }: Item): void => {
  if (result) URL.revokeObjectURL(result.url)
  update(key, { begun: undefined, paused: undefined, problem: undefined, result: undefined })
  if (running?.key === key) running.end('superseded')
}

const isPending = (item: Item): boolean => {
  if (held.value) return false
  const state = stateOf(item)
  return state === 'waiting' || state === 'working'
}

const showPreview = (key: number, pictures: Progress['preview']): void => {
  if (!pictures) return
  hidePreview(preview.value?.key)
  preview.value = {
    key,
    before: URL.createObjectURL(pictures.before),
    after: URL.createObjectURL(pictures.after),
  }
}

const hidePreview = (key: number | undefined): void => {
  const last = preview.value
  if (!last || last.key !== key) return
  preview.value = undefined
  for (const url of [last.before, last.after]) URL.revokeObjectURL(url)
}

const open = async ({ key, file }: Item): Promise<void> => {
  warm((now) => {
    if (progress.value?.key === key) progress.value = { key, ...now }
  })
  const found = await studio.call('open', [key, file])
  const item = find(key)
  if (!item) return
  if (found.shown) URL.revokeObjectURL(item.url)
  update(key, {
    opened: { ...found, thumbnailUrl: URL.createObjectURL(found.thumbnail) },
    ...(found.shown && { url: URL.createObjectURL(found.shown) }),
  })
}

const drawOne = async (given: Item): Promise<void> => {
  const { key, file } = given
  const abort = new AbortController()
  let about = ''
  try {
    progress.value = { key }
    if (!given.opened) await open(given)
    const opened = find(key)
    if (!opened) return
    if (isClip(opened)) update(key, { begun: optionsOf(opened) })
    about = drawnBy(find(key)!)
    const end = (why: Ending): void => abort.abort(why)
    running = { key, drawnBy: about, wanted: '', end }
    const pace = new Pace(currentStyle.value.id)
    const onProgress = ({ preview: pictures, ...now }: Progress): void => {
      pace.see(now)
      showPreview(key, pictures)
      progress.value = { key, ...now }
    }
    const how = { onProgress, signal: abort.signal }
    if (isUnsearched(opened)) {
      const faces = await studio.call('faces', [key, file, optionsOf(opened)], how)
      update(key, { faces })
      if (abort.signal.aborted) throw new Problem('cancelled')
    }
    const item = find(key)
    // If no face was found, the existing result may already be right.
    if (!item || stateOf(item) === 'done') return
    const whole = wanted(item)
    running = { key, drawnBy: about, wanted: whole, end }
    const styled: Styled = isClip(item)
      ? await studio.call('styleClip', [key, file, optionsOf(item)], how)
      : await studio.call('style', [key, file, optionsOf(item), formatOf(item)], how)
    pace.done()
    const before = find(key)
    if (!before) return
    if (before.result) URL.revokeObjectURL(before.result.url)
    update(key, { result: { ...styled, url: URL.createObjectURL(styled.blob), about: whole }, problem: undefined })
    if (before.place) await tellSaving(() => write(find(key)!))
  } catch (error) {
    const { code, message } = error instanceof Problem ? error : new Problem('engine', (error as Error).message)
    if (code !== 'cancelled') update(key, { problem: { code, detail: message, about } })
    else if (abort.signal.reason === 'stop') {
      update(key, { problem: { code, detail: message, about } })
      const item = find(key)
      if (item && isClip(item)) await studio.call('forget', [key])
    }
  } finally {
    running = undefined
    progress.value = undefined
    if (!find(key)?.paused) hidePreview(key)
  }
}

let busy = false

const drawAll = async (): Promise<void> => {
  if (busy) return
  busy = true
  try {
    for (;;) {
      const onShow = shown.value
      const next = onShow && isPending(onShow) ? onShow : items.value.find(isPending)
      if (!next) return
      await drawOne(next)
    }
  } finally {
    busy = false
  }
}

/** Starts engine and style while a photo is being chosen or decoded. */
export const warm = (onProgress: (now: Progress) => void = () => {}): void => {
  // An error here occurs again when the engine is needed, and is reported then.
  studio.call('warm', [chosenBackend.value, currentStyle.value.source], { onProgress }).catch(() => {})
}

/** Starts the queue: from now on, pending items are drawn. */
export const startQueue = async (): Promise<void> => {
  formats.value = await studio.call('formats', [])
  effect(() => {
    const pending = items.value.some(isPending)
    if (running) {
      const now = find(running.key)
      const over = !now || drawnBy(now) !== running.drawnBy
      // The picture is kept while its faces are redrawn; only the faces start again.
      const facesOver = !over && progress.value?.stage === 'redraw' && wanted(now) !== running.wanted
      if (held.value || over || facesOver) running.end('superseded')
    }
    if (pending) untracked(() => void drawAll())
  })
}
