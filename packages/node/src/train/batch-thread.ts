/**
 * A thread that makes batches, so that the trainer does not wait for them. Started by batch-threads.ts with a `Start`
 * as its data; receives one order at a time and answers with its batch.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { AnimeganError, type ErrorCode } from '@animegan/graph'
import { type Batch, type BatchOrder, type BatchPlan, batchMaker } from '@animegan/train'
import { keptPainter } from './paintings.ts'
import { nodePictures } from './pictures.ts'

/** The thread's start data. */
export interface Start {
  readonly plan: BatchPlan
  /** The cache folder for paintings. */
  readonly paintings: string
}

/** What the thread is told: to make a batch, or to end. */
export type Order = BatchOrder | 'close'

/** The thread's answer to an order for a batch. */
export type Reply = { readonly batch: Batch } | { readonly error: string; readonly code?: ErrorCode }

if (!parentPort) throw new Error('batch-thread: this file runs as a worker thread only')
const port = parentPort
const { plan, paintings }: Start = workerData
const make = batchMaker(plan, nodePictures, (teacher) => keptPainter(teacher, paintings))

const replyTo = async (order: BatchOrder): Promise<Reply> => {
  try {
    return { batch: await make(order) }
  } catch (error) {
    return { error: (error as Error).message, code: error instanceof AnimeganError ? error.code : undefined }
  }
}

port.on('message', async (order: Order) => {
  if (order === 'close') return port.close()
  const reply = await replyTo(order)
  const pictures = 'batch' in reply ? Object.values(reply.batch) : []
  port.postMessage(
    reply,
    pictures.map(({ buffer }) => buffer),
  )
})
