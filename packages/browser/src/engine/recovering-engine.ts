/**
 * What to do when a browser's engine fails: from the graphics card to the processor, and from much memory to little. Holds one
 * engine at a time and starts another when that one is gone. Knows nothing of pictures or styles: what to do is handed in.
 */
import { AnimeganError, type Closeable, closeable } from '@animegan/core'
import { type Backend, bestBackend } from './backend.ts'
import { type BrowserEngine, type BrowserEngineOptions, browserEngine } from './browser-engine.ts'

/** What there is to work with at the moment. The same object as long as nothing has changed. */
export interface Workplace {
  readonly engine: BrowserEngine
  /** For `createAnimator`: memory for the network's tensors, in MiB. */
  readonly memory: number
}

export interface AttemptOptions extends Pick<BrowserEngineOptions, 'backend' | 'onProgress'> {
  /** Once it is aborted, what failed is not tried again. */
  readonly signal?: AbortSignal | undefined
}

/** A result, and how it came about. */
export interface Attempted<T> {
  readonly result: T
  readonly backend: Backend
  /** Why not on the graphics card, or not with all memory, where that was tried first. */
  readonly recovered?: 'webgpu' | 'memory' | undefined
}

export interface RecoveringEngine extends Closeable {
  /** What a back end stands for: `auto` is the best one here, and a graphics card that has failed is not tried again. */
  backendFor(asked: Backend | 'auto'): Promise<Backend>
  /** Starts the engine, if it is not running. Rejects as `browserEngine` does. */
  ready(options?: Pick<AttemptOptions, 'backend' | 'onProgress'>): Promise<Workplace>
  /**
   * Does some work, and does it again from its beginning on another engine where this one failed: on the processor when the
   * graphics card is lost or there is none, with half the memory when that was short. Rejects when nothing more is left to try,
   * and with every error of the work that is not the engine's. One at a time: where two calls want different back ends, the
   * later one ends the engine of the other.
   */
  attempt<T>(work: (workplace: Workplace) => Promise<T>, options?: AttemptOptions): Promise<Attempted<T>>
}

/** Memory for the network's tensors in MiB: phones end pages that take more. */
const fullMemory = (): number => (((navigator as { deviceMemory?: number }).deviceMemory ?? 4) >= 8 ? 384 : 192)
const LEAST_MEMORY = 48

/** How WebAssembly and ONNX Runtime say that memory was short. */
const SHORT = /memory|alloc|OOM|out of bounds|std::|abort/i

const isShort = (error: unknown): boolean =>
  error instanceof RangeError ||
  (error instanceof AnimeganError &&
    (error.code === 'out-of-memory' || (error.code === 'engine-failed' && SHORT.test(error.message))))

const isOfEngine = (error: unknown): boolean =>
  isShort(error) || (error instanceof AnimeganError && ['engine-failed', 'no-backend'].includes(error.code))

/** Holds an engine, which is started when it is first needed; the options are those of every one that is started. */
export const recoveringEngine = ({
  threads,
  files,
}: Pick<BrowserEngineOptions, 'threads' | 'files'> = {}): RecoveringEngine => {
  let held: Workplace | undefined
  let preparing: Promise<unknown> = Promise.resolve()
  let best: Promise<Backend> | undefined
  /** Set once the graphics card has failed: it is not tried again until the page is loaded anew. */
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
    if (closed) throw new AnimeganError('closed', 'engine: expected it to be open, found it closed; make another')
    const backend = await backendFor(asked)
    if (held?.engine.backend === backend && held.memory === memory) return held
    await discard()
    held = { engine: await browserEngine({ backend, threads, files, onProgress }), memory }
    return held
  }

  /** One request after the other. */
  const ready = (options: AttemptOptions = {}): Promise<Workplace> => {
    const workplace = preparing.then(() => start(options))
    preparing = workplace.catch(() => {})
    return workplace
  }

  /** Makes what follows easier. Gives why; undefined when nothing is left to be made easier. */
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
