/**
 * The one-euro filter (Casiez, Roussel and Vogel, CHI 2012): a low pass whose cut-off rises with speed, so still values
 * do not jitter and moving ones do not lag. Filters one number; the caller decides what it means.
 */

/** How a filter trades jitter against lag. */
export interface OneEuroOptions {
  /** Cut-off at rest, in hertz: lower means less jitter. */
  readonly still: number
  /** Rise of the cut-off, in hertz per (unit per second): higher means less lag. */
  readonly speed: number
  /** Cut-off for the speed itself, in hertz. */
  readonly derivative: number
}

/** A filter's state. */
export interface OneEuroState {
  readonly value: number
  readonly slope: number
  readonly samples: number
}

/**
 * The weight of a new sample in a low pass, for a cut-off in hertz and an interval in seconds: formula 5 of the paper.
 */
const shareOf = (cutoff: number, interval: number): number => 1 / (1 + 1 / (2 * Math.PI * cutoff * interval))

/** A filter of one number over time. */
export class OneEuroFilter {
  readonly #options: OneEuroOptions
  #value: number
  #slope: number
  #samples: number

  /** @param first the first sample, used unfiltered, or the `state` of another filter to continue from */
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

  /** Takes a sample, `interval` seconds (above 0) after the previous one, and returns the filtered value. */
  next(sample: number, interval: number): number {
    const { still, speed, derivative } = this.#options
    const slope = (sample - this.#value) / interval
    this.#slope += shareOf(derivative, interval) * (slope - this.#slope)
    const share = shareOf(still + speed * Math.abs(this.#slope), interval)
    // The first few samples are averaged: it would take a second to recover from a bad first one.
    this.#value += Math.max(share, 1 / ++this.#samples) * (sample - this.#value)
    return this.#value
  }
}
