/** sRGB's transfer function (IEC 61966-2-1) between encoded values and linear light, both from 0 to 1. */

/** The linear light of an encoded value. */
export const srgbToLight = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)

/** The encoded value of linear light. */
export const lightToSrgb = (v: number): number => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055)
