/** The queue on a real database: what is handed out in which order, and what becomes of jobs whose workers are lost. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../database/database.ts'
import { type TestDatabase, testDatabase } from '../testing.ts'
import { promise } from './admission.ts'
import type { JobResult } from './job.ts'
import { type Answer, openQueue, type Queue } from './queue.ts'

let server: TestDatabase
let database: Database
let queue: Queue
const worker = randomUUID()
const limits = { longest: 60, quota: 1000, keep: 3600 }
beforeAll(async () => {
  server = await testDatabase()
  database = await openDatabase(server.place, () => {})
  queue = await openQueue(database)
})
afterAll(async () => {
  await queue.close()
  await database.close()
  await server.close()
})
beforeEach(async () => {
  await database.query(
    'delete from pgboss.job; delete from animegan.worker; delete from animegan.line; delete from animegan.quota',
  )
  await workerAt(1)
})

/** A worker of a rate, that counts as heard of however slow this machine is. */
const workerAt = async (rate: number): Promise<void> => {
  await queue.report({ id: worker, rate })
  await database.query(`update animegan.worker set seen = now() + interval '1 hour'`)
}

/** Sends a job; every job costs 1. */
const send = async (client: string, { previewCost = undefined as number | undefined, cost = 1, longest = 60 } = {}) => {
  const id = randomUUID()
  await queue.keep(id)
  const applicant = {
    id,
    previewCost,
    data: {
      client,
      cost,
      picture: { width: 100, height: 50, frames: 1, format: 'jpeg' },
      request: { style: 'sora', options: {}, metadata: 'strip' },
    },
  } as const
  const answer = await queue.apply(applicant, { ...limits, longest })
  return { id, answer }
}
/** Does so many tasks, one after another: the clients whose they are. */
const turns = async (count: number): Promise<string> => {
  let clients = ''
  for (let i = 0; i < count; i++) {
    const task = (await queue.take())!
    clients += task.data.client
    await queue.finish(task, { result })
  }
  return clients
}
const stateOf = async (id: string) => (await queue.find([id]))[0]?.state
const result: JobResult = { width: 100, height: 50, frames: 1, format: 'jpeg', bytes: 10, notices: [] }

describe('a job', () => {
  it('goes from queued to done, its preview first', async () => {
    const { id, answer } = await send('a', { previewCost: 0.1 })
    expect(answer).toEqual({ kind: 'admitted', place: 1, seconds: promise(1.1) })
    expect(await queue.find([id])).toMatchObject([{ id, state: 'queued', place: 1, progress: 0, preview: undefined }])
    const preview = (await queue.take())!
    expect(preview).toMatchObject({ id, kind: 'preview', attempt: 0 })
    expect(await queue.finish(preview, { result })).toBe(true)
    expect(await queue.find([id])).toMatchObject([{ state: 'queued', preview: result }])
    const picture = (await queue.take())!
    expect(picture).toMatchObject({ id, kind: 'picture', data: { client: 'a', promised: promise(1.1) } })
    await queue.report({ id: worker, rate: 1, job: id, fraction: 0.5 })
    expect(await queue.find([id])).toMatchObject([{ state: 'working', place: 0, progress: 0.5 }])
    expect(await queue.finish(picture, { result })).toBe(true)
    expect(await queue.find([id])).toMatchObject([{ state: 'done', progress: 1, outcome: { result } }])
    expect(await queue.take()).toBeUndefined()
    await queue.forget(id)
    expect(await stateOf(id)).toBe('expired')
  })

  it('fails with its reason, and is not tried again', async () => {
    const { id } = await send('a')
    await queue.finish((await queue.take())!, { failure: { type: 'not-a-picture', detail: 'no' } })
    expect(await queue.find([id])).toMatchObject([{ state: 'failed', outcome: { failure: { detail: 'no' } } }])
    expect(await queue.take()).toBeUndefined()
  })

  it('is sent once, however often its id is', async () => {
    const { id } = await send('a')
    const data = (await queue.find([id]))[0].data
    expect(await queue.apply({ id, data, previewCost: undefined }, limits)).toEqual({ kind: 'known' })
    await queue.take()
    expect(await queue.take()).toBeUndefined()
  })

  it('that is removed while it is worked on is nobody’s any more', async () => {
    const { id } = await send('a')
    const task = (await queue.take())!
    expect(await queue.remove(id)).toBe(true)
    expect(await queue.touch(task)).toBe(false)
    expect(await queue.finish(task, { result })).toBe(false)
    expect(await queue.find([id])).toEqual([])
    expect(await queue.remove(id)).toBe(false)
  })

  it('that is given back is taken by the next worker, and finished only by that one', async () => {
    const { id } = await send('a')
    const first = (await queue.take())!
    await queue.giveBack(first)
    const second = (await queue.take())!
    expect(second).toMatchObject({ id, attempt: 1 })
    expect(await queue.finish(first, { result })).toBe(false)
    expect(await queue.finish(second, { result })).toBe(true)
  })

  it('whose worker is lost is taken up again soon after its last heartbeat', async () => {
    const { id } = await send('a')
    await queue.take()
    const start = Date.now()
    await expect.poll(() => queue.take(), { timeout: 60_000, interval: 250 }).toMatchObject({ id, attempt: 1 })
    expect(Date.now() - start).toBeGreaterThan(5000)
    // 15 s where the machine has nothing else to do.
    expect(Date.now() - start).toBeLessThan(45_000)
  })
})

describe('a clip', () => {
  /** A clip of so many parts, each of which costs 1. */
  const sendClip = async (client: string, count: number, longest = 60) => {
    const id = randomUUID()
    await queue.keep(id)
    const parts = Array.from({ length: count }, (_, i) => ({ from: 2 * i, until: 2 * i + 2, frames: 10, cost: 1 }))
    const answer = await queue.apply(
      {
        id,
        previewCost: undefined,
        parts,
        data: {
          client,
          cost: count,
          picture: { width: 100, height: 50, frames: 10 * count, format: 'mp4' },
          request: { style: 'sora', options: {}, metadata: 'strip' },
        },
      },
      { ...limits, longest },
    )
    return { id, answer }
  }
  const failure = { type: 'not-a-picture', detail: 'no' }

  it('is drawn in parts, at once where nobody else waits, and joined when the last is done', async () => {
    const { id, answer } = await sendClip('a', 3)
    expect(answer).toEqual({ kind: 'admitted', place: 1, seconds: promise(3) })
    expect(await queue.find([id])).toMatchObject([{ state: 'queued', place: 1, progress: 0 }])
    const parts = [(await queue.take())!, (await queue.take())!, (await queue.take())!]
    expect(parts.map(({ kind, data }) => [kind, data.part?.from])).toEqual([
      ['part', 0],
      ['part', 2],
      ['part', 4],
    ])
    expect(await queue.take()).toBeUndefined()
    expect(await queue.finish(parts[2], { result })).toBe(true)
    expect(await queue.find([id])).toMatchObject([{ state: 'working', place: 0, progress: expect.closeTo(1 / 3) }])
    expect(await queue.finish(parts[0], { result })).toBe(true)
    expect(await queue.take()).toBeUndefined()
    expect(await queue.finish(parts[1], { result })).toBe(true)
    const joining = (await queue.take())!
    expect(joining).toMatchObject({ id, kind: 'join' })
    expect(joining.data.clip?.parts.map((part) => part.id)).toEqual(parts.map((part) => part.id))
    expect(await queue.finish(joining, { result })).toBe(true)
    expect(await queue.find([id])).toMatchObject([{ state: 'done', progress: 1 }])
    // Parts are nobody's jobs.
    expect(await queue.find([parts[0].id])).toEqual([])
  })

  it('has the same part drawn again when its worker is lost, and no other', async () => {
    await sendClip('a', 2)
    const first = (await queue.take())!
    const second = (await queue.take())!
    await queue.giveBack(first)
    expect(await queue.finish(second, { result })).toBe(true)
    const again = (await queue.take())!
    expect(again).toMatchObject({ id: first.id, kind: 'part', attempt: 1, data: first.data })
    expect(await queue.finish(first, { result })).toBe(false)
    expect(await queue.finish(again, { result })).toBe(true)
    expect(await queue.take()).toMatchObject({ kind: 'join' })
  })

  it('is to others as a picture a round: one part of it waits, and one is drawn, while they do', async () => {
    await workerAt(0.01)
    await sendClip('a', 4, 1e5)
    expect(await queue.load()).toMatchObject({ pictures: 1, cost: 1 })
    await send('b', { longest: 1e5 })
    await send('c', { longest: 1e5 })
    expect(await turns(4)).toBe('abca')
  })

  it('fails as a whole with the reason of a part', async () => {
    const { id } = await sendClip('a', 3)
    const [first, second] = [(await queue.take())!, (await queue.take())!]
    await queue.finish(first, { failure })
    expect(await queue.find([id])).toMatchObject([{ state: 'failed', outcome: { failure } }])
    expect(await queue.touch(second)).toBe(false)
    expect(await queue.take()).toBeUndefined()
    expect(await queue.load()).toMatchObject({ pictures: 0, active: 0 })
  })

  it('fails when the workers of a part were lost again and again', async () => {
    const { id } = await sendClip('a', 2)
    const part = (await queue.take())!
    await database.query(`update pgboss.job set state = 'failed' where id = $1`, [part.id])
    await queue.expired()
    expect(await queue.find([id])).toMatchObject([{ state: 'failed', outcome: { failure: { type: 'failed' } } }])
  })

  it('is removed with all its parts', async () => {
    const { id } = await sendClip('a', 2)
    const part = (await queue.take())!
    expect(await queue.remove(id)).toBe(true)
    expect(await queue.touch(part)).toBe(false)
    expect(await queue.take()).toBeUndefined()
    expect((await database.query('select 1 from pgboss.job')).rows).toEqual([])
  })

  it('counts as many jobs of the hour as it has parts', async () => {
    await database.query(`insert into animegan.quota values ('a', date_trunc('hour', now()), 998)`)
    expect((await sendClip('a', 3)).answer).toMatchObject({ kind: 'refused', cause: 'quota' })
    expect((await sendClip('a', 2)).answer.kind).toBe('admitted')
  })
})

describe('between clients', () => {
  it('takes turns, and one job of a client at a time while others wait', async () => {
    // So slow that no job is late while this runs.
    await workerAt(0.01)
    for (const client of ['a', 'a', 'a', 'b', 'c', 'b']) await send(client, { longest: 1e5 })
    expect(await turns(6)).toBe('abcaba')
    for (const client of ['a', 'a', 'b']) await send(client, { longest: 1e5 })
    // Two workers: the second gets b's job, not a's second one; a third gets that, as nobody else waits.
    expect((await queue.take())!.data.client).toBe('a')
    expect((await queue.take())!.data.client).toBe('b')
    expect((await queue.take())!.data.client).toBe('a')
  })

  it('takes a job first that waits longer than was promised', async () => {
    await send('a')
    const { id } = await send('a')
    await send('b')
    await database.query(`update pgboss.job set created_on = now() - interval '1 hour' where id = $1`, [id])
    await expect.poll(() => queue.take(), { timeout: 10_000 }).toMatchObject({ id })
  })

  it('takes late pictures and previews in turn, so that neither starves', async () => {
    const kinds: string[] = []
    for (const client of ['a', 'b', 'c']) await send(client, { previewCost: 0.1 })
    await database.query(`update pgboss.job set created_on = now() - interval '1 hour' where name = 'pictures'`)
    await expect.poll(() => queue.load(), { timeout: 5000 }).toMatchObject({ pictures: 3 })
    await new Promise((resolve) => setTimeout(resolve, 1100))
    for (let i = 0; i < 6; i++) {
      const task = (await queue.take())!
      kinds.push(task.kind)
      await queue.finish(task, { result })
    }
    expect(kinds).toEqual(['picture', 'preview', 'picture', 'preview', 'picture', 'preview'])
  })

  it('refuses whoever has jobs before it refuses those who have none', async () => {
    const answers: Answer[] = []
    for (let i = 0; i < 60; i++) answers.push((await send('greedy')).answer)
    const refused = answers.filter((answer) => answer.kind === 'refused')
    expect(refused.length).toBeGreaterThan(10)
    for (const answer of refused) expect(answer).toMatchObject({ cause: 'client', after: expect.any(Number) })
    expect((await send('newcomer')).answer).toMatchObject({ kind: 'admitted', place: 2 })
  })

  it('refuses everybody when the wait is too long or nobody works', async () => {
    await send('a', { cost: 60 })
    expect((await send('b', { cost: 59 })).answer).toMatchObject({ kind: 'refused', cause: 'everybody', after: 19 })
    await database.query('delete from pgboss.job')
    await queue.leave(worker)
    expect((await send('c')).answer).toMatchObject({ kind: 'refused', cause: 'everybody' })
    expect((await queue.load()).wait).toBe(Number.POSITIVE_INFINITY)
  })

  it('counts an hour’s jobs of each client', async () => {
    await database.query(`insert into animegan.quota values ('a', date_trunc('hour', now()), 1000)`)
    expect((await send('a')).answer).toMatchObject({ kind: 'refused', cause: 'quota' })
    expect((await send('b')).answer.kind).toBe('admitted')
  })
})

it('knows which blobs nobody needs any more', async () => {
  const { id } = await send('a')
  expect(await queue.expired()).not.toContain(id)
  await database.query(`update animegan.kept set until = now() - interval '1 second' where id = $1`, [id])
  expect(await queue.expired()).toContain(id)
  await queue.forget(id)
  expect(await queue.expired()).not.toContain(id)
})

it('says what the load is', async () => {
  await send('a', { previewCost: 0.5 })
  await send('b')
  await queue.take()
  expect(await queue.load()).toEqual({
    previews: 0,
    pictures: 2,
    active: 1,
    cost: 2,
    rate: 1,
    workers: 1,
    wait: 2.5,
  })
})
