/**
 * What runs a model: the one thing that differs between Node and the browser. An engine loads encoded ONNX models; runs are
 * one at a time, away from the calling thread.
 */
import type { Value } from '@animegan/graph'
import type { Closeable } from './closing.ts'
import type { Signal } from './signal.ts'

export interface RunOptions {
  /** The memory of the feeds becomes the engine's, which saves a copy: the caller must not touch it again. */
  readonly handOver?: boolean
  /** A run that has not begun when it is aborted is never begun; the call rejects with the signal's reason at once. */
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
  /** Loads an encoded ONNX model. Rejects when the runtime refuses it. */
  load(model: Uint8Array): Promise<Session>
  /** Ends the engine and everything loaded on it. */
  close(): Promise<void>
}
