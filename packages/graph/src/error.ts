/**
 * The one error class that callers handle: a one-line message for people and a stable code for programs. Bugs in this
 * project itself throw ordinary errors instead.
 */

/** What went wrong, for programs. Codes are stable; messages are not. */
export type ErrorCode =
  /** An argument or option has the wrong type, range or form. */
  | 'bad-argument'
  /** A picture, clip or other input cannot be read as what it should be. */
  | 'bad-file'
  /** A style or weight file is damaged, or is not for this network. */
  | 'bad-weights'
  /** No style has this name. */
  | 'unknown-style'
  /** The request is valid but not supported here: a format, an option, a combination. */
  | 'unsupported'
  /** Something was used after its `close()`. */
  | 'closed'
  /** Portraits were requested, but the picture shows no face. */
  | 'no-face'
  /** The requested backend is not available on this machine. */
  | 'no-backend'
  /** The engine stopped, or could not run a network. */
  | 'engine-failed'
  /** The work does not fit into memory. */
  | 'out-of-memory'
  /** The models that find and measure faces are not installed. */
  | 'missing-models'
  /** The result already exists, and overwriting was not requested. */
  | 'already-exists'
  /** A needed resource is in use, or another process is working on it; try again later. */
  | 'busy'
  /** A file or address does not exist. */
  | 'not-found'
  /** No decoder or encoder here knows the format of a clip. */
  | 'no-codec'
  /** No disk space is left to write to. */
  | 'disk-full'
  /** A file or a run ends before it is complete. */
  | 'incomplete'

/**
 * An error with a code: the message is one line that says which input, what was expected, what was found, what to do.
 */
export class AnimeganError extends Error {
  override readonly name = 'AnimeganError'
  readonly code: ErrorCode

  /** `cause` is the error underneath, where there is one. */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
