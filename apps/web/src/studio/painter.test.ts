/** Recovery: what becomes of a picture when engines fail. The engines are core's, on native ONNX Runtime, made to fail. */
import { readFile } from 'node:fs/promises'
import type { Engine, Picture } from '@animegan/core'
import { writeStyle } from '@animegan/models'
import * as node from 'onnxruntime-node'
import sharp from 'sharp'
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

const weights = new URL('../../../../packages/models/weights/', import.meta.url)
let offline = false

vi.mock('../engine/face-files.ts', () => ({
  faceFiles: {
    shortRange: { url: 'face_detection_short_range.tflite', bytes: 229_032 },
    fullRange: { url: 'face_detection_full_range.tflite', bytes: 1_083_984 },
  },
}))
vi.stubGlobal('fetch', async (name: string) => {
  if (offline) throw new TypeError('no connection')
  return new Response(await readFile(new URL(name, weights)))
})
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

/** Two portraits of the example, side by side. */
const people = async (): Promise<Picture> => {
  const { data, info } = await sharp(new URL('../../../../examples/people.jpg', import.meta.url).pathname)
    .extract({ left: 0, top: 0, width: 380, height: 190 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: 3, data }
}

it('finds faces once the networks can be fetched, from left to right, and again on a new engine', async () => {
  const painter = new Painter()
  const two = await people()
  offline = true
  await expect(painter.findFaces(two, task('auto'))).rejects.toMatchObject({ code: 'offline' })
  offline = false
  const found = await painter.findFaces(two, task('auto'))
  expect(found.map(({ box }) => Math.floor((box.x + box.width / 2) / 190))).toEqual([0, 1])
  failures = [new Error('the graphics device is gone: driver reset')]
  expect(await painter.findFaces(two, task('auto'))).toEqual(found)
  expect(started).toEqual(['gpu', 'cpu'])
})

it('redraws the chosen faces in a copy, says which were spared, and starts over with a new engine', async () => {
  const painter = new Painter()
  const two = await people()
  const found = await painter.findFaces(two, task('auto'))
  const { drawing } = await painter.paint(two, task('auto'))
  const [styled, before] = [drawing.mix(1), drawing.mix(1).data.slice()]
  const redraw = (chosen: number[], size = {}) =>
    painter.redraw(two, styled, { found, chosen, proportions: 0 }, { ...task('auto'), strength: 1, ...size })
  const { result: left } = await redraw([0])
  const { result: both } = await redraw([0, 1])
  expect(Buffer.compare(styled.data, before)).toBe(0)
  const changed = (data: Uint8Array): boolean[] =>
    [0, 1].map((half) =>
      data.some((value, i) => value !== before[i] && Math.floor((Math.floor(i / 3) % 380) / 190) === half),
    )
  expect([changed(left.picture.data), changed(both.picture.data)]).toEqual([
    [true, false],
    [true, true],
  ])
  expect(both.spared).toEqual([])
  // At about twice the size the style sees these faces as it draws them best.
  const { result: spared } = await redraw([0, 1], { effectSize: 570 })
  expect(spared.spared).toEqual([0, 1])

  failures = [new Error('the graphics device is gone: driver reset')]
  const again = await painter.redraw(
    two,
    styled,
    { found, chosen: [0, 1], proportions: 0.5 },
    { ...task('auto'), strength: 1 },
  )
  expect(again).toMatchObject({ backend: 'cpu', recovered: 'gpu' })
  expect(Buffer.compare(styled.data, before)).toBe(0)
})
