/** Paintings cached in a folder: what is painted, read and painted again. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { teach, teacherPresets } from '@animegan/train'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { chart } from '../../../train/src/data/testing.ts'
import { keptPainter } from './paintings.ts'

const folder = mkdtempSync(join(tmpdir(), 'animegan-paintings-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('paintings', () => {
  const photo = chart(24, 18, 60)

  it('are cached in a folder, by photo and teacher, and read again', async () => {
    const at = join(folder, 'paintings')
    const files = () => readdirSync(at, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const one = await keptPainter(teacherPresets.sora, at)(photo)
    expect(one).toEqual(teach(photo, teacherPresets.sora))
    expect(files()).toHaveLength(1)
    const [{ parentPath, name }] = files()
    // The file is read, and a damaged file is painted again.
    await sharp({ create: { width: 24, height: 18, channels: 3, background: '#123456' } })
      .png()
      .toFile(join(parentPath, name))
    expect((await keptPainter(teacherPresets.sora, at)(photo)).data.subarray(0, 3)).toEqual(
      Uint8Array.of(0x12, 0x34, 0x56),
    )
    writeFileSync(join(parentPath, name), 'none')
    expect(await keptPainter(teacherPresets.sora, at)(photo)).toEqual(one)
    await keptPainter(teacherPresets.cel, at)(photo)
    await keptPainter(teacherPresets.sora, at)(chart(24, 18, 61))
    expect(files()).toHaveLength(3)
  })

  it('requested twice at once, they are painted once', async () => {
    const paint = keptPainter(teacherPresets.sora, join(folder, 'at-once'))
    expect(paint(photo)).toBe(paint(photo))
    await paint(photo)
  })
})
