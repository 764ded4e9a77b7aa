/** What a terminal shows, tested with a small emulator of the few codes that progress uses. */
import { expect, it } from 'vitest'
import { Progress } from './progress.ts'

const ESCAPE = '\x1b'
const CODES = new RegExp(`${ESCAPE}\\[\\d*[AJK]|\\r|\\n|[^${ESCAPE}\\r\\n]+`, 'g')

/** A terminal's current lines. */
class Terminal {
  readonly isTTY = true
  readonly columns = 60
  lines = ['']
  #row = 0

  write(text: string): void {
    for (const [code] of text.matchAll(CODES)) {
      if (code === '\n') this.lines[++this.#row] ??= ''
      else if (code.startsWith(ESCAPE) && code.endsWith('A')) this.#row -= Number(code.slice(2, -1))
      else if (code === '\x1b[J') {
        this.lines.length = this.#row + 1
        this.lines[this.#row] = ''
      } else if (code === '\x1b[2K') this.lines[this.#row] = ''
      else if (code !== '\r') this.lines[this.#row] += code
    }
  }
}

it('shows a bar, with pictures above it that replace each other and lines that stay', () => {
  let now = 0
  const screen = new Terminal()
  const progress = new Progress(screen, 1, 'MP', () => now)
  progress.begin('a.mp4')
  now = 10_000
  progress.update(0.25, '2.00 frames/s')
  const bar = '██████░░░░░░░░░░░░░░░░░░  25% 2.00 frames/s 0:30 left a.mp4'
  expect(screen.lines).toEqual([bar])
  progress.picture(['one', 'two'])
  expect(screen.lines).toEqual(['one', 'two', bar])
  progress.picture(['three', 'four', 'five'])
  now = 20_000
  progress.update(0.5, '2.00 frames/s', 0.25)
  const later = '████████████░░░░░░░░░░░░  50% 2.00 frames/s 0:40 left a.mp4'
  expect(screen.lines).toEqual(['three', 'four', 'five', later])
  progress.line('a note')
  expect(screen.lines).toEqual(['a note', 'three', 'four', 'five', later])
  progress.end()
  expect(screen.lines).toEqual(['a note', ''])
})

it('prints plain lines without a terminal', () => {
  let text = ''
  const progress = new Progress(
    {
      write: (more: string) => {
        text += more
      },
    },
    1,
    'MP',
  )
  progress.begin('a.mp4')
  progress.update(0.5)
  progress.picture(['one'])
  progress.line('a note')
  progress.end()
  expect(text).toBe('a note\n')
})
