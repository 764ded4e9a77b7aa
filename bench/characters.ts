/**
 * Measures faces that are drawn as characters: whether skin keeps its tone, whether the person is still where the photo
 * has them, how much of a face is ink, how steady drawn faces are in clips, and how long they take. By the landmarks'
 * network and by colours; whether they look good, it cannot say. Photos and clips lie beside the repository.
 */
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Animator, createAnimator, type Face, type Frame, type Picture, warpingError } from '@animegan/core'
import { createLandmarker, type Landmarker, labOf } from '@animegan/core/parts'
import { faceModels, nodeEngine, portraitModels } from 'animegan'
import sharp from 'sharp'
import { sora } from './pictures.ts'
import { clipOf, picturesOf } from './video.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const photos = join(root, '../shared/data/photos')

/** The portraits of docs/characters, as far as they are here. */
export const portraits = (): string[] =>
  readFileSync(join(root, 'docs/characters/photos.txt'), 'utf8')
    .split('\n')
    .map((line) => line.split('\t')[0].trim())
    .filter((name) => name !== '' && !name.startsWith('#'))
    .map((name) => join(photos, name))
    .filter(existsSync)

const opened = async (path: string, side: number): Promise<Picture> => {
  const image = sharp(await readFile(path))
    .rotate()
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
  const { data, info } = await image.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) }
}

/** An animator in the default style, and the landmarks' network, for one piece of work. */
const using = async <T>(work: (animator: Animator, landmarker: Landmarker) => Promise<T>): Promise<T> => {
  const engine = await nodeEngine({ backend: 'cpu' })
  const models = await portraitModels()
  const animator = await createAnimator({ engine, style: sora(), faces: await faceModels(), characters: models })
  const landmarker = await createLandmarker(models, engine)
  try {
    return await work(animator, landmarker)
  } finally {
    await landmarker.close()
    await animator.close()
    await engine.close()
  }
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]

/** Landmarks: bare skin of cheeks and forehead; the corners of both eyes, the person's right one first. */
const SKIN = [50, 205, 280, 425, 151]
const CORNERS = [
  [33, 133],
  [362, 263],
] as const

/** The median colour in Lab of the lighter half of small squares of skin. */
const litSkin = ({ width, data }: Picture, points: readonly { x: number; y: number }[], reach: number) => {
  const colours = SKIN.flatMap((i) => {
    const found: (readonly number[])[] = []
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const at = 3 * ((Math.round(points[i].y) + dy) * width + Math.round(points[i].x) + dx)
        if (at >= 0 && at + 2 < data.length) found.push(labOf(data[at] / 255, data[at + 1] / 255, data[at + 2] / 255))
      }
    }
    return found
  }).toSorted((a, b) => b[0] - a[0])
  return [0, 1, 2].map((k) => middle(colours.slice(0, colours.length >> 1).map((colour) => colour[k])))
}

/** Figures of one portrait. */
export interface Likeness {
  /** The lightness of lit skin in the photo, how much lighter it is drawn, and by how many degrees its hue turns. */
  readonly lightness: number
  readonly lighter: number
  readonly turned: number
  /** The share of the face that is dark, where the photo is not. */
  readonly ink: number
  /** With the person's own proportions: how far landmarks are off, by the eyes' distance; irises, by an eye's width. */
  readonly moved: number
  readonly gaze: number
}

const luminance = ({ data }: Picture, i: number): number =>
  (0.2126 * data[3 * i] + 0.7152 * data[3 * i + 1] + 0.0722 * data[3 * i + 2]) / 255

/** Measures a portrait's largest face; undefined where it is left to the style. */
export const likenessOf = (path: string): Promise<Likeness | undefined> =>
  using(async (animator, landmarker) => {
    const photo = await opened(path, 1024)
    const { picture, faces = [] } = await animator.picture(photo)
    const [face] = faces.filter(({ drawn }) => drawn)
    if (!face) return undefined
    const plain = (await animator.picture(photo, { proportions: 0 })).picture
    const [own, found] = [(await landmarker.landmarks(photo, face))!, (await landmarker.landmarks(plain, face))!]
    const apart = Math.hypot(own.rightIris.x - own.leftIris.x, own.rightIris.y - own.leftIris.y)
    const reach = Math.max(2, Math.round(0.05 * apart))
    const [skin, drawn] = [photo, picture].map((one) => litSkin(one, own.points, reach))
    const hue = ([, a, b]: readonly number[]): number => (Math.atan2(b, a) * 180) / Math.PI
    /** How far across an eye its iris is, 0 at one corner, 1 at the other. */
    const gazeOf = ({ points, rightIris, leftIris }: typeof own, eye: 0 | 1): number => {
      const [from, to] = CORNERS[eye].map((i) => points[i])
      const iris = eye === 0 ? rightIris : leftIris
      const [dx, dy] = [to.x - from.x, to.y - from.y]
      return ((iris.x - from.x) * dx + (iris.y - from.y) * dy) / (dx * dx + dy * dy)
    }
    const { x, y, width, height } = face.box
    let [dark, count] = [0, 0]
    for (let row = Math.max(0, Math.round(y)); row < Math.min(photo.height, y + height); row++) {
      for (let column = Math.max(0, Math.round(x)); column < Math.min(photo.width, x + width); column++) {
        const i = row * photo.width + column
        count++
        if (luminance(picture, i) < 0.15 && luminance(photo, i) > 0.25) dark++
      }
    }
    return {
      lightness: skin[0],
      lighter: drawn[0] - skin[0],
      turned: ((hue(drawn) - hue(skin) + 540) % 360) - 180,
      ink: dark / count,
      moved: middle(own.points.map((p, i) => Math.hypot(p.x - found.points[i].x, p.y - found.points[i].y))) / apart,
      gaze: Math.max(...([0, 1] as const).map((eye) => Math.abs(gazeOf(own, eye) - gazeOf(found, eye)))),
    }
  })

/** The frames of a clip as the animator draws them, with their faces. */
const drawnClip = async (animator: Animator, frames: AsyncIterable<Frame>, faces: 'drawn' | 'styled') => {
  const shown: { readonly picture: Picture; readonly faces: readonly (Face & { readonly drawn: boolean })[] }[] = []
  for await (const { picture, faces: found } of animator.frames(frames, { faces }))
    shown.push({ picture, faces: found })
  return shown
}

/** A part of a picture. */
const part = ({ width, channels, data }: Picture, box: Face['box']): Picture => {
  const out = new Uint8Array(box.width * box.height * channels)
  for (let row = 0; row < box.height; row++) {
    const from = ((box.y + row) * width + box.x) * channels
    out.set(data.subarray(from, from + box.width * channels), row * box.width * channels)
  }
  return { width: box.width, height: box.height, channels, data: out }
}

/** How steady the faces of a clip's first frames are. */
export interface Steadiness {
  /** The share of faces that are drawn. */
  readonly drawn: number
  /** Warping errors around the faces by those of the clip itself: drawn, and redrawn by the style. */
  readonly asCharacters: number
  readonly byStyle: number
}

/** Measures the first `count` frames of a clip; undefined where no face is found. */
export const steadinessOf = (path: string, count = 20): Promise<Steadiness | undefined> =>
  using(async (animator) => {
    const sources = picturesOf(path, count, "w='min(iw,640)':h=-2")
    const drawn = await drawnClip(animator, clipOf(sources), 'drawn')
    const styled = await drawnClip(animator, clipOf(sources), 'styled')
    const boxes = drawn.flatMap(({ faces }) => faces.slice(0, 1).map(({ box }) => box))
    if (boxes.length === 0) return undefined
    const { width, height } = sources[0]
    // Everywhere that the first face comes to.
    const left = Math.max(0, Math.floor(Math.min(...boxes.map(({ x }) => x))))
    const top = Math.max(0, Math.floor(Math.min(...boxes.map(({ y }) => y))))
    const right = Math.min(width, Math.ceil(Math.max(...boxes.map(({ x, width }) => x + width))))
    const bottom = Math.min(height, Math.ceil(Math.max(...boxes.map(({ y, height }) => y + height))))
    const box = { x: left, y: top, width: right - left, height: bottom - top }
    const ratio = (shown: typeof drawn): number => {
      const cut = (pictures: readonly Picture[]): Picture[] => pictures.map((picture) => part(picture, box))
      const { result, source } = warpingError(cut(shown.map(({ picture }) => picture)), cut(sources))
      return result / source
    }
    const all = drawn.flatMap(({ faces }) => faces)
    return {
      drawn: all.filter(({ drawn: is }) => is).length / all.length,
      asCharacters: ratio(drawn),
      byStyle: ratio(styled),
    }
  })

/**
 * How much a still head trembles in a clip of a photo with noise like a camera's: the root mean square distance of
 * landmarks from where they are on average, by the width of the face; in the frames, and as drawn.
 */
export const tremblingOf = (path: string, side = 480, count = 20): Promise<{ source: number; drawn: number }> =>
  using(async (animator, landmarker) => {
    const still = await opened(path, side)
    let state = 1
    const noisy = (): Picture => ({
      ...still,
      data: still.data.map((value) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return Math.min(255, Math.max(0, value + ((state >>> 24) - 127.5) / 16))
      }),
    })
    const sources = Array.from({ length: count }, noisy)
    const drawn = await drawnClip(animator, clipOf(sources), 'drawn')
    const face = drawn[0].faces[0]
    if (!face?.drawn) throw new Error(`${path}: expected a face to draw, found none`)
    const trembling = async (pictures: readonly Picture[]): Promise<number> => {
      const found: (readonly { x: number; y: number }[])[] = []
      for (const picture of pictures.slice(4)) found.push((await landmarker.landmarks(picture, face))!.points)
      let sum = 0
      for (let i = 0; i < found[0].length; i++) {
        const [x, y] = (['x', 'y'] as const).map((axis) => found.reduce((all, p) => all + p[i][axis], 0) / found.length)
        for (const points of found) sum += (points[i].x - x) ** 2 + (points[i].y - y) ** 2
      }
      return Math.sqrt(sum / found.length / found[0].length) / face.box.width
    }
    return { source: await trembling(sources), drawn: await trembling(drawn.map(({ picture }) => picture)) }
  })

/** Times, in milliseconds, of drawing more than of leaving faces to themselves: medians of some runs after the first. */
export const timesOf = (
  group: string,
  clip: string,
): Promise<{ one: number; group: number; faces: number; frame: number }> =>
  using(async (animator) => {
    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const start = performance.now()
      await work()
      return performance.now() - start
    }
    const extra = async (picture: Picture): Promise<number> => {
      const found: number[] = []
      for (let run = 0; run < 4; run++) {
        const plain = await timed(() => animator.picture(picture, { faces: 'off' }))
        const whole = await timed(() => animator.picture(picture))
        if (run > 0) found.push(whole - plain)
      }
      return middle(found)
    }
    // The example's face is a third of it wide.
    const one = await extra(await opened(join(root, 'examples/portrait.jpg'), 1400))
    const crowd = await opened(group, 1600)
    const { faces = [] } = await animator.picture(crowd)
    const frames = picturesOf(clip, 16)
    const plain = await timed(() => drawnClip(animator, clipOf(frames), 'styled'))
    const whole = await timed(() => drawnClip(animator, clipOf(frames), 'drawn'))
    return {
      one,
      group: await extra(crowd),
      faces: faces.filter(({ drawn }) => drawn).length,
      frame: (whole - plain) / frames.length,
    }
  })
