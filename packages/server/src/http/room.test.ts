/** Room is bounded for all and for each, and is there again when work ends, however it ends. */
import { expect, it } from 'vitest'
import { createRoom } from './room.ts'

it('lets in so many of all and of each client, and again when one has ended', async () => {
  const room = createRoom({ all: 3, each: 2 })
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = []
  const work = () => new Promise<void>((resolve, reject) => ends.push({ resolve, reject }))
  const first = room.within('a', work)
  const second = room.within('a', work)
  await expect(room.within('a', work)).rejects.toMatchObject({ type: 'busy', status: 429, retryAfter: 2 })
  const third = room.within('b', work)
  await expect(room.within('c', work)).rejects.toMatchObject({ type: 'busy', status: 503 })
  expect(ends).toHaveLength(3)
  ends[0].reject(new Error('it broke'))
  await expect(first).rejects.toThrow('it broke')
  const fourth = room.within('c', work)
  for (const { resolve } of ends) resolve()
  await Promise.all([second, third, fourth])
  await Promise.all([room.within('a', async () => {}), room.within('a', async () => {})])
})
