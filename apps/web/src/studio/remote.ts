/**
 * The page's side of a worker: turns calls into messages and replies into results, and starts a new worker when one dies
 * (phones kill workers that use too much memory). Knows nothing of what the worker does.
 */
import type { FromWorker, Table, ToWorker } from './messages.ts'
import { Problem } from './problem.ts'

interface Waiting<Progress> {
  resolve(result: unknown): void
  reject(problem: Problem): void
  onProgress(progress: Progress): void
}

export interface CallOptions<Progress> {
  readonly onProgress?: (progress: Progress) => void
  readonly signal?: AbortSignal
  /** The transferable parts of the arguments. */
  readonly transfer?: readonly Transferable[]
}

export class Remote<Calls extends Table<Calls>, Progress> {
  private worker: Worker | undefined
  private readonly waiting = new Map<number, Waiting<Progress>>()
  private next = 1

  /** `begin` starts the worker, when it is first called. */
  constructor(private readonly begin: () => Worker) {}

  /** Calls a function of the worker. Rejects with a `Problem`. */
  call<Name extends keyof Calls>(
    call: Name,
    args: Calls[Name]['args'],
    { onProgress = () => {}, signal, transfer = [] }: CallOptions<Progress> = {},
  ): Promise<Calls[Name]['result']> {
    this.worker ??= this.start()
    const { worker } = this
    const id = this.next++
    const send = (message: ToWorker<Calls>): void => worker.postMessage(message, 'id' in message ? [...transfer] : [])
    signal?.addEventListener('abort', () => send({ cancel: id }))
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (result: unknown) => void, reject, onProgress })
      send({ id, call, args })
    })
  }

  /** Ends the worker, with everything that it does; the next call starts another. */
  end(): void {
    this.worker?.terminate()
    this.worker = undefined
    this.refuse(new Problem('cancelled'))
  }

  private start(): Worker {
    const worker = this.begin()
    worker.onmessage = ({ data }: MessageEvent<FromWorker<Progress>>) => {
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
      this.refuse(new Problem('engine', event.message || 'the worker could not be started'))
    }
    return worker
  }

  private refuse(problem: Problem): void {
    const all = [...this.waiting.values()]
    this.waiting.clear()
    for (const { reject } of all) reject(problem)
  }
}
