/**
 * Makes batches ahead of time with several workers: the next batches are ordered before they are requested, and given
 * to any free worker. Results that are to be retouched go before them, one picture to a worker. Does not know what a
 * worker is, nor how pictures are made.
 */
import { AnimeganError } from '@animegan/graph'
import type { Batch, BatchOrder, PictureKind, Results } from '../batch.ts'
import { joinRetouched, kindsOf, splitResults } from '../retouch/split.ts'
import type { BatchWorker } from './batch-worker.ts'

export interface BatchPool {
  /**
   * The pictures of a step, of the named kinds. Steps may be requested in any order; consecutive steps of the same
   * kinds are fastest.
   */
  batch(step: number, kinds: readonly PictureKind[]): Promise<Batch>
  /** Retouches the results of a step, uint8 [batch, size, size, 3] of each kind. */
  retouch(step: number, results: Results): Promise<Batch>
  /** Ends the workers, each after its current batch; batches that were not begun are refused. */
  close(): Promise<void>
}

/** A batch that was ordered. */
interface Order {
  readonly order: BatchOrder
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
  return { order: what, promise, resolve, reject }
}

/** Makes a pool, which takes over the workers; `batch` is the number of pictures that results are of. */
export const createBatchPool = (workers: readonly BatchWorker[], batch = 1): BatchPool => {
  const most = workers.length + 2
  /** Batches ordered ahead, by step: waiting, in progress or made. */
  const ahead = new Map<number, Order>()
  const waiting = new Set<Order>()
  const making = new Map<BatchWorker, Order>()
  let closed = false

  /** Results to be retouched, for which a step waits. */
  const urgent = new Set<Order>()

  const order = (what: BatchOrder, queue = waiting): Order => {
    const placed = orderOf(what)
    queue.add(placed)
    return placed
  }

  const handOut = (): void => {
    for (const worker of workers) {
      const queue = urgent.size > 0 ? urgent : waiting
      const [next] = queue
      if (!next) return
      if (making.has(worker)) continue
      queue.delete(next)
      making.set(worker, next)
      const done = (): void => {
        making.delete(worker)
        handOut()
      }
      worker.make(next.order).then(next.resolve, next.reject).then(done)
    }
  }

  const refusal = () => new AnimeganError('closed', 'data set: expected no more calls, as it was closed')

  return {
    async batch(step, kinds) {
      if (closed) throw refusal()
      const wanted = kinds.join()
      for (const stale of ahead.values()) {
        const { step: number, kinds: ordered } = stale.order
        if (number >= step && number <= step + most && ordered.join() === wanted) continue
        ahead.delete(number)
        waiting.delete(stale)
      }
      const { promise } = ahead.get(step) ?? order({ step, kinds })
      ahead.delete(step)
      for (let next = step + 1; next <= step + most; next++)
        if (!ahead.has(next)) ahead.set(next, order({ step: next, kinds }))
      handOut()
      return promise
    },
    async retouch(step, results) {
      if (closed) throw refusal()
      const kinds = kindsOf(results)
      const orders = splitResults(results, batch).map((one) => order({ step, kinds, results: one }, urgent))
      handOut()
      return joinRetouched(await Promise.all(orders.map(({ promise }) => promise)))
    },
    async close() {
      closed = true
      for (const { reject } of [...urgent, ...waiting]) reject(refusal())
      urgent.clear()
      waiting.clear()
      ahead.clear()
      await Promise.allSettled([...making.values()].map(({ promise }) => promise))
      await Promise.all(workers.map((worker) => worker.close()))
    },
  }
}
