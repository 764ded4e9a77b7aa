/** Shared by the pages: the style, the picture, and the interface to run them from outside. */
import { loadStyle } from '@animegan/core'
import { type NetworkStyle, networkStyle } from '@animegan/models'
import styleUrl from '../../packages/node/styles/sora.safetensors?url'

/** Threads of every contestant. */
export const threads = 2
export const side = 512

/** The embedded style, whose network is `live`, without correction of light, so that all see the same numbers. */
export const style = async (): Promise<NetworkStyle> => {
  const bytes = new Uint8Array(await (await fetch(new URL(styleUrl, import.meta.url))).arrayBuffer())
  const found = networkStyle(loadStyle(bytes))
  const { balance: _, ...metadata } = found.metadata
  return { ...found, metadata }
}

/** A picture of 8-bit RGB: soft shapes, the same everywhere. */
export const picture = (): Uint8Array =>
  Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const [x, y, channel] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side), i % 3]
    return 128 + 100 * Math.sin(x / (20 + 9 * channel)) * Math.cos(y / (31 - 7 * channel))
  })

/** Converts bytes to the network's numbers, and back. */
export const normalised = (bytes: Uint8Array): Float32Array => Float32Array.from(bytes, (value) => value / 127.5 - 1)
export const levels = (numbers: ArrayLike<number>): number[] =>
  Array.from(numbers, (value) => Math.round(Math.min(255, Math.max(0, (value + 1) * 127.5))))

/** Registers a contestant with the benchmark. `result` returns levels, row by row, red, green, blue. */
export const enter = (contestant: { run(): Promise<unknown>; result(): Promise<number[]> }): void => {
  Object.assign(window, { contestant })
}
