import { expect, test } from 'vitest'
import { random } from '../random.ts'
import { edgeFlow } from './flow.ts'
import { greys } from './testing.ts'
import { things } from './things.ts'

const [width, height] = [80, 60]
const flat = greys(width, height, () => 0.6)
const none = new Float32Array(width * height)

test('a bar on flat ground that the painting has lost is a thing; the ground is not', () => {
  const drawn = greys(width, height, (x) => (x >= 39 && x < 42 ? 0.35 : 0.6))
  const share = things(drawn, flat, edgeFlow(drawn), none)
  expect(share[30 * width + 40]).toBeGreaterThan(0.9)
  expect(share[30 * width + 20]).toBe(0)
})

test('gravel is not a thing', () => {
  const drawn = greys(width, height, (x, y) => 0.6 + 0.2 * (random(1, x >> 1, y >> 1).uniform() - 0.5))
  const share = things(drawn, flat, edgeFlow(drawn), none)
  expect(share.reduce((sum, v) => sum + v, 0) / share.length).toBeLessThan(0.1)
})

test('on a face, fainter details count', () => {
  const drawn = greys(width, height, (x, y) => (Math.abs(y - 30) < 2 && Math.abs(x - 40) < 5 ? 0.54 : 0.6))
  const at = (face: Float32Array) => things(drawn, flat, edgeFlow(drawn), face)[30 * width + 40]
  expect(at(new Float32Array(width * height).fill(1))).toBeGreaterThan(at(none) + 0.1)
})
