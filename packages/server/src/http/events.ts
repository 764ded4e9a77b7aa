/**
 * Server-sent events of jobs: place, preview, progress, and how each ended. One look into the queue serves all who watch,
 * however many they are, so that a crowd that waits costs little.
 */
import type { ServerResponse } from 'node:http'
import type { JobRecord } from '../queue/job.ts'

/** Sends events to those who watch. */
export interface Events {
  /** Whether one more may watch. */
  hasRoom(): boolean
  /** Sends a job's events until it ends or the client leaves. */
  watch(job: JobRecord, response: ServerResponse): void
  close(): void
}

/** How often the queue is looked at, in milliseconds. */
const LOOK_EVERY = 500
/** So that proxies keep a connection on which nothing happens, in milliseconds. */
const BREATHE_EVERY = 15_000
const MOST_WATCHERS = 10_000

interface Watcher {
  readonly response: ServerResponse
  /** The last event of each name, so that only changes are sent. */
  readonly sent: Map<string, string>
}

/**
 * Starts to watch.
 *
 * @param find asks the queue for jobs
 * @param describe a job as the service answers it
 */
export const createEvents = (
  find: (ids: readonly string[]) => Promise<JobRecord[]>,
  describe: (job: JobRecord) => { readonly links: { readonly preview?: string | undefined } },
): Events => {
  const watchers = new Map<string, Set<Watcher>>()
  let count = 0
  let looking = false

  const say = ({ response, sent }: Watcher, event: string, data: object): void => {
    const text = JSON.stringify(data)
    if (sent.get(event) === text) return
    sent.set(event, text)
    response.write(`event: ${event}\ndata: ${text}\n\n`)
  }

  const tell = (watcher: Watcher, job: JobRecord): void => {
    const described = describe(job)
    if (job.state === 'queued') say(watcher, 'place', { place: job.place })
    // Links are signed anew each time; that there is one is news only once.
    if (job.preview && !watcher.sent.has('preview')) say(watcher, 'preview', { preview: described.links.preview })
    if (job.state === 'working') say(watcher, 'progress', { progress: job.progress })
    if (job.state === 'queued' || job.state === 'working') return
    say(watcher, job.state, described)
    watcher.response.end()
  }

  const look = async (): Promise<void> => {
    if (looking || watchers.size === 0) return
    looking = true
    try {
      const ids = [...watchers.keys()]
      const jobs = new Map((await find(ids)).map((job) => [job.id, job]))
      for (const id of ids) {
        const job = jobs.get(id)
        for (const watcher of watchers.get(id) ?? []) {
          if (job) tell(watcher, job)
          else {
            say(watcher, 'expired', { id })
            watcher.response.end()
          }
        }
      }
    } catch {
      // The database is away; the next look may see more.
    } finally {
      looking = false
    }
  }
  const timer = setInterval(look, LOOK_EVERY)
  const breathing = setInterval(() => {
    for (const group of watchers.values()) for (const { response } of group) response.write(':\n\n')
  }, BREATHE_EVERY)

  return {
    hasRoom: () => count < MOST_WATCHERS,
    watch: (job, response) => {
      const watcher = { response, sent: new Map<string, string>() }
      const group = watchers.get(job.id) ?? new Set()
      watchers.set(job.id, group.add(watcher))
      count++
      response.once('close', () => {
        count--
        group.delete(watcher)
        if (group.size === 0) watchers.delete(job.id)
      })
      tell(watcher, job)
    },
    close: () => {
      clearInterval(timer)
      clearInterval(breathing)
      for (const group of watchers.values()) for (const { response } of group) response.end()
    },
  }
}
