import { input } from '@animegan/graph'
import { expect, test } from 'vitest'
import { readTfLite } from '../formats/index.ts'
import { selfieSegmentation } from './index.ts'
import { doubled, fixture, meshFile, personFile, run } from './testing.ts'

const picture = doubled(fixture('short.picture'))
const x = input('x', picture.shape)

test("the mask equals MediaPipe's", async () => {
  const { mask } = await run({ mask: selfieSegmentation(readTfLite(personFile()), x) }, picture)
  const theirs = fixture('person.mask').data as Float32Array
  const worst = theirs.reduce((most, value, i) => {
    const [row, column] = [4 * Math.floor(i / 64), 4 * (i % 64)]
    return Math.max(most, Math.abs(value - mask[row * 256 + column]))
  }, 0)
  expect(worst).toBeLessThan(1e-3)
  // The photo has both person and background.
  expect(theirs.some((share) => share > 0.99) && theirs.some((share) => share < 0.01)).toBe(true)
})

test('another network is refused in one line', () => {
  expect(() => selfieSegmentation(readTfLite(meshFile()), x)).toThrow('expected a tensor named activation_10')
})
