/**
 * Models that others made, imported and run. Known networks are exports of the originals by their usual exporters (with
 * the tests of mapping/onnx.ts for all of them); the others are small ones whose result for every pixel is known without
 * running them.
 */
import {
  add,
  concat,
  constant,
  conv,
  encodeOnnx,
  floats,
  input,
  mean,
  mul,
  sigmoid,
  slice,
  sub,
  symbolicDim,
  type Tensor,
  tanh,
} from '@animegan/graph'
import { readStyle, type Style, writeStyle } from '@animegan/models'
import * as ort from 'onnxruntime-node'
import { afterAll, describe, expect, test } from 'vitest'
import { exportedModel, fixtureOf } from '../../models/src/testing.ts'
import { createAnimator } from './animator.ts'
import { faceStylizerOf } from './faces/draw/face-stylizer.ts'
import { faceAt } from './faces/testing.ts'
import type { ModelFacts } from './foreign-model.ts'
import type { Frame } from './frames/frame.ts'
import type { Picture } from './picture.ts'
import { styleFromWeights } from './style-from-weights.ts'
import { createStylizer } from './stylizer.ts'
import { largestDifference, localEngine, testPicture } from './testing.ts'

const engine = localEngine(ort)
afterAll(() => engine.close())

const imported = (bytes: Uint8Array, facts: ModelFacts = {}): Promise<Style> =>
  styleFromWeights(bytes, undefined, 'theirs', facts, async () => engine)

const stylized = async (style: Style, picture: Picture, memory?: number): Promise<Picture> => {
  const stylizer = await createStylizer(style, engine, { memory })
  const result = await stylizer.stylize(picture)
  await stylizer.close()
  return result
}

describe('known networks become ours', () => {
  test.each<[string, object]>([
    ['tf2onnx-v3-opset11.onnx', { architecture: 'animegan-v3', options: { resize: 'asymmetric', normEpsilon: 1e-5 } }],
    [
      'tf2onnx-v1-opset12.onnx',
      { architecture: 'animegan-v1', options: { normEpsilon: 1e-5, separableNormEpsilon: 1e-6 } },
    ],
    ['torch-legacy-v2-opset17-float16.onnx', { architecture: 'animegan-v2', options: { resize: 'align_corners' } }],
    ['torch-dynamo-v2-opset21-half-pixel.onnx', { architecture: 'animegan-v2', options: { resize: 'half_pixel' } }],
  ])('%s', async (name, wanted) => {
    expect(await imported(exportedModel(name))).toMatchObject(wanted)
  })

  test('also from TensorFlow Lite, in 8 bits', async () => {
    const style = await imported(fixtureOf('tflite-v2-int8.tflite'))
    expect(style).toMatchObject({ architecture: 'animegan-v2', options: { resize: 'asymmetric', normEpsilon: 1e-12 } })
  })

  test('but not one of the same structure that computes something else', async () => {
    const bytes = exportedModel('torch-dynamo-v2-opset21-half-pixel.onnx', ({ graph }) => {
      for (const { opType, attribute } of graph?.node ?? [])
        for (const mode of opType === 'Pad' ? attribute : []) mode.s = new TextEncoder().encode('edge')
    })
    const style = await imported(bytes)
    expect(style).toMatchObject({ architecture: 'onnx', needs: { multiple: 4 } })
  })
})

const shape = [1, 3, symbolicDim('h'), symbolicDim('w')]
const small = (make: (x: Tensor) => Tensor, dims: Parameters<typeof input>[1] = shape): Uint8Array =>
  encodeOnnx({ y: make(input('x', dims)) })

/** What a formula on levels from 0 to 1 gives for every number of a picture. */
const each = (picture: Picture, formula: (level: number) => number): Picture => ({
  ...picture,
  data: Uint8Array.from(picture.data, (level) => Math.round(255 * Math.min(1, Math.max(0, formula(level / 255))))),
})

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

describe('other models run as they are', () => {
  const picture = testPicture(96, 64, 3)

  test.each<[string, Uint8Array, (level: number) => number]>([
    ['-1 to 1', small((x) => tanh(mul(x, 1.5))), (level) => Math.tanh(1.5 * (2 * level - 1)) / 2 + 0.5],
    ['0 to 1', small((x) => sigmoid(mul(sub(x, 0.5), 5))), (level) => logistic(5 * (level - 0.5))],
    ['0 to 255', small((x) => mul(sigmoid(mul(sub(x, 127.5), 5 / 255)), 255)), (level) => logistic(5 * (level - 0.5))],
    [
      '0 to 1, giving 0 to 255',
      small((x) => mul(sigmoid(mul(sub(x, 0.5), 5)), 255)),
      (level) => logistic(5 * (level - 0.5)),
    ],
    [
      'rows before colours',
      small((x) => tanh(mul(x, 1.5)), [1, symbolicDim('h'), symbolicDim('w'), 3]),
      (level) => Math.tanh(1.5 * (2 * level - 1)) / 2 + 0.5,
    ],
  ])('whatever range they take: %s is measured', async (_name, bytes, formula) => {
    const style = await imported(bytes)
    expect(style.architecture).toBe('onnx')
    expect(largestDifference(await stylized(style, picture), each(picture, formula))).toBeLessThanOrEqual(1)
  })

  test('an order of colours, stated', async () => {
    // Keeps the first colour that it takes, and darkens the others.
    const bytes = small((x) => concat([slice(x, 1, 0, 1), mul(slice(x, 1, 1), 0.5)], 1))
    const facts = { range: '0..1' } as const
    for (const [channels, kept] of [
      ['rgb', 0],
      ['bgr', 2],
    ] as const) {
      const result = await stylized(await imported(bytes, { ...facts, channels }), picture)
      const wanted = picture.data.map((level, i) => (i % 3 === kept ? level : Math.round(level / 2)))
      expect(largestDifference(result, { ...picture, data: wanted })).toBeLessThanOrEqual(1)
    }
  })

  test('a style file keeps them', async () => {
    const style = await imported(small((x) => tanh(mul(x, 1.5))))
    const again = readStyle(writeStyle(style))
    expect(again).toEqual(style)
    expect(await stylized(again, picture)).toEqual(await stylized(style, picture))
  })

  test('in clips each frame is drawn, and what stands still stays', async () => {
    const style = await imported(small((x) => tanh(mul(x, 1.5))))
    const animator = await createAnimator({ engine, style })
    async function* clip(): AsyncGenerator<Frame> {
      for (let i = 0; i < 3; i++) yield { picture, timestamp: i / 25, duration: 1 / 25 }
    }
    const drawn: Picture[] = []
    for await (const frame of animator.frames(clip())) drawn.push(frame.picture)
    await animator.close()
    expect(drawn).toHaveLength(3)
    for (const frame of drawn) expect(largestDifference(frame, await stylized(style, picture))).toBe(0)
  })

  test('faces are redrawn by them, and look as the model draws every pixel', async () => {
    const style = await imported(small((x) => tanh(mul(x, 1.5))))
    const stylizer = await createStylizer(style, engine)
    const photo = testPicture(420, 400, 3)
    const styled = await stylizer.stylize(photo)
    const copy = { ...styled, data: styled.data.slice() }
    // Much smaller than a style draws faces best, so that it is drawn at another scale.
    const { redrawn } = await faceStylizerOf(stylizer, style).redraw(photo, copy, [faceAt(210, 180, 30)])
    await stylizer.close()
    expect(redrawn).toHaveLength(1)
    expect(largestDifference(copy, styled)).toBeGreaterThan(0)
    const sum = copy.data.reduce((total, level, i) => total + Math.abs(level - styled.data[i]), 0)
    expect(sum / copy.data.length).toBeLessThan(1)
  })

  test('a model of one size draws pictures of any size in tiles, without seams', async () => {
    // A blur of seven pixels: near its borders a tile is darker than the picture is there.
    const kernel = constant(floats(new Float32Array(3 * 49).fill(1 / 49), [3, 1, 7, 7]))
    const blur = (x: Tensor): Tensor => conv(x, kernel, { border: [3, 3, 3, 3], groups: 3 })
    const style = await imported(small(blur, [1, 3, 64, 64]), { range: '0..1' })
    const large = testPicture(200, 152, 3)
    const free = await stylized(await imported(small(blur), { range: '0..1' }), large)
    const result = await stylized(style, large)
    expect([result.width, result.height]).toEqual([200, 152])
    expect(largestDifference(result, free)).toBeLessThan(12)
    const tiny = await stylized(style, testPicture(20, 50, 3))
    expect([tiny.width, tiny.height]).toEqual([20, 50])
  })

  test('a large picture is drawn in tiles that fit the memory', async () => {
    // What it adds depends on the whole that it sees, as normalisation does.
    const bytes = small((x) => add(mul(x, 0.8), mul(mean(x, [2, 3]), 0.2)))
    const style = await imported(bytes, { range: '0..1' })
    const large = testPicture(400, 300, 3)
    const tiled = await stylized(style, large, 1)
    const whole = await stylized(style, large)
    expect(tiled).not.toEqual(whole)
    // Neighbouring pixels differ by hardly more than they do in the whole.
    const jumps = ({ data }: Picture): number =>
      data.reduce((most, level, i) => (i % 1200 < 3 ? most : Math.max(most, Math.abs(level - data[i - 3]))), 0)
    expect(jumps(tiled)).toBeLessThanOrEqual(jumps(whole) + 3)
  })

  test('what only networks of ours have is refused in one line', async () => {
    const style = await imported(small((x) => tanh(x)))
    await expect(createStylizer(style, engine, { precision: 'int8' })).rejects.toThrow(
      /foreign model, which runs only as it is/,
    )
  })

  test('a model that ONNX Runtime refuses', async () => {
    const bytes = exportedModel('torch-legacy-mild-opset17.onnx', ({ graph }) => {
      for (const { opType, attribute } of graph?.node ?? [])
        if (opType === 'Conv') for (const auto of attribute) if (auto.name === 'kernel_shape') auto.ints = [5n, 5n]
    })
    const broken = imported(bytes)
    await expect(broken).rejects.toThrow(expect.objectContaining({ code: 'bad-weights' }))
    await expect(broken).rejects.toThrow(/^ONNX: expected a model that ONNX Runtime can run, found: [^\n]+$/)
  })
})
