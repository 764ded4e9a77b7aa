/** Soft shares of a made-up portrait: skin on the left, something of another colour on the right, parted in the middle. */
import { expect, test } from 'vitest'
import type { Picture } from '../../picture.ts'
import { fitToEdges } from './edges.ts'

const SIZE = 256
const [SKIN, OTHER] = [
  [200, 150, 130],
  [60, 80, 140],
]
const picture: Picture = {
  width: SIZE,
  height: SIZE,
  channels: 3,
  data: Uint8Array.from(
    { length: SIZE * SIZE * 3 },
    (_, i) => (Math.floor(i / 3) % SIZE < SIZE / 2 ? SKIN : OTHER)[i % 3],
  ),
}
/** A ramp over 16 pixels whose middle is 5 pixels too far left: what a network makes of it that sees coarsely. */
const ramp = (): Float32Array =>
  Float32Array.from({ length: SIZE * SIZE }, (_, i) => Math.min(1, Math.max(0, ((i % SIZE) - (SIZE / 2 - 13)) / 16)))
const none = (): Float32Array => new Float32Array(SIZE * SIZE)
/** The column where a share passes a half, and how many columns it takes from a tenth to nine tenths. */
const stepOf = (share: Float32Array): { at: number; width: number } => {
  const row = share.subarray(128 * SIZE, 129 * SIZE)
  return { at: row.findIndex((value) => value > 0.5), width: row.filter((value) => value > 0.1 && value < 0.9).length }
}
const above = { chin: { x: 0, y: 1 }, y: none() }
const below = { chin: { x: 0, y: -1 }, y: none() }

test('clothes end where their colour ends', () => {
  const [hair, clothes, background] = [none(), ramp(), none()]
  fitToEdges(picture, below, [hair, clothes], background)
  const { at, width } = stepOf(clothes)
  expect(Math.abs(at - SIZE / 2)).toBeLessThanOrEqual(2)
  expect(width).toBeLessThan(10)
  expect(Math.max(...hair)).toBe(0)
})

test('so does a background beside a face; below the chin it gains nothing, for a neck in its shadow has no edge', () => {
  const face = ramp()
  fitToEdges(picture, above, [none()], face)
  expect(Math.abs(stepOf(face).at - SIZE / 2)).toBeLessThanOrEqual(2)
  const before = Float32Array.from(ramp(), (share) => 0.4 * share)
  const neck = before.slice()
  fitToEdges(picture, below, [Float32Array.from(before, (share) => share)], neck)
  expect(neck.every((share, i) => share <= before[i] + 1e-6)).toBe(true)
})

test('hair and clothes keep their ratio', () => {
  const [hair, clothes, background] = [ramp().map((share) => 0.75 * share), ramp().map((share) => 0.25 * share), none()]
  fitToEdges(picture, below, [hair, clothes], background)
  const i = 128 * SIZE + 200
  expect(hair[i] / clothes[i]).toBeCloseTo(3, 4)
  expect(hair[i] + clothes[i]).toBeCloseTo(1, 2)
})
