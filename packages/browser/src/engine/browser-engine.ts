/**
 * The engine for the browser: ONNX Runtime in its own worker, on the graphics card or the processor. Knows nothing of
 * pictures or styles.
 */
import { AnimeganError, closeable, type Engine, type EngineReply, remoteEngine } from '@animegan/core'
import { fetchBytes } from '../fetch/fetch-bytes.ts'
import { type Backend, chooseBackend, defaultThreads } from './backend.ts'
import type { Binary, Lost, Start } from './engine.worker.ts'
import { BINARY_SIZES, type RuntimeFiles, runtimeFiles } from './runtime-files.ts'

export interface BrowserEngineOptions {
  /** The backend; default: `auto`, the graphics card if there is a real one, else the processor. */
  readonly backend?: Backend | 'auto' | undefined
  /** Threads for the processor, 1 or more; default: see `defaultThreads`. */
  readonly threads?: number | undefined
  /** Addresses of ONNX Runtime's files for a backend; default: where the bundler put them. */
  readonly files?: ((backend: Backend) => RuntimeFiles) | undefined
  /** Called with the fetched fraction of ONNX Runtime's binary, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined
}

/** An engine that states its backend. */
export interface BrowserEngine extends Engine {
  readonly backend: Backend
}

/**
 * Starts an engine, fetching its files first. A runtime that cannot be started is reported when the first model is
 * loaded.
 *
 * Rejects with `bad-argument` for an unknown backend or number of threads, with `no-backend` if WebGPU is requested but
 * not available, with `not-found` if the files cannot be fetched. If the graphics card is lost later, all current and
 * later work rejects with `engine-failed`: see `recoveringEngine`.
 */
export const browserEngine = async ({
  backend: asked = 'auto',
  threads = defaultThreads(),
  files = runtimeFiles,
  onProgress,
}: BrowserEngineOptions = {}): Promise<BrowserEngine> => {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new AnimeganError('bad-argument', `threads: expected a whole number from 1 on, found ${threads}`)
  }
  const backend = await chooseBackend(asked)
  const { script, binary } = files(backend)
  const worker = new Worker(new URL('./engine.worker.js', import.meta.url), { type: 'module' })
  const engine = remoteEngine(
    { postMessage: (message, transfer) => worker.postMessage(message, transfer ? [...transfer] : []) },
    async () => worker.terminate(),
  )
  const failed = (what: string): void => engine.fail(new AnimeganError('engine-failed', `the engine failed: ${what}`))
  worker.onmessage = ({ data }: MessageEvent<EngineReply | Lost>) => {
    if ('lost' in data) failed(`the graphics device is gone (${data.lost})`)
    else engine.receive(data)
  }
  worker.onerror = (event) => failed(event.message || 'it could not be started')
  worker.onmessageerror = () => failed('a message could not be read')
  // It loads its scripts while the binary, which is much larger, is fetched.
  worker.postMessage({ backend, threads, script: new URL(script, location.href).href } satisfies Start)
  try {
    const bytes = await fetchBytes(binary, { size: BINARY_SIZES[backend], onProgress })
    worker.postMessage(bytes satisfies Binary, [bytes.buffer])
  } catch (error) {
    worker.terminate()
    throw error
  }
  return { backend, eightBits: backend === 'wasm', load: engine.load, ...closeable(engine.close) }
}
