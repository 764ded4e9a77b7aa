/**
 * The port through which batches are made beside the trainer: a thread, a Web Worker, or the same thread. What a batch is
 * made of is batches.ts's business.
 */
import type { Batch, BatchOrder } from '../batch.ts'
import type { BatchPlan } from './batches.ts'

export interface BatchWorker {
  /** Makes a batch; called again only after it has settled. Once the worker has failed, every call rejects. */
  make(order: BatchOrder): Promise<Batch>
  /** Ends the worker, which is not making a batch. */
  close(): Promise<void>
}

/** Starts a worker for a plan. */
export type StartBatchWorker = (plan: BatchPlan) => BatchWorker
