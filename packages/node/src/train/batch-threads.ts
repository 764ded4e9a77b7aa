/** The trainer's workers on Node: worker threads. Does not know what a batch contains. */
import { Worker } from 'node:worker_threads'
import { AnimeganError } from '@animegan/graph'
import type { Batch, StartBatchWorker } from '@animegan/train'
import type { Order, Reply, Start } from './batch-thread.ts'

// Tests run from source, but a worker thread needs the built files and must not inherit the flag to use sources.
const isSource = import.meta.url.endsWith('.ts')
const file = isSource ? '../../dist/train/batch-thread.js' : './batch-thread.js'
const execArgv = isSource ? [] : process.execArgv

interface Pending {
  resolve(batch: Batch): void
  reject(reason: Error): void
}

/**
 * Starts threads that cache the teacher's paintings in a folder. A thread keeps the process alive only while it makes a
 * batch.
 */
export const batchThreads =
  (paintings: string): StartBatchWorker =>
  (plan) => {
    const thread = new Worker(new URL(file, import.meta.url), {
      workerData: { plan, paintings } satisfies Start,
      execArgv,
    })
    let pending: Pending | undefined
    let gone: Error | undefined

    thread.unref()
    thread.on('message', (reply: Reply) => {
      thread.unref()
      if ('batch' in reply) pending?.resolve(reply.batch)
      else pending?.reject(reply.code ? new AnimeganError(reply.code, reply.error) : new Error(reply.error))
    })
    const end = (reason: Error): void => {
      gone ??= reason
      pending?.reject(gone)
    }
    thread.on('error', (error) => end(new Error(`data set: a thread failed: ${error.message}`, { cause: error })))
    thread.on('exit', (code) => end(new Error(`data set: a thread ended unexpectedly (exit code ${code})`)))

    return {
      make(order) {
        if (gone) return Promise.reject(gone)
        return new Promise((resolve, reject) => {
          pending = { resolve, reject }
          thread.ref()
          thread.postMessage(order satisfies Order)
        })
      },
      // It ends by itself, once started: a thread that is terminated while it loads a native module aborts Node.
      close() {
        if (gone) return Promise.resolve()
        return new Promise((resolve) => {
          thread.once('exit', () => resolve())
          thread.ref()
          thread.postMessage('close' satisfies Order)
        })
      },
    }
  }
