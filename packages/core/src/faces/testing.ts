/** For tests of faces: key points of a face as a drawing book has them. Not part of the package. */
import type { Face, Point } from './face.ts'

/** A face seen from the front, `unit` pixels between its eyes, their middle at (x, y), the head tilted clockwise. */
export const faceAt = (x: number, y: number, unit: number, tilt = 0): Face => {
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)]
  const at = (dx: number, dy: number): Point => ({
    x: x + unit * (dx * cos - dy * sin),
    y: y + unit * (dx * sin + dy * cos),
  })
  return {
    box: { x: x - 1.1 * unit, y: y - 0.5 * unit, width: 2.2 * unit, height: 2.2 * unit },
    score: 1,
    rightEye: at(-0.5, 0),
    leftEye: at(0.5, 0),
    nose: at(0, 0.6),
    mouth: at(0, 1.05),
  }
}
