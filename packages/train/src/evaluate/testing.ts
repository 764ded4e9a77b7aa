/** For tests only: grey pictures from a function of the position. */
import type { Picture } from '@animegan/core'

/** A grey picture whose byte at each position is `level`, rounded. */
export const grey = (width: number, height: number, level: (x: number, y: number) => number): Picture => {
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) {
    data.fill(Math.round(level(i % width, Math.floor(i / width))), i * 3, i * 3 + 3)
  }
  return { width, height, channels: 3, data }
}
