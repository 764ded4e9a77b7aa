/**
 * The queue that draws the page's items one after another, the shown one first. A photo is redrawn whenever its result
 * does not match the settings, a clip is drawn once. The open camera pauses the queue.
 */
import { effect, signal, untracked } from '@preact/signals'
import { messages } from '../i18n/language.ts'
import { Problem } from '../studio/problem.ts'
import type { Progress, Styled, StyleOptions } from '../studio/protocol.ts'
import {
  addressed,
  drawnBy,
  find,
  formatOf,
  formats,
  type Item,
  isClip,
  isUnsearched,
  items,
  optionsOf,
  passOver,
  playable,
  preview,
  progress,
  recallResult,
  release,
  resultFor,
  shown,
  stateOf,
  unlooked,
  update,
  wanted,
  withResult,
} from './items.ts'
import { notice } from './notice.ts'
import { Pace } from './pace.ts'
import { tellSaving, write } from './saving.ts'
import { agree, decline, drawByService, sent } from './service.ts'
import { chosenBackend } from './settings.ts'
import { studio } from './studio.ts'
import { currentStyle, type StyleEntry, styles } from './styles.ts'

/** Why a drawing ends early: the visitor paused or stopped it, or it is out of date. */
type Ending = 'pause' | 'stop' | 'superseded'

/** Whether the camera uses the engine: current work stops, and resumes when the engine is returned. */
export const held = signal(false)

/** Whether the shown photo is to be drawn in every style, one after another. */
export const comparing = signal(false)

let running:
  | {
      readonly key: number
      /** The style, if it is not the chosen one: to compare. */
      readonly style: StyleEntry | undefined
      readonly drawnBy: string
      readonly wanted: string
      readonly end: (why: Ending) => void
    }
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

/** Agrees to send a photo: its drawing here ends, and goes on should the service not draw it. */
export const sendToService = (key: number): void => {
  agree(key)
  if (running?.key === key) running.end('superseded')
}

export const retry = (key: number): void => {
  const drawn = Object.entries(find(key)?.looks ?? {}).filter(([, look]) => look !== null)
  update(key, { problem: undefined, begun: undefined, looks: Object.fromEntries(drawn) })
}

/** Draws a clip again with the current settings. */
export const redraw = ({ key, result }: Item): void => {
  if (result) release(result)
  update(key, { begun: undefined, paused: undefined, problem: undefined, result: undefined })
  if (running?.key === key) running.end('superseded')
}

const isPending = (item: Item): boolean => {
  if (held.value) return false
  const state = stateOf(item)
  return state === 'waiting' || state === 'working'
}

const showPreview = (key: number, styleId: string, pictures: Progress['preview']): void => {
  if (!pictures) return
  hidePreview(preview.value?.key)
  preview.value = {
    key,
    styleId,
    before: pictures.before && URL.createObjectURL(pictures.before),
    after: URL.createObjectURL(pictures.after),
  }
}

const hidePreview = (key: number | undefined): void => {
  const last = preview.value
  if (!last || last.key !== key) return
  preview.value = undefined
  for (const url of [last.before, last.after]) if (url) URL.revokeObjectURL(url)
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
    opened: {
      ...found,
      thumbnailUrl: URL.createObjectURL(found.thumbnail),
      posterUrl: found.clip && URL.createObjectURL(found.clip.poster),
    },
    ...(found.shown && { url: URL.createObjectURL(found.shown) }),
  })
}

/** Draws a first look at an item in a style. One that cannot be drawn is left out: the drawing itself says why. */
const drawLook = async (
  item: Item,
  style: StyleEntry,
  onProgress: (now: Progress) => void = () => {},
): Promise<void> => {
  const { key, file, opened } = item
  const { backend, mend } = optionsOf(item)
  // A clip's picture is its first frame.
  const from = opened?.clip?.poster ?? file
  const look = await studio
    .call('preview', [key, from, { style: style.source, backend, mend }], { onProgress })
    .then(URL.createObjectURL, () => null)
  const now = find(key)
  // The remedies may have changed meanwhile.
  if (now && optionsOf(now).mend === mend) update(key, { looks: { ...now.looks, [style.id]: look } })
  else if (look) URL.revokeObjectURL(look)
}

/** A photo as the service draws it; undefined if it is to be drawn here: it may not be sent, or the service is busy or fails. */
const byService = async (
  item: Item,
  options: StyleOptions,
  how: { onProgress(now: Progress): void; signal: AbortSignal },
): Promise<Styled | undefined> => {
  if (!sent.value.has(item.key)) return undefined
  try {
    return await drawByService(item.file, options, formatOf(item), how)
  } catch {
    if (how.signal.aborted) throw new Problem('cancelled')
    decline(item.key)
    notice.value = { text: messages.value.service.declined, bad: false }
    return undefined
  }
}

/** Draws an item in the chosen style, or in another one to compare. */
const drawOne = async (given: Item, other?: StyleEntry): Promise<void> => {
  const { key, file } = given
  const abort = new AbortController()
  let about = ''
  try {
    if (!other) progress.value = { key }
    const formatsKnown = knowFormats()
    if (!given.opened) await open(given)
    await formatsKnown
    const opened = find(key)
    if (!opened) return
    if (isClip(opened)) update(key, { begun: optionsOf(opened) })
    const begun = find(key)!
    const { style: source } = optionsOf(begun, other)
    about = drawnBy(begun, other)
    const end = (why: Ending): void => abort.abort(why)
    running = { key, style: other, drawnBy: about, wanted: '', end }
    const pace = new Pace(source.id)
    const onProgress = ({ preview: pictures, playable: beginning, ...now }: Progress): void => {
      pace.see(now)
      if (other) return
      showPreview(key, source.id, pictures)
      if (beginning) playable.value = { key, ...beginning }
      progress.value = { key, ...now }
    }
    const how = { onProgress, signal: abort.signal }
    if (!isClip(begun) && resultFor(begun, other)) return
    const style = other ?? styles.value.find(({ id }) => id === source.id)
    if (style && begun.looks[style.id] === undefined) {
      await drawLook(begun, style, onProgress)
      if (abort.signal.aborted) throw new Problem('cancelled')
    }
    if (isUnsearched(opened)) {
      const faces = await studio.call('faces', [key, file, optionsOf(opened)], how)
      update(key, { faces })
      if (abort.signal.aborted) throw new Problem('cancelled')
    }
    const item = find(key)
    // If no face was found, an existing result may already be right.
    if (!item || (!isClip(item) && resultFor(item, other))) return
    const whole = wanted(item, other)
    running = { key, style: other, drawnBy: about, wanted: whole, end }
    const options = optionsOf(item, other)
    const styled: Styled = isClip(item)
      ? await studio.call('styleClip', [key, file, options], how)
      : ((other ? undefined : await byService(item, options, how)) ??
        (await studio.call('style', [key, file, options, formatOf(item)], how)))
    pace.done()
    const before = find(key)
    if (!before) return
    const result = addressed({ ...styled, about: whole, styleId: source.id })
    update(key, { ...withResult(before, result), problem: other ? before.problem : undefined })
    if (before.place) await tellSaving(() => write(find(key)!))
  } catch (error) {
    const { code, message } = error instanceof Problem ? error : new Problem('engine', (error as Error).message)
    // To compare is extra: what fails there is not tried again, and is told when it is chosen.
    if (other && code !== 'cancelled') comparing.value = false
    else if (code !== 'cancelled') {
      update(key, { problem: { code, detail: message, about } })
      passOver(key)
    } else if (abort.signal.reason === 'stop') {
      update(key, { problem: { code, detail: message, about } })
      const item = find(key)
      if (item && isClip(item)) await studio.call('forget', [key])
    }
  } finally {
    running = undefined
    progress.value = undefined
    if (!find(key)?.paused) {
      hidePreview(key)
      if (playable.value?.key === key) playable.value = undefined
    }
  }
}

/** The formats that this browser writes are asked for when the first file is opened. */
let known: Promise<void> | undefined

/** Resolves when they are known, or cannot be: a worker that cannot be started is told of by what is drawn. */
const knowFormats = (): Promise<void> => {
  known ??= studio.call('formats', []).then(
    (found) => {
      formats.value = found
    },
    () => {
      known = undefined
    },
  )
  return known
}

let busy = false

/** The work to do next, most urgent first: the shown item, its other styles, the other items. */
const nextWork = (): (() => Promise<void>) | undefined => {
  if (held.value) return undefined
  const onShow = shown.value
  if (onShow && isPending(onShow)) return () => drawOne(onShow)
  if (onShow && stateOf(onShow) === 'done') {
    const [style] = unlooked(onShow)
    if (style) return () => drawLook(onShow, style)
    const uncompared = isClip(onShow) ? undefined : styles.value.find((other) => !resultFor(onShow, other))
    if (comparing.value && uncompared) return () => drawOne(onShow, uncompared)
  }
  const next = items.value.find(isPending)
  return next && (() => drawOne(next))
}

const drawAll = async (): Promise<void> => {
  if (busy) return
  busy = true
  try {
    for (let work = nextWork(); work; work = nextWork()) await work()
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
export const startQueue = (): void => {
  effect(() => {
    items.value.forEach(recallResult)
    const pending = nextWork() !== undefined
    if (running) {
      const now = find(running.key)
      const { style } = running
      const over = !now || drawnBy(now, style) !== running.drawnBy
      // The picture is kept while its faces are redrawn; only the faces start again.
      const facesOver = !over && progress.value?.stage === 'redraw' && wanted(now, style) !== running.wanted
      const urgent = style && (!comparing.value || (shown.value && isPending(shown.value)))
      if (held.value || over || facesOver || urgent) running.end('superseded')
    }
    if (pending) untracked(() => void drawAll())
  })
}
