/**
 * The service under load, as processes on this machine and over loopback: a thousand uploads at once, ten times what it
 * can do, one client with very many pictures, kills of its database, a signal to end with work in flight, and how soon an
 * idle worker takes a job up. Bounded in time. The crowds of service-simulation.ts need no service. What workers and
 * Postgres do when they are killed is a test (`tests/service.test.ts`).
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { animegan } from './pictures.ts'
import { type Crowd, type Policy, type SimulationResult, simulate } from './service-simulation.ts'

/** A service in a process of its own. */
export interface RunningService {
  readonly url: string
  readonly pid: number
  close(): Promise<void>
}

/** Starts `animegan serve` with one worker, and waits until the worker is ready. */
export const startService = async (state: string, ...args: readonly string[]): Promise<RunningService> => {
  const command = animegan(
    'serve',
    '--port',
    '0',
    '--state',
    state,
    '--workers',
    '1',
    '--quota',
    '1000000',
    '--proxies',
    '1',
    ...args,
  )
  const child: ChildProcess = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (data) => resolve(String(data).trim().replace(/\/$/, '')))
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)))
  })
  const service = {
    url,
    pid: child.pid as number,
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
  // The first picture waits for the worker's style.
  await done(service, await send(service, await photo(64)))
  return service
}

/** A JPEG of noise, so that no two are alike and none is small. */
const photo = (side: number): Promise<Buffer> => {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const
  return sharp({ create: { width: side, height: side, channels: 3, background: '#808080', noise } })
    .jpeg()
    .toBuffer()
}

interface Sent {
  readonly status: number
  readonly id: string
  readonly milliseconds: number
  /** In milliseconds, when it was sent. */
  readonly promised: number
}

/** Sends a picture, as a client of an address. */
const send = async (service: RunningService, picture: Buffer, from = '192.0.2.1'): Promise<Sent> => {
  const start = performance.now()
  const response = await fetch(`${service.url}/v1/jobs?faces=off`, {
    method: 'POST',
    body: picture as BodyInit,
    headers: { 'Idempotency-Key': randomUUID(), 'X-Forwarded-For': from },
  })
  const { id = '', estimatedSeconds = 0 } = (await response.json()) as { id?: string; estimatedSeconds?: number }
  return { status: response.status, id, milliseconds: performance.now() - start, promised: estimatedSeconds * 1000 }
}

/** Milliseconds until a job is taken from the queue, and until it is done. */
const done = async (
  service: RunningService,
  { id }: Pick<Sent, 'id'>,
  every = 20,
): Promise<{ taken: number; done: number }> => {
  const start = performance.now()
  let taken = 0
  for (;;) {
    const { state } = (await (await fetch(`${service.url}/v1/jobs/${id}`)).json()) as { state: string }
    if (state !== 'queued') taken ||= performance.now() - start
    if (state !== 'queued' && state !== 'working') return { taken, done: performance.now() - start }
    await sleep(every)
  }
}

/** Milliseconds until a job's events say that it has ended. */
const told = async (service: RunningService, { id }: Sent): Promise<number> => {
  const start = performance.now()
  // The service ends the stream after that event.
  await (await fetch(`${service.url}/v1/jobs/${id}/events`)).text()
  return performance.now() - start
}

const residentOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

const quantile = (values: readonly number[], fraction: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(fraction * values.length))]

/** Times of single jobs on an idle service, in milliseconds: their POST, and until the worker takes them up. */
export const idle = async (service: RunningService, jobs: number): Promise<{ post: number; pickUp: number }> => {
  const picture = await photo(64)
  const posts: number[] = []
  const pickUps: number[] = []
  for (let i = 0; i < jobs; i++) {
    const sent = await send(service, picture)
    posts.push(sent.milliseconds)
    pickUps.push((await done(service, sent)).taken)
  }
  return { post: quantile(posts, 0.95), pickUp: quantile(pickUps, 0.95) }
}

/** Many uploads at the same time: the statuses, and the API's largest memory in MiB. */
export const atOnce = async (
  service: RunningService,
  uploads: number,
): Promise<{ statuses: string; memory: number }> => {
  const picture = await photo(1200)
  let memory = 0
  const watch = setInterval(() => {
    memory = Math.max(memory, residentOf(service.pid))
  }, 50)
  const all = await Promise.all(Array.from({ length: uploads }, (_, i) => send(service, picture, visitor(i))))
  clearInterval(watch)
  const counts = new Map<number, number>()
  for (const { status } of all) counts.set(status, (counts.get(status) ?? 0) + 1)
  return { statuses: [...counts].map(([status, count]) => `${count} x ${status}`).join(', '), memory }
}

/** The address of one of many visitors. */
const visitor = (number: number): string => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`

/** Waits until nothing waits and nothing is in work. */
const quiet = async (service: RunningService): Promise<void> => {
  for (;;) {
    const load = (await (await fetch(`${service.url}/v1/load`)).json()) as { waiting: number; working: number }
    if (load.waiting + load.working === 0) return
    await sleep(500)
  }
}

/** What a service does in a second, in pictures like those of `overload`, when it has more than enough of them. */
export const capacity = async (service: RunningService, pictures: number): Promise<number> => {
  await quiet(service)
  const picture = await photo(OVERLOADING)
  const start = performance.now()
  const sent = await Promise.all(Array.from({ length: pictures }, (_, i) => send(service, picture, visitor(i))))
  await Promise.all(sent.filter(({ status }) => status === 202).map((each) => told(service, each)))
  return (sent.filter(({ status }) => status === 202).length * 1000) / (performance.now() - start)
}

/** The side of the pictures of `overload`. */
const OVERLOADING = 512

/**
 * More than the service can do, for a while, from as many visitors: how long the wait becomes that a new visitor is told,
 * how healthy it stays, and how it keeps its promises.
 */
export const overload = async (
  service: RunningService,
  perSecond: number,
  seconds: number,
): Promise<{ admitted: number; refused: number; wait: number; health: number; within: readonly [number, number] }> => {
  const picture = await photo(OVERLOADING)
  let wait = 0
  let sentSoFar = 0
  const admitted: Promise<number>[] = []
  const health: number[] = []
  let refused = 0
  const one = async (): Promise<void> => {
    const sent = await send(service, picture, visitor(sentSoFar++))
    if (sent.status !== 202) {
      refused++
      return
    }
    admitted.push(told(service, sent).then((took) => took / sent.promised))
  }
  const sending: Promise<void>[] = []
  for (const until = Date.now() + seconds * 1000; Date.now() < until; ) {
    sending.push(one())
    const start = performance.now()
    await fetch(`${service.url}/healthz`)
    health.push(performance.now() - start)
    if (sentSoFar % 50 === 0) {
      const load = (await (await fetch(`${service.url}/v1/load`)).json()) as { waitSeconds?: number }
      wait = Math.max(wait, load.waitSeconds ?? 0)
    }
    await sleep(Math.max(0, 1000 / perSecond - (performance.now() - start)))
  }
  await Promise.all(sending)
  const ratios = await Promise.all(admitted)
  return {
    admitted: ratios.length,
    refused,
    wait,
    health: quantile(health, 0.99),
    within: [quantile(ratios, 0.9), quantile(ratios, 1)],
  }
}

/** One client sends very many pictures; the milliseconds until others see their previews, 95 % of them. */
export const greedy = async (service: RunningService, jobs: number, others: number): Promise<number> => {
  await quiet(service)
  const picture = await photo(600)
  const flood = async (): Promise<void> => {
    for (let i = 0; i < jobs; i++) await send(service, picture, '198.51.100.1')
  }
  const flooding = flood()
  const waits: number[] = []
  for (let i = 0; i < others; i++) {
    await sleep(1000)
    const start = performance.now()
    const { status, id } = await send(service, picture, `203.0.113.${i}`)
    if (status !== 202) continue
    while (!(await linksOf(service, id)).preview) await sleep(50)
    waits.push(performance.now() - start)
  }
  await flooding
  return quantile(waits, 0.95)
}

const linksOf = async (service: RunningService, id: string): Promise<{ readonly preview?: string }> =>
  ((await (await fetch(`${service.url}/v1/jobs/${id}`)).json()) as { links: { preview?: string } }).links

/** Kills the embedded database again and again: jobs lost of those acknowledged, and the longest time until it answers. */
export const databaseKills = async (
  service: RunningService,
  kills: number,
): Promise<{ acknowledged: number; lost: number; away: number }> => {
  await quiet(service)
  const picture = await photo(64)
  const ids: string[] = []
  let away = 0
  for (let kill = 0; kill < kills; kill++) {
    for (let i = 0; i < 5; i++) {
      const sent = await send(service, picture)
      if (sent.status === 202) ids.push(sent.id)
    }
    process.kill(databaseOf(service.pid), 'SIGKILL')
    const start = performance.now()
    while ((await fetch(`${service.url}/readyz`)).status !== 200) await sleep(20)
    away = Math.max(away, performance.now() - start)
  }
  let lost = 0
  for (const id of ids) if ((await fetch(`${service.url}/v1/jobs/${id}`)).status !== 200) lost++
  return { acknowledged: ids.length, lost, away }
}

/**
 * A signal to end while pictures are in work and wait: the milliseconds until the service has ended, and how many of them
 * are not done once it was started again.
 */
export const endAndResume = async (state: string, pictures: number): Promise<{ ended: number; lost: number }> => {
  const first = await startService(state)
  const picture = await photo(900)
  const sent = await Promise.all(Array.from({ length: pictures }, (_, i) => send(first, picture, visitor(i))))
  const ids = sent.filter(({ status }) => status === 202).map(({ id }) => id)
  const start = performance.now()
  await first.close()
  const ended = performance.now() - start
  const second = await startService(state)
  try {
    let lost = 0
    for (const id of ids) {
      await done(second, { id }, 100)
      const { state: how } = (await (await fetch(`${second.url}/v1/jobs/${id}`)).json()) as { state: string }
      if (how !== 'done') lost++
    }
    return { ended, lost }
  } finally {
    await second.close()
  }
}

/** The process of a service's embedded database. */
const databaseOf = (service: number): number => {
  const found = readdirSync('/proc').find((pid) => {
    try {
      const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      return (
        Number(parent) === service && readFileSync(join('/proc', pid, 'cmdline'), 'utf8').includes('pglite-process')
      )
    } catch {
      return false
    }
  })
  return Number(found)
}

/** The crowd that made the queue of 2021: 1,241 waiting, three hours each, is one picture in 8.7 seconds. */
const crowdOf2021: Crowd = { arrivals: 0.26, duration: 3 * 3600, several: { share: 0.1, pictures: 5 } }
const SECONDS_OF_2021 = 8.7

/** The crowd of 2021, and ten times that, against policies; a worker draws a picture in so many seconds. */
export const crowds = (seconds: number): { crowd: string; policy: string; result: SimulationResult }[] => {
  const bounded: Policy = { workers: 1, seconds, longest: 60, preview: undefined, device: undefined }
  const naive = { ...bounded, longest: Number.POSITIVE_INFINITY }
  const previews = { ...bounded, preview: 0.15 * seconds }
  const devices = { ...previews, device: { share: 0.8, seconds: 6 } }
  const policies: readonly (readonly [string, Policy])[] = [
    ['a naive queue, as fast as in 2021', { ...naive, seconds: SECONDS_OF_2021 }],
    ['a naive queue', naive],
    ['bounded', bounded],
    ['bounded, with previews', previews],
    ['and visitors’ own devices', devices],
    ['and four workers', { ...devices, workers: 4 }],
  ]
  return [1, 10].flatMap((times) =>
    policies.map(([policy, how]) => ({
      crowd: times === 1 ? '2021' : 'ten times that',
      policy,
      result: simulate({ ...crowdOf2021, arrivals: crowdOf2021.arrivals * times }, how),
    })),
  )
}
