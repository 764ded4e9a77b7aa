import { describe, expect, it } from 'vitest'
import { showsColour, thumbnail } from './thumbnail.ts'

/** What a terminal shows for the lines: the colours of each half of each character. */
const shown = (lines: readonly string[]): string[][] =>
  lines.flatMap((line) => {
    const cells = line.split('▀').slice(0, -1)
    const halves = cells.map((cell) => cell.split('\x1b[').slice(-2))
    for (const [upper, lower] of halves)
      expect([upper, lower]).toEqual([expect.stringMatching(/^38;2;.*m$/), expect.stringMatching(/^48;2;.*m$/)])
    expect(line.endsWith('\x1b[0m')).toBe(true)
    return [0, 1].map((half) => halves.map((cell) => cell[half].slice(5, -1)))
  })

describe('thumbnail', () => {
  it('shows the colours at their positions', () => {
    const data = new Uint8Array(80 * 40 * 3)
    for (let i = 0; i < 80 * 40; i++) data[3 * i + (i % 80 < 40 ? 0 : 2)] = i < 80 * 20 ? 200 : 100
    const rows = shown(thumbnail({ width: 80, height: 40, channels: 3, data }, 8, 10))
    expect(rows).toHaveLength(4)
    expect(rows[0]).toEqual([...Array(4).fill('200;0;0'), ...Array(4).fill('0;0;200')])
    expect(rows[3]).toEqual([...Array(4).fill('100;0;0'), ...Array(4).fill('0;0;100')])
  })

  it.each([
    [1, 1],
    [1000, 3],
    [3, 1000],
  ])('stays within its limits for pictures of %i x %i', (width, height) => {
    const rows = shown(thumbnail({ width, height, channels: 4, data: new Uint8Array(width * height * 4) }, 30, 8))
    expect(rows.length).toBeLessThanOrEqual(16)
    expect(rows[0].length).toBeLessThanOrEqual(30)
    expect(rows[0].length).toBeGreaterThan(0)
  })

  it('is used only on terminals that announce support', () => {
    expect(showsColour({ COLORTERM: 'truecolor', TERM: 'xterm-256color' })).toBe(true)
    expect(showsColour({ COLORTERM: '24bit' })).toBe(true)
    expect(showsColour({ TERM: 'xterm-256color' })).toBe(false)
    expect(showsColour({ COLORTERM: 'truecolor', NO_COLOR: '1' })).toBe(false)
    expect(showsColour({ COLORTERM: 'truecolor', TERM: 'dumb' })).toBe(false)
  })
})
