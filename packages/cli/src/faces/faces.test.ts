import { faceModels, portraitModels } from '@animegan/node'
import { describe, expect, test } from 'vitest'
import { faceAdviceLine } from './words.ts'

test('the networks come from the pinned package', async () => {
  const { shortRange, fullRange } = await faceModels()
  const { faceMesh, person, regions } = await portraitModels()
  const mark = (file: Uint8Array): string => Buffer.from(file.subarray(4, 8)).toString('latin1')
  expect([mark(shortRange), shortRange.length]).toEqual(['TFL3', 229_032])
  expect([mark(fullRange), fullRange.length]).toEqual(['TFL3', 1_083_984])
  expect([mark(faceMesh), faceMesh.length]).toEqual(['TFL3', 2_495_952])
  expect([mark(person), person.length]).toEqual(['TFL3', 249_024])
  expect(regions.length).toBeLessThan(1e6)
})

describe('advice in words', () => {
  test.each(['face-small', 'face-blurred', 'face-dark', 'face-cut'] as const)('%s names the remedy', (kind) => {
    expect(faceAdviceLine(kind, 1)).toMatch(/^a face is .+[;,] /)
    expect(faceAdviceLine(kind, 3)).toMatch(/^3 faces are /)
  })
})
