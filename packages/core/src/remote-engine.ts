/**
 * The caller's side of an engine that runs in a worker: turns calls into messages and replies into results, so that the
 * calling thread never blocks. Knows nothing of workers as such; whoever makes one hands its port in.
 */
import type { Value } from '@animegan/graph'
import type { Engine, Session } from './engine.ts'
import { memoryOf, type Port, type Reply, type Request } from './engine-host.ts'

export interface RemoteEngine extends Engine {
  /** Give it every message that the port receives. */
  receive(reply: Reply): void
  /** Rejects everything under way: the worker is gone. */
  fail(reason: Error): void
}

type Unnumbered<R> = R extends { id: number } ? Omit<R, 'id'> : never

/** An engine behind a port; `terminate` ends whatever is on the other side. */
export const remoteEngine = (port: Port, terminate: () => Promise<void>): RemoteEngine => {
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>()
  let next = 1
  let gone: Error | undefined

  const call = <T>(request: Unnumbered<Request>, transfer?: readonly ArrayBuffer[]): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (gone) {
        reject(gone)
        return
      }
      const id = next++
      waiting.set(id, { resolve, reject })
      port.postMessage({ ...request, id }, transfer)
    })

  const fail = (reason: Error): void => {
    gone = reason
    for (const { reject } of waiting.values()) reject(reason)
    waiting.clear()
  }

  return {
    load: async (model) => {
      const session = await call<number>({ type: 'load', model })
      return {
        run: (feeds, { handOver = false } = {}) =>
          call<Record<string, Value>>({ type: 'run', session, feeds }, handOver ? memoryOf(feeds) : undefined),
        release: () => call<void>({ type: 'release', session }),
      } satisfies Session
    },
    close: async () => {
      fail(new Error('the engine is closed'))
      await terminate()
    },
    receive: (reply) => {
      const call = waiting.get(reply.id)
      waiting.delete(reply.id)
      if ('error' in reply) call?.reject(new Error(reply.error))
      else call?.resolve(reply.result as never)
    },
    fail,
  }
}
