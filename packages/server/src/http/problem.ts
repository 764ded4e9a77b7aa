/**
 * Problems as answers (RFC 9457): a stable type for programs, one line for people. Bugs and faults of the service itself
 * say nothing of their cause to clients.
 */

/** The problems, each with its HTTP status and title. */
export const PROBLEMS = {
  'bad-request': [400, 'The request is not understood'],
  unauthorised: [401, 'A key is needed'],
  forbidden: [403, 'The address is not valid'],
  'not-found': [404, 'There is no such job'],
  'too-slow': [408, 'The picture did not arrive in time'],
  conflict: [409, 'The key is of another job'],
  'not-ready': [409, 'It is not there yet'],
  expired: [410, 'It was deleted'],
  'too-large': [413, 'The file is too large'],
  'not-a-picture': [422, 'The file is not a picture or clip that can be read'],
  'too-many-pixels': [422, 'The picture is too large'],
  'too-long': [422, 'The clip is too long'],
  failed: [422, 'The picture could not be drawn'],
  quota: [429, 'Too many jobs'],
  busy: [503, 'The service is busy'],
  internal: [500, 'The service failed'],
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ProblemType = keyof typeof PROBLEMS

/** The prefix of the types of problems. */
export const PROBLEM_URN = 'urn:animegan:problem:'

/** An answer other than what was asked for. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly type: ProblemType
  readonly status: number
  /** Seconds after which to ask again. */
  readonly retryAfter: number | undefined

  /** `status` replaces the type's own: a client's own jobs are a 429 where everybody's are a 503. */
  constructor(
    type: ProblemType,
    detail: string,
    { retryAfter, status }: { readonly retryAfter?: number; readonly status?: number } = {},
  ) {
    super(detail)
    this.type = type
    this.status = status ?? PROBLEMS[type][0]
    this.retryAfter = retryAfter
  }

  /** As a document. A busy service names the page, which draws on the visitor's own device. */
  document(): Record<string, unknown> {
    return {
      type: PROBLEM_URN + this.type,
      title: PROBLEMS[this.type][1],
      status: this.status,
      detail: this.message,
      ...(this.retryAfter !== undefined && { retryAfter: this.retryAfter, page: '/' }),
    }
  }
}

/** A problem of a type that a worker recorded. */
export const problemOf = ({ type, detail }: { readonly type: string; readonly detail: string }): Problem =>
  new Problem(type in PROBLEMS ? (type as ProblemType) : 'failed', detail)
