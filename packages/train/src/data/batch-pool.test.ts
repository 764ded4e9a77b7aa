/** The pool with scripted workers: who makes what, what is made ahead, and how it ends. */
import { expect, it } from 'vitest'
import type { Batch, BatchOrder, Results } from '../batch.ts'
import { createBatchPool } from './batch-pool.ts'
import type { BatchWorker } from './batch-worker.ts'

const batchOf = (step: number): Batch => ({ photo: Uint8Array.of(step) })

/** "Retouched" is ten more. */
const retouchedOf = (results: Results): Batch => ({ 'result-regions': results['result-regions']!.map((x) => x + 10) })

/** A worker that finishes a batch when the test says so. */
const slowWorker = () => {
  const orders: BatchOrder[] = []
  let finish: ((failure?: Error) => void) | undefined
  let closed = false
  const worker: BatchWorker = {
    make: (order) => {
      if (finish) throw new Error('called while it makes a batch')
      orders.push(order)
      return new Promise((resolve, reject) => {
        finish = (failure) => {
          finish = undefined
          if (failure) reject(failure)
          else resolve(order.results ? retouchedOf(order.results) : batchOf(order.step))
        }
      })
    },
    close: async () => {
      if (finish) throw new Error('closed while it makes a batch')
      closed = true
    },
  }
  const settled = () => new Promise((resolve) => setTimeout(resolve))
  return {
    worker,
    orders,
    closed: () => closed,
    finish: async (failure?: Error) => {
      finish?.(failure)
      await settled()
    },
  }
}

const stepsOf = ({ orders }: ReturnType<typeof slowWorker>): number[] => orders.map(({ step }) => step)

it('gives orders to any free worker, the awaited one first, and works ahead', async () => {
  const [a, b] = [slowWorker(), slowWorker()]
  const pool = createBatchPool([a.worker, b.worker])
  const first = pool.batch(5, ['photo'])
  expect([stepsOf(a), stepsOf(b)]).toEqual([[5], [6]])
  await b.finish()
  await a.finish()
  expect(await first).toEqual(batchOf(5))
  expect([stepsOf(a), stepsOf(b)]).toEqual([
    [5, 8],
    [6, 7],
  ])
  // Already made, so it is not ordered again.
  expect(await pool.batch(6, ['photo'])).toEqual(batchOf(6))
})

it('has results retouched before batches are made ahead, a picture to each worker', async () => {
  const [a, b] = [slowWorker(), slowWorker()]
  const pool = createBatchPool([a.worker, b.worker], 3)
  pool.batch(0, ['photo'])
  const retouched = pool.retouch(0, { 'result-regions': Uint8Array.of(7, 8, 9) })
  for (const worker of [a, b, a, b]) await worker.finish()
  await a.finish()
  expect(
    [a, b].map(({ orders }) => orders.map(({ kinds, results }) => [...kinds, ...(results?.['result-regions'] ?? [])])),
  ).toEqual([
    [['photo'], ['result-regions', 7], ['result-regions', 9], ['photo']],
    [['photo'], ['result-regions', 8], ['photo']],
  ])
  expect(await retouched).toEqual({ 'result-regions': Uint8Array.of(17, 18, 19) })
})

it('drops batches ordered ahead for other kinds of pictures', async () => {
  const { worker, orders, finish } = slowWorker()
  const pool = createBatchPool([worker])
  pool.batch(0, ['photo'])
  await finish()
  const other = pool.batch(1, ['style'])
  // Step 1 with photos is being made and is discarded.
  await finish()
  await finish()
  expect(await other).toEqual(batchOf(1))
  expect(orders.slice(0, 3)).toEqual([
    { step: 0, kinds: ['photo'] },
    { step: 1, kinds: ['photo'] },
    { step: 1, kinds: ['style'] },
  ])
})

it('passes a failure only to the caller waiting for that batch', async () => {
  const { worker, finish } = slowWorker()
  const pool = createBatchPool([worker])
  const bad = pool.batch(0, ['photo'])
  finish(new Error('torn'))
  await expect(bad).rejects.toThrow('torn')
  const good = pool.batch(1, ['photo'])
  await finish()
  expect(await good).toEqual(batchOf(1))
})

it('ends a worker after its current batch, and refuses batches that were not begun', async () => {
  const slow = slowWorker()
  const pool = createBatchPool([slow.worker])
  const made = pool.batch(0, ['photo'])
  const waiting = pool.batch(4, ['photo'])
  const closing = pool.close()
  await expect(waiting).rejects.toMatchObject({ code: 'closed', message: /it was closed/ })
  expect(slow.closed()).toBe(false)
  await slow.finish()
  await closing
  expect([await made, slow.closed()]).toEqual([batchOf(0), true])
  await expect(pool.batch(1, ['photo'])).rejects.toMatchObject({ code: 'closed' })
})
