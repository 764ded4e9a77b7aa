/**
 * A small picture in a terminal: two pixels per character, the upper in the foreground colour and the lower in the
 * background colour (▀). Any terminal with 24-bit colour shows it, also through SSH and tmux; real pictures (iTerm2,
 * kitty, sixel) need a different protocol each, and tmux supports none of them.
 */
import type { Picture } from '@animegan/core'

/** Whether a terminal announces 24-bit colour. */
export const showsColour = (env: Readonly<Record<string, string | undefined>>): boolean =>
  /^(?:truecolor|24bit)$/.test(env.COLORTERM ?? '') && !env.NO_COLOR && env.TERM !== 'dumb'

/** The picture as lines of text, at most `columns` wide and `rows` high; alpha is ignored. */
export const thumbnail = (picture: Picture, columns: number, rows: number): string[] => {
  const scale = Math.min(columns / picture.width, (2 * rows) / picture.height, 1)
  const width = Math.max(1, Math.round(picture.width * scale))
  const height = Math.max(2, 2 * Math.round((picture.height * scale) / 2))
  const lines: string[] = []
  for (let y = 0; y < height; y += 2) {
    let line = ''
    for (let x = 0; x < width; x++) {
      const [upper, lower] = [colourAt(picture, x, y, width, height), colourAt(picture, x, y + 1, width, height)]
      line += `\x1b[38;2;${upper.join(';')}m\x1b[48;2;${lower.join(';')}m▀`
    }
    lines.push(`${line}\x1b[0m`)
  }
  return lines
}

/** The mean colour of one of `width` by `height` parts of a picture, by at most 4 x 4 of its pixels. */
const colourAt = (picture: Picture, x: number, y: number, width: number, height: number): number[] => {
  const sum = [0, 0, 0]
  for (let j = 0; j < 4; j++) {
    const row = Math.trunc(((y + (j + 0.5) / 4) * picture.height) / height)
    for (let i = 0; i < 4; i++) {
      const column = Math.trunc(((x + (i + 0.5) / 4) * picture.width) / width)
      const at = (row * picture.width + column) * picture.channels
      for (let c = 0; c < 3; c++) sum[c] += picture.data[at + c]
    }
  }
  return sum.map((total) => Math.round(total / 16))
}
