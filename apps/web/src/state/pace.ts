/**
 * How long drawing takes here, learned from what was drawn, so that the progress bar moves within a tile too. Before
 * anything was drawn there is no guess: the bar then says only that something is under way.
 */
import { signal } from '@preact/signals'
import type { Progress } from '../studio/protocol.ts'
import { recall, remember } from './memory.ts'

/** When the present drawing began and should end, in the clock of `performance.now`. */
export const expected = signal<{ readonly from: number; readonly to: number } | undefined>(undefined)

/** Watches one drawing. */
export class Pace {
  private readonly styleId: string
  private start: { readonly at: number; readonly name: string; readonly pixels: number } | undefined

  constructor(styleId: string) {
    this.styleId = styleId
    expected.value = undefined
  }

  see({ stage, pixels = 0, backend }: Progress): void {
    // What follows the picture does not grow with it.
    if (stage === 'redraw') this.done()
    if (stage !== 'picture' || this.start) return
    const at = performance.now()
    this.start = { at, name: `pace.${this.styleId}.${backend}`, pixels }
    const rate = Number(recall(this.start.name))
    if (rate > 0) expected.value = { from: at, to: at + rate * pixels }
  }

  /** It took this long. */
  done(): void {
    expected.value = undefined
    const { start } = this
    this.start = undefined
    if (!start || start.pixels === 0) return
    const rate = (performance.now() - start.at) / start.pixels
    if (rate > 1e-5) remember(start.name, rate.toPrecision(3))
  }
}

/** The fraction to show: what is known to be done, or what should be by now, and never all of it. */
export const pacedFraction = (fraction: number, now: number): number | undefined => {
  const guess = expected.value
  if (!guess) return fraction > 0 ? fraction : undefined
  return Math.max(fraction, Math.min(0.96, (now - guess.from) / (guess.to - guess.from)))
}
