import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { encodeOnnx, input, interpret, symbolicDim, type Tensor, type Value } from '@animegan/graph'
import fc from 'fast-check'
import * as ort from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { readNpy, readTfLite } from '../formats/index.ts'
import { tfLiteGraph } from '../mapping/index.ts'
import { blazeFace, blazeFaceFullRange, blazeFaceShortRange } from './index.ts'

const modelFile = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../weights/face_detection_${name}.tflite`, import.meta.url)))
const fixture = (name: string): Value =>
  readNpy(gunzipSync(readFileSync(new URL(`./fixtures/${name}.npy.gz`, import.meta.url))))

const variants = { short: blazeFaceShortRange, full: blazeFaceFullRange } as const
const outputs = {
  short: ['classificators', 'regressors'],
  full: ['reshaped_classifier_face_4', 'reshaped_regressor_face_4'],
} as const

const run = async (named: Record<string, Tensor>, x: Value): Promise<ort.InferenceSession.ReturnType> => {
  const session = await ort.InferenceSession.create(encodeOnnx(named), { logSeverityLevel: 3, intraOpNumThreads: 1 })
  return session.run({ x: new ort.Tensor('float32', x.data as Float32Array, x.shape) })
}

/** A picture [h, w, 3] of bytes as [1, 3, h, w], -1 to 1. */
const normalised = ({ shape, data }: Value): Value<'float32'> => {
  const [height, width] = shape as [number, number]
  const plane = height * width
  return {
    dtype: 'float32',
    shape: [1, 3, height, width],
    data: Float32Array.from(
      { length: 3 * plane },
      (_, i) => Number(data[(i % plane) * 3 + Math.floor(i / plane)]) / 127.5 - 1,
    ),
  }
}

const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0)
}

describe.each(['short', 'full'] as const)('BlazeFace, %s range', (name) => {
  const model = readTfLite(modelFile(`${name}_range`))
  const variant = variants[name]
  const picture = normalised(fixture(`${name}.picture`))
  const scores = fixture(`${name}.scores`).data as Float32Array
  const boxes = fixture(`${name}.boxes`).data as Float32Array

  test('its graph gives the same as TensorFlow Lite', async () => {
    const [ours, places] = tfLiteGraph(model, input('x', picture.shape), outputs[name])
    const result = await run({ scores: ours, places: places }, picture)
    expect(scores.some((score) => score > 1)).toBe(true)
    expect(difference(result.scores.data as Float32Array, scores)).toBeLessThan(2e-3)
    const every = (result.places.data as Float32Array).filter((_, i) => Math.floor(i / 16) % 8 === 0)
    expect(difference(every, boxes)).toBeLessThan(2e-3)
  })

  test("its grids, at a size known only at run time, are in the file's order", async () => {
    const sides = [symbolicDim('h', variant.multiple), symbolicDim('w', variant.multiple)]
    const grids = blazeFace(model, variant, input('x', [1, 3, ...sides]))
    const result = await run(Object.fromEntries(grids.map((grid, i) => [`scores${i}`, grid.scores])), picture)
    const joined = grids.flatMap((_, i) => [...(result[`scores${i}`].data as Float32Array)])
    expect(difference(joined, scores)).toBeLessThan(2e-3)
  })
})

test('the reference interpreter agrees with ONNX Runtime on a small picture', async () => {
  const model = readTfLite(modelFile('short_range'))
  const x = input('x', [1, 3, 16, 32])
  const data = Float32Array.from({ length: 3 * 16 * 32 }, (_, i) => Math.sin(i * i))
  const value: Value = { dtype: 'float32', shape: [1, 3, 16, 32], data }
  const { boxes } = blazeFace(model, blazeFaceShortRange, x)[0]
  const result = await run({ boxes }, value)
  expect(
    difference(interpret([boxes], { x: value })[0].data as Float32Array, result.boxes.data as Float32Array),
  ).toBeLessThan(1e-2)
})

describe('damaged and wrong files', () => {
  const bytes = modelFile('short_range')

  test('a model with other operators is refused by the operator', () => {
    const model = readTfLite(bytes)
    const output = model.outputs[0]
    const operators = model.operators.map((each) =>
      each.outputs.includes(output) ? { ...each, type: 'DENSIFY' } : each,
    )
    expect(() =>
      tfLiteGraph({ ...model, operators }, input('x', [1, 3, 128, 128]), [model.tensors[output].name]),
    ).toThrow('DENSIFY: not among the operators known here')
  })

  test('the wrong variant is refused, naming what is missing', () => {
    const x = input('x', [1, 3, 192, 192])
    expect(() => blazeFace(readTfLite(bytes), blazeFaceFullRange, x)).toThrow(
      'expected a tensor named classifier_face_4',
    )
  })

  test.each<[string, Uint8Array, string]>([
    ['empty', new Uint8Array(), 'at least 8 bytes'],
    ['something else', new Uint8Array(64), 'marked TFL3'],
    ['cut in half', bytes.subarray(0, bytes.length >> 1), 'inside the file'],
    ['a root beyond the end', Uint8Array.from(bytes.with(3, 0x7f)), 'inside the file'],
  ])('%s: one line', (_, file, message) => {
    expect(() => readTfLite(file)).toThrow(expect.objectContaining({ code: 'bad-weights' }))
    expect(() => readTfLite(file)).toThrow(message)
  })

  test('any byte changed gives a model or an AnimeganError, soon', () => {
    const structure = [...bytes.keys()].filter((at) => at < 40_000 || at > bytes.length - 40_000)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...structure), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 6,
        }),
        (changes) => {
          const file = bytes.slice()
          for (const [at, value] of changes) file[at] = value
          try {
            readTfLite(file)
          } catch (error) {
            expect(error).toMatchObject({ name: 'AnimeganError', code: 'bad-weights' })
            expect((error as Error).message).not.toContain('\n')
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})
