export type { BatchWorker, StartBatchWorker } from './batch-worker.ts'
export { type BatchPlan, batchMaker } from './batches.ts'
export { createDataset, type Dataset, type DatasetOptions, type DatasetTools } from './dataset.ts'
export type { Painter } from './painter.ts'
