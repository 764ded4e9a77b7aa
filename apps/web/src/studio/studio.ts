/**
 * The page's side of the picture worker: turns calls into messages and replies into results, and starts a new worker
 * when one dies (phones kill workers that use too much memory).
 */
import { Problem } from './problem.ts'
import type { CallName, Calls, FromWorker, Progress, ToWorker } from './protocol.ts'

interface Waiting {
  resolve(result: unknown): void
  reject(problem: Problem): void
  onProgress(progress: Progress): void
}

export interface CallOptions {
  readonly onProgress?: (progress: Progress) => void
  readonly signal?: AbortSignal
  /** The transferable parts of the arguments. */
  readonly transfer?: readonly Transferable[]
}

export class Studio {
  private worker: Worker | undefined
  private readonly waiting = new Map<number, Waiting>()
  private next = 1

  /** Calls a function of the worker. Rejects with a `Problem`. */
  call<Name extends CallName>(
    call: Name,
    args: Calls[Name]['args'],
    { onProgress = () => {}, signal, transfer = [] }: CallOptions = {},
  ): Promise<Calls[Name]['result']> {
    this.worker ??= this.start()
    const { worker } = this
    const id = this.next++
    const send = (message: ToWorker): void => worker.postMessage(message, 'id' in message ? [...transfer] : [])
    signal?.addEventListener('abort', () => send({ cancel: id }))
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (result: unknown) => void, reject, onProgress })
      send({ id, call, args })
    })
  }

  private start(): Worker {
    const worker = new Worker(new URL('./studio.entry.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      const waiting = this.waiting.get(data.id)
      if ('progress' in data) {
        waiting?.onProgress(data.progress)
        return
      }
      this.waiting.delete(data.id)
      if ('problem' in data) waiting?.reject(new Problem(data.problem, data.detail))
      else waiting?.resolve(data.result)
    }
    worker.onerror = (event) => {
      worker.terminate()
      this.worker = undefined
      const all = [...this.waiting.values()]
      this.waiting.clear()
      for (const { reject } of all) reject(new Problem('engine', event.message || 'the worker could not be started'))
    }
    return worker
  }
}
