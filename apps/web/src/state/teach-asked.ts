/** Whether "Teach it a style" is asked for: by the visitor, or by a lesson that trained when the page was closed. */
import { signal } from '@preact/signals'
import { recall } from './memory.ts'

/** Set in the memory while a lesson trains, so that it goes on when the page comes back. */
export const TRAINS = 'teaching'

export const teachAsked = signal<'opened' | 'resumed' | undefined>(recall(TRAINS) === 'on' ? 'resumed' : undefined)
