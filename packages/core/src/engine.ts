/**
 * The engine interface, the one part that differs between Node and the browser. An engine loads encoded ONNX models and
 * runs them one at a time, off the calling thread.
 */
import type { Value } from '@animegan/graph'
import type { Closeable } from './closing.ts'
import type { Signal } from './signal.ts'

export interface RunOptions {
  /** Transfers the memory of the feeds to the engine, which saves a copy; the caller must not use it again. */
  readonly handOver?: boolean
  /** A run that is aborted before it begins never begins; the call rejects at once with the signal's reason. */
  readonly signal?: Signal | undefined
}

/** A loaded model. Runs are queued: one at a time, in the order of the calls. */
export interface Session extends Closeable {
  /** Runs the model: values by input name in, values by output name out. */
  run(feeds: Readonly<Record<string, Value>>, options?: RunOptions): Promise<Record<string, Value>>
  /** Frees the model's memory. Runs still queued are finished first. */
  close(): Promise<void>
}

export interface Engine extends Closeable {
  /** Whether it computes faster in 8 bits than in floats, as processors do; graphics devices have no kernels for them. */
  readonly eightBits: boolean
  /** Loads an encoded ONNX model. Rejects when the runtime refuses it. */
  load(model: Uint8Array): Promise<Session>
  /** Ends the engine and everything loaded on it. */
  close(): Promise<void>
}
