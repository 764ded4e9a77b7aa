/**
 * How a worker's first file loads all of the worker. WebKit runs a worker's first file once more when files that are loaded
 * on demand import from it; there would be two of everything, and errors of the one would not be known to the other. Messages
 * that come before are kept.
 */
export const loadLate = (load: () => Promise<unknown>): void => {
  const scope = self as unknown as { onmessage: ((event: MessageEvent) => void) | null }
  const early: MessageEvent[] = []
  scope.onmessage = (event) => early.push(event)
  load().then(
    () => {
      for (const event of early) scope.onmessage?.(event)
    },
    (error) => {
      // Only what is thrown here is told to the page; a rejection is not.
      setTimeout(() => {
        throw error
      })
    },
  )
}
