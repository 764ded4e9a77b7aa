/**
 * A photo that is sharpened part by part: the first look, enlarged, over which finished tiles are laid. For showing only; the
 * result itself is put together elsewhere.
 */
import { canvasOf } from '@animegan/browser'
import type { Picture, StyledPart } from '@animegan/core'

/** Milliseconds between pictures: each is encoded. */
const EVERY = 400

/** The look at the size of the whole, to be drawn over. */
const enlarged = (look: Picture, width: number, height: number): OffscreenCanvasRenderingContext2D => {
  const context = new OffscreenCanvas(width, height).getContext('2d')!
  context.drawImage(canvasOf(look, false), 0, 0, width, height)
  context.globalCompositeOperation = 'source-atop' // what the photo leaves transparent stays so
  return context
}

/** Returns a function that takes parts and passes on, now and then, the picture so far. Long sides are at most `side`. */
export const collage = (look: Picture, side: number, show: (picture: Blob) => void): ((part: StyledPart) => void) => {
  let context: OffscreenCanvasRenderingContext2D | undefined
  let shownAt = performance.now()
  return ({ x, y, of, picture }) => {
    const scale = Math.min(1, side / Math.max(of.width, of.height))
    context ??= enlarged(look, Math.round(of.width * scale), Math.round(of.height * scale))
    const { width, height } = picture
    context.drawImage(canvasOf(picture, false), x * scale, y * scale, width * scale, height * scale)
    if (performance.now() - shownAt < EVERY) return
    shownAt = performance.now()
    void context.canvas
      .convertToBlob({ type: look.channels === 4 ? 'image/png' : 'image/jpeg', quality: 0.9 })
      .then(show)
  }
}
