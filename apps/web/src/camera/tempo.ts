/**
 * Chooses the network's size for live pictures to hold a frame rate: the largest size at which frames, faces included,
 * are fast enough; if none is, faces are given up. Time is proportional to pixels, so sizes scale with the root of
 * time. Uses only times, and knows no camera.
 */

/** Target frames per second. */
export const HELD_RATE = 20
const BUDGET = 1000 / HELD_RATE
/** The long sides to choose from, in steps, because each change costs a frame or two of setup. */
const LEAST = 128
const MOST = 960
const STEP = 32
/** If frames take at least this share of their time, the size stays; below, it can grow. */
const ROOMY = 0.7
/** Frames to ignore after a change, and frames to judge together: fewer if they are far too slow. */
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
   * @param side the side to start with, such as the last session's
   * @param faces whether faces are redrawn
   */
  constructor(
    side = 256,
    private readonly faces = false,
  ) {
    this.size = fitted(side)
  }

  /** Whether faces were given up for the frame rate. This is permanent, since they would be too slow again. */
  get sparesFaces(): boolean {
    return this.spared
  }

  /** Long side of the network's input, in pixels. */
  get side(): number {
    return this.size
  }

  /** Reports how long a frame of this size took, in milliseconds. */
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
    // If there is room, but not for a whole step, the size stays.
    if (next === this.size) return
    this.size = next
    this.settling = SETTLING
  }
}
