/**
 * The line of cheeks and jaw, from ear to ear: a little firmer at the corners of the jaw, thinner at the chin, fading into
 * beard and hair. (The outline of the whole person is outline.ts's.)
 */
import { smoothStep } from '../regions/numbers.ts'
import { type Canvas, fade, paint } from './canvas.ts'
import { smoothCurve } from './curve.ts'
import { stroke, taper } from './stroke.ts'
import type { Subject } from './subject.ts'

/** From the person's right ear over the chin to the left one. */
const JAW = [234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454]
const COUNT = 160

/** Draws the jaw's line. */
export const drawJaw = (canvas: Canvas, subject: Subject): void => {
  const { sure, head, look, skin, drawn } = subject
  fade(canvas, sure, (canvas) => {
    const curve = smoothCurve(
      JAW.map((i) => drawn[i]),
      COUNT,
    )
    const bare = smoothCurve(
      JAW.map((i, k) => ({ x: k, y: bareAt(subject, i) })),
      COUNT,
    )
    const profile = taper(COUNT, 0.22, 0.22, 1.2)
    const bell = (t: number, at: number, spread: number): number => Math.exp(-(((t - at) / spread) ** 2))
    // On the far side of a turned head the cheek hides it: what is seen there is the person's outline.
    const hidden = smoothStep(10, 24, Math.abs(head.yaw))
    const widths = profile.map((value, i) => {
      const t = i / (COUNT - 1)
      const near = 1 - hidden * smoothStep(0.38, 0.2, head.yaw > 0 ? 1 - t : t)
      const firm = 1 - 0.45 * bell(t, 0.5, 0.1) + 0.3 * (bell(t, 0.32, 0.07) + bell(t, 0.68, 0.07))
      return 0.0145 * value * firm * near * Math.min(1, Math.max(0, bare[i].y)) * head.unit * look.lineWidth
    })
    paint(canvas, stroke(curve, widths, canvas), skin.line, 0.8)
  })
}

/** How bare the jaw is at a landmark, 0 under hair or beard to 1. */
const bareAt = ({ points, regions, size, head }: Subject, i: number): number => {
  const middle = points[1]
  const [dx, dy] = [middle.x - points[i].x, middle.y - points[i].y]
  const length = Math.max(Math.hypot(dx, dy), 1e-9)
  const inwards = 0.04 * head.unit
  const x = Math.floor(points[i].x + (dx / length) * inwards)
  const y = Math.floor(points[i].y + (dy / length) * inwards)
  if (!(x >= 0 && y >= 0 && x < size && y < size)) return 1
  const at = y * size + x
  return (1 - 0.8 * smoothStep(0.3, 0.7, regions.beard.data[at])) * (1 - smoothStep(0.4, 0.8, regions.hair.data[at]))
}
