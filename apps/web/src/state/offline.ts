/**
 * Offline use: registers the service worker, says what works offline, and fetches everything if the visitor wants it. Over a
 * fast connection, the idle page fetches what drawing in the chosen style needs. On hosts that do not send the isolation headers, the service worker adds them from the next load on;
 * the page is then reloaded once, if no work has begun.
 */

import examples from 'virtual:examples'
import builtIn from 'virtual:styles'
import { effect, signal } from '@preact/signals'
import { messages } from '../i18n/language.ts'
import type { Progress } from '../studio/protocol.ts'
import { items, progress, shown, stateOf } from './items.ts'
import { recall, remember } from './memory.ts'
import { notice } from './notice.ts'
import { chosenBackend } from './settings.ts'
import { studio } from './studio.ts'
import { currentStyle } from './styles.ts'

/** What works without a connection: nothing yet, the chosen style, or everything that the page has. */
export type Kept = 'nothing' | 'style' | 'all'
export const kept = signal<Kept>('nothing')
/** The fraction done, while everything is fetched at the visitor's wish. */
export const keeping = signal<number | undefined>(undefined)

const KEPT = 'kept'
const RELOADED = 'animegan.reloaded'
/** Megabytes over the wire of the engine, compressed, and of the networks for faces and for teaching. */
const ENGINE_MEGABYTES = 3.7
const NETWORKS_MEGABYTES = 5.6

/** Addresses of the site's styles. They change with their content. */
const styleAddresses = (): string[] => builtIn.map(({ url }) => url)

/** Megabytes that keeping everything fetches, about. */
export const megabytes = (): number =>
  Math.ceil(ENGINE_MEGABYTES + NETWORKS_MEGABYTES + builtIn.reduce((sum, { bytes }) => sum + bytes / 1e6, 0))

/** Whether this version's styles were kept on an earlier visit, and still are. */
const wasKept = async (): Promise<boolean> => {
  const addresses = styleAddresses()
  if (recall(KEPT) !== addresses.join(' ')) return false
  const found = await Promise.all(addresses.map((address) => caches.match(address)))
  return found.every((response) => response !== undefined)
}

const tell = (now: Kept): void => {
  kept.value = now
  document.documentElement.dataset.offline = now
}

/** Whether what is kept stays: the service worker is there. */
export const canKeep = signal(false)

/** Fetches everything that works offline: the engine, all styles, the networks for faces and for teaching, the examples. */
export const keepAll = async (): Promise<void> => {
  keeping.value = 0
  try {
    const addresses = [...styleAddresses(), ...examples.map(({ url }) => url)]
    const onProgress = ({ fraction }: Progress): void => {
      keeping.value = fraction
    }
    await studio.call('fetch', [chosenBackend.value, addresses], { onProgress })
    remember(KEPT, styleAddresses().join(' '))
    tell('all')
  } catch {
    notice.value = { text: messages.value.problems.offline, bad: true }
  } finally {
    keeping.value = undefined
  }
}

const controlled = async (): Promise<void> => {
  await navigator.serviceWorker.ready
  if (navigator.serviceWorker.controller) return
  await new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true })
  })
}

const idle = (): Promise<void> =>
  new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 3000 })
    else setTimeout(resolve, 500)
  })

/** Resolves when something that is read from signals is true. */
const until = (isTrue: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const end = effect(() => {
      if (!isTrue()) return
      queueMicrotask(() => end())
      resolve()
    })
  })

/** Whether nothing is being drawn, which would have to share the processor and the connection. */
const isQuiet = (): boolean => !progress.value && !(shown.value && stateOf(shown.value) === 'working')

/** Whether the engine and the chosen style are kept, since something was drawn with them. */
const isStyleKept = async (): Promise<boolean> => {
  const { source } = currentStyle.value
  const cached = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))
  const addresses = cached.flat().map(({ url }) => url)
  const hasStyle = !('url' in source) || addresses.includes(new URL(source.url, location.href).href)
  return hasStyle && addresses.some((address) => /ort-wasm[^/]*\.wasm$/.test(address))
}

/** Least megabits per second of a connection that is fast. */
const FAST = 5

/** Whether the connection is known to be fast and free: else nothing is fetched unasked. */
const isFast = (): boolean => {
  const { connection } = navigator as {
    connection?: { saveData?: boolean; effectiveType?: string; downlink?: number }
  }
  if (!connection || connection.saveData) return false
  return connection.effectiveType === '4g' && (connection.downlink ?? 0) >= FAST
}

/** Makes the page usable offline, as far as the browser allows. */
export const startOffline = async (): Promise<void> => {
  if (!('serviceWorker' in navigator)) return
  try {
    await navigator.serviceWorker.register('service-worker.js')
    await controlled()
    if (!crossOriginIsolated && items.value.length === 0 && !sessionStorage.getItem(RELOADED)) {
      sessionStorage.setItem(RELOADED, 'yes')
      location.reload()
      return
    }
    canKeep.value = true
    if (await wasKept()) return tell('all')
    if (!isFast()) {
      await until(() => items.value.some(({ result }) => result !== undefined) && isQuiet())
      if (kept.value === 'nothing' && (await isStyleKept())) tell('style')
      return
    }
    await idle()
    await until(isQuiet)
    const { source } = currentStyle.value
    await studio.call('fetch', [chosenBackend.value, 'url' in source ? [source.url] : []])
    if (kept.value === 'nothing') tell('style')
  } catch {
    // Private windows, no connection right now, full disks: the page still works.
  }
}
