/**
 * Chooses the network's size for live pictures to hold a frame rate, and how faces are drawn: the largest size at which
 * frames, faces included, are fast enough; if none is, faces are drawn in a simpler way. Time is proportional to pixels,
 * so sizes scale with the root of time. Uses only times, and knows no camera.
 */

/** How faces are drawn, from the slowest way to the fastest. */
const MODES = ['drawn', 'styled', 'off'] as const
export type LiveFaces = (typeof MODES)[number]

/** Target frames per second. A character is worth some of them. */
export const HELD_RATES: Readonly<Record<LiveFaces, number>> = { drawn: 4, styled: 20, off: 20 }
/** The long sides to choose from, in steps, because each change costs a frame or two of setup. */
const LEAST = 192
const MOST = 960
const STEP = 32
/** If frames take at least this share of their time, the size stays; below, it can grow. */
const ROOMY = 0.7
/** Frames to ignore after a change, more at the start of characters; and frames to judge together: fewer if far too slow. */
const SETTLING = 2
const SETTLING_DRAWN = 6
const JUDGED = 5
const HASTY = 2
const FAR = 2

const fitted = (side: number): number => Math.max(LEAST, Math.min(MOST, Math.floor(side / STEP) * STEP))

export class Tempo {
  private size: number
  private settling: number
  private times: number[] = []
  private mode: LiveFaces

  /**
   * @param side the side to start with, such as the last session's
   * @param asked how faces should be drawn
   */
  constructor(
    side = 256,
    private readonly asked: LiveFaces = 'off',
  ) {
    this.size = fitted(side)
    this.mode = asked
    this.settling = asked === 'drawn' ? SETTLING_DRAWN : SETTLING
  }

  /** How faces are drawn now. */
  get faces(): LiveFaces {
    return this.mode
  }

  /** Whether faces are drawn in a simpler way than asked for. This is permanent, since they would be too slow again. */
  get sparesFaces(): boolean {
    return this.mode !== this.asked
  }

  /** Draws faces in the next simpler way. */
  spare(): void {
    this.mode = MODES[MODES.indexOf(this.mode) + 1] ?? 'off'
    this.settling = SETTLING
    this.times = []
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
    const budget = 1000 / HELD_RATES[this.mode]
    const hasty = this.times.length >= HASTY && this.times.every((seen) => seen > FAR * budget)
    if (this.times.length < JUDGED && !hasty) return
    const middle = this.times.toSorted((a, b) => a - b)[(this.times.length - 1) >> 1]
    this.times = []
    if (middle > budget && this.size === LEAST && this.mode !== 'off') {
      this.spare()
      return
    }
    if (middle <= budget && middle >= budget * ROOMY) return
    const change = Math.sqrt((budget * (middle > budget ? 0.9 : 0.95)) / Math.max(1, middle))
    const next = fitted(this.size * Math.max(0.5, Math.min(1.6, change)))
    // If there is room, but not for a whole step, the size stays.
    if (next === this.size) return
    this.size = next
    this.settling = SETTLING
  }
}
