/**
 * The engine for the browser: ONNX Runtime in a worker of its own, on the graphics card or the processor. Knows nothing
 * of pictures or styles.
 */
import { type Engine, type EngineReply, remoteEngine } from '@animegan/core'
import { type Backend, engineFiles } from './assets.ts'
import { download } from './download.ts'
import type { Lost, Start } from './engine.worker.ts'

/** More threads than this share the memory bus, not the work. */
const MOST_THREADS = 8

/** Whether threads may share memory here: the page must be isolated from other sites by its headers. */
export const threadsHere = (): number =>
  globalThis.crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency || 1) : 1

interface Adapter {
  readonly info?: { readonly isFallbackAdapter?: boolean; readonly architecture?: string }
  readonly isFallbackAdapter?: boolean
}

/** The graphics card where there is a real one that the browser lets us use, else the processor. */
export const bestBackend = async (): Promise<Backend> => {
  const { gpu } = navigator as { gpu?: { requestAdapter(options: object): Promise<Adapter | null> } }
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null)
  // Graphics cards imitated by the processor are a hundred times slower than the processor's own way.
  const imitated =
    adapter?.isFallbackAdapter || adapter?.info?.isFallbackAdapter || adapter?.info?.architecture === 'swiftshader'
  return adapter && !imitated ? 'gpu' : 'cpu'
}

/** Starts an engine, fetching its files first. A runtime that cannot be started shows at the first model. */
export const webEngine = async (backend: Backend, onProgress: (fraction: number) => void): Promise<Engine> => {
  const { binary, script, bytes } = engineFiles[backend]
  const file = await download(binary, bytes, onProgress)
  const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' })
  const engine = remoteEngine(
    { postMessage: (message, transfer) => worker.postMessage(message, transfer ? [...transfer] : []) },
    async () => worker.terminate(),
  )
  worker.onmessage = ({ data }: MessageEvent<EngineReply | Lost>) => {
    if ('lost' in data) engine.fail(new Error(`the graphics device is gone: ${data.lost}`))
    else engine.receive(data)
  }
  worker.onerror = (event) => engine.fail(new Error(`the engine failed: ${event.message || 'it could not be started'}`))
  worker.onmessageerror = () => engine.fail(new Error('the engine failed: a message could not be read'))
  const start: Start = { backend, threads: threadsHere(), script, binary: file }
  worker.postMessage(start, [file.buffer])
  return engine
}
