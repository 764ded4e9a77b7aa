/**
 * The engine for Node: native ONNX Runtime in a worker thread. The thread keeps the process alive only while work is in
 * progress, and is never terminated while it loads the runtime or runs a model, which would crash the process. Knows nothing of pictures or styles.
 */
import { Worker } from 'node:worker_threads'
import {
  AnimeganError,
  closeable,
  type Engine,
  type EngineReply,
  type EngineRequest,
  remoteEngine,
} from '@animegan/core'

export const BACKENDS = ['auto', 'cpu', 'webgpu'] as const
export type Backend = (typeof BACKENDS)[number]

/** The backend to run on. */
export interface NodeEngineOptions {
  /** `auto` (default) is the CPU, because it is not known in advance whether a graphics device is faster. */
  readonly backend?: Backend | undefined
  /** Threads for the CPU; default: one for each core. */
  readonly threads?: number | undefined
}

const check = (backend: string, threads: number | undefined): void => {
  if (!BACKENDS.some((known) => known === backend)) {
    throw new AnimeganError('bad-argument', `backend: expected one of ${BACKENDS.join(', ')}, found '${backend}'`)
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new AnimeganError('bad-argument', `threads: expected a whole number of 1 or more, found ${threads}`)
  }
}

/**
 * Starts an engine. Rejects with `bad-argument` for a wrong option. A runtime that cannot be loaded is reported when
 * the first model is loaded.
 */
export const nodeEngine = async ({ backend = 'auto', threads }: NodeEngineOptions = {}): Promise<Engine> => {
  check(backend, threads)
  // Tests run from source, but a worker thread needs the built files.
  const file = import.meta.url.endsWith('.ts') ? '../../dist/engine/worker.js' : './worker.js'
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: {
      executionProviders: [backend === 'auto' ? 'cpu' : backend],
      intraOpNumThreads: threads ?? 0,
      graphOptimizationLevel: 'all',
      // Memory plans would be kept for every tile size seen; without them, peak memory falls by a fifth at the same
      // speed.
      enableMemPattern: false,
      // Threads that spin while waiting for each other take the cores that decoding, filtering and encoding need;
      // without spinning, the network alone is as fast.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      // Failures reach the caller as errors; the runtime need not write them to the terminal as well.
      logSeverityLevel: 4,
    },
  })
  // Loading the runtime counts as a request: a thread that is terminated while it loads a native module aborts Node.
  let underWay = 1
  let idle = (): void => {}
  const engine = remoteEngine(
    {
      postMessage: (message, transfer) => {
        // A cancelled run is still answered as a run.
        if ((message as EngineRequest).type !== 'cancel' && underWay++ === 0) worker.ref()
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
  worker.on('message', (reply: EngineReply) => {
    if (--underWay === 0) {
      worker.unref()
      idle()
    }
    engine.receive(reply)
  })
  worker.on('messageerror', gone)
  worker.on('error', (error) =>
    gone(new AnimeganError('engine-failed', `the engine failed: ${error.message}`, { cause: error })),
  )
  worker.on('exit', (code) =>
    gone(new AnimeganError('engine-failed', `the engine ended unexpectedly (exit code ${code})`)),
  )
  await new Promise<void>((resolve, reject) => {
    worker.once('online', resolve)
    worker.once('error', reject)
  })
  return {
    eightBits: backend !== 'webgpu',
    load: (model) => engine.load(model).catch((error) => Promise.reject(clearer(error))),
    ...closeable(engine.close),
  }
}

/** The runtime's own message for a missing device is four lines of its source code. */
const clearer = (error: Error): Error =>
  /WebGPU adapter/i.test(error.message)
    ? new AnimeganError('no-backend', 'the webgpu backend found no graphics device it can use; try --backend cpu', {
        cause: error,
      })
    : error
