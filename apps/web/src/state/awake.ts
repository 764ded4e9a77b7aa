/** Keeps the screen on while a clip is drawn: phones put pages to sleep with it. Where that is not allowed, nothing is lost. */
import { computed, effect, signal } from '@preact/signals'
import { progress } from './items.ts'

const visible = signal(document.visibilityState === 'visible')
const wanted = computed(() => progress.value?.stage === 'clip' && visible.value)

/** From now on, looks after the screen. */
export const stayAwake = (): void => {
  if (!('wakeLock' in navigator)) return
  // The browser lets go of it whenever the page is hidden.
  document.addEventListener('visibilitychange', () => {
    visible.value = document.visibilityState === 'visible'
  })
  effect(() => {
    if (!wanted.value) return undefined
    const lock = navigator.wakeLock.request('screen').catch(() => undefined)
    return () => void lock.then((held) => held?.release())
  })
}
