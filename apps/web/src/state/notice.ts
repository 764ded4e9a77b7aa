/** A sentence for the visitor, read aloud by screen readers and shown until the next one. */
import { signal } from '@preact/signals'

export const notice = signal<{ readonly text: string; readonly bad: boolean } | undefined>(undefined)
