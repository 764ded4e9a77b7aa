/** For tests only: a picture whose colours encode pixel positions. */
import type { Picture } from '@animegan/core'

/** A picture whose red and green encode each pixel's position. */
export const chart = (width: number, height: number, blue = 0): Picture => {
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) data.set([i % width, Math.floor(i / width), blue], i * 3)
  return { width, height, channels: 3, data }
}
