/** That `animate` passes on the requested precision. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, it } from 'vitest'
import { randomStyle } from '../../../core/src/testing.ts'
import { animate } from './animate.ts'

const folder = mkdtempSync(join(tmpdir(), 'animegan-precision-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('animate() in 8 bits requires a calibrated style', async () => {
  const photo = join(folder, 'photo.png')
  await sharp({ create: { width: 40, height: 40, channels: 3, background: 'teal' } }).toFile(photo)
  const style = randomStyle('live')
  await expect(animate(photo, join(folder, 'out.png'), { style, precision: 'int8' })).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('expected one calibrated for 8 bits'),
  })
  expect(readdirSync(folder)).toEqual(['photo.png'])
})
