/**
 * Drawing a photo by the service that serves the page. Only where that service offers it (`animegan serve --offer`, told
 * by a `meta` element), only what the options allow there, and only after the visitor has agreed for this photo, because
 * it leaves the device. The load is asked before anything is sent; a service that is busy or fails is no problem, as the
 * device draws then. queue.ts decides when.
 */
import type { FileFormat } from '@animegan/browser'
import { signal } from '@preact/signals'
import { Problem } from '../studio/problem.ts'
import type { Progress, Styled, StyleOptions } from '../studio/protocol.ts'
import { type Item, isClip, optionsOf } from './items.ts'
import { begun, expected } from './pace.ts'
import { type FaceMode, settings } from './settings.ts'

const offer = document.querySelector<HTMLMetaElement>('meta[name=animegan-service]')?.content

/** How long the service keeps results, in hours; undefined if none offers to draw. */
export const keptHours: number | undefined = offer === undefined ? undefined : Math.ceil(Number(offer) / 3600)

/** Photos, by key, that the visitor has agreed to send, and those that the service could not draw. */
export const sent = signal<ReadonlySet<number>>(new Set())
export const declined = signal<ReadonlySet<number>>(new Set())

/** A device is weak that needs this long for a photo, in seconds. */
const LONG = 20
/** How often the service is asked how far it is, in milliseconds. */
const ASK_EVERY = 1000

/** Whether the service draws a photo as it would be drawn here. */
const canDraw = (item: Item): boolean =>
  !isClip(item) && 'url' in optionsOf(item).style && item.leftAlone.length === 0 && !item.remedies.mend

/**
 * The seconds that this device needs for a photo that is being drawn, if they are so many that the service is offered for
 * it; as earlier drawings tell, or this one.
 *
 * @param now in `performance.now` time
 * @param fraction of it that is done
 */
export const secondsHere = (item: Item, now: number, fraction: number): number | undefined => {
  if (keptHours === undefined || begun.value === undefined || !canDraw(item)) return undefined
  if (sent.value.has(item.key) || declined.value.has(item.key)) return undefined
  const learned = expected.value ? (expected.value.to - expected.value.from) / 1000 : 0
  const elapsed = (now - begun.value) / 1000
  const seconds = Math.max(learned, elapsed > 2 && fraction > 0 ? elapsed / fraction : elapsed)
  return seconds > LONG ? seconds : undefined
}

/** Agrees to send a photo. */
export const agree = (key: number): void => {
  sent.value = new Set([...sent.value, key])
}

/** Remembers that a photo is drawn here: the visitor wants it, or the service could not draw it. */
export const decline = (key: number): void => {
  sent.value = new Set([...sent.value].filter((other) => other !== key))
  declined.value = new Set([...declined.value, key])
}

interface Job {
  readonly state: 'queued' | 'working' | 'done' | 'failed' | 'expired'
  readonly progress: number
  readonly result?: { readonly width: number; readonly height: number }
  readonly links: { readonly self: string; readonly result?: string }
}

const askJson = async <T>(path: string, init?: RequestInit): Promise<T> => {
  const response = await fetch(path, init)
  if (!response.ok) throw new Error(`the service answered ${response.status}`)
  return response.json()
}

/**
 * Has the service draw a photo. Rejects with any error if it is busy or fails, before anything is sent if it says so at
 * once; with a `Problem` if aborted. The service deletes the photo once it is drawn, and the result once it is here.
 */
export const drawByService = async (
  file: File,
  options: StyleOptions,
  format: FileFormat,
  { onProgress, signal: ending }: { onProgress(now: Progress): void; signal: AbortSignal },
): Promise<Styled> => {
  const { admits } = await askJson<{ admits: boolean }>('/v1/load', { signal: ending })
  if (!admits) throw new Error('the service is busy')
  const query = new URLSearchParams(wishOf(options, format, settings.value.faces))
  let job = await askJson<Job>(`/v1/jobs?${query}`, { method: 'POST', body: file, signal: ending })
  const { self } = job.links
  try {
    while (job.state === 'queued' || job.state === 'working') {
      onProgress({ stage: 'service', fraction: job.progress })
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY))
      if (ending.aborted) throw new Problem('cancelled')
      job = await askJson<Job>(self)
    }
    if (!job.result || !job.links.result) throw new Error(`the service's drawing ${job.state}`)
    const response = await fetch(job.links.result)
    if (!response.ok) throw new Error(`the service answered ${response.status}`)
    const { width, height } = job.result
    return { blob: await response.blob(), width, height, backend: 'service' }
  } finally {
    await fetch(self, { method: 'DELETE' }).catch(() => {})
  }
}

/** The options in the service's terms. */
const wishOf = (
  { style, strength, size, effectSize, faces }: StyleOptions,
  format: FileFormat,
  mode: FaceMode,
): Record<string, string> => {
  const all = {
    style: style.id,
    strength,
    size,
    effectSize,
    format,
    faces: faces ? mode : 'off',
    proportions: faces?.proportions,
    metadata: 'keep', // as of photos that are drawn here
    ...faces?.drawn,
  }
  const given = Object.entries(all).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}
