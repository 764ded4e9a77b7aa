/** Recovery of work when engines fail. The engines are fakes that fail on demand; their results are not checked. */
import { AnimeganError, createAnimator, type Engine } from '@animegan/core'
import * as node from 'onnxruntime-node'
import { beforeEach, expect, it, vi } from 'vitest'
import { localEngine, randomStyle, testPicture } from '../../../core/src/testing.ts'
import type { Backend } from './backend.ts'
import { recoveringEngine, type Workplace } from './recovering-engine.ts'

const started: Backend[] = []
const ended: Backend[] = []
let failures: Error[] = []

vi.mock('./backend.ts', () => ({ bestBackend: async () => 'webgpu' }))
vi.mock('./browser-engine.ts', () => ({
  browserEngine: async ({ backend }: { backend: Backend }): Promise<Engine & { backend: Backend }> => {
    started.push(backend)
    const engine = localEngine(node)
    const close = async (): Promise<void> => {
      ended.push(backend)
      await engine.close()
    }
    return {
      backend,
      eightBits: backend === 'wasm',
      close,
      [Symbol.asyncDispose]: close,
      load: async (model) => {
        const session = await engine.load(model)
        return {
          ...session,
          run: async (feeds) => {
            const failure = failures.shift()
            if (failure) throw failure
            return session.run(feeds)
          },
        }
      },
    }
  },
}))
vi.stubGlobal('navigator', { deviceMemory: 4 })

const style = randomStyle('live')
const draw = async ({ engine, memory }: Workplace): Promise<Uint8Array> => {
  const animator = await createAnimator({ engine, style, memory })
  return (await animator.picture(testPicture(64, 48))).picture.data
}
const lost = (): Error => new AnimeganError('engine-failed', 'the engine failed: the graphics device is gone (reset)')

beforeEach(() => {
  started.length = 0
  ended.length = 0
  failures = []
})

it('switches from a lost graphics card to the processor, reports it once, and does not switch back', async () => {
  const engine = recoveringEngine()
  failures = [lost()]
  const first = await engine.attempt(draw)
  expect(first).toMatchObject({ backend: 'wasm', recovered: 'webgpu' })
  const second = await engine.attempt(draw, { backend: 'webgpu' })
  expect(second.backend).toBe('wasm')
  expect(second.recovered).toBeUndefined()
  expect(await engine.backendFor('webgpu')).toBe('wasm')
  expect([started, ended]).toEqual([['webgpu', 'wasm'], ['webgpu']])
  expect(first.result).toEqual(second.result)
})

it('halves the memory limit when memory is short, and finally reports that it is not enough', async () => {
  const engine = recoveringEngine()
  const seen: number[] = []
  const work = (workplace: Workplace): Promise<Uint8Array> => {
    seen.push(workplace.memory)
    return draw(workplace)
  }
  failures = [new AnimeganError('engine-failed', 'std::bad_alloc'), new RangeError('Array buffer allocation failed')]
  expect(await engine.attempt(work, { backend: 'wasm' })).toMatchObject({ backend: 'wasm', recovered: 'memory' })
  expect(seen).toEqual([192, 96, 48])
  failures = Array.from({ length: 9 }, () => new AnimeganError('engine-failed', 'out of memory'))
  await expect(engine.attempt(work, { backend: 'wasm' })).rejects.toMatchObject({ code: 'out-of-memory' })
  expect(seen).toEqual([192, 96, 48, 48])
  failures = []
  expect(await engine.attempt(work, { backend: 'wasm' })).toMatchObject({ recovered: undefined })
})

it('keeps the engine between pieces of work, and starts one for two concurrent calls', async () => {
  const engine = recoveringEngine()
  const [a, b] = await Promise.all([engine.ready({ backend: 'wasm' }), engine.ready({ backend: 'wasm' })])
  expect(a).toBe(b)
  await engine.attempt(async (workplace) => expect(workplace).toBe(a), { backend: 'wasm' })
  expect([started, ended]).toEqual([['wasm'], []])
})

it('does not retry errors that are not the engine’s, or aborted work', async () => {
  const engine = recoveringEngine()
  const fail = (error: Error) =>
    engine.attempt(async () => {
      throw error
    })
  await expect(fail(new TypeError('a mistake'))).rejects.toThrow('a mistake')
  await expect(fail(new AnimeganError('bad-weights', 'no style'))).rejects.toMatchObject({ code: 'bad-weights' })
  const controller = new AbortController()
  const stopped = engine.attempt(
    async () => {
      controller.abort(new Error('stopped'))
      throw lost()
    },
    { signal: controller.signal },
  )
  await expect(stopped).rejects.toThrow('stopped')
  expect(started).toEqual(['webgpu'])
  failures = [new AnimeganError('engine-failed', 'an operator nobody knows')]
  await expect(engine.attempt(draw, { backend: 'wasm' })).rejects.toMatchObject({ code: 'engine-failed' })
})

it('ends its engine when closed, and rejects later calls', async () => {
  const engine = recoveringEngine()
  await engine.ready()
  await engine.close()
  expect(ended).toEqual(['webgpu'])
  await expect(engine.attempt(draw)).rejects.toMatchObject({ code: 'closed' })
  expect(started).toEqual(['webgpu'])
})
