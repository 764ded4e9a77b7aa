/**
 * What the network for regions sees of a portrait: its colours, and guides that tell where the head is: how much of each
 * pixel is a person, its place in the head's frame, its distance from the face's outline, and eyes, lips and brows. Bytes,
 * in training and in use alike.
 */
import { PORTRAIT_CHANNELS } from '@animegan/models'
import type { Picture } from '../../picture.ts'
import { EYES, LIPS } from '../landmarks/topology.ts'
import { coverOutlines, type FaceMap, outlineOf } from './face-map.ts'

/** The channels after the colours, by position. */
export const [PERSON, ACROSS, DOWN, OUTSIDE, PARTS] = [3, 4, 5, 6, 7]

/** Places in the head's frame from minus to plus this. */
const REACH = 2.5
/** Distances from the outline, inside and outside it. */
const [INSIDE_REACH, OUTSIDE_REACH] = [0.4, 0.8]
/** Levels of brows and lips; eyes have the highest. */
const [BROWS, MOUTH] = [0.35, 0.65]

/** The network's input: bytes [size, size, 8]. `person` says how much of each pixel is a person, 0 to 1. */
export const guidedPortrait = (picture: Picture, map: FaceMap, person: Float32Array): Uint8Array<ArrayBuffer> => {
  const { points, size, x, y, outside } = map
  const eyes = coverOutlines(
    points,
    EYES.map(({ upperLid, lowerLid }) => outlineOf(upperLid, lowerLid)),
    size,
  ).data
  const brows = coverOutlines(
    points,
    EYES.map(({ browUpper, browLower }) => outlineOf(browUpper, browLower)),
    size,
  ).data
  const mouth = coverOutlines(points, [outlineOf(LIPS.outerUpper, LIPS.outerLower)], size).data
  // Clamped arrays round to the nearest level.
  const bytes = new Uint8ClampedArray(size * size * PORTRAIT_CHANNELS)
  for (let i = 0, at = 0, from = 0; i < size * size; i++, at += PORTRAIT_CHANNELS, from += picture.channels) {
    for (let c = 0; c < 3; c++) bytes[at + c] = picture.data[from + c]
    bytes[at + PERSON] = 255 * person[i]
    bytes[at + ACROSS] = (255 * (x[i] + REACH)) / (2 * REACH)
    bytes[at + DOWN] = (255 * (y[i] + REACH)) / (2 * REACH)
    bytes[at + OUTSIDE] = (255 * (outside[i] + INSIDE_REACH)) / (INSIDE_REACH + OUTSIDE_REACH)
    bytes[at + PARTS] = 255 * Math.max(eyes[i], BROWS * brows[i], MOUTH * mouth[i])
  }
  return new Uint8Array(bytes.buffer)
}
