/** Masks of a made head that moves, grows and turns. */
import { describe, expect, test } from 'vitest'
import { fromHead, type Head, toHead } from '../landmarks/head.ts'
import { carriedRegions, type KeptRegions, MASKS } from './carried.ts'
import { type PixelSquare, portraitSquare, SIZE } from './crop.ts'
import type { Regions } from './regions.ts'

const picture = { width: 900, height: 700 }
const headAt = (x: number, y: number, unit: number, tilt = 0, yaw = 0): Head => ({
  origin: { x, y },
  unit,
  down: { x: -Math.sin(tilt), y: Math.cos(tilt) },
  yaw,
  pitch: 0,
})

/** Where the hair of the head is in its frame: a disc, whose `size` may differ from time to time. */
const regionsOf = (head: Head, square: PixelSquare, size = 0.5): Regions => {
  const planes = Object.fromEntries(
    MASKS.map((name) => [name, { width: SIZE, height: SIZE, data: new Float32Array(SIZE * SIZE) }]),
  ) as Record<(typeof MASKS)[number], Regions['hair']>
  const step = square.side / SIZE
  for (let i = 0; i < SIZE * SIZE; i++) {
    const at = toHead(head, {
      x: square.x + ((i % SIZE) + 0.5) * step,
      y: square.y + (Math.floor(i / SIZE) + 0.5) * step,
    })
    const hair = Math.min(1, Math.max(0, 0.5 + (size - Math.hypot(at.x - 0.4, at.y + 0.5)) * 20))
    planes.hair.data[i] = hair
    planes.background.data[i] = 1 - hair
  }
  const signs = { beard: 0, glasses: 0, darkLenses: false, lids: [1, 1], grey: false, flesh: true } as const
  return { ...planes, square, signs }
}

/** How much of the picture the hair covers, and where its middle is, in pixels of the picture. */
const hairOf = ({ hair, square }: Regions) => {
  const step = square.side / SIZE
  let [sum, x, y] = [0, 0, 0]
  hair.data.forEach((share, i) => {
    sum += share
    x += share * (square.x + ((i % SIZE) + 0.5) * step)
    y += share * (square.y + (Math.floor(i / SIZE) + 0.5) * step)
  })
  return { area: sum * step * step, x: x / sum, y: y / sum }
}

/** Carries regions through frames; gives what each shows, and in which they were found. */
const through = async (frames: readonly (readonly [head: Head, seconds: number, size?: number])[]) => {
  const found: number[] = []
  const shown: Regions[] = []
  let kept: KeptRegions | undefined
  for (const [head, seconds, size] of frames) {
    const square = portraitSquare(picture, head)!
    const result = await carriedRegions(kept, head, square, seconds, async () => {
      found.push(seconds)
      return regionsOf(head, square, size)
    })
    kept = result.kept
    shown.push(result.regions!)
  }
  return { found, shown }
}

describe('regions', () => {
  test('are found eight times a second, and move with the head in between: along, in size and in tilt', async () => {
    const heads = [headAt(400, 300, 80), headAt(412.4, 305, 80), headAt(425, 311, 84, 0.06), headAt(437, 316, 84, 0.06)]
    const { found, shown } = await through(heads.map((head, i) => [head, i * 0.05]))
    expect(found).toEqual([0, 0.15000000000000002])
    for (const [i, head] of heads.entries()) {
      const { area, x, y } = hairOf(shown[i])
      const middle = fromHead(head, { x: 0.4, y: -0.5 })
      expect(Math.hypot(x - middle.x, y - middle.y)).toBeLessThan(1)
      expect(area / (Math.PI * (0.5 * head.unit) ** 2)).toBeCloseTo(1, 1)
      expect(shown[i].square).toEqual(portraitSquare(picture, head))
    }
  })

  test('that are found anew come half way at first; not those of a head that has turned', async () => {
    const [still, turned] = [headAt(400, 300, 80), headAt(400, 300, 80, 0, 20)]
    const { shown } = await through([
      [still, 0],
      [still, 0.2, 0.7],
      [turned, 0.22, 0.5],
    ])
    const areas = shown.map((regions) => hairOf(regions).area / (Math.PI * 80 ** 2))
    expect(areas[0]).toBeCloseTo(0.25, 1)
    expect(areas[1]).toBeCloseTo((0.25 + 0.49) / 2, 1)
    expect(areas[2]).toBeCloseTo(0.25, 1)
  })

  test('go on as they are kept: bytes', async () => {
    const head = headAt(400, 300, 80)
    const square = portraitSquare(picture, head)!
    const first = await carriedRegions(undefined, head, square, 0, async () => regionsOf(head, square))
    const again = await carriedRegions(first.kept, head, square, 0.05, () => Promise.reject(new Error('not needed')))
    expect(again.regions).toEqual(first.regions)
  })
})
