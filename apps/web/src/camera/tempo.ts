/**
 * How large the network may see a live picture so that so many frames a second are held: the largest size whose frames
 * take no longer than their share of a second, faces included; where none does, faces are given up. Time goes with the pixels, so sizes go with the root of time. It looks at
 * times only, and knows no camera.
 */

/** Frames a second to hold. */
export const HELD_RATE = 20
const BUDGET = 1000 / HELD_RATE
/** Long sides that are tried, in steps: each new one costs a frame or two of setting up. */
const LEAST = 128
const MOST = 960
const STEP = 32
/** A frame of this share of its time is let be; below, there is room for more. */
const ROOMY = 0.7
/** Frames that are not judged after a change, and those that are judged together: fewer where they are far too slow. */
const SETTLING = 2
const JUDGED = 5
const HASTY = 2
const FAR = 2

const fitted = (side: number): number => Math.max(LEAST, Math.min(MOST, Math.floor(side / STEP) * STEP))

export class Tempo {
  private size: number
  private settling = SETTLING
  private times: number[] = []
  private spared = false

  /**
   * @param side what was right the last time
   * @param faces whether faces are redrawn
   */
  constructor(
    side = 256,
    private readonly faces = false,
  ) {
    this.size = fitted(side)
  }

  /** Whether faces were given up for the rate. They stay so: taken up again, they would be too slow again. */
  get sparesFaces(): boolean {
    return this.spared
  }

  /** Long side that the network is to see, in pixels. */
  get side(): number {
    return this.size
  }

  /** A frame of this size took so long, in milliseconds. */
  see(time: number): void {
    if (this.settling > 0) {
      this.settling--
      return
    }
    this.times.push(time)
    const hasty = this.times.length >= HASTY && this.times.every((seen) => seen > FAR * BUDGET)
    if (this.times.length < JUDGED && !hasty) return
    const middle = this.times.toSorted((a, b) => a - b)[(this.times.length - 1) >> 1]
    this.times = []
    if (middle > BUDGET && this.size === LEAST && this.faces && !this.spared) {
      this.spared = true
      this.settling = SETTLING
      return
    }
    if (middle <= BUDGET && middle >= BUDGET * ROOMY) return
    const change = Math.sqrt((BUDGET * (middle > BUDGET ? 0.9 : 0.95)) / Math.max(1, middle))
    const next = fitted(this.size * Math.max(0.5, Math.min(1.6, change)))
    // What has room, but not for a whole step, is let be.
    if (next === this.size) return
    this.size = next
    this.settling = SETTLING
  }
}
