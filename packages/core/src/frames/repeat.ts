/**
 * Detects frames that need not be computed again: still scenes, and the padding of clips with a variable rate. Frames
 * are compared with the picture last computed, not with the previous frame, so that slow changes add up until they
 * count.
 */
import type { Picture } from '../picture.ts'

/** Levels by which each byte may differ: invisible differences from a decoder's rounding. */
const tolerance = 1

/** Whether two pictures look the same. Stops at the first byte that differs. */
export const isRepeat = (picture: Picture, computed: Picture): boolean => {
  if (picture === computed) return true
  const { width, height, channels, data } = picture
  if (width !== computed.width || height !== computed.height || channels !== computed.channels) return false
  const other = computed.data
  for (let i = 0; i < data.length; i++) {
    const difference = data[i] - other[i]
    if (difference > tolerance || difference < -tolerance) return false
  }
  return true
}
