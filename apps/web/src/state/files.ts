/** What to do with files, wherever they come from: photos are added, style files are opened. */
import { signal } from '@preact/signals'
import { messages } from '../i18n/language.ts'
import type { ProblemCode } from '../photo/problem.ts'
import { addPhotos } from './photos.ts'
import { isStyleFile, openStyle } from './styles.ts'

/** A sentence for the visitor, said aloud by screen readers, until the next one. */
export const notice = signal<{ readonly text: string; readonly bad: boolean } | undefined>(undefined)

/** Reads files that were chosen, dropped, pasted or taken. */
export const takeFiles = async (files: readonly File[]): Promise<void> => {
  notice.value = undefined
  addPhotos(files.filter((file) => !isStyleFile(file)))
  for (const file of files.filter(isStyleFile)) {
    try {
      notice.value = { text: messages.value.style.added(await openStyle(file)), bad: false }
    } catch (error) {
      const { code } = error as { code?: ProblemCode }
      const text = messages.value.ofFile(file.name, messages.value.problems[code ?? 'style'])
      notice.value = { text, bad: true }
    }
  }
}
