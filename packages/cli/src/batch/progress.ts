/**
 * Progress for people, on standard error: on a terminal one rewritten line with a bar, percent, rate and time left,
 * below a small picture if there is one; otherwise plain lines. Never writes to standard output.
 */
import { formatClock } from '../text.ts'

/** Where progress is written; `process.stderr` is one. */
export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
}

const BAR = 24
const BETWEEN_UPDATES = 80
const FILLED = '█'
const EMPTY = '░'

/** Progress over a number of equal parts. */
export class Progress {
  readonly #screen: Screen
  readonly #total: number
  readonly #unit: string
  readonly #start: number
  readonly #now: () => number
  #done = 0
  #fraction = 0
  #amount = 0
  #skipped = 0
  #rate = ''
  #label = ''
  /** The lines above the bar, and how many of them are on screen. */
  #picture: readonly string[] = []
  #height = 0
  #shown = false
  #last = Number.NEGATIVE_INFINITY

  /**
   * @param total the number of parts
   * @param unit what `amount` counts, for the rate; for example `MP`
   */
  constructor(screen: Screen, total: number, unit: string, now: () => number = () => performance.now()) {
    this.#screen = screen
    this.#total = total
    this.#unit = unit
    this.#now = now
    this.#start = now()
  }

  /** Names the current part. */
  begin(label: string): void {
    this.#label = label
    this.#fraction = 0
    this.#skipped = 0
    this.#rate = ''
    this.clear()
    this.#picture = []
    this.#draw(false)
  }

  /**
   * Reports how much of the part is done, 0 to 1.
   *
   * @param rate the speed as text, instead of the rate of whole parts
   * @param skipped the share of it that took no time, because it already existed
   */
  update(fraction: number, rate = '', skipped = 0): void {
    this.#fraction = fraction
    this.#rate = rate
    this.#skipped = skipped
    this.#draw(false)
  }

  /** Shows lines above the bar, replacing earlier ones, until the part ends; `line` prints above them. */
  picture(lines: readonly string[]): void {
    if (!this.#screen.isTTY) return
    this.clear()
    this.#picture = lines
    this.#draw(true)
  }

  /** Ends the part. `amount` counts towards the rate. */
  end(amount = 0): void {
    this.clear()
    this.#picture = []
    this.#done++
    this.#fraction = 0
    this.#amount += amount
    this.#draw(true)
  }

  /** Prints a permanent line above the bar. */
  line(text: string): void {
    this.clear()
    this.#screen.write(`${text}\n`)
    this.#draw(true)
  }

  /** Removes the bar and the lines above it. */
  clear(): void {
    if (this.#shown) this.#screen.write(`\r${this.#height > 0 ? `\x1b[${this.#height}A` : ''}\x1b[J`)
    this.#shown = false
    this.#height = 0
  }

  #draw(now: boolean): void {
    if (!this.#screen.isTTY || this.#done >= this.#total) {
      this.clear()
      return
    }
    if (!now && this.#now() - this.#last < BETWEEN_UPDATES) return
    this.#last = this.#now()
    const text = this.text((this.#screen.columns || 80) - 1)
    const above = this.#shown ? [] : this.#picture
    this.#screen.write(`\r\x1b[2K${above.map((line) => `${line}\n`).join('')}${text}`)
    if (!this.#shown) this.#height = above.length
    this.#shown = true
  }

  /** The current line, cut to a number of columns. */
  text(columns: number): string {
    const done = Math.min(1, (this.#done + this.#fraction) / this.#total)
    const made = done - this.#skipped / this.#total
    const seconds = (this.#now() - this.#start) / 1000
    const filled = Math.round(done * BAR)
    const parts = [
      FILLED.repeat(filled) + EMPTY.repeat(BAR - filled),
      `${String(Math.floor(done * 100)).padStart(3)}%`,
      ...(this.#total > 1 ? [`${this.#done}/${this.#total}`] : []),
      ...(this.#rate ? [this.#rate] : []),
      ...(!this.#rate && this.#amount > 0 && seconds > 0
        ? [`${(this.#amount / seconds).toFixed(2)} ${this.#unit}/s`]
        : []),
      ...(made > 0.02 && seconds > 1 ? [`${formatClock((seconds * (1 - done)) / made)} left`] : []),
      this.#label,
    ]
    const text = parts.join(' ')
    return text.length > columns ? `${text.slice(0, Math.max(0, columns - 1))}…` : text
  }
}
