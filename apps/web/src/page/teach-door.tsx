/**
 * The way to "Teach it a style": a place at the end of the rail. What is behind it is loaded when it is first wanted.
 */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { messages } from '../i18n/language.ts'
import { recall } from '../state/memory.ts'
import { notice } from '../state/notice.ts'
import { Icon } from './icons.tsx'

const loaded = signal<ComponentType | undefined>(undefined)
/** The dialog, as soon as it is loaded. */
export const teachDialog: ReadonlySignal<ComponentType | undefined> = loaded

const load = async () => {
  const [{ TeachDialog }, teaching] = await Promise.all([import('./teach-dialog.tsx'), import('../state/teaching.ts')])
  loaded.value = TeachDialog
  return teaching
}

const open = async (): Promise<void> => {
  try {
    await (await load()).openTeaching()
  } catch {
    notice.value = { text: messages.value.problems.offline, bad: true }
  }
}

/** Goes on with a lesson that a closed page left. */
export const resumeTeaching = async (): Promise<void> => {
  if (recall('teaching') === 'on') await (await load()).resumeTeaching()
}

export const TeachDoor = () => (
  <button
    type="button"
    class="rail-style rail-door"
    title={messages.value.teach.title}
    data-testid="teach"
    onClick={() => void open()}
  >
    <span class="rail-picture">
      <Icon name="teach" />
    </span>
    <span class="rail-title">{messages.value.teach.door}</span>
  </button>
)
