/**
 * A worker: takes tasks from the queue, has an artist draw them, stores the results and records how they ended. Several
 * may run in a process. It stops by finishing what it does, or by giving it back when that takes too long.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AnimeganError } from '@animegan/graph/error'
import { type Blobs, withFiles } from '../blobs/blobs.ts'
import { isGone } from '../database/database.ts'
import { costOfSquare } from '../queue/cost.ts'
import { type JobFailure, type JobResult, type Outcome, partsOf, type Task } from '../queue/job.ts'
import type { Queue } from '../queue/queue.ts'
import type { Facts, Tracing } from '../tracing.ts'
import { type ArtistOptions, Crash, createArtist } from './artist.ts'

/** What a worker works with. */
export interface WorkerParts {
  readonly queue: Queue
  readonly blobs: Blobs
  readonly artist: ArtistOptions
  readonly tracing: Tracing
  /** Called when a task ended. */
  readonly onEnd?: ((task: Task, outcome: Outcome | 'given back', seconds: number) => void) | undefined
}

export interface Worker {
  /** Looks for work at once. */
  wake(): void
  /** Takes nothing more; resolves when the work in progress is finished, or after the time given back. */
  stop(milliseconds: number): Promise<void>
}

/** The rate of a worker that has measured nothing yet, in megapixels of work per second. */
const FIRST_RATE = 0.5
/** The style that is loaded before it is asked for: the default one. */
const FIRST_STYLE = 'sora'
/** The weight of the past, at each job, in the rate. */
const MEMORY = 0.9
/** How often an idle worker looks for work, in milliseconds. */
const LOOK_EVERY = 200
/** How often a worker is heard of. */
const REPORT_EVERY = 1000
/** How often it says that it still has its task, in milliseconds: several times in the queue's 12 seconds. */
const TOUCH_EVERY = 3000
/** The time that any task may take, and how many times its estimate, in seconds. */
const PATIENCE = { least: 60, times: 20 }

/** How often a task is tried again whose process ended by itself. */
const CRASHES = 3
/** Between a failure of ours, such as a full disk, and the next attempt, in milliseconds. */
const BREATHER = 1000

/**
 * Starts a worker. It draws a first picture for itself, so that its style is loaded and its speed is known; rejects if
 * it cannot.
 */
export const startWorker = async ({
  queue,
  blobs,
  artist: options,
  tracing,
  onEnd = () => {},
}: WorkerParts): Promise<Worker> => {
  const id = randomUUID()
  const artist = createArtist({ ...options, yields: true })
  const measured = { cost: 0, seconds: 0 }
  let current: { readonly task: Task; fraction: number } | undefined
  let stopping = false
  let wake = (): void => {}

  const rate = (): number => (measured.seconds > 0 ? measured.cost / measured.seconds : FIRST_RATE)
  const measure = (cost: number, seconds: number): void => {
    measured.cost = measured.cost * MEMORY + cost
    measured.seconds = measured.seconds * MEMORY + seconds
  }
  const report = (): Promise<void> =>
    queue
      .report({
        id,
        rate: rate(),
        job: current && current.task.kind !== 'preview' ? current.task.id : undefined,
        fraction: current?.fraction,
      })
      .catch(() => {})
  const reporting = setInterval(report, REPORT_EVERY)

  /** Draws a task's picture and stores it. */
  const draw = async (task: Task, folder: string): Promise<JobResult | JobFailure> => {
    const { kind, data } = task
    const output = join(folder, 'drawn')
    const seconds = Math.max(PATIENCE.least, (PATIENCE.times * data.cost) / rate())
    try {
      const partIds = kind === 'join' ? partsOf(data) : []
      const drawn = await blobs.withFile(jobOf(task), 'input', (input) =>
        withFiles(blobs, partIds, 'result', (parts) =>
          artist.draw({ kind, input, output, parts, data }, seconds, (fraction) => {
            if (current?.task === task) current.fraction = fraction
          }),
        ),
      )
      if (!('type' in drawn)) await blobs.put(task.id, kind === 'preview' ? 'preview' : 'result', output)
      return drawn
    } catch (error) {
      if (error instanceof AnimeganError && error.code === 'not-found') return { type: 'failed', detail: error.message }
      // Once may be for want of memory elsewhere; again and again is the picture.
      if (!(error instanceof Crash) || task.attempt < CRASHES || stopping) throw error
      return { type: 'failed', detail: 'drawing it ended the process, again and again' }
    }
  }

  /** Does a task; returns the cost of what was drawn, if anything was. */
  const work = async (task: Task): Promise<number | undefined> => {
    const start = performance.now()
    const span = tracing.start('task', task.data.trace)
    const folder = await mkdtemp(join(tmpdir(), 'animegan-work-'))
    let lost = false
    const touching = setInterval(async () => {
      if (await queue.touch(task).catch(() => true)) return
      // It was removed, or taken for dead and given to another.
      lost = true
      artist.close()
    }, TOUCH_EVERY)
    try {
      const drawn = await draw(task, folder)
      const seconds = (performance.now() - start) / 1000
      const outcome: Outcome = 'type' in drawn ? { failure: drawn } : { result: drawn }
      const own = await withPatience(() => queue.finish(task, outcome))
      onEnd(task, outcome, seconds)
      span.end(`draw ${task.kind}`, factsOf(task), 'failure' in outcome)
      if (own) await tidy(task, outcome)
      // A job that was removed meanwhile leaves nothing behind.
      else if ((await queue.find([jobOf(task)])).length === 0) await blobs.remove(task.id)
      // Joining is no drawing, and says nothing of its speed.
      return 'result' in outcome && task.kind !== 'join' ? task.data.cost : undefined
    } catch {
      onEnd(task, 'given back', (performance.now() - start) / 1000)
      span.end(`draw ${task.kind}`, { ...factsOf(task), 'animegan.given_back': 1 }, true)
      if (!stopping) await sleep(BREATHER)
      if (!lost) await queue.giveBack(task).catch(() => {})
      return undefined
    } finally {
      clearInterval(touching)
      await rm(folder, { recursive: true, force: true })
    }
  }

  /** Removes what nobody needs once a task has ended. */
  const tidy = async (task: Task, outcome: Outcome): Promise<void> => {
    const last = task.kind === 'picture' || task.kind === 'join' || (task.kind === 'part' && 'failure' in outcome)
    if (last) await blobs.remove(jobOf(task), ['input'])
    if (task.kind !== 'join') return
    for (const part of partsOf(task.data)) {
      await blobs.remove(part)
      await queue.forget(part)
    }
  }

  const run = async (): Promise<void> => {
    while (!stopping) {
      const began = performance.now()
      const task = await queue.take().catch(() => undefined)
      if (task) {
        current = { task, fraction: 0 }
        const cost = await work(task)
        current = undefined
        // Taking, storing and recording it are work, too.
        if (cost !== undefined) measure(cost, (performance.now() - began) / 1000)
      } else if (!stopping) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve
        })
        await Promise.race([woken, sleep(LOOK_EVERY, undefined, { ref: false })])
      }
    }
  }
  try {
    await report()
    const { side, milliseconds } = await artist.warm(FIRST_STYLE)
    measure(costOfSquare(side), milliseconds / 1000)
    await report()
  } catch (error) {
    clearInterval(reporting)
    artist.close()
    await queue.leave(id).catch(() => {})
    throw error
  }
  const running = run()

  return {
    wake: () => wake(),
    stop: async (milliseconds) => {
      stopping = true
      wake()
      const late = setTimeout(() => artist.close(), milliseconds)
      await running.catch(() => {})
      clearTimeout(late)
      clearInterval(reporting)
      artist.close()
      await queue.leave(id).catch(() => {})
    },
  }
}

/** What a task's span says. */
const factsOf = ({ attempt, data }: Task): Facts => ({
  'animegan.style': data.request.style,
  'animegan.cost': data.cost,
  'animegan.attempt': attempt,
})

/** The id of the job that a task belongs to. */
const jobOf = ({ id, data }: Task): string => data.part?.of ?? id

/** Repeats what cannot be done because the database is away, for a minute: a drawn picture is worth waiting for. */
const withPatience = async <T>(act: () => Promise<T>): Promise<T> => {
  for (const until = Date.now() + 60_000; ; ) {
    try {
      return await act()
    } catch (error) {
      if (!isGone(error) || Date.now() > until) throw error
      await sleep(500)
    }
  }
}
