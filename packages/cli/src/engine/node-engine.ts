/**
 * The engine for Node: native ONNX Runtime in a worker thread. The thread keeps the process alive only while something
 * is under way. Knows nothing of pictures or styles.
 */
import { Worker } from 'node:worker_threads'
import { type Engine, type Reply, remoteEngine } from '@animegan/core'

/** What to run on. */
export interface NodeEngineOptions {
  readonly backend: 'cpu' | 'webgpu'
  /** Threads for the CPU; default: one for each core. */
  readonly threads?: number
}

/** Starts an engine. A runtime that cannot be loaded shows at the first model. */
export const nodeEngine = async ({ backend, threads }: NodeEngineOptions): Promise<Engine> => {
  // Tests run the sources, but a worker thread needs what was built.
  const file = import.meta.url.endsWith('.ts') ? '../../dist/engine/worker.js' : './worker.js'
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: {
      executionProviders: [backend],
      intraOpNumThreads: threads ?? 0,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    },
  })
  let underWay = 0
  const engine = remoteEngine(
    {
      postMessage: (message, transfer) => {
        if (underWay++ === 0) worker.ref()
        worker.postMessage(message, transfer && [...transfer])
      },
    },
    async () => {
      await worker.terminate()
    },
  )
  worker.on('message', (reply: Reply) => {
    if (--underWay === 0) worker.unref()
    engine.receive(reply)
  })
  worker.on('messageerror', (error) => engine.fail(error))
  worker.on('error', (error) => engine.fail(new Error(`the engine failed: ${error.message}`, { cause: error })))
  worker.on('exit', (code) => engine.fail(new Error(`the engine ended unexpectedly (exit code ${code})`)))
  await new Promise<void>((resolve, reject) => {
    worker.once('online', resolve)
    worker.once('error', (error) => reject(new Error(`the engine did not start: ${error.message}`, { cause: error })))
  })
  worker.unref()
  return engine
}
