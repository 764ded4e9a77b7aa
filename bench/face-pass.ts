/**
 * Measures how much time faces add to a photo and to a clip's frames: styled without, and styled with faces found and
 * redrawn, alternating. In one process, without reading and writing files.
 */
import { readFile } from 'node:fs/promises'
import type { Style } from '@animegan/core'
import {
  createFaceDetector,
  createStylizer,
  type FrameFaces,
  faceStylizerOf,
  stylizeFrames,
} from '@animegan/core/parts'
import { decodePicture, faceModels, nodeEngine } from 'animegan'
import { compare, type Timing } from './rounds.ts'
import { clipOf, picturesOf } from './video.ts'

/** Times a photo without faces (the first), with faces found, and with faces redrawn too. Throws when it has none. */
export const compareFaces = async (path: string, style: Style, rounds: number): Promise<Timing[]> => {
  const engine = await nodeEngine({ backend: 'cpu' })
  try {
    const { frames } = await decodePicture(await readFile(path), path)
    const photo = frames[0]
    const stylizer = await createStylizer(style, engine)
    const detector = await createFaceDetector(await faceModels(), engine)
    const faceStylizer = faceStylizerOf(stylizer, style)
    return await compare(
      [
        { name: 'styled', run: () => stylizer.stylize(photo) },
        {
          name: 'styled, faces found',
          run: async () => {
            await stylizer.stylize(photo)
            await detector.detect(photo)
          },
        },
        {
          name: 'styled, faces found and redrawn',
          run: async () => {
            const styled = await stylizer.stylize(photo)
            const { redrawn } = await faceStylizer.redraw(photo, styled, await detector.detect(photo))
            if (redrawn.length === 0) throw new Error(`${path}: expected a face to redraw, found none`)
          },
        },
      ],
      rounds,
    )
  } finally {
    await engine.close()
  }
}

/** Times the first 16 frames of a clip at 720p, without faces (the first) and with. */
export const compareFacesInFrames = async (path: string, style: Style, rounds: number): Promise<Timing[]> => {
  const engine = await nodeEngine({ backend: 'cpu' })
  try {
    const pictures = picturesOf(path, 16, 'w=-2:h=720')
    const stylizer = await createStylizer(style, engine)
    const faces: FrameFaces = {
      detector: await createFaceDetector(await faceModels(), engine),
      stylizer: faceStylizerOf(stylizer, style),
    }
    const styled = async (options: { readonly faces?: FrameFaces }): Promise<void> => {
      for await (const _ of stylizeFrames(stylizer, clipOf(pictures), options)) {
        // Nothing is kept.
      }
    }
    return await compare(
      [
        { name: 'frames styled', run: () => styled({}) },
        { name: 'frames styled, faces followed and redrawn', run: () => styled({ faces }) },
      ],
      rounds,
    )
  } finally {
    await engine.close()
  }
}
