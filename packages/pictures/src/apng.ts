/**
 * Animated PNGs: each frame is made a PNG of its own, which the host decodes, and is put over what is left of the frames
 * before it (PNG specification, third edition, section 12).
 */
import { AnimeganError, type Picture } from '@animegan/core'
import { hasAlpha, rgbOf } from './alpha.ts'
import { chunksOf, joined, type PngChunk, pngChunk, pngFile } from './png.ts'

/** An animated PNG, decoded. */
export interface AnimatedPng {
  /** Whole frames of one size, with alpha if some pixel is not opaque. */
  readonly frames: readonly Picture[]
  /** Milliseconds that each frame is shown. */
  readonly delays: readonly number[]
  /** How often it plays; 0: forever. */
  readonly loop: number
  /** How many frames it says it has. */
  readonly stated: number
}

/** Whether a PNG has an animation of several frames, by its start. */
export const isApng = (png: Uint8Array): boolean => {
  for (const { kind, content } of chunksOf(png)) {
    if (kind === 'acTL') return content.length >= 8 && viewOf(content).getUint32(0) > 1
    if (kind === 'IDAT') return false
  }
  return false
}

/** Chunks before the pixels that each frame's own file needs: they say what its samples mean. */
const SHARED = /^(?:PLTE|tRNS|gAMA|cHRM|sRGB|iCCP|cICP|sBIT)$/

interface Piece {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Milliseconds. */
  readonly delay: number
  /** What becomes of its place before the next: 0 left, 1 cleared, 2 as it was before. */
  readonly dispose: number
  /** Whether it is put over what is there; otherwise it replaces it. */
  readonly over: boolean
  readonly data: Uint8Array[]
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

const pieceOf = ({ content }: PngChunk): Piece => {
  if (content.length < 26) throw new Error('a frame without its place')
  const view = viewOf(content)
  const [width, height, x, y] = [4, 8, 12, 16].map((at) => view.getUint32(at))
  const [part, whole] = [view.getUint16(20), view.getUint16(22) || 100]
  const delay = Math.round((1000 * part) / whole)
  return { width, height, x, y, delay, dispose: content[24], over: content[25] === 1, data: [] }
}

/**
 * Decodes an animated PNG; one that is cut off as far as its last whole frame. Rejects with an `AnimeganError`
 * (`bad-file`) for one that contradicts itself.
 *
 * @param decode decodes a still PNG
 * @param most the most pixels of all frames together
 */
export const decodeApng = async (
  png: Uint8Array,
  decode: (png: Uint8Array) => Promise<Picture>,
  most: number,
): Promise<AnimatedPng> => {
  const shared: Uint8Array[] = []
  const pieces: Piece[] = []
  let header = new Uint8Array(0)
  let [stated, loop] = [0, 0]
  for (const chunk of chunksOf(png)) {
    const { kind, content } = chunk
    const last = pieces.at(-1)
    if (kind === 'IHDR') header = Uint8Array.from(content)
    else if (kind === 'acTL' && content.length >= 8) [stated, loop] = [0, 4].map((at) => viewOf(content).getUint32(at))
    else if (kind === 'fcTL') pieces.push(pieceOf(chunk))
    // A picture before the first fcTL is for viewers that know no animation.
    else if (kind === 'IDAT') last?.data.push(content)
    else if (kind === 'fdAT') last?.data.push(content.subarray(4))
    else if (SHARED.test(kind)) shared.push(pngChunk(kind, content))
  }
  if (header.length !== 13) throw bad('it has no header')
  const [width, height] = [viewOf(header).getUint32(0), viewOf(header).getUint32(4)]
  const shown = pieces.filter(({ data }) => data.length > 0)
  if (shown.length === 0) throw bad('it has no frames')
  if (width * height * shown.length > most) {
    const found = `${width}x${height} with ${shown.length} frames`
    throw bad(`it is ${found}, more than ${Math.round(most / 1e6)} megapixels`)
  }

  const canvas = new Uint8Array(width * height * 4)
  const frames: Uint8Array[] = []
  for (const [i, piece] of shown.entries()) {
    if (piece.x + piece.width > width || piece.y + piece.height > height)
      throw bad('a frame lies outside of the picture')
    const own = Uint8Array.from(header)
    viewOf(own).setUint32(0, piece.width)
    viewOf(own).setUint32(4, piece.height)
    const still = pngFile([
      pngChunk('IHDR', own),
      ...shared,
      pngChunk('IDAT', joined(piece.data)),
      pngChunk('IEND', new Uint8Array(0)),
    ])
    const before = piece.dispose === 2 && i > 0 ? canvas.slice() : undefined
    place(canvas, width, piece, await decode(still))
    frames.push(canvas.slice())
    if (before) canvas.set(before)
    else if (piece.dispose > 0) clear(canvas, width, piece)
  }
  const channels = frames.some(hasAlpha) ? 4 : 3
  return {
    frames: frames.map((data) => ({ width, height, channels, data: channels === 4 ? data : rgbOf(data) })),
    delays: shown.map(({ delay }) => delay),
    loop,
    stated,
  }
}

const bad = (reason: string): AnimeganError => new AnimeganError('bad-file', `the animated PNG is damaged: ${reason}`)

/** Puts a frame on the canvas of straight RGBA. */
const place = (canvas: Uint8Array, across: number, piece: Piece, { channels, data }: Picture): void => {
  for (let y = 0, s = 0; y < piece.height; y++) {
    let o = ((piece.y + y) * across + piece.x) * 4
    for (let x = 0; x < piece.width; x++, s += channels, o += 4) {
      const alpha = channels === 4 ? data[s + 3] : 255
      const under = piece.over ? (canvas[o + 3] * (255 - alpha)) / 255 : 0
      const sum = alpha + under
      for (let c = 0; c < 3; c++)
        canvas[o + c] = sum === 0 ? 0 : (data[s + c] * alpha + canvas[o + c] * under) / sum + 0.5
      canvas[o + 3] = sum + 0.5
    }
  }
}

const clear = (canvas: Uint8Array, across: number, { x, y, width, height }: Piece): void => {
  for (let row = y; row < y + height; row++) canvas.fill(0, (row * across + x) * 4, (row * across + x + width) * 4)
}
