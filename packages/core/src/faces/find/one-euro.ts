/**
 * The one-euro filter (Casiez, Roussel and Vogel, CHI 2012): a low pass whose cut-off rises with speed, so that what is
 * still does not tremble and what moves does not lag. One number at a time; what the numbers are is the caller's.
 */

/** How a filter trades trembling against lag. */
export interface OneEuroOptions {
  /** Cut-off in hertz of what is still: lower trembles less. */
  readonly still: number
  /** How much the cut-off rises, in hertz per unit a second: higher lags less. */
  readonly speed: number
  /** Cut-off in hertz of the speed itself. */
  readonly derivative: number
}

/** A filter's memory. */
export interface OneEuroState {
  readonly value: number
  readonly slope: number
  readonly samples: number
}

/** The share of a new sample in a low pass, for a cut-off in hertz and an interval in seconds: formula 5 of the paper. */
const shareOf = (cutoff: number, interval: number): number => 1 / (1 + 1 / (2 * Math.PI * cutoff * interval))

/** A filter of one number over time. */
export class OneEuroFilter {
  readonly #options: OneEuroOptions
  #value: number
  #slope: number
  #samples: number

  /** @param first the first sample, which is taken as it is, or what `state` of another filter was, which this one goes on as */
  constructor(options: OneEuroOptions, first: number | OneEuroState) {
    const { value, slope, samples } = typeof first === 'number' ? { value: first, slope: 0, samples: 1 } : first
    this.#options = options
    this.#value = value
    this.#slope = slope
    this.#samples = samples
  }

  get state(): OneEuroState {
    return { value: this.#value, slope: this.#slope, samples: this.#samples }
  }

  /** Takes a sample, `interval` seconds (above 0) after the one before, and gives the filtered value. */
  next(sample: number, interval: number): number {
    const { still, speed, derivative } = this.#options
    const slope = (sample - this.#value) / interval
    this.#slope += shareOf(derivative, interval) * (slope - this.#slope)
    const share = shareOf(still + speed * Math.abs(this.#slope), interval)
    // The first few samples are averaged: a first one that happened to be off would take a second to be forgotten.
    this.#value += Math.max(share, 1 / ++this.#samples) * (sample - this.#value)
    return this.#value
  }
}
