/**
 * Who may wait, where, and how long that is estimated to take. Pure arithmetic over what waits now: the queue asks it
 * inside the transaction that adds the job, so nobody decides on an old state. Knows no database and no HTTP.
 *
 * Waiting jobs stand in rounds, and a client has at most one job in a round: its k-th waiting job stands in the k-th round
 * after the one that is being worked on. Rounds are taken in order, and inside a round whoever came first. So a client with
 * a thousand jobs delays another's first job by one round at most, and a job that is admitted cannot be overtaken for
 * ever, because a round that is begun takes no more jobs. A job that waits longer than was promised is taken next. (Start-time fair queueing with jobs as the unit: Goyal, Vin
 * and Cheng 1996.)
 *
 * Costs are in megapixels of work (`cost.ts`), rates in the same per second, of all workers together.
 */

/** The jobs of one round. */
export interface Round {
  readonly round: number
  readonly jobs: number
  readonly cost: number
}

/** What waits and what is being worked on, in one queue. */
export interface Line {
  /** Rounds with waiting jobs, in order. */
  readonly waiting: readonly Round[]
  /** The highest round that a job was ever taken from; 0 at first. */
  readonly begun: number
  /** The cost of the jobs in work. */
  readonly active: number
}

/** A client's jobs that wait. */
export interface Own {
  readonly jobs: number
  /** The highest round among them. */
  readonly last: number | undefined
}

/** A job's place in a line. */
export interface Place {
  readonly round: number
  /** 1 for the job that is taken next. */
  readonly place: number
  /** The estimated cost of everything that is done before it. */
  readonly ahead: number
}

/** Where a client's next job would stand. */
export const placeIn = ({ waiting, begun, active }: Line, own: Own): Place => {
  const round = Math.max(begun, own.last ?? 0) + 1
  const before = waiting.filter((each) => each.round <= round)
  const sum = (rounds: readonly Round[]): number => rounds.reduce((total, { cost }) => total + cost, 0)
  // Jobs that come later may still join the rounds before this one: as many as stand in the first one now, and so many
  // that a service with a little to do is taken to have twice as much to do soon.
  const rounds = round - begun - 1
  const first = sum(waiting.filter((each) => each.round <= begun + 1))
  const later = rounds === 0 ? 0 : Math.max(rounds * first, active + sum(before))
  return { round, place: before.reduce((total, { jobs }) => total + jobs, 0) + 1, ahead: active + sum(before) + later }
}

/**
 * The seconds from when a client's job is begun until it is done: of a picture, or of a clip in parts. Only one part of a
 * clip waits at a time; as long as others wait, it is in work alone, and each part lets what waits now go first once.
 *
 * @param cost of all parts
 */
export const timeOfWork = (line: Line, cost: number, parts: number, rate: number, workers: number): number => {
  const [next] = line.waiting
  const others = line.active + (next?.cost ?? 0)
  if (others === 0) return cost / (rate * (Math.min(parts, workers) / workers))
  return cost / (rate / workers) + ((parts - 1) * others) / rate
}

/** What is promised beyond an estimate: a second for looking and telling, and a part, because machines have more to do at times. */
const MARGIN = { seconds: 1, part: 0.3 }

/** The seconds that are promised where so many are estimated. */
export const promise = (estimated: number): number => MARGIN.seconds + (1 + MARGIN.part) * estimated

/** The share of the longest wait that clients with jobs in the queue may fill; the rest is for those that have none. */
export const SHARE_OF_MORE = 0.75

/** What is decided about a job. Times are in seconds. */
export type Decision =
  | { readonly admitted: true; readonly place: Place; readonly wait: number }
  /** Refused because of the client's own jobs, or of everybody's; `after`: when to ask again. */
  | { readonly admitted: false; readonly cause: 'client' | 'everybody'; readonly after: number }

/** Work outside a line that is done before its jobs, such as previews. */
export interface Before {
  /** The cost of what waits there now. */
  readonly cost: number
  /** The cost of what comes there meanwhile, for each unit that is done in the line. */
  readonly share: number
}

/**
 * Decides about a client's next job: it is admitted if what would be promised to it is within the longest wait. The
 * promise, not the estimate, because rates are measured before a crowd comes, and fall while one is received.
 *
 * @param line the queue that it wants to join
 * @param rate of all workers; 0 if there is none
 * @param longest the longest wait, in seconds
 */
export const decide = (line: Line, own: Own, before: Before, rate: number, longest: number): Decision => {
  const cause = own.jobs > 0 ? 'client' : 'everybody'
  const most = longest * (cause === 'client' ? SHARE_OF_MORE : 1)
  const place = placeIn(line, own)
  const timeFor = (cost: number): number => (cost * (1 + before.share) + before.cost) / rate
  const wait = timeFor(place.ahead)
  const whole = timeFor(line.waiting.reduce((total, { cost }) => total + cost, line.active))
  const over = promise(Math.max(wait, whole)) - most
  if (over <= 0) return { admitted: true, place, wait }
  return { admitted: false, cause, after: Math.min(Math.max(1, Math.ceil(over)), Math.ceil(longest)) || 1 }
}
