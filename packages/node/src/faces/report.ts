/**
 * What is reported about faces, to people and to programs: where each is, what is wrong with it, what became of it. How they are
 * found and drawn is @animegan/core's; the words are words.ts's.
 */
import { adviseFaces, type Face, type FaceAdvice, type Picture } from '@animegan/core'

/** A face as it is reported: its box in pixels of the upright input, and what became of it. */
export interface FaceReport {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** How sure the detector is, 0 to 1. */
  readonly score: number
  /** What is wrong with it, if anything: why it may come out badly. */
  readonly advice: readonly FaceAdvice[]
  /** Whether it was drawn at a scale of its own; otherwise the style drew it well enough as it was. */
  readonly redrawn?: boolean
  /** Whether it was drawn as a character. */
  readonly drawn?: boolean
  /** Its portrait's file. */
  readonly output?: string
}

/** Reports a face of a picture, without what became of it; the input is `scale` times as large. */
export const describeFace = (picture: Picture, face: Face, scale = 1): FaceReport => {
  const { box, score } = face
  return {
    x: Math.round(box.x * scale),
    y: Math.round(box.y * scale),
    width: Math.round(box.width * scale),
    height: Math.round(box.height * scale),
    score: Math.round(score * 1000) / 1000,
    advice: adviseFaces(picture, [face])[0]?.advice ?? [],
  }
}
