/** The pictures of art that our own perception network is trained on, and those that are left out for judging it. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Every so many pictures of a folder, one is not trained on. */
const EVERY = 4

/**
 * The pictures of a folder of folders, one style each, to learn from or to judge by. To learn from, those of small folders
 * are listed several times, so that every style is seen about as often.
 */
export const artOf = (art: string, which: 'learn' | 'judge'): string[] => {
  const folders = readdirSync(art)
    .sort()
    .map((name) => stylePictures(join(art, name), which))
  const most = Math.max(...folders.map((pictures) => pictures.length))
  return folders.flatMap((pictures) =>
    which === 'judge' ? pictures : Array.from({ length: Math.round(most / pictures.length) }, () => pictures).flat(),
  )
}

/** The pictures of one style. */
export const stylePictures = (folder: string, which: 'learn' | 'judge'): string[] =>
  readdirSync(folder)
    .sort()
    .filter((_, i) => (i % EVERY === EVERY - 1) === (which === 'judge'))
    .map((name) => join(folder, name))
