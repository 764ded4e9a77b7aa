import { expect, test } from 'vitest'
import { edgeFlow } from './flow.ts'
import { smoothEdges } from './smooth-edges.ts'
import { greys } from './testing.ts'

test('a ragged edge becomes straight and stays sharp', () => {
  const size = 40
  const planes = greys(size, size, (x, y) => (x < 20 + (y % 4 < 2 ? 1 : 0) ? 0.2 : 0.8))
  const { l } = smoothEdges(planes, edgeFlow(planes), new Float32Array(size * size).fill(1))
  const ragged = (plane: Float32Array) => {
    let most = 0
    for (let y = 11; y < 30; y++) most = Math.max(most, Math.abs(plane[y * size + 20] - plane[(y - 1) * size + 20]))
    return most
  }
  expect(ragged(planes.l)).toBeCloseTo(0.6, 5)
  expect(ragged(l)).toBeLessThan(0.25)
  expect(l[20 * size + 22] - l[20 * size + 18]).toBeGreaterThan(0.55)
})

test('does nothing where the amount is 0, and keeps a constant', () => {
  const planes = greys(12, 9, (x, y) => ((x * 7 + y * 3) % 5) / 5)
  const flow = edgeFlow(planes)
  expect(smoothEdges(planes, flow, new Float32Array(108)).l).toEqual(planes.l)
  const even = greys(12, 9, () => 0.3)
  for (const v of smoothEdges(even, flow, new Float32Array(108).fill(1)).l) expect(v).toBeCloseTo(0.3, 6)
})
