/** The API without workers: who may, how much, how slow, and what a crowd is answered. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createConnection } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openStyle } from '@animegan/node'
import type { FastifyInstance } from 'fastify'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { folderBlobs } from '../blobs/folder-blobs.ts'
import { type Database, openDatabase } from '../database/database.ts'
import { openQueue, type Queue } from '../queue/queue.ts'
import { sweep } from '../service.ts'
import { hostileUploads, type TestDatabase, temporaryFolder, testDatabase } from '../testing.ts'
import { openTracing } from '../tracing.ts'
import { createArtist } from '../work/artist.ts'
import { type AppParts, createApp } from './app.ts'
import { networkOf } from './clients.ts'
import { createMetrics } from './metrics.ts'

const folder = temporaryFolder()
const uploads = join(folder.path, 'uploads')
const blobs = folderBlobs(join(folder.path, 'blobs'))
const inspector = createArtist({ threads: 1, memory: 1024 })
let server: TestDatabase
let database: Database
let queue: Queue
let parts: AppParts
let photo: Buffer
const apps: FastifyInstance[] = []
beforeAll(async () => {
  mkdirSync(uploads)
  server = await testDatabase()
  database = await openDatabase(server.place, () => {})
  queue = await openQueue(database)
  photo = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#336699' } })
    .jpeg()
    .toBuffer()
  parts = {
    queue,
    blobs,
    inspector,
    uploads,
    styles: new Map([['sora', await openStyle('sora')]]),
    metrics: createMetrics(),
    tracing: await openTracing({}),
    page: undefined,
    offers: false,
    keys: undefined,
    proxies: 1,
    version: '0.0.0',
    limits: { bytes: 1e6, pixels: 4e6, seconds: 20, longest: 60, quota: 1000, keep: 3600, span: 10_000, whole: 60_000 },
    answers: database.answers,
    onAdmitted: () => {},
  }
})
beforeEach(async () => {
  await database.query('delete from pgboss.job; delete from animegan.worker; delete from animegan.quota')
})
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})
afterAll(async () => {
  inspector.close()
  await queue.close()
  await database.close()
  await server.close()
  folder.remove()
})

/** A listening application. */
const started = async (changes: Partial<AppParts> = {}, limits: Partial<AppParts['limits']> = {}) => {
  const app = await createApp({ ...parts, ...changes, limits: { ...parts.limits, ...limits } })
  apps.push(app)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, init)
  const post = (from = '10.0.0.1', headers: Record<string, string> = {}): Promise<Response> =>
    ask('/v1/jobs', { method: 'POST', body: photo as BodyInit, headers: { 'X-Forwarded-For': from, ...headers } })
  return { port, ask, post }
}
const worker = randomUUID()
/** A worker that is as fast as said, takes nothing, and counts as heard of however slow this machine is. */
const workerAt = async (rate: number): Promise<void> => {
  await queue.report({ id: worker, rate })
  await database.query(`update animegan.worker set seen = now() + interval '1 hour'`)
}
const typeOf = async (response: Response): Promise<string> => ((await response.json()) as { type: string }).type

describe('a crowd', () => {
  it('is told to come back when nothing works, before it has sent anything', async () => {
    const { post, ask } = await started()
    const response = await post()
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(await response.json()).toMatchObject({ type: 'urn:animegan:problem:busy', page: '/' })
    expect(await (await ask('/v1/load')).json()).toEqual({
      admits: false,
      waiting: 0,
      working: 0,
      workers: 0,
      maxWaitSeconds: 60,
    })
  })

  it('is admitted until the wait is too long; then each gets 503, who has jobs waiting 429', async () => {
    const { post } = await started()
    // A job costs about 0.2, so some 30 fit into 60 seconds.
    await workerAt(0.1)
    const statuses: number[] = []
    for (let i = 0; i < 60; i++) {
      const response = await post(`10.0.${i >> 1}.1`)
      statuses.push(response.status)
      if (response.status !== 202) expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      if (response.status === 429) expect(await typeOf(response)).toBe('urn:animegan:problem:busy')
    }
    expect(new Set(statuses)).toEqual(new Set([202, 429, 503]))
    // Every second one is of a client with a job: those are refused first.
    expect(statuses.indexOf(429)).toBeLessThan(statuses.indexOf(503))
    expect((await queue.load()).wait).toBeLessThanOrEqual(60)
    expect(readdirSync(uploads)).toEqual([])
  })

  it('of one client does not keep another waiting', async () => {
    const { post } = await started()
    await workerAt(0.1)
    for (let i = 0; i < 12; i++) await post('10.0.0.1')
    const newcomer = (await (await post('10.0.0.2')).json()) as { place: number }
    expect(newcomer.place).toBe(2)
  })
})

describe('a client', () => {
  it('has its jobs of an hour', async () => {
    const { post } = await started({}, { quota: 2 })
    await workerAt(100)
    expect([(await post()).status, (await post()).status]).toEqual([202, 202])
    const response = await post()
    expect([response.status, await typeOf(response)]).toEqual([429, 'urn:animegan:problem:quota'])
    expect((await post('10.0.0.2')).status).toBe(202)
  })

  it('needs a key where keys are given, and sees only its own jobs', async () => {
    const { post, ask } = await started({ keys: ['one', 'two'] })
    await workerAt(100)
    expect((await post()).status).toBe(401)
    expect((await post('', { Authorization: 'Bearer three' })).status).toBe(401)
    const { id } = (await (await post('', { Authorization: 'Bearer one' })).json()) as { id: string }
    const as = (key: string): RequestInit => ({ headers: { Authorization: `Bearer ${key}` } })
    expect((await ask(`/v1/jobs/${id}`, as('one'))).status).toBe(200)
    expect((await ask(`/v1/jobs/${id}`, as('two'))).status).toBe(404)
    expect((await ask(`/v1/jobs/${id}`)).status).toBe(401)
  })

  it('cannot take the id of another’s job', async () => {
    const { post } = await started()
    await workerAt(100)
    const headers = { 'Idempotency-Key': randomUUID() }
    expect((await post('10.0.0.1', headers)).status).toBe(202)
    expect((await post('10.0.0.2', headers)).status).toBe(409)
  })

  it('is stored as a hash, and as the network of its household', async () => {
    const { post } = await started()
    await workerAt(100)
    await post('192.0.2.77')
    const { rows } = await database.query('select data::text, group_id from pgboss.job')
    expect(JSON.stringify(rows)).not.toContain('192.0.2.77')
    expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7')
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0')
    expect(networkOf('2001:0DB8:0:0:ffff::9%eth0')).toBe(networkOf('2001:db8::1'))
  })
})

it.each([
  ['sends too little at a time', { span: 300 }, 'x'],
  ['never comes to an end', { span: 300, whole: 1000 }, 'x'.repeat(10_000)],
])('a client that %s is told so, and costs no more', async (_, limits, drop) => {
  const { port } = await started({}, limits)
  await workerAt(100)
  const socket = createConnection(port, '127.0.0.1')
  let answer = ''
  socket.on('data', (data) => {
    answer += data
  })
  socket.on('error', () => {})
  socket.write('POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n')
  const drip = setInterval(() => socket.write(drop), 50)
  await new Promise((resolve) => socket.on('close', resolve))
  clearInterval(drip)
  expect(answer).toContain('HTTP/1.1 408')
  expect(answer).toContain('urn:animegan:problem:too-slow')
  await expect.poll(() => readdirSync(uploads)).toEqual([])
})

it('deletes what expired, and says so', async () => {
  const { post, ask } = await started()
  await workerAt(100)
  const { id } = (await (await post()).json()) as { id: string }
  const result = { width: 1, height: 1, frames: 1, format: 'jpeg', bytes: 1, notices: [] } as const
  for (let task = await queue.take(); task; task = await queue.take()) await queue.finish(task, { result })
  const done = (await (await ask(`/v1/jobs/${id}`)).json()) as { state: string; links: { result: string } }
  expect(done.state).toBe('done')
  await database.query(`update animegan.kept set until = now() - interval '1 second'`)
  await sweep(queue, blobs)
  expect(await (await ask(`/v1/jobs/${id}`)).json()).toMatchObject({
    state: 'expired',
    links: { self: `/v1/jobs/${id}` },
  })
  const response = await ask(done.links.result)
  expect([response.status, await typeOf(response)]).toEqual([410, 'urn:animegan:problem:expired'])
  expect(
    readdirSync(join(folder.path, 'blobs')).flatMap((two) => readdirSync(join(folder.path, 'blobs', two))),
  ).not.toContain(id)
})

it('answers each of 200 kinds of hostile upload with 202 or 4xx, and the next picture with 202', async () => {
  const { ask, post } = await started({}, { quota: 1e6, longest: 1e6 })
  await workerAt(1e6)
  const statuses: number[] = []
  for (const upload of await hostileUploads(200)) {
    statuses.push((await ask('/v1/jobs', { method: 'POST', body: upload as BodyInit })).status)
  }
  expect(statuses.filter((status) => status !== 202 && (status < 400 || status >= 500))).toEqual([])
  expect(statuses.filter((status) => status === 422).length).toBeGreaterThan(20)
  expect((await post()).status).toBe(202)
  expect(readdirSync(uploads)).toEqual([])
})

it('serves the page compressed, isolated, nothing outside its folder, and with an offer to draw only where told to', async () => {
  const page = join(folder.path, 'page')
  mkdirSync(join(page, 'assets'), { recursive: true })
  writeFileSync(join(page, 'index.html'), '<head></head>')
  writeFileSync(join(page, 'assets', 'engine.wasm'), Buffer.alloc(100_000))
  writeFileSync(join(page, 'assets', 'packed.js.gz'), gzipSync('packed'))
  const { ask } = await started({ page })
  const index = await ask('/')
  expect(await index.text()).toBe('<head></head>')
  expect(Object.fromEntries(index.headers)).toMatchObject({
    'content-encoding': 'gzip',
    'cross-origin-embedder-policy': 'require-corp',
    'cache-control': 'no-cache',
  })
  const engine = await ask('/assets/engine.wasm')
  expect(engine.headers.get('content-type')).toBe('application/wasm')
  expect(Number(engine.headers.get('content-length'))).toBeLessThan(1000)
  expect((await engine.arrayBuffer()).byteLength).toBe(100_000)
  const plain = await ask('/assets/engine.wasm', { headers: { 'Accept-Encoding': 'identity' } })
  expect(plain.headers.get('content-length')).toBe('100000')
  for (const encoding of ['gzip', 'identity']) {
    const packed = await ask('/assets/packed.js', { headers: { 'Accept-Encoding': encoding } })
    expect(packed.headers.get('content-type')).toContain('javascript')
    expect(await packed.text()).toBe('packed')
  }
  for (const path of ['/none', '/..%2fuploads', '/%', '/assets']) {
    expect([400, 404], path).toContain((await ask(path)).status)
  }
  const offering = await started({ page, offers: true })
  const text = await (await offering.ask('/')).text()
  expect(text).toBe('<head><meta name="animegan-service" content="3600"></head>')
})
