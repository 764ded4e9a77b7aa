/**
 * Reports about faces, for people and programs: where each is, what is wrong with it, and whether it was redrawn.
 * @animegan/core finds and draws faces; the command words the messages.
 */
import { adviseFaces, type Face, type FaceAdvice, type Picture } from '@animegan/core'

/** A reported face: its box in pixels of the upright input, and how it was handled. */
export interface FaceReport {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** The detector's confidence, 0 to 1. */
  readonly score: number
  /** Problems because of which it may come out badly, if any. */
  readonly advice: readonly FaceAdvice[]
  /** Whether it was redrawn at its own scale; if not, the style drew it well enough. */
  readonly redrawn?: boolean
  /** Whether the face was drawn as a character. */
  readonly drawn?: boolean
  /** The file of its portrait. */
  readonly output?: string
}

/** Reports a face of a picture, before drawing; the input is `scale` times as large. */
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
