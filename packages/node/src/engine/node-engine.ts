/**
 * The engine for Node: native ONNX Runtime in a worker thread. The thread keeps the process alive only while something
 * is under way, and is never ended in the middle of a run, which ONNX Runtime does not survive. Knows nothing of pictures
 * or styles.
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
      // Planned memory is kept for every size of tile seen; without it, peak memory falls by a fifth at the same speed.
      enableMemPattern: false,
      // Threads that wait for each other by spinning take the cores that decoding, filtering and encoding need; asleep, the
      // network alone is as fast.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 3,
    },
  })
  let underWay = 0
  let idle = (): void => {}
  const engine = remoteEngine(
    {
      postMessage: (message, transfer) => {
        if (underWay++ === 0) worker.ref()
        worker.postMessage(message, transfer && [...transfer])
      },
    },
    async () => {
      if (underWay > 0) {
        await new Promise<void>((resolve) => {
          idle = resolve
        })
      }
      await worker.terminate()
    },
  )
  const gone = (reason: Error): void => {
    underWay = 0
    engine.fail(reason)
    idle()
  }
  worker.on('message', (reply: Reply) => {
    if (--underWay === 0) {
      worker.unref()
      idle()
    }
    engine.receive(reply)
  })
  worker.on('messageerror', gone)
  worker.on('error', (error) => gone(new Error(`the engine failed: ${error.message}`, { cause: error })))
  worker.on('exit', (code) => gone(new Error(`the engine ended unexpectedly (exit code ${code})`)))
  await new Promise<void>((resolve, reject) => {
    worker.once('online', resolve)
    worker.once('error', reject)
  })
  worker.unref()
  return { load: (model) => engine.load(model).catch((error) => Promise.reject(clearer(error))), close: engine.close }
}

/** The runtime's own words for a missing device are four lines of its source code. */
const clearer = (error: Error): Error =>
  /WebGPU adapter/i.test(error.message)
    ? new Error('the webgpu backend found no graphics device it can use; try --backend cpu', { cause: error })
    : error
