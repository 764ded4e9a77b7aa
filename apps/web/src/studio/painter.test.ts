/** Recovery: what becomes of a picture when engines fail. The engines are core's, on native ONNX Runtime, made to fail. */
import type { Engine } from '@animegan/core'
import { writeStyle } from '@animegan/models'
import * as node from 'onnxruntime-node'
import { beforeEach, expect, it, vi } from 'vitest'
import { localEngine, randomStyle, testPicture } from '../../../../packages/core/src/testing.ts'
import type { Backend } from '../engine/assets.ts'

const started: Backend[] = []
let failures: Error[] = []

vi.mock('../engine/web-engine.ts', () => ({
  bestBackend: async () => 'gpu',
  webEngine: async (backend: Backend): Promise<Engine> => {
    started.push(backend)
    const engine = localEngine(node)
    return {
      close: engine.close,
      load: async (model) => {
        const session = await engine.load(model)
        return {
          release: session.release,
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

const { Painter } = await import('./painter.ts')

const picture = testPicture(64, 48)
const style = { id: 'random', bytes: writeStyle(randomStyle('live')) as Uint8Array<ArrayBuffer> }
const task = (backend: Backend | 'auto') => ({ style, backend, signal: { aborted: false }, onProgress: () => {} })

beforeEach(() => {
  started.length = 0
  failures = []
})

it('goes from a lost graphics card to the processor, says so once, and does not go back', async () => {
  const painter = new Painter()
  failures = [new Error('the graphics device is gone: driver reset')]
  const first = await painter.paint(picture, task('auto'))
  expect(first).toMatchObject({ backend: 'cpu', recovered: 'gpu' })
  const second = await painter.paint(picture, task('auto'))
  expect(second.backend).toBe('cpu')
  expect(second.recovered).toBeUndefined()
  expect(started).toEqual(['gpu', 'cpu'])
  expect(first.drawing.mix(1).data).toEqual(second.drawing.mix(1).data)
})

it('takes less memory when there is too little, and in the end says that it is not enough', async () => {
  const painter = new Painter()
  failures = [new Error('std::bad_alloc'), new RangeError('Array buffer allocation failed')]
  expect(await painter.paint(picture, task('cpu'))).toMatchObject({ backend: 'cpu', recovered: 'memory' })
  expect(started).toEqual(['cpu', 'cpu', 'cpu'])
  failures = Array.from({ length: 9 }, () => new Error('out of memory'))
  await expect(painter.paint(picture, task('cpu'))).rejects.toMatchObject({ code: 'memory' })
  failures = []
  expect((await painter.paint(picture, task('cpu'))).backend).toBe('cpu')
})

it('keeps engine and style from picture to picture', async () => {
  const painter = new Painter()
  await Promise.all([painter.prepare(task('cpu')), painter.paint(picture, task('cpu'))])
  await painter.paint(picture, task('cpu'))
  expect(started).toEqual(['cpu'])
})

it('names a file that is no style, a failure of the engine, and a stop', async () => {
  const painter = new Painter()
  const bad = { ...task('cpu'), style: { id: 'bad', bytes: new Uint8Array(20) } }
  await expect(painter.paint(picture, bad)).rejects.toMatchObject({ code: 'style' })
  failures = [new Error('an operator nobody knows')]
  await expect(painter.paint(picture, task('cpu'))).rejects.toMatchObject({ code: 'engine' })
  await expect(painter.paint(picture, { ...task('cpu'), signal: { aborted: true } })).rejects.toMatchObject({
    code: 'cancelled',
  })
})
