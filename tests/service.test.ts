/**
 * The service as processes, and what becomes of its jobs when these are killed: workers, Postgres, the service itself.
 * Every acknowledged job has to end as one result.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgres, type TestDatabase, temporaryFolder, testDatabase } from '../packages/server/src/testing.ts'

const bin = fileURLToPath(new URL('../packages/cli/bin/animegan.js', import.meta.url))
const folder = temporaryFolder()
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  folder.remove()
})

/** Starts the command; `output` gathers what it prints. */
const start = (...args: string[]): { child: ChildProcess; output: () => string; ended: Promise<number | null> } => {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let output = ''
  child.stdout.on('data', (data) => {
    output += data
  })
  child.stderr.on('data', (data) => {
    output += data
  })
  return { child, output: () => output, ended: new Promise((resolve) => child.once('exit', resolve)) }
}
/** Starts a service, and returns its address once it listens. */
const service = async (...args: string[]) => {
  const started = start('serve', '--port', '0', '--max-wait', '1:00:00', '--threads', '1', ...args)
  let url = ''
  await expect
    .poll(
      () => {
        ;[, url] = /^(http:.*)\/$/m.exec(started.output()) ?? ['', '']
        return url || started.output()
      },
      { timeout: 120_000, interval: 200 },
    )
    .toMatch(/^http/)
  return { ...started, url }
}

let photo: Buffer
beforeAll(async () => {
  const example = fileURLToPath(new URL('../examples/street.jpg', import.meta.url))
  photo = await sharp(example).resize(200).jpeg().toBuffer()
})
const send = async (url: string): Promise<string> => {
  const response = await fetch(`${url}/v1/jobs?faces=off`, { method: 'POST', body: photo as BodyInit })
  expect(response.status, await response.clone().text()).toBe(202)
  return ((await response.json()) as { id: string }).id
}
const stateOf = async (url: string, id: string): Promise<string> => {
  const response = await fetch(`${url}/v1/jobs/${id}`).catch(() => undefined)
  return response?.ok ? ((await response.json()) as { state: string }).state : 'unknown'
}
const states = (url: string, ids: readonly string[]): Promise<string[]> =>
  Promise.all(ids.map((id) => stateOf(url, id)))
const allDone = (url: string, ids: readonly string[]) =>
  expect.poll(() => states(url, ids), { timeout: 150_000, interval: 500 }).toEqual(ids.map(() => 'done'))

const why = hasPostgres ? '' : ' (skipped: Postgres is not installed)'
describe.skipIf(why)(`many machines${why}`, () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database.close())

  it('finish every job once though a worker and Postgres are killed, and end on SIGTERM', async () => {
    const { url: address } = database.place as { url: string }
    const places = ['--database', address, '--blobs', `${folder.path}/blobs`]
    const api = await service(...places, '--state', `${folder.path}/api`, '--workers', '0')
    const worker = () => start('worker', ...places, '--workers', '1', '--threads', '1')
    const workers = [worker(), worker()]
    await expect
      .poll(async () => ((await (await fetch(`${api.url}/v1/load`)).json()) as { workers: number }).workers, {
        timeout: 120_000,
      })
      .toBe(2)
    const ids = await Promise.all(Array.from({ length: 6 }, () => send(api.url)))
    await expect.poll(async () => (await states(api.url, ids)).includes('working'), { timeout: 120_000 }).toBe(true)
    workers[0].child.kill('SIGKILL')
    await database.restart()
    await expect.poll(() => fetch(`${api.url}/readyz`).then(({ status }) => status), { timeout: 60_000 }).toBe(200)
    ids.push(await send(api.url))
    await allDone(api.url, ids)
    workers[1].child.kill('SIGTERM')
    api.child.kill('SIGTERM')
    expect(await Promise.all([workers[1].ended, api.ended])).toEqual([0, 0])
  })
})

it.skipIf(process.platform === 'win32')(
  'one machine: jobs outlive a kill of the service, and a second one on its folder is refused',
  async () => {
    const state = `${folder.path}/one`
    const first = await service('--state', state, '--workers', '1')
    const ids = [await send(first.url), await send(first.url)]
    const second = start('serve', '--port', '0', '--state', state)
    expect(await second.ended).toBe(1)
    expect(second.output()).toMatch(
      /^animegan: .*one\/database: is already in use by process \d+: wait for it or end it\n$/,
    )
    first.child.kill('SIGKILL')
    await first.ended
    const again = await service('--state', state, '--workers', '1')
    await allDone(again.url, ids)
    again.child.kill('SIGTERM')
    expect(await again.ended).toBe(0)
  },
)
