/** Both sides of an engine, with a real runtime. */
import { add, encodeOnnx, input } from '@animegan/graph'
import * as node from 'onnxruntime-node'
import { afterAll, describe, expect, it } from 'vitest'
import { localEngine } from './testing.ts'

const engine = localEngine(node)
afterAll(() => engine.close())

const doubled = async () => {
  const x = input('x', [3], 'float32')
  return engine.load(encodeOnnx({ y: add(x, x) }))
}
const three = () => ({ dtype: 'float32' as const, shape: [3], data: Float32Array.of(1, 2, 3) })

describe('an engine', () => {
  it('leaves feeds alone unless they are handed over', async () => {
    const session = await doubled()
    const [kept, given] = [three(), three()]
    expect([...((await session.run({ x: kept })).y.data as Float32Array)]).toEqual([2, 4, 6])
    expect([...kept.data]).toEqual([1, 2, 3])
    expect([...((await session.run({ x: given }, { handOver: true })).y.data as Float32Array)]).toEqual([2, 4, 6])
    expect(given.data).toHaveLength(0)
  })

  it('never takes memory that a feed fills only partly', async () => {
    const session = await doubled()
    const all = Float32Array.of(9, 1, 2, 3, 9)
    const x = { ...three(), data: all.subarray(1, 4) }
    expect([...((await session.run({ x }, { handOver: true })).y.data as Float32Array)]).toEqual([2, 4, 6])
    expect([...all]).toEqual([9, 1, 2, 3, 9])
  })
})
