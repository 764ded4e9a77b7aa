/** The alpha of pixels as RGBA: whether there is any, and pixels without it. */

/** Whether some pixel is not opaque. */
export const hasAlpha = (rgba: Uint8Array): boolean => {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return true
  return false
}

/** The pixels without their alpha. */
export const rgbOf = (rgba: Uint8Array): Uint8Array => {
  const rgb = new Uint8Array((rgba.length / 4) * 3)
  for (let s = 0, o = 0; s < rgba.length; s += 4, o += 3) {
    rgb[o] = rgba[s]
    rgb[o + 1] = rgba[s + 1]
    rgb[o + 2] = rgba[s + 2]
  }
  return rgb
}
