/**
 * The labelled portraits of a folder (packages/train/portraits) with their photos, found and cut again as the animator
 * does it: for the scripts that train and judge the network for regions.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '@animegan/core'
import { createFaceDetector, createLandmarker, createPortraitist } from '@animegan/core/parts'
import { faceModels, portraitModels } from '@animegan/node'
import type { LabelledPortrait } from '@animegan/train'
import sharp from 'sharp'

/** One portrait of `portraits.json`; their labels follow each other in `labels.png`. */
interface Listed {
  readonly id: string
  /** The photo, and which of its faces, from 1, the largest first. */
  readonly photo: string
  readonly face: number
}

/** Side of a portrait and its labels in pixels. */
export const SIZE = 256
/** No label. */
const UNKNOWN = 255

/** The person: photos of both sizes of a set are one. */
const personOf = (id: string): string => id.replace('hires__inter_', 'faces_interfaces__').replace(/__\d+$/, '')

/**
 * Reads the portraits to learn from, or, of those that are held out, the ones whose labels were looked at, for judging.
 * Throws when a photo is missing or its face is not found any more.
 */
export const readPortraits = async (
  folder: string,
  photos: string,
  which: 'learn' | 'judge',
  engine: Engine,
): Promise<LabelledPortrait[]> => {
  const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T
  const detector = await createFaceDetector(await faceModels(), engine)
  const models = await portraitModels()
  const landmarker = await createLandmarker(models, engine)
  const portraitist = await createPortraitist(models, engine)
  const heldOut = new Set(read<string[]>('held-out.json'))
  const lookedAt = read<Record<string, unknown>>('corrections.json')
  const labels = await sharp(join(folder, 'labels.png')).extractChannel(0).raw().toBuffer()
  const portraits: LabelledPortrait[] = []
  for (const [i, { id, photo, face }] of read<Listed[]>('portraits.json').entries()) {
    const wanted = which === 'judge' ? heldOut.has(personOf(id)) && id in lookedAt : !heldOut.has(personOf(id))
    if (!wanted) continue
    const image = sharp(join(photos, photo)).rotate().removeAlpha().toColourspace('srgb')
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
    const picture = { width: info.width, height: info.height, channels: 3 as const, data: new Uint8Array(data) }
    const found = (await detector.detect(picture))[face - 1]
    const landmarks = found && (await landmarker.landmarks(picture, found))
    const portrait = landmarks && (await portraitist.portrait(picture, landmarks))
    if (!portrait) throw new Error(`${photo}: expected face ${face}, found none`)
    const own = labels.subarray(i * SIZE ** 2, (i + 1) * SIZE ** 2)
    const { origin, unit, down } = portrait.crop.head
    portraits.push({
      guides: portrait.guides,
      classes: Uint8Array.from(own, (label) => (label === UNKNOWN ? 0 : label)),
      weights: Uint8Array.from(own, (label) => (label === UNKNOWN ? 0 : 255)),
      head: { x: origin.x, y: origin.y, unit, downX: down.x, downY: down.y },
    })
  }
  return portraits
}
