/** The worker's side of remote.ts: handles calls by name, one at a time or beside each other, and passes on what is aborted. */
import type { FromWorker, Table, ToWorker } from './messages.ts'
import { Problem, problemOf } from './problem.ts'

export interface Context<Progress> {
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/** The functions of a worker. */
export type Handlers<Calls extends Table<Calls>, Progress> = {
  readonly [Name in keyof Calls]: (
    context: Context<Progress>,
    ...args: Calls[Name]['args']
  ) => Promise<Calls[Name]['result']>
}

/** Handles all messages to this worker; the functions named in `beside` run in parallel with the others. */
export const serve = <Calls extends Table<Calls>, Progress>(
  handlers: Handlers<Calls, Progress>,
  beside: readonly (keyof Calls)[],
): void => {
  const port = self as unknown as {
    postMessage(message: FromWorker<Progress>): void
    onmessage: ((event: { data: ToWorker<Calls> }) => void) | null
  }
  let queue = Promise.resolve()
  const controllers = new Map<number, AbortController>()

  port.onmessage = ({ data }) => {
    if ('cancel' in data) {
      controllers.get(data.cancel)?.abort(new Problem('cancelled'))
      return
    }
    const { id, call, args } = data
    const controller = new AbortController()
    const { signal } = controller
    controllers.set(id, controller)
    const context: Context<Progress> = { signal, onProgress: (progress) => port.postMessage({ id, progress }) }
    const work = async (): Promise<void> => {
      try {
        signal.throwIfAborted()
        const handler = handlers[call] as (context: Context<Progress>, ...args: readonly unknown[]) => Promise<unknown>
        port.postMessage({ id, result: await handler(context, ...args) })
      } catch (error) {
        const { code, message } = problemOf(error)
        port.postMessage({ id, problem: code, detail: message })
      }
      controllers.delete(id)
    }
    if (beside.includes(call)) void work()
    else queue = queue.then(work)
  }
}
