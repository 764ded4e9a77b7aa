/**
 * Parts of the page that are loaded when they are first wanted, so that the first view does not wait for them. Offline they
 * are there, since the service worker keeps them with the page.
 */
import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { messages } from '../i18n/language.ts'
import { notice } from '../state/notice.ts'

/**
 * A component that loads another one and becomes it; nothing until then. Where it cannot be loaded, the page says so, and
 * `giveUp` takes back the wish for it, so that it is tried again when it is next wanted.
 */
export const late = (load: () => Promise<ComponentType>, giveUp: () => void): ComponentType => {
  const loaded = signal<ComponentType | undefined>(undefined)
  let begun = false
  return () => {
    if (!begun) {
      begun = true
      load().then(
        (component) => {
          loaded.value = component
        },
        () => {
          begun = false
          giveUp()
          notice.value = { text: messages.value.problems.offline, bad: true }
        },
      )
    }
    const Loaded = loaded.value
    return Loaded ? <Loaded /> : null
  }
}
