/** How light a head is drawn beside what the style made of its face. That heads take a style's light is in character-artist.test.ts. */
import { expect, test } from 'vitest'
import type { Plane } from '../regions/plane.ts'
import { lightened } from './ambience.ts'
import { rgbOf } from './colour.ts'
import type { Colours } from './flatten.ts'
import type { Study } from './study.ts'

const size = 12
const plane = (value: number): Plane => ({ width: size, height: size, data: new Float32Array(size * size).fill(value) })
const studyOf = (lightness: number, skin = 1) =>
  ({ skin: plane(skin), face: plane(1), features: plane(0), lightness: plane(lightness) }) as Study
const styled = (lightness: number): Colours => {
  const [red, green, blue] = rgbOf([lightness, 0, 0]).map(plane)
  return [red, green, blue]
}
const drawn = (study: Study, to: number): number => lightened(study, styled(to)).lightness.data[0]

test('a face that the style makes lighter is drawn lighter, most of the way', () => {
  expect(drawn(studyOf(70), 80)).toBeCloseTo(77.5, 0)
})

test('by ten at most', () => {
  expect(drawn(studyOf(66), 84)).toBeCloseTo(76, 0)
})

test('not so far that it loses its colour', () => {
  expect(drawn(studyOf(80), 95)).toBeCloseTo(83, 0)
  expect(drawn(studyOf(86), 95)).toBe(86)
})

test('dark skin keeps its depth', () => {
  expect(drawn(studyOf(36), 60)).toBeCloseTo(36, 5)
  expect(drawn(studyOf(45), 60)).toBeLessThan(48.5)
})

test('a style that darkens, or a head without a face to be seen, changes nothing', () => {
  expect(drawn(studyOf(70), 50)).toBeCloseTo(70, 5)
  expect(drawn(studyOf(70, 0), 80)).toBe(70)
})
