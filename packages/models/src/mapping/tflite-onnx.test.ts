/**
 * AnimeGANv2 as TensorFlow Lite files, made by TensorFlow's converter: what TensorFlow Lite itself computes from them is
 * in the fixtures.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { readOnnx } from '@animegan/graph'
import fc from 'fast-check'
import * as ort from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { readNpy } from '../formats/index.ts'
import { fixtureOf } from '../testing.ts'
import { candidatesOf } from './onnx.ts'
import { isTfLite, onnxOfTfLite } from './tflite-onnx.ts'

const array = (name: string): Float32Array =>
  readNpy(gunzipSync(readFileSync(new URL(`../../fixtures/${name}.npy.gz`, import.meta.url)))).data as Float32Array

test.each([
  ['float', 1e-4],
  // TensorFlow Lite rounds the numbers between the layers to 8 bits too; here only the weights are.
  ['int8', 0.03],
])('%s', async (kind, tolerance) => {
  const bytes = fixtureOf(`tflite-v2-${kind}.tflite`)
  expect(isTfLite(bytes)).toBe(true)
  const model = onnxOfTfLite(bytes)
  const [candidate] = candidatesOf(readOnnx(model))
  expect(candidate.architecture).toBe('animegan-v2')
  expect(candidate.options[0]).toMatchObject({ resize: 'asymmetric', normEpsilon: 1e-12 })
  const session = await ort.InferenceSession.create(model)
  const { result } = await session.run({ picture: new ort.Tensor('float32', array('input-64x96'), [1, 3, 64, 96]) })
  const wanted = array(`exports/tflite-v2-${kind}.output`)
  const off =
    wanted.reduce((sum, value, i) => sum + Math.abs(value - (result.data as Float32Array)[i]), 0) / wanted.length
  expect(off).toBeLessThan(tolerance)
})

test('damaged files give a model or an error of one line', () => {
  const whole = fixtureOf('tflite-v2-int8.tflite')
  // The weights are in the middle; structure is at both ends.
  const places = fc.oneof(
    fc.nat(6000),
    fc.nat(120_000).map((back) => whole.length - 1 - back),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(places, fc.nat(255)), { minLength: 1, maxLength: 8 }), fc.nat(20), (flips, cut) => {
      const bytes = cut === 0 ? whole.slice(0, flips[0][0]) : whole.slice()
      for (const [place, value] of flips) if (place < bytes.length) bytes[place] = value
      try {
        onnxOfTfLite(bytes)
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-weights', message: expect.not.stringContaining('\n') })
      }
    }),
    { numRuns: 40 },
  )
})
