/** The network for regions: its shape, its file, and what it makes of a foreign one. */
import { readFileSync } from 'node:fs'
import { floats, input } from '@animegan/graph'
import { describe, expect, test } from 'vitest'
import { writeSafetensors } from '../formats/safetensors.ts'
import { parametersOf } from '../parameters.ts'
import {
  PORTRAIT_CHANNELS,
  PORTRAIT_CLASSES,
  PORTRAIT_SIZE,
  portraitRegions,
  readPortraitWeights,
  writePortraitWeights,
} from './portrait-regions.ts'

const file = new Uint8Array(readFileSync(new URL('../../weights/portrait_regions.safetensors', import.meta.url)))
const format = 'animegan-portrait-regions/1'

test('answers for each class at half the size', () => {
  const x = input('x', [1, PORTRAIT_CHANNELS, PORTRAIT_SIZE, PORTRAIT_SIZE])
  expect(portraitRegions(x).shape).toEqual([1, PORTRAIT_CLASSES.length, PORTRAIT_SIZE / 2, PORTRAIT_SIZE / 2])
})

test('its weights are the file that comes with the package, of less than a megabyte, and survive being written', () => {
  expect(file.length).toBeLessThan(1e6)
  const weights = readPortraitWeights(file)
  const x = input('x', [1, PORTRAIT_CHANNELS, 32, 32])
  expect([...weights.keys()].sort()).toEqual([...parametersOf([portraitRegions(x)]).keys()].sort())
  expect(readPortraitWeights(writePortraitWeights(weights, 'MIT'))).toEqual(weights)
})

describe('refuses', () => {
  const weights = readPortraitWeights(file)
  const changed = (change: (all: Map<string, ReturnType<typeof floats>>) => void, name = format): Uint8Array => {
    const all = new Map<string, ReturnType<typeof floats>>([...weights])
    change(all)
    return writeSafetensors(all as never, { format: name })
  }
  test.each([
    ['another format', changed(() => {}, 'animegan-style/1'), 'animegan-style/1'],
    ['a missing tensor', changed((all) => all.delete('c0.weight')), "'c0.weight' as [64,40,3,3]"],
    ['a tensor of another shape', changed((all) => all.set('c0.bias', floats([1, 2], [2]))), "'c0.bias' as [64]"],
    ['one more tensor', changed((all) => all.set('z', floats([1], [1]))), "one named 'z'"],
    [
      'numbers that are none',
      changed((all) => all.set('c0.bias', floats(new Float32Array(64).fill(Number.NaN), [64]))),
      'finite',
    ],
    ['a truncated file', file.slice(0, 5000), 'portrait'],
  ])('%s', (_, bytes, message) => {
    expect(() => readPortraitWeights(bytes)).toThrow(expect.objectContaining({ code: 'bad-weights' }))
    if (message !== 'portrait') expect(() => readPortraitWeights(bytes)).toThrow(message)
  })
})
