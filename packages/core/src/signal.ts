/**
 * Ends work early by an AbortSignal. The type declares only the part that is needed, because this package uses neither
 * Node's nor the browser's globals. The caller's promise rejects at once; work that cannot be interrupted finishes in
 * the background and its result is ignored.
 */

/** The needed part of an AbortSignal. */
export interface Signal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** Throws the signal's reason if it is aborted. */
export const throwIfAborted = (signal: Signal | undefined): void => {
  if (signal?.aborted) throw signal.reason
}

/** The work's result, or a rejection with the signal's reason as soon as it is aborted, whichever comes first. */
export const untilAborted = <T>(work: Promise<T>, signal: Signal | undefined): Promise<T> => {
  if (!signal) return work
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    const done = (): void => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort)
    work.then(resolve, reject).then(done)
    if (signal.aborted) abort()
  })
}

/** The same for every step of a generator, whose `return()` is called when the signal is aborted. */
export async function* eachUntilAborted<T>(
  steps: AsyncGenerator<T, void, undefined>,
  signal: Signal | undefined,
): AsyncGenerator<T, void, undefined> {
  let aborted = false
  try {
    for (;;) {
      const { done, value } = await untilAborted(steps.next(), signal).catch((error: unknown) => {
        aborted = signal?.aborted ?? false
        throw error
      })
      if (done) return
      yield value
    }
  } finally {
    // After an abort a step may still be running, and is not awaited.
    const ended = steps.return()
    if (aborted) ended.catch(() => {})
    else await ended
  }
}
