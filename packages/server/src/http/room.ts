/**
 * Room for uploads: so many are received at a time, and of one client fewer, so that a burst costs neither memory nor disk
 * without bound, and slow clients leave room for others. Who finds no room is told to come back.
 */
import { Problem } from './problem.ts'

export interface Room {
  /** Does a client's work if there is room for it. Throws `busy` if there is none, before the work is begun. */
  within<T>(client: string, work: () => Promise<T>): Promise<T>
}

/** When to ask again, in seconds. */
const AGAIN = 2

export const createRoom = ({ all, each }: { readonly all: number; readonly each: number }): Room => {
  const inside = new Map<string, number>()
  let count = 0
  return {
    within: async (client, work) => {
      const own = inside.get(client) ?? 0
      if (own >= each) {
        const detail = `expected at most ${each} uploads of a client at a time, found more`
        throw new Problem('busy', detail, { retryAfter: AGAIN, status: 429 })
      }
      if (count >= all) {
        throw new Problem('busy', `expected at most ${all} uploads at a time, found more`, { retryAfter: AGAIN })
      }
      inside.set(client, own + 1)
      count++
      try {
        return await work()
      } finally {
        count--
        const left = (inside.get(client) ?? 1) - 1
        if (left > 0) inside.set(client, left)
        else inside.delete(client)
      }
    },
  }
}
