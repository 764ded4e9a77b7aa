/**
 * What seeing to faces adds to a photo's time: the same picture styled, and styled with its faces found and redrawn, in
 * turns. In one process, without reading and writing files.
 */
import { readFile } from 'node:fs/promises'
import { createFaceDetector, createFaceStylizer, createStylizer, type Style } from '@animegan/core'
import { decodePicture, faceModels, nodeEngine } from 'animegan'
import { compare, type Timing } from './rounds.ts'

/** Times a photo without faces (the first), with faces found, and with faces redrawn too. Throws when it has none. */
export const compareFaces = async (path: string, style: Style, rounds: number): Promise<Timing[]> => {
  const engine = await nodeEngine({ backend: 'cpu' })
  try {
    const { frames } = await decodePicture(await readFile(path), path)
    const photo = frames[0]!
    const stylizer = await createStylizer(style, engine)
    const detector = await createFaceDetector(await faceModels(), engine)
    const faceStylizer = createFaceStylizer(stylizer, style)
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
