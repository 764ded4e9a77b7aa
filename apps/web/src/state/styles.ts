/** The available styles: the site's, and the visitor's own, opened from files and kept in the browser. */

import builtIn from 'virtual:styles'
import { computed, signal } from '@preact/signals'
import type { ConvertedStyle, StyleSource } from '../studio/protocol.ts'
import { removeStoredStyle, type StoredStyle, storedStyles, storeStyle } from '../styles/style-store.ts'
import { stemOf } from './naming.ts'
import { offer } from './offer.ts'
import { set, settings } from './settings.ts'
import { studio } from './studio.ts'

export interface StyleEntry {
  readonly id: string
  readonly title: string
  readonly licence: string
  readonly attribution: string
  readonly own: boolean
  readonly hasEffectSize: boolean
  readonly source: StyleSource
}

const own = signal<readonly StoredStyle[]>([])

export const styles = computed<StyleEntry[]>(() => [
  ...builtIn.map(({ id, title, licence, attribution, url, bytes, hasEffectSize }) => ({
    id,
    title,
    licence,
    attribution,
    own: false,
    hasEffectSize,
    source: { id, url, size: bytes },
  })),
  ...own.value.map(({ id, title, licence, attribution, bytes }) => ({
    id,
    title,
    licence,
    attribution,
    own: true,
    hasEffectSize: false,
    source: { id, bytes },
  })),
])

/** The chosen style; the first one if the remembered one no longer exists. */
export const currentStyle = computed<StyleEntry>(
  () => styles.value.find(({ id }) => id === settings.value.styleId) ?? styles.value[0],
)

/** A style's title; its name, if it has been removed. */
export const titleOf = (id: string): string => styles.value.find((style) => style.id === id)?.title ?? id

/** Files that may be styles by name; their content is checked when opened. */
export const isStyleFile = ({ name }: File): boolean => /\.(safetensors|pt|pth|onnx|tflite|npz|npy)$/i.test(name)

/** Opens a style file, keeps it and chooses it. Returns its title. Rejects with a `Problem`. */
export const openStyle = async (file: File): Promise<string> => {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const name = file.name.replace(/\.[^.]*$/, '')
  const made = await studio.call('convert', [name, bytes])
  await keepStyle(made)
  return made.title
}

/** Keeps a style and chooses it. Returns its id, and whether it is there after a reload. */
export const keepStyle = async (made: ConvertedStyle): Promise<{ id: string; isKept: boolean }> => {
  // The same weights get the same id, however often they are opened.
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', made.bytes))
  const id = `own-${[...digest.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
  const style: StoredStyle = { id, ...made }
  const isKept = await storeStyle(style)
  own.value = [...own.value.filter((other) => other.id !== id), style]
  set({ styleId: id })
  return { id, isKept }
}

/** Saves one of the visitor's styles as a file, which the command and this page open. */
export const saveStyle = (id: string): void => {
  const style = own.value.find((one) => one.id === id)
  if (style) offer(new Blob([style.bytes]), `${stemOf(style.title, 'style')}.safetensors`)
}

export const removeStyle = async (id: string): Promise<void> => {
  own.value = own.value.filter((style) => style.id !== id)
  await removeStoredStyle(id)
}

/** Loads the kept styles. */
export const recallStyles = async (): Promise<void> => {
  own.value = await storedStyles()
}
