/** Batches of portraits whose classes have colours of their own: labels go where the colours go. */
import { PORTRAIT_CHANNELS, PORTRAIT_CLASSES, PORTRAIT_SIZE } from '@animegan/models'
import { expect, test } from 'vitest'
import { random } from '../random.ts'
import { composite, type LabelledPortrait, stockOf } from './composite.ts'
import { portraitBatch } from './portrait-batches.ts'

const size = PORTRAIT_SIZE
const head = { x: 128, y: 110, unit: 57, downX: 0, downY: 1 }

/** A face of class 1 on class 0, and a disc of another class at a place in pixels; class `c` has red `25 c`. */
const portraitWith = (other: number, x: number, y: number): LabelledPortrait => {
  const guides = new Uint8Array(size * size * PORTRAIT_CHANNELS)
  const classes = new Uint8Array(size * size)
  for (let i = 0; i < size * size; i++) {
    const [column, row] = [i % size, Math.floor(i / size)]
    const [across, down] = [(column + 0.5 - head.x) / head.unit, (row + 0.5 - head.y) / head.unit]
    const outside = Math.hypot(across, down - 0.4) - 0.9
    classes[i] = Math.hypot(column - x, row - y) < 20 ? other : outside < 0 ? 1 : 0
    const bytes = [25 * classes[i], 90, 90, 255 * Number(outside < 0), 51 * (across + 2.5), 51 * (down + 2.5)]
    bytes.push((255 * (outside + 0.4)) / 1.2, 0)
    guides.set(
      bytes.map((byte) => Math.min(255, Math.max(0, Math.round(byte)))),
      i * PORTRAIT_CHANNELS,
    )
  }
  return { guides, classes, weights: new Uint8Array(size * size).fill(255), head }
}

const classOf = (name: (typeof PORTRAIT_CLASSES)[number]): number => PORTRAIT_CLASSES.indexOf(name)

test('hair of another portrait comes to the same place of the head, with its label and its colour', () => {
  const stock = stockOf([portraitWith(1, 128, 128), portraitWith(classOf('hair'), 128, 40)])
  expect(stock.having.get('hair')).toEqual([1])
  const all = Array.from({ length: 40 }, (_, seed) => composite(stock, 0, random(seed)))
  const haired = all.filter(({ classes }) => classes.includes(classOf('hair')))
  expect(haired.length).toBeGreaterThan(2)
  expect(haired.length).toBeLessThan(30)
  for (const { classes, guides } of haired) {
    const found = [...classes.keys()].filter((i) => classes[i] === classOf('hair'))
    const [x, y] = [0, 1].map(
      (axis) => found.reduce((sum, i) => sum + (axis ? Math.floor(i / size) : i % size), 0) / found.length,
    )
    expect(Math.hypot(x - 128, y - 40)).toBeLessThan(12)
    // One gain for all of its pixels.
    expect(new Set(found.map((i) => guides[i * PORTRAIT_CHANNELS])).size).toBe(1)
  }
})

test('a composite leaves the stock as it is', () => {
  const stock = stockOf([portraitWith(classOf('hand'), 60, 60), portraitWith(classOf('clothes'), 128, 220)])
  const before = stock.portraits.map(({ classes }) => classes.slice())
  for (let seed = 0; seed < 20; seed++) composite(stock, seed % 2, random(seed))
  expect(stock.portraits.map(({ classes }) => classes)).toEqual(before)
})

test('a batch depends on the seed and the step, and on nothing else', () => {
  const stock = stockOf([portraitWith(classOf('hair'), 128, 40), portraitWith(classOf('clothes'), 128, 220)])
  const batches = { stock, seed: 3, batch: 2, size: 64 }
  const one = portraitBatch(batches, 5)
  expect(one.portrait).toHaveLength(2 * 64 * 64 * PORTRAIT_CHANNELS)
  expect(portraitBatch(batches, 5)).toEqual(one)
  expect(portraitBatch(batches, 6)).not.toEqual(one)
  expect(portraitBatch({ ...batches, seed: 4 }, 5)).not.toEqual(one)
})

test('labels count more at borders, and not at all beyond the portrait', () => {
  const stock = stockOf([portraitWith(1, 128, 128)])
  const weights = Array.from(
    { length: 12 },
    (_, step) => portraitBatch({ stock, seed: 1, batch: 1, size }, step).labels!,
  ).flatMap((labels) => [...labels.filter((_, i) => i % 2 === 1)])
  expect(weights).toContain(0)
  const levels = new Set(weights)
  expect(levels).toContain(60)
  expect(levels).toContain(180)
})
