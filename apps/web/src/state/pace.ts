/**
 * Estimates how long drawing takes on this machine, learned from earlier drawings, so that the progress bar also moves
 * within a tile. Without earlier drawings there is no estimate, and the bar only shows activity.
 */
import { signal } from '@preact/signals'
import type { Progress } from '../studio/protocol.ts'
import { recall, remember } from './memory.ts'

/** When the current drawing began and should end, in `performance.now` time. */
export const expected = signal<{ readonly from: number; readonly to: number } | undefined>(undefined)

/** When drawing the picture began, in the same time. */
export const begun = signal<number | undefined>(undefined)

/** Observes one drawing. */
export class Pace {
  private readonly styleId: string
  private start: { readonly at: number; readonly name: string; readonly pixels: number } | undefined

  constructor(styleId: string) {
    this.styleId = styleId
    expected.value = undefined
    begun.value = undefined
  }

  see({ stage, pixels = 0, backend }: Progress): void {
    // The work after drawing does not grow with the picture.
    if (stage === 'redraw') this.done()
    if (stage !== 'picture' || this.start) return
    const at = performance.now()
    begun.value = at
    this.start = { at, name: `pace.${this.styleId}.${backend}`, pixels }
    const rate = Number(recall(this.start.name))
    if (rate > 0) expected.value = { from: at, to: at + rate * pixels }
  }

  /** Records how long it took. */
  done(): void {
    expected.value = undefined
    begun.value = undefined
    const { start } = this
    this.start = undefined
    if (!start || start.pixels === 0) return
    const rate = (performance.now() - start.at) / start.pixels
    if (rate > 1e-5) remember(start.name, rate.toPrecision(3))
  }
}

/** The fraction to show: the reported one or the estimated one, never 1. */
export const pacedFraction = (fraction: number, now: number): number | undefined => {
  const guess = expected.value
  if (!guess) return fraction > 0 ? fraction : undefined
  return Math.max(fraction, Math.min(0.96, (now - guess.from) / (guess.to - guess.from)))
}

/** Seconds until the drawing should end; undefined if unknown, or too little to say. */
export const secondsLeft = (now: number): number | undefined => {
  const left = expected.value && (expected.value.to - now) / 1000
  return left !== undefined && left >= 2 ? left : undefined
}
