/** A sentence for the visitor, said aloud by screen readers, until the next one. */
import { signal } from '@preact/signals'

export const notice = signal<{ readonly text: string; readonly bad: boolean } | undefined>(undefined)
