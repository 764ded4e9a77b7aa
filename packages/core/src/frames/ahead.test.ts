import { expect, test } from 'vitest'
import { ahead } from './ahead.ts'

async function* numbers(count: number, log: string[], end?: Error): AsyncGenerator<number, void, undefined> {
  try {
    for (let i = 0; i < count; i++) {
      log.push(`made ${i}`)
      yield i
    }
    if (end) throw end
  } finally {
    log.push('ended')
  }
}

const turn = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve))
declare const setTimeout: (call: () => void) => unknown

test('yields everything in order, at most so many items ahead', async () => {
  const log: string[] = []
  for await (const i of ahead(numbers(5, log), 2)) {
    await turn()
    expect(log.filter((entry) => entry.startsWith('made'))).toHaveLength(Math.min(5, i + 3))
  }
  expect(log).toEqual(['made 0', 'made 1', 'made 2', 'made 3', 'made 4', 'ended'])
})

test('an error comes after the items before it', async () => {
  const seen: number[] = []
  await expect(async () => {
    for await (const i of ahead(numbers(3, [], new Error('broken')), 2)) seen.push(i)
  }).rejects.toThrow('broken')
  expect(seen).toEqual([0, 1, 2])
})

test('a consumer that stops ends the source', async () => {
  const log: string[] = []
  for await (const i of ahead(numbers(9, log), 2)) if (i === 1) break
  expect(log.at(-1)).toBe('ended')
  expect(log).toHaveLength(5)
})

test('a source need not have return()', async () => {
  let count = 0
  const endless = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false as const, value: count++ }) }) }
  for await (const i of ahead(endless, 2)) if (i === 3) break
  expect(count).toBe(6)
})
