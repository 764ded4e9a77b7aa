/** Colours that skin has, and those that it does not have. */
import { expect, test } from 'vitest'
import { isFlesh } from './flesh.ts'
import { labOf } from './lab.ts'

const size = 20
/** A face of one colour (sRGB, 0 to 255) in a background of another. */
const looksLikeSkin = (face: readonly [number, number, number], grey = false, unit = 10): boolean => {
  const within = (i: number): boolean => Math.hypot((i % size) - 10, Math.floor(i / size) - 10) < 6
  const colours = new Float32Array(3 * size * size)
  for (let i = 0; i < size * size; i++) {
    const [r, g, b] = within(i) ? face : [0, 120, 0]
    colours.set(labOf(r / 255, g / 255, b / 255), 3 * i)
  }
  const outside = Float32Array.from({ length: size * size }, (_, i) => (within(i) ? -1 : 1))
  const head = { origin: { x: 10, y: 10 }, unit, down: { x: 0, y: 1 }, yaw: 0, pitch: 0 }
  return isFlesh(colours, { outside, head }, new Float32Array(size * size).fill(1), grey)
}

test.each<[string, readonly [number, number, number], boolean]>([
  ['light skin', [241, 205, 184], true],
  ['dark skin', [92, 60, 46], true],
  ['pale skin in hard light', [250, 240, 232], true],
  ['skin in blue light', [80, 90, 200], true],
  ['skin in the dark', [30, 34, 36], true],
  ['skin in light so hard that no colour is left', [238, 242, 236], true],
  ['weathered stone', [122, 128, 116], false],
  ['grey fur', [124, 122, 128], false],
])('%s', (_, colour, flesh) => {
  expect(looksLikeSkin(colour)).toBe(flesh)
})

test('nothing is said of black-and-white photos, and of faces of which hardly anything is seen', () => {
  expect(looksLikeSkin([122, 128, 116], true)).toBe(true)
  expect(looksLikeSkin([122, 128, 116], false, 100)).toBe(true)
})
