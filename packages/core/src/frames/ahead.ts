/** Prefetching: requests a source's next items while the consumer is busy with the current one. */

/**
 * The items of `source` in order, with at most `count` of them requested ahead. An error comes after the items before
 * it. When the consumer stops early, the source's `return()` is called and awaited.
 */
export async function* ahead<T>(source: AsyncIterable<T>, count: number): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]()
  const asked: Promise<IteratorResult<T>>[] = []
  const ask = (): void => {
    const next = iterator.next()
    next.catch(() => {}) // thrown when its turn comes, unless the consumer stops before
    asked.push(next)
  }
  try {
    for (let i = 0; i < count; i++) ask()
    for (;;) {
      const next = await asked.shift()!
      if (next.done) return
      ask()
      yield next.value
    }
  } finally {
    await iterator.return?.()
  }
}
