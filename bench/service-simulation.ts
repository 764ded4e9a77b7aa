/**
 * A simulation of the service under a crowd: discrete events, a fixed seed, and the service's own arithmetic of admission.
 * Nothing is drawn and no time passes, so hours of a crowd take a second. It says what a policy does, not how fast this
 * machine is: the rate of a worker is an input.
 */
import { decide, type Line, type Own, promise } from '@animegan/server'

/** Who comes. */
export interface Crowd {
  /** Visitors a second, while they come. */
  readonly arrivals: number
  /** How long they come, in seconds. */
  readonly duration: number
  /** The share of visitors that send several pictures, and how many. */
  readonly several: { readonly share: number; readonly pictures: number }
}

/** What serves them. */
export interface Policy {
  readonly workers: number
  /** Seconds of one worker for a picture, on average; they vary by a factor of about two. */
  readonly seconds: number
  /** The longest estimated wait in seconds; Infinity: everybody waits, first come, first served. */
  readonly longest: number
  /** Seconds of one worker for a preview; undefined: there are none. */
  readonly preview: number | undefined
  /** The share of visitors whose own device can draw, and how long that takes, in seconds; undefined: it is not offered. */
  readonly device: { readonly share: number; readonly seconds: number } | undefined
}

/** What became of the pictures. Waits are in seconds. */
export interface SimulationResult {
  readonly pictures: number
  readonly served: number
  /** Drawn by visitors' own devices. */
  readonly onDevice: number
  /** Refused, and not sent again. */
  readonly gone: number
  readonly longestQueue: number
  /** To the first picture seen, a preview where there is one: median and 95th percentile. */
  readonly first: readonly [number, number]
  /** To the result. */
  readonly result: readonly [number, number]
  /** The time taken over the time promised, of pictures that the service drew: 90th percentile and the most. */
  readonly overPromise: readonly [number, number]
}

/** A refused visitor without a device that can draw comes back as often. */
const RETRIES = 3

interface Job {
  readonly client: number
  readonly sent: number
  readonly work: number
  readonly preview: boolean
  readonly round: number
  readonly order: number
  readonly promised: number
}

interface Event {
  readonly at: number
  readonly act: () => void
}

/** Runs a crowd through a policy until nobody waits. */
export const simulate = (crowd: Crowd, policy: Policy, seed = 1): SimulationResult => {
  const random = mulberry32(seed)
  const events = new Heap<Event>((a, b) => a.at - b.at)
  const bounded = Number.isFinite(policy.longest)
  const [previews, pictures] = [new Waiting(), new Waiting()]
  const lineOf = (job: Job): Waiting => (job.preview ? previews : pictures)
  const active = new Set<Job>()
  const firsts: number[] = []
  const results: number[] = []
  const ratios: number[] = []
  let [now, order, free, all, served, onDevice, gone, longestQueue] = [0, 0, policy.workers, 0, 0, 0, 0, 0]
  let lateLast = false
  const at = (time: number, act: () => void): void => events.push({ at: time, act })
  const exponential = (mean: number): number => -Math.log(1 - random()) * mean

  const start = (job: Job): void => {
    free--
    active.add(job)
    at(now + job.work, () => {
      free++
      active.delete(job)
      lineOf(job).end(job)
      if (job.preview || policy.preview === undefined) firsts.push(now - job.sent)
      if (!job.preview) {
        served++
        results.push(now - job.sent)
        ratios.push((now - job.sent) / job.promised)
      }
      next()
    })
  }
  const next = (): void => {
    while (free > 0) {
      const busy = new Set([...active].map(({ client }) => client))
      lateLast = pictures.isLate(now) && !lateLast
      const [first, second] = lateLast ? [pictures, previews] : [previews, pictures]
      const job = first.take(busy, now) ?? second.take(busy, now)
      if (!job) return
      start(job)
    }
  }

  const send = (client: number, asked: number, tries: number): void => {
    // Pictures differ, by a factor of two about their mean.
    const work = policy.seconds * (0.5 + random())
    // Costs are seconds of one worker.
    const before = { cost: previews.waitingAndActive, share: (policy.preview ?? 0) / policy.seconds }
    const decision = decide(pictures.line(), pictures.own(client), before, policy.workers, policy.longest)
    if (!decision.admitted) {
      if (policy.device && random() < policy.device.share) {
        onDevice++
        const seconds = now - asked + policy.device.seconds * (0.5 + random())
        firsts.push(seconds)
        results.push(seconds)
      } else if (tries < RETRIES) at(now + decision.after + exponential(10), () => send(client, asked, tries + 1))
      else gone++
      return
    }
    const promised = promise(decision.wait + work + (policy.preview ?? 0))
    const job = {
      client,
      sent: now,
      work,
      preview: false,
      round: bounded ? decision.place.round : 0,
      order: order++,
      promised,
    }
    pictures.add(job)
    if (policy.preview !== undefined) {
      const small = decide(previews.line(), previews.own(client), { cost: 0, share: 0 }, policy.workers, 10)
      if (small.admitted) previews.add({ ...job, work: policy.preview, preview: true, round: small.place.round })
    }
    longestQueue = Math.max(longestQueue, pictures.size)
    next()
  }

  let client = 0
  const arrive = (): void => {
    const who = client++
    const count = random() < crowd.several.share ? crowd.several.pictures : 1
    for (let i = 0; i < count; i++) {
      all++
      send(who, now, 0)
    }
    const then = now + exponential(1 / crowd.arrivals)
    if (then < crowd.duration) at(then, arrive)
  }
  at(0, arrive)
  for (let event = events.pop(); event; event = events.pop()) {
    now = event.at
    event.act()
  }
  return {
    pictures: all,
    served,
    onDevice,
    gone,
    longestQueue,
    first: [quantile(firsts, 0.5), quantile(firsts, 0.95)],
    result: [quantile(results, 0.5), quantile(results, 0.95)],
    overPromise: [quantile(ratios, 0.9), quantile(ratios, 1)],
  }
}

/** A line of waiting jobs, by rounds. */
class Waiting {
  private readonly rounds = new Map<number, { readonly jobs: Job[]; cost: number }>()
  private readonly clients = new Map<number, { jobs: number; last: number }>()
  private begun = 0
  private active = 0
  size = 0
  private cost = 0

  add(job: Job): void {
    const round = this.rounds.get(job.round) ?? { jobs: [], cost: 0 }
    this.rounds.set(job.round, round)
    round.jobs.push(job)
    round.cost += job.work
    const own = this.clients.get(job.client)
    this.clients.set(job.client, { jobs: (own?.jobs ?? 0) + 1, last: Math.max(own?.last ?? 0, job.round) })
    this.size++
    this.cost += job.work
  }

  /** Takes the next job: one that is overdue, else of a client that has none in work, or of any where nobody else waits. */
  take(busy: ReadonlySet<number>, now: number): Job | undefined {
    for (const [number, { jobs }] of this.rounds) {
      const index = number === 0 ? -1 : jobs.findIndex((job) => now - job.sent > job.promised)
      if (index >= 0) return this.remove(number, index)
    }
    const numbers = [...this.rounds.keys()].sort((a, b) => a - b)
    for (const number of numbers) {
      const index = this.rounds.get(number)!.jobs.findIndex((job) => !busy.has(job.client))
      if (index >= 0) return this.remove(number, index)
    }
    return numbers.length > 0 ? this.remove(numbers[0], 0) : undefined
  }

  /** Whether a job waits longer than was promised. */
  isLate(now: number): boolean {
    return [...this.rounds].some(
      ([number, { jobs }]) => number > 0 && jobs.some((job) => now - job.sent > job.promised),
    )
  }

  private remove(number: number, index: number): Job {
    const round = this.rounds.get(number)!
    const [job] = round.jobs.splice(index, 1)
    round.cost -= job.work
    if (round.jobs.length === 0) this.rounds.delete(number)
    const own = this.clients.get(job.client)!
    if (own.jobs === 1) this.clients.delete(job.client)
    else own.jobs--
    this.size--
    this.cost -= job.work
    this.active += job.work
    this.begun = Math.max(this.begun, number)
    return job
  }

  /** Notes that a job is done. */
  end(job: Job): void {
    this.active -= job.work
  }

  get waitingAndActive(): number {
    return this.cost + this.active
  }

  own(client: number): Own {
    return this.clients.get(client) ?? { jobs: 0, last: undefined }
  }

  line(): Line {
    const waiting = [...this.rounds]
      .sort(([a], [b]) => a - b)
      .map(([round, { jobs, cost }]) => ({ round, jobs: jobs.length, cost }))
    return { waiting, begun: this.begun, active: this.active }
  }
}

/** A binary heap, the least first. */
class Heap<T> {
  private readonly items: T[] = []
  private readonly compare: (a: T, b: T) => number

  constructor(compare: (a: T, b: T) => number) {
    this.compare = compare
  }

  push(item: T): void {
    let at = this.items.push(item) - 1
    for (let up = (at - 1) >> 1; at > 0 && this.compare(item, this.items[up]) < 0; up = (at - 1) >> 1) {
      this.items[at] = this.items[up]
      at = up
    }
    this.items[at] = item
  }

  pop(): T | undefined {
    const [first] = this.items
    const last = this.items.pop() as T
    if (this.items.length === 0) return first
    let at = 0
    for (;;) {
      let down = 2 * at + 1
      if (down >= this.items.length) break
      if (down + 1 < this.items.length && this.compare(this.items[down + 1], this.items[down]) < 0) down++
      if (this.compare(this.items[down], last) >= 0) break
      this.items[at] = this.items[down]
      at = down
    }
    this.items[at] = last
    return first
  }
}

/** A small generator of random numbers from 0 to 1 (Tommy Ettinger's mulberry32). */
const mulberry32 = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

const quantile = (values: readonly number[], fraction: number): number => {
  const sorted = Float64Array.from(values).sort()
  return sorted.length > 0 ? sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] : Number.NaN
}
