/**
 * Models that others made, imported and run. Known networks are exports of the originals' own exporters; the others are
 * small ones whose result for every pixel is known without running them.
 */
import {
  add,
  concat,
  encodeOnnx,
  input,
  mul,
  type Range,
  sigmoid,
  slice,
  sub,
  symbolicDim,
  type Tensor,
  tanh,
  transpose,
} from '@animegan/graph'
import { readStyle, type Style, writeStyle } from '@animegan/models'
import * as ort from 'onnxruntime-node'
import { afterAll, describe, expect, test } from 'vitest'
import { exportedModel, exportNames } from '../../models/src/testing.ts'
import { type ModelFacts, RANGES } from './foreign-model.ts'
import type { Picture } from './picture.ts'
import { styleFromWeights } from './style-from-weights.ts'
import { createStylizer } from './stylizer.ts'
import { localEngine, testPicture } from './testing.ts'

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

describe('known networks', () => {
  test.each(exportNames().filter((name) => /-(?:v1|v2|v3|lite)-/.test(name) && !name.includes('fixed')))(
    '%s',
    async (name) => {
      const style = await imported(exportedModel(name))
      const version = name.split('-').find((part) => /^(?:v\d|lite)$/.test(part))
      expect(style.architecture).toBe(version === 'lite' ? 'animegan-v2-lite' : `animegan-${version}`)
    },
  )
})
describe('mild', () => {
  test('x', async () => {
    const style = await imported(exportedModel('torch-legacy-mild-opset17.onnx'))
    console.log({ ...style, model: 0 })
  })
})
void [
  add,
  mul,
  sigmoid,
  slice,
  concat,
  sub,
  symbolicDim,
  tanh,
  transpose,
  encodeOnnx,
  input,
  readStyle,
  writeStyle,
  RANGES,
  stylized,
  testPicture,
]

export type { Range, Tensor }
