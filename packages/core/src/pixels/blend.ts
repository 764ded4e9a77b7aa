/**
 * Combines a styled picture and its original: mixes by strength, restores the original's alpha, and, before the network
 * runs, gives transparent pixels a harmless colour. Does not resize: both pictures must have one size. Mixes sRGB bytes
 * with straight alpha.
 */
import type { Picture } from '../picture.ts'

function sameSize(who: string, a: Picture, b: Picture): void {
  if (a.width === b.width && a.height === b.height) return
  throw new RangeError(
    `${who}: expected two pictures of one size, given ${a.width} x ${a.height} and ${b.width} x ${b.height}`,
  )
}

/**
 * `original + (styled - original) * strength`, colour by colour, in steps of 1/65536. Strength 1 gives the styled
 * bytes, 0 the original's. The result is written over `styled`'s buffer and shares it, so it has `styled`'s channels;
 * alpha is mixed like a colour where both have it, else it stays `styled`'s.
 */
export function blend(original: Picture, styled: Picture, strength: number): Picture {
  sameSize('blend', original, styled)
  if (!(strength >= 0 && strength <= 1)) {
    throw new RangeError(`blend: expected a strength from 0 to 1, given ${strength}`)
  }
  if (strength === 1) return styled
  const weight = Math.round(strength * 65536)
  const from = original.data
  const to = styled.data
  const a = original.channels
  const b = styled.channels
  for (let i = 0, o = 0; o < to.length; i += a, o += b) {
    to[o] = from[i] + (((to[o] - from[i]) * weight + 32768) >> 16)
    to[o + 1] = from[i + 1] + (((to[o + 1] - from[i + 1]) * weight + 32768) >> 16)
    to[o + 2] = from[i + 2] + (((to[o + 2] - from[i + 2]) * weight + 32768) >> 16)
    if (a === 4 && b === 4) to[o + 3] = from[i + 3] + (((to[o + 3] - from[i + 3]) * weight + 32768) >> 16)
  }
  return styled
}

/**
 * `styled`'s colours under `original`'s alpha: a new 4-channel picture. If the original has no alpha, `styled` itself.
 */
export function withAlpha(styled: Picture, original: Picture): Picture {
  sameSize('withAlpha', styled, original)
  if (original.channels === 3) return styled
  const { width, height } = styled
  const data = original.data.slice()
  const step = styled.channels
  for (let i = 0, o = 0; o < data.length; i += step, o += 4) {
    data[o] = styled.data[i]
    data[o + 1] = styled.data[i + 1]
    data[o + 2] = styled.data[i + 2]
  }
  return { width, height, channels: 4, data }
}

/** One level of the pyramid: colours times weight, and the weight, four floats per pixel. */
interface Level {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/**
 * Half the size, rounded up: each pixel is the sum of its 2 x 2, with the weight limited to 1 (the "push-pull"
 * saturation).
 */
function pull(fine: Level): Level {
  const width = (fine.width + 1) >> 1
  const height = (fine.height + 1) >> 1
  const data = new Float32Array(width * height * 4)
  for (let y = 0; y < fine.height; y++) {
    for (let x = 0, s = y * fine.width * 4; x < fine.width; x++, s += 4) {
      const o = ((y >> 1) * width + (x >> 1)) * 4
      for (let c = 0; c < 4; c++) data[o + c] += fine.data[s + c]
    }
  }
  for (let o = 0; o < data.length; o += 4) saturate(data, o)
  return { width, height, data }
}

/** Scales the pixel at `o` so that its weight is at most 1. */
function saturate(data: Float32Array, o: number): void {
  const weight = data[o + 3]
  if (weight <= 1) return
  for (let c = 0; c < 3; c++) data[o + c] /= weight
  data[o + 3] = 1
}

/**
 * A bilinear reader of `coarse` at twice its size: fine pixel centres lie a quarter of a coarse pixel from the nearest
 * coarse centre, so the weights are 3/4 and 1/4. Returns colours already divided by weight, in `out`.
 */
function sample(coarse: Level, x: number, y: number, out: Float64Array): void {
  const nearX = x >> 1
  const nearY = y >> 1
  const farX = Math.min(coarse.width - 1, Math.max(0, nearX + ((x & 1) * 2 - 1)))
  const farY = Math.min(coarse.height - 1, Math.max(0, nearY + ((y & 1) * 2 - 1)))
  const nn = (nearY * coarse.width + nearX) * 4
  const nf = (nearY * coarse.width + farX) * 4
  const fn = (farY * coarse.width + nearX) * 4
  const ff = (farY * coarse.width + farX) * 4
  const d = coarse.data
  for (let c = 0; c < 3; c++) out[c] = (9 * d[nn + c] + 3 * d[nf + c] + 3 * d[fn + c] + d[ff + c]) / 16
}

/** Fills the missing part of each fine pixel's weight from `coarse`, whose pixels have full weight. */
function push(coarse: Level, fine: Level): void {
  const colour = new Float64Array(3)
  for (let y = 0; y < fine.height; y++) {
    for (let x = 0, o = y * fine.width * 4; x < fine.width; x++, o += 4) {
      const missing = 1 - fine.data[o + 3]
      if (missing <= 0) continue
      sample(coarse, x, y, colour)
      for (let c = 0; c < 3; c++) fine.data[o + c] += missing * colour[c]
      fine.data[o + 3] = 1
    }
  }
}

/** The first level, half the picture's size, made directly from its bytes, without a full-size copy in floats. */
function firstLevel(picture: Picture): Level {
  const width = (picture.width + 1) >> 1
  const height = (picture.height + 1) >> 1
  const data = new Float32Array(width * height * 4)
  for (let y = 0, s = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++, s += 4) {
      const alpha = picture.data[s + 3] / 255
      if (alpha === 0) continue
      const o = ((y >> 1) * width + (x >> 1)) * 4
      for (let c = 0; c < 3; c++) data[o + c] += picture.data[s + c] * alpha
      data[o + 3] += alpha
    }
  }
  for (let o = 0; o < data.length; o += 4) saturate(data, o)
  return { width, height, data }
}

/**
 * The network's input: opaque RGB, with transparent pixels filled smoothly from the opaque colours around them,
 * half-transparent ones in proportion. Push-pull pyramid (Gortler et al., The Lumigraph, 1996): averages weighted by
 * alpha go up the pyramid and come down wherever weight is missing. A 3-channel picture is returned unchanged; one
 * without any opaque pixel becomes black.
 */
export function fillTransparent(picture: Picture): Picture {
  if (picture.channels === 3) return picture
  const { width, height } = picture
  const out = new Uint8Array(width * height * 3)
  let opaque = true
  for (let s = 3; opaque && s < picture.data.length; s += 4) opaque = picture.data[s] === 255
  const levels: Level[] = []
  if (!opaque) {
    levels.push(firstLevel(picture))
    while (levels.at(-1)!.width > 1 || levels.at(-1)!.height > 1) levels.push(pull(levels.at(-1)!))
    const top = levels.at(-1)!.data
    if (top[3] > 0) for (let c = 0; c < 3; c++) top[c] /= top[3]
    top[3] = 1
    for (let i = levels.length - 2; i >= 0; i--) push(levels[i + 1], levels[i])
  }
  const colour = new Float64Array(3)
  for (let y = 0, s = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++, s += 4, o += 3) {
      const alpha = picture.data[s + 3]
      if (alpha < 255) sample(levels[0], x, y, colour)
      const missing = 255 - alpha
      for (let c = 0; c < 3; c++) out[o + c] = (picture.data[s + c] * alpha + colour[c] * missing) / 255 + 0.5
    }
  }
  return { width, height, channels: 3, data: out }
}
