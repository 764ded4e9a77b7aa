/**
 * The port for making batches in parallel with the trainer: a thread, a Web Worker, or the same thread. batches.ts
 * makes the batches.
 */
import type { Batch, BatchOrder } from '../batch.ts'
import type { BatchPlan } from './batches.ts'

export interface BatchWorker {
  /**
   * Makes a batch; may be called again only after the previous call has settled. Once the worker has failed, every call
   * rejects.
   */
  make(order: BatchOrder): Promise<Batch>
  /** Ends the worker; not called while it makes a batch. */
  close(): Promise<void>
}

/** Starts a worker for a plan. */
export type StartBatchWorker = (plan: BatchPlan) => BatchWorker
