/**
 * The state of a frame stream as bytes, so that a killed job resumes where it was and gives the same result. Versioned
 * and checked, because it is read from disk: a truncated or changed file is refused.
 */
import type { Value } from '@animegan/graph'
import type { FaceMemoryState } from '../faces/character/face-memory.ts'
import { bytesOf, isFaceMemoryState, withBytes, withoutBytes } from '../faces/character/face-memory-state.ts'
import type { FollowerState } from '../faces/find/follow.ts'
import { isFollowerState } from '../faces/find/follower-state.ts'
import type { Picture } from '../picture.ts'
import type { ShotStatistics } from './statistics.ts'

/**
 * The state after a frame: the picture last computed, its filtered result, its shot's statistics if the network has
 * any, and the tracked faces if faces are tracked.
 */
export interface ResumeState {
  readonly source: Picture
  readonly result: Picture
  readonly statistics?: ShotStatistics
  readonly faces?: FollowerState
  /** If faces are drawn as characters: what is remembered of them, and the result with them. */
  readonly characters?: { readonly memory: FaceMemoryState; readonly drawn: Picture }
}

const format = 'animegan-frames/1'

interface Header {
  readonly format: string
  readonly width: number
  readonly height: number
  readonly channels: [source: 3 | 4, result: 3 | 4]
  readonly shot?: {
    readonly age: number
    readonly brightness: number
    readonly shapes: Readonly<Record<string, readonly number[]>>
  }
  readonly faces?: FollowerState
  /** Masks and drawings follow the pictures, as far as faces have them. */
  readonly characters?: FaceMemoryState
}

/** The longest header, in bytes: enough for more faces than a frame can have, at some 35 kB each. */
const LONGEST = 2 ** 24

/**
 * Format: the header's length in four bytes, the header as JSON, the two pictures, the statistics as float32, and with
 * characters the drawn picture, and the masks and the drawing of each face.
 */
export const writeResumeState = ({ source, result, statistics, faces, characters }: ResumeState): Uint8Array => {
  const values = Object.entries(statistics?.values ?? {})
  const header: Header = {
    format,
    width: source.width,
    height: source.height,
    channels: [source.channels, result.channels],
    ...(statistics && {
      shot: {
        age: statistics.age,
        brightness: statistics.brightness,
        shapes: Object.fromEntries(values.map(([name, { shape }]) => [name, shape])),
      },
    }),
    ...(faces && { faces }),
    ...(characters && { characters: withoutBytes(characters.memory) }),
  }
  const text = Uint8Array.from(JSON.stringify(header), (character) => character.charCodeAt(0))
  const parts = [new Uint8Array(4), text, source.data, result.data]
  for (const [, { data }] of values) parts.push(littleEndian(data as Float32Array))
  if (characters) parts.push(characters.drawn.data, ...bytesOf(characters.memory))
  new DataView(parts[0].buffer).setUint32(0, text.length, true)
  const bytes = new Uint8Array(parts.reduce((total, { length }) => total + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

const littleEndian = (numbers: Float32Array): Uint8Array => {
  const bytes = new Uint8Array(numbers.length * 4)
  const view = new DataView(bytes.buffer)
  numbers.forEach((number, i) => {
    view.setFloat32(4 * i, number, true)
  })
  return bytes
}

const refuse = (what: string): never => {
  throw new Error(`frames: expected the state of a clip, found ${what}; start the clip again`)
}

const isCount = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most

/** ASCII bytes as text, in pieces small enough for one call's arguments. */
const textOf = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096))
  return text
}

const headerOf = (bytes: Uint8Array): { header: Header; length: number } => {
  if (bytes.length < 4) refuse(`${bytes.length} bytes`)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  if (length > Math.min(bytes.length - 4, LONGEST)) refuse('a header that is cut short')
  let header: Header | undefined
  try {
    header = JSON.parse(textOf(bytes.subarray(4, 4 + length)))
  } catch {
    refuse('a header that is not JSON')
  }
  if (header?.format !== format) refuse('another format')
  return { header: header!, length: 4 + length }
}

/** Reads what `writeResumeState` wrote. Throws a one-line error for anything else. */
export const readResumeState = (bytes: Uint8Array): ResumeState => {
  const { header, length } = headerOf(bytes)
  const { width, height, channels, shot, faces, characters } = header
  const sized = isCount(width, 2 ** 16) && isCount(height, 2 ** 16) && width > 0 && height > 0
  const [first, second] = Array.isArray(channels) ? channels : []
  if (!sized || !(first === 3 || first === 4) || !(second === 3 || second === 4)) refuse('pictures of no size')
  if (faces !== undefined && !isFollowerState(faces)) refuse('faces in another form')
  if (characters !== undefined && !isFaceMemoryState(characters)) refuse('drawn faces in another form')
  let at = length
  const take = (count: number): Uint8Array => {
    if (at + count > bytes.length) refuse('a file that is cut short')
    at += count
    return bytes.slice(at - count, at)
  }
  const picture = (step: 3 | 4): Picture => ({ width, height, channels: step, data: take(width * height * step) })
  const source = picture(first!)
  const result = picture(second!)
  const statistics = shot && shotOf(shot, take)
  const drawn = characters && { drawn: picture(second!), memory: withBytes(characters, take) }
  if (at !== bytes.length) refuse('more than that')
  return {
    source,
    result,
    ...(statistics && { statistics }),
    ...(faces && { faces }),
    ...(drawn && { characters: drawn }),
  }
}

const shotOf = (shot: NonNullable<Header['shot']>, take: (count: number) => Uint8Array): ShotStatistics => {
  if (!isCount(shot.age, 2 ** 31) || !Number.isFinite(shot.brightness)) refuse('statistics of no age')
  const values: Record<string, Value> = {}
  for (const [name, shape] of Object.entries(shot.shapes ?? {})) {
    if (!Array.isArray(shape) || !shape.every((size) => isCount(size, 2 ** 16)))
      refuse(`statistics '${name}' of no shape`)
    const part = take(4 * shape.reduce((product, size) => product * size, 1))
    const view = new DataView(part.buffer)
    const data = Float32Array.from({ length: part.length / 4 }, (_, i) => view.getFloat32(4 * i, true))
    values[name] = { dtype: 'float32', shape, data }
  }
  return { values, age: shot.age, brightness: shot.brightness }
}
