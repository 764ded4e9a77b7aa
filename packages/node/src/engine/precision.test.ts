/** The default precision, and that `animate` passes on the requested one. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, it } from 'vitest'
import { animate } from '../animate/animate.ts'
import { precisionOn } from './precision.ts'

const folder = mkdtempSync(join(tmpdir(), 'animegan-precision-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('`auto` stays `auto` on a processor and becomes floats on a graphics device', () => {
  expect([precisionOn(), precisionOn('auto'), precisionOn('cpu', 'auto')]).toEqual(['auto', 'auto', 'auto'])
  expect([precisionOn('webgpu'), precisionOn('webgpu', 'auto')]).toEqual(['fp32', 'fp32'])
  expect([precisionOn('webgpu', 'int8'), precisionOn('cpu', 'fp32')]).toEqual(['int8', 'fp32'])
})

it('animate() in 8 bits requires a calibrated style', async () => {
  const photo = join(folder, 'photo.png')
  await sharp({ create: { width: 40, height: 40, channels: 3, background: 'teal' } }).toFile(photo)
  await expect(animate(photo, join(folder, 'out.png'), { precision: 'int8' })).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('expected one calibrated for 8 bits'),
  })
  expect(readdirSync(folder)).toEqual(['photo.png'])
})
