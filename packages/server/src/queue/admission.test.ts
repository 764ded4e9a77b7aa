/** Places and decisions, worked out by hand for small lines; fairness over a whole simulated crowd. */
import { describe, expect, it } from 'vitest'
import { decide, type Line, type Own, placeIn, type Round } from './admission.ts'

const nothing = { cost: 0, share: 0 }
const nobody: Own = { jobs: 0, last: undefined }
const empty: Line = { waiting: [], begun: 0, active: 0 }
const round = (number: number, jobs: number, cost = jobs): Round => ({ round: number, jobs, cost })

describe('places', () => {
  it('gives the first round of an empty line', () => {
    expect(placeIn(empty, nobody)).toEqual({ round: 1, place: 1, ahead: 0 })
  })

  it('puts a new client behind the first jobs of the others, and before their second ones', () => {
    const line = { waiting: [round(1, 3), round(2, 2), round(3, 1)], begun: 0, active: 0 }
    expect(placeIn(line, nobody)).toEqual({ round: 1, place: 4, ahead: 3 })
  })

  it('puts the k-th waiting job of a client into the k-th round', () => {
    const line = { waiting: [round(1, 3), round(2, 1)], begun: 0, active: 0 }
    // Of the third round's future, as much as stands in the first one is expected once more for each round before it.
    expect(placeIn(line, { jobs: 2, last: 2 })).toEqual({ round: 3, place: 5, ahead: 3 + 1 + 2 * 3 })
  })

  it('lets nobody into a round that is begun, so that its jobs cannot be overtaken for ever', () => {
    const line = { waiting: [round(7, 2), round(8, 1)], begun: 7, active: 1.5 }
    expect(placeIn(line, nobody)).toMatchObject({ round: 8, place: 4, ahead: 1.5 + 3 })
  })
})

describe('decisions', () => {
  it('promises what is ahead over the rate', () => {
    const line = { waiting: [round(1, 4, 8)], begun: 0, active: 2 }
    expect(decide(line, nobody, { cost: 5, share: 0.1 }, 0.5, 60)).toMatchObject({
      admitted: true,
      wait: ((8 + 2) * 1.1 + 5) / 0.5,
    })
  })

  it('refuses who would be promised more than the longest wait, and says when it will be shorter', () => {
    // 1 s and 1.3 times 46 s are 60.8 s.
    const line = (jobs: number) => ({ waiting: [round(1, jobs)], begun: 0, active: 0 })
    expect(decide(line(23), nobody, nothing, 0.5, 60)).toEqual({ admitted: false, cause: 'everybody', after: 1 })
    expect(decide(line(30), nobody, nothing, 0.5, 60)).toEqual({ admitted: false, cause: 'everybody', after: 19 })
    expect(decide(line(22), nobody, nothing, 0.5, 60)).toMatchObject({ admitted: true, wait: 44 })
  })

  it('refuses a client with jobs earlier, and leaves room for those without', () => {
    const line = { waiting: Array.from({ length: 40 }, (_, i) => round(i + 1, 1)), begun: 0, active: 0 }
    expect(decide(line, { jobs: 40, last: 40 }, nothing, 1, 60)).toMatchObject({ admitted: false, cause: 'client' })
    expect(decide(line, nobody, nothing, 1, 60)).toMatchObject({ admitted: true, wait: 1 })
  })

  it('refuses everybody where there is no worker, for a finite time', () => {
    expect(decide(empty, nobody, nothing, 0, 60)).toMatchObject({ admitted: false, cause: 'everybody', after: 1 })
    const line = { waiting: [round(1, 1)], begun: 0, active: 0 }
    expect(decide(line, nobody, nothing, 0, 60)).toMatchObject({ admitted: false, after: 60 })
  })
})

describe('fairness', () => {
  /** Takes jobs in order of their rounds, one at a time; returns the clients in the order in which they were served. */
  const serve = (arrivals: readonly (readonly string[])[], until: number): string[] => {
    const waiting: { client: string; round: number; order: number }[] = []
    const served: string[] = []
    let begun = 0
    let order = 0
    for (let turn = 0; turn < until; turn++) {
      for (const client of arrivals[turn] ?? []) {
        const rounds = [...new Set(waiting.map((job) => job.round))].sort((a, b) => a - b)
        const own = waiting.filter((job) => job.client === client)
        const line = {
          waiting: rounds.map((each) => round(each, waiting.filter((job) => job.round === each).length)),
          begun,
          active: 0,
        }
        const last = own.length > 0 ? Math.max(...own.map((job) => job.round)) : undefined
        waiting.push({ client, round: placeIn(line, { jobs: own.length, last }).round, order: order++ })
      }
      waiting.sort((a, b) => a.round - b.round || a.order - b.order)
      const job = waiting.shift()
      if (!job) continue
      begun = Math.max(begun, job.round)
      served.push(job.client)
    }
    return served
  }

  it('serves a newcomer next but one, however many jobs somebody else has', () => {
    const crowd = [Array(300).fill('greedy'), [], [], ['newcomer']]
    expect(serve(crowd, 8).indexOf('newcomer')).toBeLessThanOrEqual(4)
  })

  it('serves everybody in the end, though newcomers never stop coming', () => {
    const crowd = [['a', 'a', 'a', 'a'], ...Array.from({ length: 200 }, (_, i) => [`n${i}`])]
    expect(serve(crowd, 200).filter((client) => client === 'a')).toHaveLength(4)
  })
})
