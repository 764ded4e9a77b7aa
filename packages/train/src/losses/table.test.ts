/**
 * The losses as recipes name them: each equals PyTorch's (see fixtures/losses/make.py) and refuses invalid options in
 * one line.
 */
import { readFileSync } from 'node:fs'
import { AnimeganError, floats, input, interpret, reshape, sizeOf, type Tensor } from '@animegan/graph'
import { describe, expect, it } from 'vitest'
import { fieldsOf } from '../recipe/fields.ts'
import type { Scope } from './loss.ts'
import { type GeneratorTerm, lossNamed, lossNames } from './table.ts'

const cases = JSON.parse(readFileSync(new URL('../../fixtures/losses/losses.json', import.meta.url), 'utf8')) as Record<
  string,
  { readonly value: number }
>

const sines = (shape: readonly number[], seed: number, scale: number) =>
  floats(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => scale * Math.sin(i * 1.7 + seed * 0.9) ** 3),
    shape,
  )

const feeds = {
  result: sines([2, 3, 6, 5], 1, 0.9),
  photo: sines([2, 3, 6, 5], 2, 0.9),
  seen: sines([2, 4, 5, 3], 3, 2),
  wanted: sines([2, 4, 5, 3], 4, 2),
}
const place = (name: keyof typeof feeds): Tensor => input(name, feeds[name].shape)

/** A step in which the result has the features and logits `seen`, and every other picture the features `wanted`. */
const result = place('result')
const scope = (asked: string[]): Scope => ({
  result,
  gan: 'lsgan',
  reference: (to) => {
    asked.push(to)
    return place('photo')
  },
  style: () => {
    asked.push('style')
    return place('photo')
  },
  perceive: (picture, layer) => {
    asked.push(layer)
    return place(picture === result ? 'seen' : 'wanted')
  },
  judge: () => place('seen'),
  running: (of, batch) => {
    asked.push(of)
    return batch
  },
})

describe.each<[loss: GeneratorTerm['loss'], options: object, expected: string, asked: readonly string[]]>([
  ['content', { to: 'photo', layer: 'conv4_4' }, 'content', ['conv4_4', 'photo', 'conv4_4']],
  ['style', { layer: 'conv3_1', of: 'result' }, 'style', ['conv3_1', 'style', 'conv3_1']],
  ['style', { layer: 'conv3_1', of: 'result', centred: true }, 'centred style', ['conv3_1', 'style', 'conv3_1']],
  ['statistics', { layer: 'relu2_2' }, 'statistics', ['relu2_2', 'result', 'style', 'relu2_2', 'style']],
  ['colour', { to: 'target', space: 'yuv' }, 'yuv', ['target']],
  ['colour', { to: 'photo', space: 'lab' }, 'lab', ['photo']],
  ['pixel', { to: 'revised-result' }, 'pixel', ['revised-result']],
  ['variation', {}, 'variation', []],
  ['adversarial', { shown: 'result', target: 0.9 }, 'lsgan', []],
])('%s with %j', (name, options, expected, wanted) => {
  it("equals PyTorch's, for the pictures and layers that the options name", () => {
    const loss = lossNamed(name)
    const asked: string[] = []
    const built = loss.build(loss.parse(fieldsOf(options, 'term')), scope(asked))
    const [value] = interpret([reshape(built, [])], feeds)
    expect(value.data[0]).toBeCloseTo(cases[expected].value, 5)
    expect(asked.toSorted()).toEqual(wanted.toSorted())
  })
})

it.each<[loss: GeneratorTerm['loss'], options: object, message: RegExp]>([
  ['content', { layer: 'conv4_4' }, /^term\.to: expected one of photo, .*, found nothing$/],
  ['content', { to: 'photo', layer: 'conv6_1' }, /^term\.layer: expected a name such as conv4_4, found "conv6_1"$/],
  ['style', { layer: 4, of: 'result' }, /^term\.layer: expected text, found 4$/],
  ['style', { layer: 'conv1_1', of: 'photo' }, /^term\.of: expected one of result, result-gray, found "photo"$/],
  ['style', { layer: 'conv1_1', of: 'result', centred: 'yes' }, /^term\.centred: expected true or false, found "yes"$/],
  ['statistics', {}, /^term\.layer: expected text, found nothing$/],
  ['colour', { to: 'photo', space: 'hsv' }, /^term\.space: expected one of yuv, lab, found "hsv"$/],
  ['colour', { to: 'art', space: 'lab' }, /^term\.to: expected one of photo, .*, found "art"$/],
  ['pixel', { to: ['photo'] }, /^term\.to: expected one of photo, .*, found \["photo"\]$/],
  ['adversarial', { shown: 'style', target: 1 }, /^term\.shown: expected one of result, result-gray, found "style"$/],
  ['adversarial', { shown: 'result', target: 2 }, /^term\.target: expected a number from 0 to 1, found 2$/],
])('%s refuses %j', (name, options, message) => {
  const parse = () => lossNamed(name).parse(fieldsOf(options, 'term'))
  expect(parse).toThrow(message)
  expect(parse).toThrow(AnimeganError)
})

it('names each loss once', () => {
  expect(new Set(lossNames).size).toBe(lossNames.length)
  for (const name of lossNames) expect(lossNamed(name).name).toBe(name)
})
