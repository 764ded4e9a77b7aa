/** The person mask compared with MediaPipe's own (landmarks/fixtures/person.json), on real photos where available. */
import { readFileSync } from 'node:fs'
import * as ort from 'onnxruntime-node'
import * as web from 'onnxruntime-web'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localEngine, testPicture } from '../../testing.ts'
import { hasPhoto, missing, photo, portraitModels } from '../testing.ts'
import { createPersonMask, type PersonMask } from './person-mask.ts'
import { resizePlane } from './plane.ts'

/** In thousandths, every sixteenth row and column from the eighth on. */
const recorded: Record<string, readonly (readonly number[])[]> = JSON.parse(
  readFileSync(new URL('../landmarks/fixtures/person.json', import.meta.url), 'utf8'),
)

const engine = localEngine(ort)
let person: PersonMask
beforeAll(async () => {
  person = await createPersonMask(portraitModels(), engine)
})
afterAll(() => engine.close())

for (const [name, rows] of Object.entries(recorded)) {
  test.skipIf(!hasPhoto(name))(`${name}: within a hundredth of MediaPipe${missing(name)}`, async () => {
    const picture = await photo(name)
    const { width, data } = resizePlane(await person.mask(picture), picture.width, picture.height)
    for (const [j, row] of rows.entries()) {
      for (const [i, wanted] of row.entries()) {
        expect(Math.abs(data[(8 + 16 * j) * width + 8 + 16 * i] - wanted / 1000)).toBeLessThan(0.01)
      }
    }
  })
}

test('WASM gives the same within a thousandth', async () => {
  const picture = await photo('examples/portrait.jpg')
  const wasm = localEngine(web)
  const there = await (await createPersonMask(portraitModels(), wasm)).mask(picture)
  const here = await person.mask(picture)
  await wasm.close()
  expect(there.data.every((share, i) => Math.abs(share - here.data[i]) < 1e-3)).toBe(true)
})

test.each([
  [1, 1],
  [700, 3],
])('a picture of %i by %i: shares from 0 to 1', async (width, height) => {
  const { data } = await person.mask(testPicture(width, height, 4))
  expect(data.every((share) => share >= 0 && share <= 1)).toBe(true)
})

test('a file that is not the network is refused in one line', async () => {
  const { faceMesh } = portraitModels()
  await expect(createPersonMask({ person: faceMesh }, engine)).rejects.toThrow('a tensor named activation_10')
})
