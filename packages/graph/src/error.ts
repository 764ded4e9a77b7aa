/**
 * The one error that callers are meant to tell apart: a line for people, and a stable code for programs. Not for mistakes in
 * the code of this project itself, which throw ordinary errors.
 */

/** What went wrong, for programs. Codes are stable; the messages beside them are not. */
export type ErrorCode =
  /** An argument or option has the wrong type, range or form. */
  | 'bad-argument'
  /** A picture, clip or other input cannot be read as what it should be. */
  | 'bad-file'
  /** A style or weight file is damaged, or is not for this network. */
  | 'bad-weights'
  /** No style has this name. */
  | 'unknown-style'
  /** What is asked for is sound, but cannot be done here: a format, an option, a combination. */
  | 'unsupported'
  /** Something was used after its `close()`. */
  | 'closed'
  /** Portraits were asked for, and the picture shows no face. */
  | 'no-face'
  /** The backend that was asked for is not available on this machine. */
  | 'no-backend'
  /** The engine stopped, or could not run a network. */
  | 'engine-failed'
  /** The work does not fit into memory. */
  | 'out-of-memory'
  /** The models that find and measure faces are not installed. */
  | 'missing-models'
  /** The result is there already, and overwriting was not asked for. */
  | 'already-exists'
  /** Something else holds what is needed; try again later. */
  | 'busy'
  /** A file or address is not there. */
  | 'not-found'
  /** Another process works on it. */
  | 'busy'
  /** No decoder or encoder here knows the format of a clip. */
  | 'no-codec'
  /** There is no room to write to. */
  | 'disk-full'
  /** A file or a run ends before it is whole. */
  | 'incomplete'

/** An error with a code: the message is one line that says which input, what was expected, what was found, what to do. */
export class AnimeganError extends Error {
  override readonly name = 'AnimeganError'
  readonly code: ErrorCode

  /** `cause` is the error underneath, where there is one. */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
