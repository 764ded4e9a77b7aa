/**
 * The caller's side of an engine that runs in a worker: turns calls into messages and replies into results, so the
 * calling thread never blocks. Does not create workers; the creator of the worker passes in its port.
 */
import { AnimeganError, type Value } from '@animegan/graph'
import { closeable, closedError } from './closing.ts'
import type { Engine, RunOptions, Session } from './engine.ts'
import { type EnginePort, type EngineReply, type EngineRequest, memoryOf } from './engine-host.ts'
import type { Signal } from './signal.ts'

export interface RemoteEngine extends Omit<Engine, 'eightBits'> {
  /** Pass it every message that the port receives. */
  receive(reply: EngineReply): void
  /** Rejects all current and future calls, because the worker is gone. The first reason stays. */
  fail(reason: Error): void
}

type Unnumbered<R> = R extends { id: number } ? Omit<R, 'id'> : never

/** An engine behind a port; `terminate` ends whatever is on the other side. */
export const remoteEngine = (port: EnginePort, terminate: () => Promise<void>): RemoteEngine => {
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: unknown) => void }>()
  let next = 1
  let gone: Error | undefined

  const call = <T>(
    request: Unnumbered<EngineRequest>,
    transfer?: readonly ArrayBuffer[],
    signal?: Signal,
  ): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (gone) return reject(gone)
      if (signal?.aborted) return reject(signal.reason)
      const id = next++
      const abort = (): void => {
        port.postMessage({ type: 'cancel', run: id } satisfies EngineRequest)
        reject(signal?.reason)
      }
      const settled =
        <V>(settle: (value: V) => void) =>
        (value: V): void => {
          signal?.removeEventListener('abort', abort)
          settle(value)
        }
      waiting.set(id, { resolve: settled(resolve as (result: never) => void), reject: settled(reject) })
      signal?.addEventListener('abort', abort)
      port.postMessage({ ...request, id }, transfer)
    })

  const fail = (reason: Error): void => {
    gone ??= reason
    for (const { reject } of waiting.values()) reject(gone)
    waiting.clear()
  }

  return {
    load: async (model) => {
      const session = await call<number>({ type: 'load', model })
      return {
        run: (feeds, { handOver = false, signal }: RunOptions = {}) =>
          call<Record<string, Value>>({ type: 'run', session, feeds }, handOver ? memoryOf(feeds) : undefined, signal),
        // Everything loaded on an engine ends with it.
        ...closeable(async () => (gone ? undefined : call<void>({ type: 'release', session }))),
      } satisfies Session
    },
    ...closeable(async () => {
      fail(closedError('engine'))
      await terminate()
    }),
    receive: (reply) => {
      const asked = waiting.get(reply.id)
      waiting.delete(reply.id)
      if ('error' in reply) asked?.reject(new AnimeganError('engine-failed', reply.error))
      else asked?.resolve(reply.result as never)
    },
    fail,
  }
}
