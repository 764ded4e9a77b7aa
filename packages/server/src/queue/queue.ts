/**
 * The queue: pg-boss over one database, with two lines of jobs, previews and pictures, that share their ids. Admits,
 * hands out, records what became of jobs, and says what the load is. Knows nothing of HTTP, files or drawing.
 *
 * A job that is acknowledged is in the database. A worker that is lost stops touching its jobs, and others get them.
 *
 * A clip is a job whose parts are tasks of their own in the line of pictures. Only one of them waits there at a time: the
 * next is let in when that is taken, so that free workers draw all, but a clip is to others as a picture a round. The
 * clip's own task, which joins them, is let in when the last is done.
 */
import { randomUUID } from 'node:crypto'
import type { ClipPart } from '@animegan/video'
import { type JobInsert, PgBoss } from 'pg-boss'
import type { Database, Query } from '../database/database.ts'
import { type Before, type Decision, decide, type Line, type Own, promise, timeOfWork } from './admission.ts'
import { costOfJoining } from './cost.ts'
import type { JobData, JobFailure, JobRecord, JobResult, JobState, Outcome, Task } from './job.ts'
import { createTables, LOCK } from './tables.ts'

/** The limits of a server. */
export interface QueueLimits {
  /** The longest estimated wait of an admitted job, in seconds. */
  readonly longest: number
  /** Jobs that a client may send in an hour. */
  readonly quota: number
  /** How long results are kept, in seconds. */
  readonly keep: number
}

/** A job that asks to be admitted. */
export interface Applicant {
  readonly id: string
  readonly data: Omit<JobData, 'promised' | 'keep' | 'clip' | 'part'>
  /** Of a clip: its parts, with the cost of each. */
  readonly parts?: readonly (ClipPart & { readonly cost: number })[] | undefined
  /** The cost of its preview; undefined if it needs none. */
  readonly previewCost: number | undefined
}

/** What became of an application. Times in seconds. */
export type Answer =
  | { readonly kind: 'admitted'; readonly place: number; readonly seconds: number }
  /** There is a job with this id already. */
  | { readonly kind: 'known' }
  | { readonly kind: 'refused'; readonly cause: 'client' | 'everybody' | 'quota'; readonly after: number }

/** The load of all servers and workers together. Times in seconds. */
export interface Load {
  readonly previews: number
  readonly pictures: number
  readonly active: number
  /** Cost of everything that waits, in megapixels of work. */
  readonly cost: number
  /** Of all workers, in the same per second. */
  readonly rate: number
  readonly workers: number
  /** The estimated wait of a client's first job; Infinity without workers. */
  readonly wait: number
}

export interface Queue {
  /** Signs addresses and hashes clients; the same for all servers of this database. */
  readonly secret: string
  apply(applicant: Applicant, limits: QueueLimits): Promise<Answer>
  /** Takes the next task; undefined if nothing waits. */
  take(): Promise<Task | undefined>
  /** Says that a task is still being worked on; false if it is no longer this worker's. */
  touch(task: Task): Promise<boolean>
  /** Records how a task ended; false if it is no longer this worker's. */
  finish(task: Task, outcome: Outcome): Promise<boolean>
  /** Puts a task back for another worker. */
  giveBack(task: Task): Promise<void>
  find(ids: readonly string[]): Promise<JobRecord[]>
  /** Forgets a job in any state; false if there was none. */
  remove(id: string): Promise<boolean>
  load(): Promise<Load>
  /** Keeps a record of a worker, of what it does and of how fast it is. */
  report(worker: WorkerReport): Promise<void>
  /** Forgets a worker. */
  leave(worker: string): Promise<void>
  /** Notes that blobs of an id exist from now on, for a job that is still being received. */
  keep(id: string): Promise<void>
  /** Ids whose blobs are no longer needed. */
  expired(): Promise<string[]>
  /** Notes that an id has no blobs any more. */
  forget(id: string): Promise<void>
  close(): Promise<void>
}

/** What a worker says of itself. */
export interface WorkerReport {
  readonly id: string
  readonly rate: number
  readonly job?: string | undefined
  readonly fraction?: number | undefined
}

const PREVIEWS = 'previews'
const PICTURES = 'pictures'
const LINES = { preview: PREVIEWS, picture: PICTURES, part: PICTURES, join: PICTURES } as const
/** When a task starts that waits for others. */
const LATER = '9999-12-31T00:00:00Z'
/** A lost worker's jobs are taken up again after this and one look of the monitor. pg-boss allows no less than 10. */
const HEARTBEAT_SECONDS = 12
const MONITOR_SECONDS = 2
/** A worker that has not been heard of for so long is gone. */
const WORKER_LOST = `interval '15 seconds'`
/** A preview is worth its while if it comes this soon, in seconds. */
const PREVIEW_WAIT = 10
/** A job is only ever put back because a worker was lost or stopped, so many losses are its fault. */
const RETRIES = 20
/** How often jobs that wait longer than was promised are put first, in milliseconds. */
const HURRY_EVERY = 1000
/** How long the record of a job outlives its result, in seconds. */
const RECORD_OUTLIVES = 7 * 24 * 3600
/** How long blobs are kept of a job that was never admitted, and beyond the results' time of one that still waits. */
const UPLOAD_WITHIN = `interval '1 hour'`

type Admitted = Decision & { readonly admitted: true }

/** Rolls back the transaction of an application. */
class Refused extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super('refused')
    this.answer = answer
  }
}

/** Opens the queue of a database, creating its tables if they are missing. */
export const openQueue = async (database: Database): Promise<Queue> => {
  const secret = await createTables(database)
  const executor = (query: Query) => ({ executeSql: (text: string, values?: unknown[]) => query(text, values) })
  const boss = new PgBoss({
    db: executor(database.query),
    schedule: false,
    superviseIntervalSeconds: MONITOR_SECONDS,
    monitorIntervalSeconds: MONITOR_SECONDS,
    maintenanceIntervalSeconds: 3600,
  })
  // Whatever fails in the background is done again; what a caller asked for rejects.
  boss.on('error', () => {})
  await boss.start()
  for (const name of [PREVIEWS, PICTURES]) {
    await boss.createQueue(name, {
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: 3600,
      retryLimit: RETRIES,
      retryDelay: 0,
    })
  }
  let hurried = 0
  let lateLast = false
  const attemptOf = (task: Task) => ({ id: task.id, retryCount: task.attempt })

  return {
    secret,
    apply: ({ id, data, previewCost, parts }, { longest, quota, keep }) =>
      database
        .transaction<Answer>(async (query) => {
          await query(LOCK)
          const known = await query('select 1 from pgboss.job where name = $1 and id = $2', [PICTURES, id])
          if (known.rows.length > 0) return { kind: 'known' }
          await takeFromQuota(query, data.client, parts?.length ?? 1, quota)
          const { previews, pictures, rate, workers } = await look(query)
          const own = await ownIn(query, data.client)
          const before = beforePictures(previews, (previewCost ?? 0) / data.cost)
          const decision = decide(pictures, own.pictures, before, rate, longest)
          if (!decision.admitted) throw new Refused({ kind: 'refused', ...decision })
          const preview =
            previewCost === undefined ? undefined : decide(previews, own.previews, NOTHING, rate, PREVIEW_WAIT)
          const work =
            timeOfWork(pictures, data.cost, parts?.length ?? 1, rate, workers) +
            (preview?.admitted ? (previewCost ?? 0) : 0) / (rate / workers)
          const seconds = promise(decision.wait + work)
          const plan = parts?.map((part) => ({ ...part, id: randomUUID() }))
          const clip = plan && { parts: plan.map(({ cost, ...part }) => part) }
          const job = (about: Partial<JobData>, { place: { round } }: Admitted): JobInsert<JobData> => ({
            id,
            data: { ...data, keep, promised: seconds, ...about },
            priority: -round,
            group: { id: data.client },
            deleteAfterSeconds: keep + RECORD_OUTLIVES,
          })
          const add = (name: string, jobs: JobInsert<JobData>[]) => boss.insert(name, jobs, { db: executor(query) })
          if (plan) {
            const ofParts = plan.map(({ id: own, cost, ...part }, i) => {
              const promised = promise(decision.wait + cost / (rate / workers))
              const about = { cost, promised, part: { ...part, of: id, next: plan[i + 1]?.id } }
              return { ...job(about, decision), id: own, ...(i > 0 && { startAfter: LATER }) }
            })
            const joining = { ...job({ clip, cost: costOfJoining(data.cost) }, decision), startAfter: LATER }
            await add(PICTURES, [...ofParts, joining])
            for (const part of plan) await keepFor(query, part.id, keep, UPLOAD_WITHIN)
          } else await add(PICTURES, [job({}, decision)])
          if (preview?.admitted) await add(PREVIEWS, [job({ clip, cost: previewCost as number }, preview)])
          await keepFor(query, id, keep, UPLOAD_WITHIN)
          return { kind: 'admitted', place: decision.place.place, seconds }
        })
        .catch((error) => {
          if (error instanceof Refused) return error.answer
          throw error
        }),
    take: async () => {
      if (Date.now() - hurried > HURRY_EVERY) {
        hurried = Date.now()
        await database.query(HURRY, [PICTURES])
      }
      const { rows } = await database.query<{ name: string; late: boolean }>(
        `select name, max(priority) = 0 as late from pgboss.job
         where name in ($1, $2) and state < 'active' and start_after <= now() group by 1`,
        [PREVIEWS, PICTURES],
      )
      // Previews go first; who waits longer than promised and they take turns, so that neither starves.
      const late = rows.some((row) => row.name === PICTURES && row.late)
      lateLast = late && !lateLast
      for (const name of lateLast ? [PICTURES, PREVIEWS] : [PREVIEWS, PICTURES]) {
        if (!rows.some((row) => row.name === name)) continue
        // One job of a client at a time, unless nobody else waits.
        const [alone] = await boss.fetch<JobData>(name, { groupConcurrency: 1 })
        const job = alone ?? (await boss.fetch<JobData>(name))[0]
        if (!job) continue
        await database.query(
          `insert into animegan.line select name, -priority from pgboss.job where name = $1 and id = $2
           on conflict (name) do update set begun = greatest(line.begun, excluded.begun)`,
          [name, job.id],
        )
        const { part, clip, client } = job.data
        if (part?.next) await database.query(NEXT_PART, [PICTURES, part.next, client])
        const kind = name === PREVIEWS ? 'preview' : part ? 'part' : clip ? 'join' : 'picture'
        return { id: job.id, kind, attempt: job.retryCount, data: job.data }
      }
      return undefined
    },
    touch: async (task) => hit(await boss.touch(LINES[task.kind], attemptOf(task))),
    finish: (task, outcome) =>
      database.transaction(async (query) => {
        const { part, keep } = task.data
        // One part at a time, so that whichever is the last finds all others done.
        if (part) await query('select 1 from pgboss.job where name = $1 and id = $2 for update', [PICTURES, part.of])
        const response = await boss.complete(LINES[task.kind], attemptOf(task), outcome, { db: executor(query) })
        if (!hit(response)) return false
        if (part) await partEnded(query, part.of, outcome)
        else if (task.kind !== 'preview') await keepFor(query, task.id, keep)
        return true
      }),
    giveBack: async (task) => {
      await boss.fail(LINES[task.kind], attemptOf(task), { reason: 'the worker stopped' })
    },
    find: async (ids) => {
      const { rows } = await database.query<Row>(FIND, [PICTURES, PREVIEWS, ids])
      return rows.map(recordOf)
    },
    remove: async (id) => {
      const { rows } = await database.query(
        `delete from pgboss.job j where name in ($1, $2) and (id = $3 or ${isPartOf('$3')}) returning id`,
        [PICTURES, PREVIEWS, id],
      )
      return rows.length > 0
    },
    load: async () => {
      const { previews, pictures, rate, workers } = await look(database.query)
      const before = beforePictures(previews, 0)
      const jobs = (line: Line): number => line.waiting.reduce((sum, round) => sum + round.jobs, 0)
      const decision = decide(pictures, { jobs: 0, last: undefined }, before, rate, Number.POSITIVE_INFINITY)
      return {
        previews: jobs(previews),
        pictures: jobs(pictures),
        active: previews.jobs + pictures.jobs,
        cost: waitingCost(previews) + waitingCost(pictures),
        rate,
        workers,
        wait: workers > 0 && decision.admitted ? decision.wait : Number.POSITIVE_INFINITY,
      }
    },
    report: async ({ id, rate, job, fraction = 0 }) => {
      await database.query(
        `insert into animegan.worker values ($1, $2, $3, $4, now())
         on conflict (id) do update set rate = $2, job = $3, fraction = $4, seen = now()`,
        [id, rate, job, fraction],
      )
    },
    leave: async (id) => {
      await database.query('delete from animegan.worker where id = $1', [id])
    },
    keep: async (id) => {
      await database.query(`insert into animegan.kept values ($1, now() + ${UPLOAD_WITHIN}) on conflict do nothing`, [
        id,
      ])
    },
    expired: async () => {
      await database.query(`delete from animegan.quota where hour < now() - interval '2 hours'`)
      await database.query(`delete from animegan.worker where seen < now() - interval '1 hour'`)
      await database.query(LOSE_CLIPS, [PICTURES, { failure: LOST }])
      const { rows } = await database.query<{ id: string }>(
        'select id from animegan.kept where until < now() order by until limit 1000',
      )
      return rows.map(({ id }) => id)
    },
    forget: async (id) => {
      await database.query('delete from animegan.kept where id = $1', [id])
    },
    close: () => boss.stop({ graceful: false, close: false }),
  }
}

/** Whether a command found the attempt that it was for; pg-boss's types leave this field out. */
const hit = (response: object): boolean => (response as { affected: number }).affected > 0

/** Keeps the blobs of an id for so many seconds from now on, and for another interval. */
const keepFor = async (query: Query, id: string, seconds: number, more = `interval '0'`): Promise<void> => {
  await query(
    `insert into animegan.kept values ($1, now() + $2 * interval '1 second' + ${more})
     on conflict (id) do update set until = excluded.until`,
    [id, seconds],
  )
}

/** Whether a row `j` is a part of the job whose id is an expression. */
const isPartOf = (id: string): string => `j.id in (
  select (part->>'id')::uuid from pgboss.job c, jsonb_array_elements(c.data->'clip'->'parts') part
  where c.name = $1 and c.id = ${id})`

/** Lets a clip's own task in when its last part is done, or ends it when one cannot be drawn. */
const partEnded = async (query: Query, clip: string, outcome: Outcome): Promise<void> => {
  if ('result' in outcome) {
    await query(
      `update pgboss.job set start_after = now(), priority = 0 where name = $1 and id = $2 and not exists (
         select 1 from pgboss.job j where j.name = $1 and j.state < 'completed' and ${isPartOf('$2')})`,
      [PICTURES, clip],
    )
    return
  }
  await query(`delete from pgboss.job j where j.name = $1 and j.state < 'completed' and ${isPartOf('$2')}`, [
    PICTURES,
    clip,
  ])
  await query(
    `update pgboss.job set state = 'completed', completed_on = now(), output = $3
     where name = $1 and id = $2 and state < 'active'`,
    [PICTURES, clip, outcome],
  )
}

/** Counts a job against its client's hour: a clip as so many as it has parts. */
const takeFromQuota = async (query: Query, client: string, jobs: number, quota: number): Promise<void> => {
  const { rows } = await query<{ jobs: number; rest: number }>(
    `insert into animegan.quota values ($1, date_trunc('hour', now()), $2)
     on conflict (client, hour) do update set jobs = quota.jobs + $2
     returning jobs, extract(epoch from hour + interval '1 hour' - now())::float8 as rest`,
    [client, jobs],
  )
  if (rows[0].jobs > quota) throw new Refused({ kind: 'refused', cause: 'quota', after: Math.ceil(rows[0].rest) })
}

interface Look {
  readonly previews: Line & { readonly jobs: number }
  readonly pictures: Line & { readonly jobs: number }
  readonly rate: number
  readonly workers: number
}

/** What waits and is worked on, and how fast. */
const look = async (query: Query): Promise<Look> => {
  const { rows } = await query<{ name: string; active: boolean; round: number; jobs: number; cost: number }>(
    `select name, state = 'active' as active, -priority as round, count(*)::int as jobs,
       sum((data->>'cost')::float8) as cost
     from pgboss.job where name in ($1, $2) and state <= 'active' and start_after <= now()
     group by 1, 2, 3 order by 3`,
    [PREVIEWS, PICTURES],
  )
  const begun = await query<{ name: string; begun: number }>('select name, begun from animegan.line')
  const line = (name: string): Look['pictures'] => {
    const own = rows.filter((row) => row.name === name)
    const active = own.filter((row) => row.active)
    return {
      waiting: own.filter((row) => !row.active),
      begun: begun.rows.find((row) => row.name === name)?.begun ?? 0,
      active: active.reduce((sum, { cost }) => sum + cost, 0),
      jobs: active.reduce((sum, { jobs }) => sum + jobs, 0),
    }
  }
  const speed = await query<{ rate: number; workers: number }>(
    `select coalesce(sum(rate), 0)::float8 as rate, count(*)::int as workers
     from animegan.worker where seen > now() - ${WORKER_LOST}`,
  )
  return { previews: line(PREVIEWS), pictures: line(PICTURES), ...speed.rows[0] }
}

const NOTHING: Before = { cost: 0, share: 0 }

/** Previews go first: those that wait now, and those of the pictures that come. */
const beforePictures = (previews: Line, share: number): Before => ({
  cost: waitingCost(previews) + previews.active,
  share,
})

const waitingCost = ({ waiting }: Line): number => waiting.reduce((sum, { cost }) => sum + cost, 0)

/** A client's waiting jobs in both lines. */
const ownIn = async (query: Query, client: string): Promise<{ previews: Own; pictures: Own }> => {
  const { rows } = await query<{ name: string; jobs: number; last: number }>(
    `select name, count(*)::int as jobs, max(-priority) as last from pgboss.job
     where name in ($1, $2) and state < 'active' and start_after <= now() and group_id = $3 group by 1`,
    [PREVIEWS, PICTURES, client],
  )
  const own = (name: string): Own => rows.find((row) => row.name === name) ?? { jobs: 0, last: undefined }
  return { previews: own(PREVIEWS), pictures: own(PICTURES) }
}

/** A row of FIND. */
interface Row {
  readonly id: string
  readonly state: 'created' | 'retry' | 'active' | 'completed' | 'cancelled' | 'failed'
  readonly data: JobData
  readonly output: Outcome | null
  readonly preview: { readonly result?: JobResult } | null
  readonly kept: boolean
  readonly fraction: number | null
  /** Of a clip: the fraction of its parts that is done, and whether one was taken. */
  readonly done: number | null
  readonly begun: boolean | null
  readonly ahead: number
  readonly created: Date
  readonly completed: Date | null
}

/** The part of a clip that may be taken next: in a round after all that its client has in the line. */
const NEXT_PART = `
  update pgboss.job set start_after = now(), priority = -1 - greatest(
    (select begun from animegan.line where name = $1),
    (select max(-priority) from pgboss.job
      where name = $1 and state < 'active' and start_after <= now() and group_id = $3))
  where name = $1 and id = $2 and start_after > now()`

/** A part whose workers were lost again and again is the end of its clip. */
const LOSE_CLIPS = `
  update pgboss.job j set state = 'completed', completed_on = now(), output = $2
  from pgboss.job p where p.name = $1 and p.state = 'failed' and p.data->'part' is not null
    and j.name = $1 and j.id = (p.data->'part'->>'of')::uuid and j.state < 'active'`

/** Rounds begin with 1, so 0 is before all. What was promised of a part counts from when it may be taken. */
const HURRY = `
  update pgboss.job set priority = 0 where name = $1 and state < 'active' and priority < 0
    and case when data->'part' is null then created_on else start_after end
      + (data->>'promised')::float8 * interval '1 second' < now()`

/** Sorts the line once, however many ask: a crowd that watches its places costs little. */
const FIND = `
  with line as (
    select id, row_number() over (order by priority desc, created_on) - 1 as ahead
    from pgboss.job where name = $1 and state < 'active' and start_after <= now())
  select j.id, j.state, j.data, j.output, j.created_on as created, j.completed_on as completed,
    p.output as preview, k.id is not null as kept, w.fraction::float8 as fraction,
    c.done::float8, c.begun,
    case when j.state < 'active' then coalesce(l.ahead, 0) end::int as ahead
  from pgboss.job j
    left join pgboss.job p on p.name = $2 and p.id = j.id and p.state = 'completed'
    left join animegan.kept k on k.id = j.id
    left join animegan.worker w on w.job = j.id and w.seen > now() - ${WORKER_LOST}
    left join lateral (
      select bool_or(t.state > 'created') as begun,
        avg(case t.state when 'completed' then 1 when 'active' then coalesce(v.fraction, 0) else 0 end) as done
      from jsonb_array_elements(j.data->'clip'->'parts') part
        join pgboss.job t on t.name = $1 and t.id = (part->>'id')::uuid
        left join animegan.worker v on v.job = t.id and v.seen > now() - ${WORKER_LOST}
    ) c on true
    left join line l on l.id = coalesce((j.data->'clip'->'parts'->0->>'id')::uuid, j.id)
  where j.name = $1 and j.id = any($3::uuid[]) and j.data->'part' is null`

const recordOf = (row: Row): JobRecord => {
  const outcome = row.state === 'completed' ? row.output : row.state === 'failed' ? { failure: LOST } : undefined
  const state = stateOf(row, outcome ?? undefined)
  return {
    id: row.id,
    state,
    data: row.data,
    place: state === 'queued' ? row.ahead + 1 : 0,
    progress: state === 'working' ? (row.done ?? row.fraction ?? 0) : state === 'queued' ? 0 : 1,
    preview: row.kept ? row.preview?.result : undefined,
    outcome: outcome ?? undefined,
    created: row.created,
    completed: row.completed ?? undefined,
  }
}

const LOST: JobFailure = { type: 'failed', detail: 'the picture could not be drawn: its workers were lost' }

const stateOf = ({ state, kept, begun }: Row, outcome: Outcome | undefined): JobState => {
  if (state === 'created' || state === 'retry') return begun ? 'working' : 'queued'
  if (state === 'active') return 'working'
  if (!outcome || 'failure' in outcome) return 'failed'
  return kept ? 'done' : 'expired'
}
