/** Handles files from any source: adds photos and clips as items, opens style files. */
import { messages } from '../i18n/language.ts'
import type { ProblemCode } from '../studio/problem.ts'
import { addItems } from './items.ts'
import { notice } from './notice.ts'
import { isStyleFile, openStyle } from './styles.ts'

/** Reads files that were chosen, dropped, pasted or photographed. */
export const takeFiles = async (files: readonly File[]): Promise<void> => {
  notice.value = undefined
  addItems(files.filter((file) => !isStyleFile(file)))
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
