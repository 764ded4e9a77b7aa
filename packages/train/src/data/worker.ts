/**
 * A thread that makes batches, so that the trainer does not wait for them. Started by dataset.ts with a plan as its data;
 * is sent one order at a time and answers with its batch.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { Batch } from '../trainer.ts'
import { type BatchOrder, batchMaker } from './batches.ts'

/** What the thread answers to an order. */
export type Reply = { readonly batch: Batch } | { readonly error: string }

if (!parentPort) throw new Error('worker: this file runs as a worker thread only')
const port = parentPort
const make = batchMaker(workerData)

port.on('message', async (order: BatchOrder) => {
  let reply: Reply
  try {
    reply = { batch: await make(order) }
  } catch (error) {
    reply = { error: (error as Error).message }
  }
  const pictures = 'batch' in reply ? Object.values(reply.batch) : []
  port.postMessage(
    reply,
    pictures.map(({ buffer }) => buffer),
  )
})
