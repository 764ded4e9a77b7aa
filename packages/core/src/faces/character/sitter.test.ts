/** What is believed of small heads; which faces can sit is tested with the networks, in character-artist.test.ts. */
import { expect, test } from 'vitest'
import type { Landmarks } from '../landmarks/landmarker.ts'
import type { Plane } from '../regions/plane.ts'
import type { Regions } from '../regions/regions.ts'
import { isClear, trusted } from './sitter.ts'
import { testSubject } from './testing.ts'

const plane = (value: number): Plane => ({ width: 2, height: 2, data: new Float32Array(4).fill(value) })
const regionsWith = (signs: Partial<Regions['signs']>): Regions => ({
  square: { x: 0, y: 0, side: 2 },
  skin: plane(0.25),
  hair: plane(0),
  beard: plane(0.75),
  clothes: plane(0),
  background: plane(0),
  glasses: plane(0.5),
  teeth: plane(0),
  signs: { ...testSubject().regions.signs, ...signs },
})

test.each<[string, number, Partial<Regions['signs']>, glasses: number, beard: number]>([
  ['large heads are believed', 60, { glasses: 0.9, beard: 0.5 }, 0.5, 0.75],
  ['small ones only where the signs are clear', 40, { glasses: 1, beard: 0.7 }, 0.5, 0.75],
  ['else they have no glasses', 40, { glasses: 0.9, beard: 0.7 }, 0, 0.75],
  ['and no beard', 40, { glasses: 1, beard: 0.57 }, 0.5, 0],
  ['dark lenses are seen from afar', 40, { glasses: 0.5, darkLenses: true, beard: 0.7 }, 0.5, 0.75],
])('%s', (_, unit, signs, glasses, beard) => {
  const { skin, ...found } = trusted(regionsWith(signs), { unit })
  expect(found.glasses.data[0]).toBe(glasses)
  expect(found.beard.data[0]).toBe(beard)
  expect(skin.data[0]).toBe(1 - beard)
})

const { points, head, size, regions } = testSubject()
const seen = (lids: readonly [number, number], yaw: number, darkLenses = false, ease = 1): boolean =>
  isClear(
    { ...regions, square: { x: 0, y: 0, side: size }, signs: { ...regions.signs, lids, darkLenses } },
    { points } as Landmarks,
    { ...head, yaw },
    ease,
  )

test('both eyes of a face to the camera must be seen, unless lenses hide them', () => {
  expect(seen([0.8, 0.7], 0)).toBe(true)
  expect(seen([0.1, 0.7], 0)).toBe(false)
  expect(seen([0.1, 0.1], 0, true)).toBe(true)
})

test('one eye is enough of a face that is turned away', () => {
  expect(seen([0.1, 0.7], 40)).toBe(true)
  expect(seen([0.1, 0.2], 40)).toBe(false)
})

test('a face that is drawn in a clip stays so a little longer', () => {
  expect(seen([0.28, 0.7], 0)).toBe(false)
  expect(seen([0.28, 0.7], 0, false, 1.12)).toBe(true)
  expect(seen([0.1, 0.7], 0, false, 1.12)).toBe(false)
})
