/**
 * Recovers when a browser's engine fails: switches from the graphics card to the processor, and to less memory. Holds
 * one engine at a time and starts another when that one has failed. Knows nothing of pictures or styles: the caller
 * passes in the work.
 */
import { AnimeganError, type Closeable, closeable } from '@animegan/core'
import { type Backend, bestBackend } from './backend.ts'
import { type BrowserEngine, type BrowserEngineOptions, browserEngine } from './browser-engine.ts'

/** The current engine and memory limit. The same object as long as nothing has changed. */
export interface Workplace {
  readonly engine: BrowserEngine
  /** For `createAnimator`: memory limit for the network's tensors, in MiB. */
  readonly memory: number
}

export interface AttemptOptions extends Pick<BrowserEngineOptions, 'backend' | 'onProgress'> {
  /** Once aborted, failed work is not retried. */
  readonly signal?: AbortSignal | undefined
}

/** A result, and how it was computed. */
export interface Attempted<T> {
  readonly result: T
  readonly backend: Backend
  /** Why the graphics card, or the full memory, could not be used, if that was tried first. */
  readonly recovered?: 'webgpu' | 'memory' | undefined
}

export interface RecoveringEngine extends Closeable {
  /** Resolves a backend: `auto` is the best one here, and a graphics card that has failed is not tried again. */
  backendFor(asked: Backend | 'auto'): Promise<Backend>
  /** Starts the engine if it is not running. Rejects like `browserEngine`. */
  ready(options?: Pick<AttemptOptions, 'backend' | 'onProgress'>): Promise<Workplace>
  /**
   * Runs some work, and restarts it on another engine if this one fails: on the processor if the graphics card is lost
   * or missing, with half the memory if memory was short. Rejects when nothing is left to try, and with every error
   * that is not the engine's. One call at a time: if two calls want different backends, the later one ends the other's
   * engine.
   */
  attempt<T>(work: (workplace: Workplace) => Promise<T>, options?: AttemptOptions): Promise<Attempted<T>>
}

/** Memory limit for the network's tensors in MiB: phones kill pages that take more. */
const fullMemory = (): number => (((navigator as { deviceMemory?: number }).deviceMemory ?? 4) >= 8 ? 384 : 192)
const LEAST_MEMORY = 48

/** Messages of WebAssembly and ONNX Runtime that mean memory was short. */
const SHORT = /memory|alloc|OOM|out of bounds|std::|abort/i

const isShort = (error: unknown): boolean =>
  error instanceof RangeError ||
  (error instanceof AnimeganError &&
    (error.code === 'out-of-memory' || (error.code === 'engine-failed' && SHORT.test(error.message))))

const isOfEngine = (error: unknown): boolean =>
  isShort(error) || (error instanceof AnimeganError && ['engine-failed', 'no-backend'].includes(error.code))

/** Holds an engine, which is started when first needed; the options apply to every engine it starts. */
export const recoveringEngine = ({
  threads,
  files,
}: Pick<BrowserEngineOptions, 'threads' | 'files'> = {}): RecoveringEngine => {
  let held: Workplace | undefined
  let preparing: Promise<unknown> = Promise.resolve()
  let best: Promise<Backend> | undefined
  /** Set once the graphics card has failed: it is not tried again until the page is reloaded. */
  let cardFailed = false
  let memory = fullMemory()
  let closed = false

  const discard = async (): Promise<void> => {
    const last = held
    held = undefined
    await last?.engine.close()
  }

  const backendFor = async (asked: Backend | 'auto'): Promise<Backend> => {
    if (cardFailed) return 'wasm'
    if (asked !== 'auto') return asked
    best ??= bestBackend()
    return best
  }

  const start = async ({ backend: asked = 'auto', onProgress }: AttemptOptions): Promise<Workplace> => {
    if (closed) throw new AnimeganError('closed', 'engine: expected it to be open, found it closed; create a new one')
    const backend = await backendFor(asked)
    if (held?.engine.backend === backend && held.memory === memory) return held
    await discard()
    held = { engine: await browserEngine({ backend, threads, files, onProgress }), memory }
    return held
  }

  /** One request after another. */
  const ready = (options: AttemptOptions = {}): Promise<Workplace> => {
    const workplace = preparing.then(() => start(options))
    preparing = workplace.catch(() => {})
    return workplace
  }

  /** Reduces the demands for the next try. Returns the reason; undefined if they cannot be reduced further. */
  const giveWay = (backend: Backend, error: unknown): 'webgpu' | 'memory' | undefined => {
    if (backend === 'webgpu') {
      cardFailed = true
      return 'webgpu'
    }
    if (!isShort(error) || memory <= LEAST_MEMORY) return undefined
    memory = Math.max(LEAST_MEMORY, memory / 2)
    return 'memory'
  }

  const attempt: RecoveringEngine['attempt'] = async (work, options = {}) => {
    let recovered: 'webgpu' | 'memory' | undefined
    for (;;) {
      const backend = await backendFor(options.backend ?? 'auto')
      try {
        return { result: await work(await ready(options)), backend, recovered }
      } catch (error) {
        options.signal?.throwIfAborted()
        if (!isOfEngine(error)) throw error
        await discard()
        const why = giveWay(backend, error)
        if (!why) throw isShort(error) ? outOfMemory(error) : error
        recovered ??= why
      }
    }
  }

  return {
    backendFor,
    ready,
    attempt,
    ...closeable(async () => {
      closed = true
      await preparing
      await discard()
    }),
  }
}

const outOfMemory = (cause: unknown): AnimeganError =>
  new AnimeganError('out-of-memory', 'expected memory for the network, found too little; choose a smaller size', {
    cause,
  })
