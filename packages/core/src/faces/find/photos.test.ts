/**
 * Faces of real photos, redrawn by a style that comes with the command; key points from another detector (fixtures/).
 * Skipped where ../shared/data/photos is missing.
 */
import { existsSync, readFileSync } from 'node:fs'
import { loadStyle } from '@animegan/core'
import * as node from 'onnxruntime-node'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Picture } from '../../picture.ts'
import { createStylizer, type Stylizer } from '../../stylizer.ts'
import { localEngine } from '../../testing.ts'
import { alignFace, toFrame } from '../draw/alignment.ts'
import { faceSizeOf } from '../draw/face-stylizer.ts'
import { proportionsOf } from '../draw/proportions.ts'
import { redrawFace } from '../draw/redraw.ts'
import { regionOf } from '../draw/region.ts'
import { maskAt } from '../draw/rim.ts'
import type { Face, Point } from '../face.ts'
import { rimGradient } from '../testing.ts'

const folder = new URL('../../../../../../shared/data/photos/', import.meta.url)
const keyPoints = JSON.parse(readFileSync(new URL('fixtures/key-points.json', import.meta.url), 'utf8'))
const style = loadStyle(readFileSync(new URL('../../../../node/styles/sora.safetensors', import.meta.url)))
const LONG_SIDE = 640

/** A photo, reduced, and its faces. */
const open = async (name: string): Promise<{ photo: Picture; faces: Face[] }> => {
  const file = sharp(readFileSync(new URL(name, folder)))
  const before = await file.metadata()
  const resized = file.resize(LONG_SIDE, LONG_SIDE, { fit: 'inside' }).toColourspace('srgb').removeAlpha().raw()
  const { data, info } = await resized.toBuffer({ resolveWithObject: true })
  const scale = info.width / before.width
  const at = ({ x, y }: Point): Point => ({ x: x * scale, y: y * scale })
  const faces = keyPoints[name].map((face: Face) => ({
    ...face,
    rightEye: at(face.rightEye),
    leftEye: at(face.leftEye),
    nose: at(face.nose),
    mouth: at(face.mouth),
  }))
  return { photo: { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) }, faces }
}

describe.skipIf(!existsSync(folder))('faces of photos (skipped where ../shared/data/photos is missing)', () => {
  const engine = localEngine(node)
  let stylizer: Stylizer
  beforeAll(async () => {
    stylizer = await createStylizer(style, engine)
  })
  afterAll(() => engine.close())

  it.each(Object.keys(keyPoints))('%s: no byte differs outside the mask, and no rim is visible', async (name) => {
    const { photo, faces } = await open(name)
    expect(faces.length).toBeGreaterThan(0)
    const styled = await stylizer.stylize(photo)
    for (const [index, face] of faces.entries()) {
      const alignment = alignFace(face)!
      const region = regionOf(alignment, photo, faceSizeOf(style))!
      const proportions = proportionsOf(face, alignment, index % 2 === 0 ? 0 : 0.35)
      const picture = { ...styled, data: styled.data.slice() }
      const rim = await redrawFace(
        stylizer,
        photo,
        picture,
        { alignment, region, proportions, weight: 1, neighbours: [] },
        {},
      )
      let changedOutside = 0
      let [inside, changedInside] = [0, 0]
      for (let i = 0; i < photo.width * photo.height; i++) {
        const point = toFrame(alignment, { x: (i % photo.width) + 0.5, y: Math.floor(i / photo.width) + 0.5 })
        const mask = maskAt(rim, point.x, point.y)
        const same = [0, 1, 2].every((c) => picture.data[i * 3 + c] === styled.data[i * 3 + c])
        if (mask === 0 && !same) changedOutside++
        if (mask === 1) inside++
        if (mask === 1 && !same) changedInside++
      }
      expect(changedOutside).toBe(0)
      expect(changedInside / inside).toBeGreaterThan(0.5)
      const gradient = rimGradient(picture, alignment, rim)
      expect(gradient.ratio).toBeLessThanOrEqual(1.1)
      // The picture is not much steeper there than before either.
      expect(gradient.rim / rimGradient(styled, alignment, rim).rim).toBeLessThan(1.3)
    }
  })
})
