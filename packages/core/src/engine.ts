/**
 * Engines: something that runs ONNX models. The pipeline is written against these two interfaces; the runtimes behind
 * them (onnxruntime-node, onnxruntime-web) live in a worker and are reached through remote-engine.ts.
 */
import type { Value } from '@animegan/graph'

/** A loaded model. Runs are queued: one at a time, in the order of the calls. */
export interface Session {
  /**
   * Runs the model: values by input name in, values by output name out. With `handOver` the memory of the feeds becomes the
   * engine's, which saves a copy: the caller must not touch it again.
   */
  run(feeds: Readonly<Record<string, Value>>, options?: { readonly handOver?: boolean }): Promise<Record<string, Value>>
  /** Frees the model's memory. Runs still queued are finished first. */
  release(): Promise<void>
}

export interface Engine {
  /** Loads an encoded ONNX model. Rejects when the runtime refuses it. */
  load(model: Uint8Array): Promise<Session>
  /** Ends the engine and everything loaded on it. */
  close(): Promise<void>
}
