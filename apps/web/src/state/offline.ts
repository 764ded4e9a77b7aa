/**
 * Offline use: registers the service worker and, once the page is idle, fetches everything that drawing needs, so that
 * it is cached. On hosts that do not send the isolation headers, the service worker adds them from the next load on;
 * the page is then reloaded once, if no work has begun.
 */
import { signal } from '@preact/signals'
import { items } from './items.ts'
import { chosenBackend } from './settings.ts'
import { studio } from './studio.ts'
import { currentStyle } from './styles.ts'

/** Whether everything needed offline is cached. */
export const offlineReady = signal(false)

const RELOADED = 'animegan.reloaded'

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

const saveData = (): boolean => (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true

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
    if (saveData()) return
    await idle()
    await studio.call('fetch', [chosenBackend.value, currentStyle.value.source])
    offlineReady.value = true
    document.documentElement.dataset.offline = 'ready'
  } catch {
    // Private windows, no connection right now, full disks: the page still works.
  }
}
