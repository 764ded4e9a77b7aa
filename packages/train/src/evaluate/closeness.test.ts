/** How far a run has come, against the figures of the evaluation. */
import type { Engine, Picture } from '@animegan/core'
import { floats, lookup } from '@animegan/graph'
import * as ort from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { localEngine, randomStyle } from '../../../core/src/testing.ts'
import { random } from '../random.ts'
import { compactVgg, memoryPictures } from '../testing.ts'
import { closeness } from './closeness.ts'
import { evaluate } from './evaluate.ts'

/** Noise for photos, and blocks for art. */
const made = (seed: number, block: number): Picture => {
  const { below } = random(seed)
  const [width, height] = [60, 40]
  const levels = Array.from({ length: width * height * 3 }, () => below(256))
  const data = Uint8Array.from({ length: levels.length }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)]
    return levels[(Math.floor(y / block) * width + Math.floor(x / block)) * 3 + (i % 3)]
  })
  return { width, height, channels: 3, data }
}
const files = new Map<string, Picture>()
for (let i = 0; i < 3; i++) files.set(`photos/${i}`, made(i, 1)).set(`art/${i}`, made(10 + i, 8))
const pictures = memoryPictures(files)
const [photos, styleImages] = ['photos', 'art'].map((folder) => [0, 1, 2].map((i) => `${folder}/${i}`)) as [
  string[],
  string[],
]

it('is the style distance of what was before and of what is now', async () => {
  const engine: Engine = localEngine(ort)
  const first = randomStyle('live')
  // The last convolution the other way round: the negative.
  const weights = new Map(first.weights)
  for (const name of ['out.weight', 'out.bias']) {
    const { data, shape } = lookup(weights, name, 'weight')
    weights.set(
      name,
      floats(
        data.map((value) => -value),
        shape,
      ),
    )
  }
  const second = { ...first, weights }
  const shared = { engine, pictures, features: compactVgg(), photos, styleImages }
  const { measures } = await evaluate({ ...shared, style: second })
  const fromPhotos = await closeness({ ...shared, before: undefined, after: second })
  expect(fromPhotos).toEqual({ before: measures.photoDistance, after: measures.styleDistance })
  const fromStyle = await closeness({ ...shared, before: second, after: first })
  expect(fromStyle.before).toEqual(measures.styleDistance)
  expect(fromStyle.after.value).not.toBe(measures.styleDistance.value)
})
