/** The memory that kernels work in; what they compute is tested where it is used. */
import { expect, test } from 'vitest'
import { Workbench } from './kernels.ts'

test('what is put in comes out, whatever its type and however much it is', () => {
  const bench = new Workbench()
  const bytes = Uint8Array.of(1, 2, 3)
  const large = Float32Array.from({ length: 500_000 }, (_, i) => i / 3)
  const [first, second, third] = [bench.put(bytes), bench.put(large), bench.put(Int32Array.of(-7, 8))]
  expect([...bench.bytes(first, 3)]).toEqual([1, 2, 3])
  expect(bench.singles(second, large.length)).toEqual(large)
  expect([...bench.integers(third, 2)]).toEqual([-7, 8])
  bench.set(first, Uint8Array.of(9))
  expect([...bench.bytes(first, 3)]).toEqual([9, 2, 3])
})

test('places do not overlap, and are aligned for the widest instructions', () => {
  const bench = new Workbench()
  const places = [3, 16, 1, 40].map((size) => bench.room(size))
  expect(places.every((place) => place % 16 === 0)).toBe(true)
  expect(new Set(places).size).toBe(4)
  expect(places[3] - places[2]).toBeGreaterThanOrEqual(1)
})

test('what is taken out stays what it was when the next job writes over it', () => {
  const first = new Workbench()
  const taken = first.singles(first.put(Float32Array.of(1, 2, 3)), 3)
  new Workbench().put(new Float32Array(100).fill(5))
  expect([...taken]).toEqual([1, 2, 3])
})
