import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { faceModels, portraitModels } from './models.ts'
import { faceAdviceLine } from './words.ts'

test('the networks come with the packages that are pinned', async () => {
  const { shortRange, fullRange } = await faceModels()
  const { faceMesh, person } = await portraitModels()
  const mark = (file: Uint8Array): string => Buffer.from(file.subarray(4, 8)).toString('latin1')
  expect([mark(shortRange), shortRange.length]).toEqual(['TFL3', 229_032])
  expect([mark(fullRange), fullRange.length]).toEqual(['TFL3', 1_083_984])
  expect([mark(faceMesh), faceMesh.length]).toEqual(['TFL3', 2_495_952])
  expect([mark(person), person.length]).toEqual(['TFL3', 249_024])
})

test('the script takes out the same networks, with their licence', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'animegan-models-'))
  try {
    execFileSync(process.execPath, [fileURLToPath(new URL('../../build/models.mjs', import.meta.url)), folder])
    const { shortRange, fullRange } = await faceModels()
    const { faceMesh, person } = await portraitModels()
    const written = (name: string): Buffer => readFileSync(join(folder, name))
    expect(written('face_detection_short_range.tflite').equals(shortRange)).toBe(true)
    expect(written('face_detection_full_range.tflite').equals(fullRange)).toBe(true)
    expect(written('face_landmark_with_attention.tflite').equals(faceMesh)).toBe(true)
    expect(written('selfie_segmentation.tflite').equals(person)).toBe(true)
    expect(written('LICENSE').toString()).toContain('Apache License')
    expect(written('NOTICE').toString()).toContain('@mediapipe/face_mesh 0.4.1657299874')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

describe('advice in words', () => {
  test.each(['face-small', 'face-blurred', 'face-dark', 'face-cut'] as const)('%s names the remedy', (kind) => {
    expect(faceAdviceLine(kind, 1)).toMatch(/^a face is .+[;,] /)
    expect(faceAdviceLine(kind, 3)).toMatch(/^3 faces are /)
  })
})
