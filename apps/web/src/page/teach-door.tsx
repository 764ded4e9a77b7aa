/**
 * The way to "Teach it a style": a place at the end of the rail. What is behind it is loaded when it is first wanted.
 */
import { messages } from '../i18n/language.ts'
import { teachAsked } from '../state/teach-asked.ts'
import { Icon } from './icons.tsx'
import { late } from './late.tsx'

/** The dialog, once it was asked for. */
export const LateTeachDialog = late(
  async () => (await import('./teach-dialog.tsx')).TeachDialog,
  () => {
    teachAsked.value = undefined
  },
)

export const TeachDoor = () => (
  <button
    type="button"
    class="rail-style rail-door"
    title={messages.value.teach.title}
    data-testid="teach"
    onClick={() => {
      teachAsked.value = 'opened'
    }}
  >
    <span class="rail-picture">
      <Icon name="plus" />
    </span>
    <span class="rail-title">{messages.value.teach.door}</span>
  </button>
)
