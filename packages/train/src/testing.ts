/** For tests only: an untrained perception network of the right shapes, and in-memory ports. */
import type { Picture } from '@animegan/core'
import { floats, input, sizeOf } from '@animegan/graph'
import {
  type Architecture,
  type FeatureWeights,
  type NetworkStyle,
  networkOf,
  parametersOf,
  vgg,
  weightShapes,
} from '@animegan/models'
import type { Pictures } from './pictures.ts'
import { random } from './random.ts'
import type { RunStorage } from './run/storage.ts'

/** Compact VGG with random weights; only the shapes matter here. */
export const compactVgg = (): FeatureWeights => {
  const last = vgg(input('x', [1, 3, 32, 32]), 'compact', 'conv4_4').get('conv4_4')!
  const weights = [...parametersOf([last])].map(([name, { shape }], i) => {
    const { normal } = random(1, i)
    const spread = Math.sqrt(2 / Math.max(1, sizeOf(shape.slice(1) as number[])))
    const data = Float32Array.from({ length: sizeOf(shape as number[]) }, () => normal() * spread)
    return [name, floats(data, shape as number[])] as const
  })
  return { flavour: 'compact', weights: new Map(weights) }
}

/** Weights of a network at random, small enough that its results are pictures. */
export const randomStyle = (architecture: Architecture): NetworkStyle['weights'] =>
  new Map(
    [...weightShapes(networkOf(architecture))].map(([name, shape], i) => {
      const { normal } = random(2, i)
      return [
        name,
        floats(
          Float32Array.from({ length: sizeOf(shape) }, () => normal() * 0.03),
          [...shape],
        ),
      ]
    }),
  )

/** A run's storage in memory. */
export const memoryStorage = (files = new Map<string, Uint8Array>()): RunStorage => ({
  read: async (name) => files.get(name),
  write: async (name, bytes) => void files.set(name, bytes.slice()),
  append: async (name, bytes) => void files.set(name, Uint8Array.from([...(files.get(name) ?? []), ...bytes])),
  list: async (folder) => [...files.keys()].filter((name) => name.slice(0, name.lastIndexOf('/')) === folder).sort(),
  remove: async (name) => void files.delete(name),
})

/**
 * Pictures in memory, by paths `folder/name`. Resizes by the nearest pixel, so a picture keeps its bytes at its own
 * size; "encoded" files are the bare pixels.
 */
export const memoryPictures = (pictures: ReadonlyMap<string, Picture>): Pictures => ({
  find: async (folder) => ({
    pictures: [...pictures.keys()].filter((path) => path.startsWith(`${folder}/`)).sort(),
    skipped: [],
  }),
  read: async (path) => {
    const picture = pictures.get(path)
    if (!picture) throw new Error('not there')
    return picture
  },
  resize: async (picture, region, width, height) => {
    const data = new Uint8Array(width * height * 3)
    for (let i = 0; i < width * height; i++) {
      const x = region.left + Math.floor(((i % width) * region.width) / width)
      const y = region.top + Math.floor((Math.floor(i / width) * region.height) / height)
      const from = (y * picture.width + x) * picture.channels
      data.set(picture.data.subarray(from, from + 3), i * 3)
    }
    return { width, height, channels: 3, data }
  },
  encode: async ({ data }) => data,
})
