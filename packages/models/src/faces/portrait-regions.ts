/**
 * Our network for the regions of a portrait: which of ten classes each pixel belongs to. A U-Net without normalisation
 * on cells of 4 x 4 pixels, which sees the picture together with where the head is and where people are. Layer names
 * start with a letter for the size: b a quarter, c an eighth, d and r a sixteenth, then back, e and f.
 */
import {
  add,
  channelsOf,
  conv,
  depthToSpace,
  input,
  parameter,
  resize,
  spaceToDepth,
  type Tensor,
  type Value,
} from '@animegan/graph'
import { mismatch } from '../formats/bad-weights.ts'
import { readSafetensors, writeSafetensors } from '../formats/safetensors.ts'
import { float32ToFloat16 } from '../formats/tensors.ts'
import { activate } from '../layers.ts'
import { finiteFloats } from '../mapping/import.ts'
import { type ParameterSource, parametersOf } from '../parameters.ts'

/** Height and width of the portrait. */
export const PORTRAIT_SIZE = 256
/** Channels of the input: red, green, blue and the guides that core's `regions/guides.ts` makes. */
export const PORTRAIT_CHANNELS = 8

/**
 * What a pixel of a portrait can be. `hand` is skin of hands; `headgear` is worn on or around the head (hats, hoods,
 * headscarves, bands); `glasses` are the frames of clear ones, `shades` the lenses and frames of dark ones.
 */
export const PORTRAIT_CLASSES = [
  'background',
  'skin',
  'hair',
  'beard',
  'clothes',
  'headgear',
  'hand',
  'glasses',
  'shades',
  'teeth',
] as const
export type PortraitClass = (typeof PORTRAIT_CLASSES)[number]

/** Side in pixels of a cell, in which the picture is read. */
const cell = 4

/**
 * Logits by class [n, 10, h / 2, w / 2] of a portrait [n, 8, h, w], -1 to 1; height and width are multiples of 16. At half
 * the size, because outlines are found in the picture itself afterwards.
 */
export const portraitRegions = (x: Tensor, source: ParameterSource = parameter): Tensor => {
  const plain = (from: Tensor, name: string, channels: number, stride = 1, kernel = 3): Tensor =>
    conv(from, source(`${name}.weight`, [channels, channelsOf(from), kernel, kernel]), {
      bias: source(`${name}.bias`, [channels]),
      stride,
      border: kernel === 1 ? [0, 0, 0, 0] : [1, 1, 1, 1],
    })
  const layer = (from: Tensor, name: string, channels: number, stride = 1, kernel = 3): Tensor =>
    activate(plain(from, name, channels, stride, kernel))
  const wider = (from: Tensor, name: string, channels: number, beside: Tensor): Tensor =>
    add(resize(layer(from, name, channels), 'nearest'), beside)

  const b1 = layer(layer(spaceToDepth(x, cell), 'b0', 40, 1, 1), 'b1', 40)
  const c1 = layer(layer(b1, 'c0', 64, 2), 'c1', 64)
  let h = layer(c1, 'd0', 80, 2)
  for (const name of ['r0', 'r1']) h = add(h, plain(layer(h, `${name}a`, 80), `${name}b`, 80))
  const e1 = layer(wider(h, 'e0', 64, c1), 'e1', 64)
  const f1 = layer(wider(e1, 'f0', 40, b1), 'f1', 40)
  return depthToSpace(plain(f1, 'out', 4 * PORTRAIT_CLASSES.length), 2)
}

export type PortraitWeights = ReadonlyMap<string, Value<'float32'>>

const format = 'animegan-portrait-regions/1'

/** The names and shapes of its weights. */
const shapes = (): Map<string, readonly number[]> => {
  const x = input('x', [1, PORTRAIT_CHANNELS, PORTRAIT_SIZE, PORTRAIT_SIZE])
  return new Map([...parametersOf([portraitRegions(x)])].map(([name, { shape }]) => [name, shape as number[]]))
}

/** Reads its weights. Throws an `AnimeganError` (`bad-weights`) of one line when the file is not this network's. */
export const readPortraitWeights = (bytes: Uint8Array): PortraitWeights => {
  const { tensors, metadata } = readSafetensors(bytes)
  if (metadata.format !== format) mismatch('portrait regions', format, JSON.stringify(metadata.format ?? 'no format'))
  const wanted = shapes()
  for (const [name, shape] of wanted) {
    const found = tensors.get(name)?.shape
    if (found?.join() !== shape.join()) mismatch('portrait regions', `'${name}' as [${shape}]`, `[${found ?? ''}]`)
  }
  const unknown = [...tensors.keys()].find((name) => !wanted.has(name))
  if (unknown !== undefined) mismatch('portrait regions', `${wanted.size} tensors`, `one named '${unknown}'`)
  return new Map([...tensors].map(([name, value]) => [name, finiteFloats(value, name)]))
}

/** Writes its weights as 16-bit floats. */
export const writePortraitWeights = (weights: PortraitWeights, licence: string): Uint8Array => {
  const halves = [...weights].map(([name, { shape, data }]): [string, Value<'float16'>] => [
    name,
    { dtype: 'float16', shape, data: float32ToFloat16(data) },
  ])
  return writeSafetensors(new Map(halves), { format, licence })
}
