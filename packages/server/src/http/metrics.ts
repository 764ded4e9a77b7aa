/** Figures for Prometheus: counts and times, and nothing of anybody. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Outcome, Task } from '../queue/job.ts'
import type { Load } from '../queue/queue.ts'

export interface Metrics {
  /** Counts an answered request. */
  answered(method: string, route: string, status: number, seconds: number): void
  /** Counts a job that was sent: `admitted`, or a problem's type. */
  sent(outcome: string): void
  /** Counts a task that ended. */
  ended(task: Task, outcome: Outcome | 'given back', seconds: number): void
  /** The sums of what was counted, for a log. */
  counts(): Promise<Record<'admitted' | 'refused' | 'done' | 'failed', number>>
  /** The text for Prometheus. */
  text(load: Load): Promise<string>
  readonly contentType: string
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export const createMetrics = (): Metrics => {
  const registers = [new Registry()]
  const [registry] = registers
  const requests = new Histogram({
    name: 'animegan_request_seconds',
    help: 'Answered requests',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  })
  const jobs = new Counter({ name: 'animegan_jobs_total', help: 'Jobs sent', labelNames: ['outcome'], registers })
  const tasks = new Histogram({
    name: 'animegan_task_seconds',
    help: 'Tasks of the workers in this process',
    labelNames: ['kind', 'outcome'],
    buckets: SECONDS,
    registers,
  })
  const gauge = (name: string, help: string): Gauge => new Gauge({ name: `animegan_${name}`, help, registers })
  const gauges = {
    pictures: gauge('waiting_pictures', 'Pictures that wait, of all servers'),
    previews: gauge('waiting_previews', 'Previews that wait, of all servers'),
    active: gauge('active_tasks', 'Tasks in work, of all workers'),
    cost: gauge('waiting_cost', 'Cost of what waits, in megapixels of work'),
    rate: gauge('rate', 'Megapixels of work a second, of all workers'),
    workers: gauge('workers', 'Workers that were heard of'),
    wait: gauge('wait_seconds', "The estimated wait of a client's first job"),
  }
  return {
    answered: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
    sent: (outcome) => jobs.inc({ outcome }),
    ended: ({ kind }, outcome, seconds) => {
      const name = outcome === 'given back' ? outcome : 'result' in outcome ? 'done' : 'failed'
      tasks.observe({ kind, outcome: name }, seconds)
    },
    counts: async () => {
      const sums = { admitted: 0, refused: 0, done: 0, failed: 0 }
      for (const { labels, value } of (await jobs.get()).values) {
        sums[labels.outcome === 'admitted' ? 'admitted' : 'refused'] += value
      }
      for (const { labels, value, metricName } of (await tasks.get()).values) {
        if (metricName !== 'animegan_task_seconds_count' || labels.kind === 'preview') continue
        if (labels.kind === 'part' && labels.outcome !== 'failed') continue
        if (labels.outcome === 'done' || labels.outcome === 'failed') sums[labels.outcome] += value
      }
      return sums
    },
    text: (load) => {
      for (const [name, each] of Object.entries(gauges)) each.set(load[name as keyof typeof gauges])
      return registry.metrics()
    },
    contentType: registry.contentType,
  }
}
