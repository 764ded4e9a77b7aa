/**
 * Keeps the screen on while a clip is drawn, because phones suspend pages when the screen turns off. If not allowed, no
 * work is lost.
 */
import { computed, effect, signal } from '@preact/signals'
import { progress } from './items.ts'

const visible = signal(document.visibilityState === 'visible')
const wanted = computed(() => progress.value?.stage === 'clip' && visible.value)

/** Starts keeping the screen on. */
export const stayAwake = (): void => {
  if (!('wakeLock' in navigator)) return
  // The browser releases it whenever the page is hidden.
  document.addEventListener('visibilitychange', () => {
    visible.value = document.visibilityState === 'visible'
  })
  effect(() => {
    if (!wanted.value) return undefined
    const lock = navigator.wakeLock.request('screen').catch(() => undefined)
    return () => void lock.then((held) => held?.release())
  })
}
