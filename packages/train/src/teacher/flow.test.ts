import { describe, expect, it, test } from 'vitest'
import { random } from '../random.ts'
import { alongEdges } from './along.ts'
import { edgeFlow, type Flow } from './flow.ts'
import { greys } from './testing.ts'

const size = 64
const middle = 32 * size + 32

describe('the flow', () => {
  it.each([0, 20, 45, 70, 90, 120, 160])('runs along stripes at %i degrees', (angle) => {
    const radians = (angle * Math.PI) / 180
    const across = (x: number, y: number) => -x * Math.sin(radians) + y * Math.cos(radians)
    const { tx, ty, anisotropy } = edgeFlow(greys(size, size, (x, y) => 0.5 + 0.2 * Math.sin(across(x, y) / 2)))
    expect(Math.abs(tx[middle] * Math.cos(radians) + ty[middle] * Math.sin(radians))).toBeGreaterThan(0.999)
    expect(anisotropy[middle]).toBeGreaterThan(0.95)
  })

  it('runs along an edge of colour alone', () => {
    const planes = greys(size, size, () => 0.5)
    for (let i = 0; i < planes.a.length; i++) planes.a[i] = i % size < 32 ? -0.1 : 0.1
    const { tx, ty } = edgeFlow(planes)
    expect(Math.abs(ty[middle])).toBeCloseTo(1, 5)
    expect(tx[middle]).toBeCloseTo(0, 5)
  })

  it('has length 1 and finds no direction in a constant', () => {
    const { tx, ty, anisotropy, disorder } = edgeFlow(greys(9, 7, () => 0.4))
    for (let i = 0; i < 63; i++) {
      expect(Math.hypot(tx[i], ty[i])).toBeCloseTo(1, 6)
      expect(anisotropy[i]).toBeCloseTo(0, 6)
      expect(disorder[i]).toBeCloseTo(0, 6)
    }
  })

  it('finds disorder in dots, and almost none at a single edge or in parallel stripes', () => {
    const disorderOf = (lightness: (x: number, y: number) => number): number =>
      edgeFlow(greys(size, size, lightness)).disorder[middle]
    const dots = disorderOf((x, y) => (x % 5 < 2 && y % 5 < 2 ? 0.2 : 0.8))
    expect(disorderOf((x) => (x < 32 ? 0.2 : 0.8))).toBeLessThan(0.01 * dots)
    expect(disorderOf((_, y) => (y % 5 < 2 ? 0.2 : 0.8))).toBeLessThan(0.01 * dots)
  })
})

describe('the mean along edges', () => {
  const downwards: Flow = {
    tx: new Float32Array(size * size),
    // Signs have no meaning and may change from pixel to pixel.
    ty: Float32Array.from({ length: size * size }, (_, i) => (random(3, i).uniform() < 0.5 ? -1 : 1)),
    anisotropy: new Float32Array(size * size),
    disorder: new Float32Array(size * size),
  }

  it('keeps what is constant along the flow, and halves what alternates', () => {
    const columns = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i % size))
    const kept = alongEdges(columns, downwards, size, size, 4)
    for (const [i, v] of kept.entries()) expect(v).toBeCloseTo(columns[i], 5)
    const rows = Float32Array.from({ length: size * size }, (_, i) => Math.floor(i / size) % 2)
    expect(alongEdges(rows, downwards, size, size, 4)[middle]).toBeCloseTo(0.5, 1)
  })

  it('reaches twice sigma, along the flow only', () => {
    const dot = new Float32Array(size * size)
    dot[middle] = 1
    const out = alongEdges(dot, downwards, size, size, 4)
    expect(out[middle + 8 * size]).toBeGreaterThan(0)
    expect(out[middle + 9 * size]).toBe(0)
    expect(out[middle + 1]).toBe(0)
  })
})

test('pixels below `least` keep their value', () => {
  const flow = edgeFlow(greys(size, size, (x) => x / size))
  const plane = Float32Array.from({ length: size * size }, (_, i) => (Math.floor(i / size) % 2 ? 1 : -1))
  const out = alongEdges(plane, flow, size, size, 4, 0)
  expect(out[middle]).toBe(-1)
  expect(Math.abs(out[middle + size])).toBeLessThan(0.5)
})
