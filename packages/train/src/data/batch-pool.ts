/**
 * Makes batches ahead of time with several workers: the next batches are ordered before they are requested, and given
 * to any free worker. Does not know what a batch contains or what a worker is.
 */
import { AnimeganError } from '@animegan/graph'
import type { Batch, BatchOrder, PictureKind } from '../batch.ts'
import type { BatchWorker } from './batch-worker.ts'

export interface BatchPool {
  /**
   * The pictures of a step, of the named kinds. Steps may be requested in any order; consecutive steps of the same
   * kinds are fastest.
   */
  batch(step: number, kinds: readonly PictureKind[]): Promise<Batch>
  /** Ends the workers, each after its current batch; batches that were not begun are refused. */
  close(): Promise<void>
}

/** A batch that was ordered. */
interface Order extends BatchOrder {
  readonly promise: Promise<Batch>
  resolve(batch: Batch): void
  reject(reason: unknown): void
}

const orderOf = (what: BatchOrder): Order => {
  let resolve = (_batch: Batch): void => {}
  let reject = (_reason: unknown): void => {}
  const promise = new Promise<Batch>((resolve_, reject_) => {
    resolve = resolve_
    reject = reject_
  })
  // A batch ordered ahead may never be requested.
  promise.catch(() => {})
  return { ...what, promise, resolve, reject }
}

/** Makes a pool, which takes over the workers. */
export const createBatchPool = (workers: readonly BatchWorker[]): BatchPool => {
  const most = workers.length + 2
  /** Batches ordered ahead, by step: waiting, in progress or made. */
  const ahead = new Map<number, Order>()
  const waiting = new Set<Order>()
  const making = new Map<BatchWorker, Order>()
  let closed = false

  const order = (what: BatchOrder): Order => {
    const placed = orderOf(what)
    waiting.add(placed)
    return placed
  }

  const handOut = (): void => {
    for (const worker of workers) {
      const [next] = waiting
      if (!next) return
      if (making.has(worker)) continue
      waiting.delete(next)
      making.set(worker, next)
      const done = (): void => {
        making.delete(worker)
        handOut()
      }
      worker.make({ step: next.step, kinds: next.kinds }).then(next.resolve, next.reject).then(done)
    }
  }

  const refusal = () => new AnimeganError('closed', 'data set: expected no more calls, as it was closed')

  return {
    async batch(step, kinds) {
      if (closed) throw refusal()
      const wanted = kinds.join()
      for (const stale of ahead.values()) {
        if (stale.step >= step && stale.step <= step + most && stale.kinds.join() === wanted) continue
        ahead.delete(stale.step)
        waiting.delete(stale)
      }
      const { promise } = ahead.get(step) ?? order({ step, kinds })
      ahead.delete(step)
      for (let next = step + 1; next <= step + most; next++)
        if (!ahead.has(next)) ahead.set(next, order({ step: next, kinds }))
      handOut()
      return promise
    },
    async close() {
      closed = true
      for (const { reject } of waiting) reject(refusal())
      waiting.clear()
      ahead.clear()
      await Promise.allSettled([...making.values()].map(({ promise }) => promise))
      await Promise.all(workers.map((worker) => worker.close()))
    },
  }
}
