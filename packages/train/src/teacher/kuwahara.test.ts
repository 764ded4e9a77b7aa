import type { Planes } from '@animegan/core'
import { expect, test } from 'vitest'
import { random } from '../random.ts'
import { bell, blur } from './blur.ts'
import { edgeFlow } from './flow.ts'
import { kuwahara } from './kuwahara.ts'
import { greys } from './testing.ts'

const size = 48
const filter = (planes: Planes, radius: number): Planes => kuwahara(planes, edgeFlow(planes), radius)

test.each([1, 2, 3, 4])('radius %i keeps the position and sharpness of a step edge', (radius) => {
  for (const step of [
    greys(size, size, (x) => (x < 20 ? 0.2 : 0.8)),
    greys(size, size, (_, y) => (y < 31 ? 0.9 : 0.3)),
  ]) {
    const { l } = filter(step, radius)
    for (const [i, v] of l.entries()) expect(v).toBeCloseTo(step.l[i], 4)
  }
})

test('removes noise on both sides of an edge, and keeps the edge', () => {
  const clean = greys(size, size, (x, y) => (x + y < size ? 0.3 : 0.7))
  const noisy = { ...clean, l: clean.l.map((v, i) => v + 0.02 * random(1, i).normal()) }
  const { l } = filter(noisy, 3)
  const error = (plane: Float32Array, keep: (x: number, y: number) => boolean): number => {
    const squares = [...plane.keys()]
      .filter((i) => keep(i % size, Math.floor(i / size)))
      .map((i) => (plane[i] - clean.l[i]) ** 2)
    return Math.sqrt(squares.reduce((a, b) => a + b) / squares.length)
  }
  const away = (x: number, y: number) => Math.abs(x + y - size) > 6
  const near = (x: number, y: number) => Math.abs(x + y - size) < 3
  expect(error(l, away)).toBeLessThan(0.25 * error(noisy.l, away))
  const blurred = blur(noisy.l, size, size, bell(3))
  expect(error(blurred, near)).toBeGreaterThan(0.09)
  expect(error(l, near)).toBeLessThan(0.045)
})

test('removes a dot smaller than the brush', () => {
  const dot = greys(size, size, (x, y) => (x === 24 && y === 24 ? 0 : 0.8))
  const { l } = filter(dot, 2)
  for (const v of l) expect(v).toBeGreaterThan(0.75)
})

test('chroma is flattened with lightness, from the same side of the edge', () => {
  const planes = greys(size, size, (x) => (x < 24 ? 0.4 : 0.6))
  for (let i = 0; i < planes.a.length; i++) planes.a[i] = i % size < 24 ? 0.1 : -0.1
  const { a } = filter(planes, 3)
  for (const [i, v] of a.entries()) expect(v).toBeCloseTo(planes.a[i], 4)
})
