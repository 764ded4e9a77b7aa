/** A batch worker that is none: batches are made in the trainer's own thread, while the engine computes in its own. */
import type { Pictures } from '../pictures.ts'
import type { StartBatchWorker } from './batch-worker.ts'
import { batchMaker } from './batches.ts'

/** Makes batches in the same thread. */
export const sameThread =
  (pictures: Pictures): StartBatchWorker =>
  (plan) => ({ make: batchMaker(plan, pictures), close: async () => {} })
