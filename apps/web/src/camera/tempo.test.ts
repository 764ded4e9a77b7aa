/** The size of a live picture on machines of different speeds. */
import { expect, it } from 'vitest'
import { Tempo } from './tempo.ts'

/** The side after a number of frames that take a fixed time plus a time per pixel. */
const settle = (tempo: Tempo, fixed: number, perPixel: number, frames = 400): number[] => {
  const sides: number[] = []
  for (let i = 0; i < frames; i++) {
    sides.push(tempo.side)
    tempo.see(fixed + perPixel * tempo.side ** 2 * 0.75)
  }
  return sides
}

it.each([
  ['slow', 4, 1 / 300],
  ['middling', 5, 1 / 2500],
  ['quick', 8, 1 / 20_000],
])('on a %s machine it settles at 20 frames per second, no smaller than necessary', (_, fixed, perPixel) => {
  for (const from of [192, 256, 960]) {
    const sides = settle(new Tempo(from), fixed, perPixel)
    const last = sides.at(-1)!
    expect(new Set(sides.slice(-100)).size).toBe(1)
    const time = (side: number): number => fixed + perPixel * side ** 2 * 0.75
    if (last > 192) expect(time(last)).toBeLessThanOrEqual(50)
    if (last < 960) expect(time(last * 1.6)).toBeGreaterThan(50)
  }
})

it('does not go below a recognisable size, or above the visible one', () => {
  expect(settle(new Tempo(), 500, 1).at(-1)).toBe(192)
  expect(settle(new Tempo(), 1, 0).at(-1)).toBe(960)
})

it('gives up faces only if the smallest size is too slow with them, and permanently', () => {
  const tempo = new Tempo(256, 'styled')
  const frame = (faces: number): number => 5 + tempo.side ** 2 / 2500 + (tempo.sparesFaces ? 0 : faces)
  for (let i = 0; i < 100; i++) tempo.see(frame(25))
  expect(tempo.sparesFaces).toBe(false)
  expect(frame(25)).toBeLessThanOrEqual(50)
  while (!tempo.sparesFaces) {
    tempo.see(frame(60))
    if (tempo.sparesFaces) expect(tempo.side).toBe(192)
  }
  for (let i = 0; i < 100; i++) tempo.see(frame(60))
  expect(tempo.side).toBeGreaterThan(192)
  expect(tempo.sparesFaces).toBe(true)
})

it.each([
  ['draws characters at 4 frames per second, where that can be held', 140, 'drawn', 250],
  ['leaves them to the style, where it cannot', 300, 'styled', 50],
] as const)('%s', (_, drawing, expected, most) => {
  const tempo = new Tempo(256, 'drawn')
  const frame = (): number => 5 + tempo.side ** 2 / 2500 + (tempo.faces === 'drawn' ? drawing : 0)
  for (let i = 0; i < 200; i++) tempo.see(frame())
  expect(tempo.faces).toBe(expected)
  expect(frame()).toBeLessThanOrEqual(most)
  expect(frame()).toBeGreaterThan(0.6 * most)
})

it('adapts when a machine gets busy and free again, and ignores a single slow frame', () => {
  const tempo = new Tempo()
  const [free] = settle(tempo, 5, 1 / 2500).slice(-1)
  tempo.see(900)
  expect(settle(tempo, 5, 1 / 2500, 10).at(-1)).toBe(free)
  const [busy] = settle(tempo, 5, 1 / 700).slice(-1)
  expect(busy).toBeLessThan(free * 0.7)
  expect(settle(tempo, 5, 1 / 2500).at(-1)).toBeGreaterThan(busy)
})
