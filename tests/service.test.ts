/**
 * The service as processes, and what becomes of its jobs when these are killed: workers, Postgres, the service itself.
 * Every acknowledged job has to end as one result.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgres, type TestDatabase, temporaryFolder, testDatabase } from '../packages/server/src/testing.ts'
import { ffmpeg, hasJudges } from '../packages/video/src/testing.ts'

const bin = fileURLToPath(new URL('../packages/cli/bin/animegan.js', import.meta.url))
/** How often a worker and Postgres are killed; ANIMEGAN_KILLS=20 is a storm. */
const KILLS = Number(process.env.ANIMEGAN_KILLS ?? 1)
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
  if (!hasJudges) return
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=48x32:rate=5', '-f', 'lavfi', '-i', 'sine=330', '-t', '16']
  ffmpeg(...source, '-pix_fmt', 'yuv420p', '-g', '10', `${folder.path}/clip.mp4`)
  clip = readFileSync(`${folder.path}/clip.mp4`)
})
/** A clip of eight parts of two seconds, tiny, with sound. */
let clip: Buffer
const send = async (url: string, body = photo): Promise<string> => {
  const response = await fetch(`${url}/v1/jobs?faces=off`, { method: 'POST', body: body as BodyInit })
  expect(response.status, await response.clone().text()).toBe(202)
  return ((await response.json()) as { id: string }).id
}
const stateOf = async (url: string, id: string): Promise<string> => {
  const response = await fetch(`${url}/v1/jobs/${id}`).catch(() => undefined)
  return response?.ok ? ((await response.json()) as { state: string }).state : 'unknown'
}
const loadOf = async (url: string): Promise<unknown> => (await fetch(`${url}/v1/load`)).json()
/** The bytes of a job's result, once it is there. */
const resultOf = async (url: string, id: string): Promise<Buffer> => {
  await allDone(url, [id])
  const { links } = (await (await fetch(`${url}/v1/jobs/${id}`)).json()) as { links: { result: string } }
  return Buffer.from(await (await fetch(url + links.result)).arrayBuffer())
}
const states = (url: string, ids: readonly string[]): Promise<string[]> =>
  Promise.all(ids.map((id) => stateOf(url, id)))
const allDone = (url: string, ids: readonly string[]) =>
  expect.poll(() => states(url, ids), { timeout: 150_000 * KILLS, interval: 500 }).toEqual(ids.map(() => 'done'))

const why = hasPostgres ? '' : ' (skipped: Postgres is not installed)'
describe.skipIf(why)(`many machines${why}`, () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database.close())

  it(
    'finish every job once, and a clip as the same bytes, though a worker and Postgres are killed; end on SIGTERM',
    async () => {
      const { url: address } = database.place as { url: string }
      const places = ['--database', address, '--blobs', `${folder.path}/blobs`]
      const api = await service(...places, '--state', `${folder.path}/api`, '--workers', '0')
      const worker = () => start('worker', ...places, '--workers', '1', '--threads', '1')
      const workers = [worker(), worker()]
      await expect.poll(() => loadOf(api.url), { timeout: 120_000 }).toMatchObject({ workers: 2 })
      const clips = hasJudges ? [await send(api.url, clip)] : []
      const unkilled = await Promise.all(clips.map((id) => resultOf(api.url, id)))
      const ids: string[] = []
      for (let kill = 0; kill < KILLS; kill++) {
        if (hasJudges) clips.push(await send(api.url, clip))
        ids.push(...(await Promise.all(Array.from({ length: 6 }, () => send(api.url)))))
        // Both workers draw, a part of the clip each, where there is one.
        await expect.poll(() => loadOf(api.url), { timeout: 120_000, interval: 20 }).toMatchObject({ working: 2 })
        workers[0].child.kill('SIGKILL')
        await database.restart()
        await expect.poll(() => fetch(`${api.url}/readyz`).then(({ status }) => status), { timeout: 60_000 }).toBe(200)
        ids.push(await send(api.url))
        if (kill + 1 < KILLS) workers.splice(0, 2, workers[1], worker())
      }
      await allDone(api.url, [...clips, ...ids])
      for (const id of clips) expect((await resultOf(api.url, id)).equals(unkilled[0])).toBe(true)
      // One result a job, and nothing left of parts.
      const jobs = readdirSync(`${folder.path}/blobs`).flatMap((start) => readdirSync(`${folder.path}/blobs/${start}`))
      expect(jobs.sort()).toEqual([...clips, ...ids].sort())
      workers[1].child.kill('SIGTERM')
      api.child.kill('SIGTERM')
      expect(await Promise.all([workers[1].ended, api.ended])).toEqual([0, 0])
    },
    180_000 * KILLS,
  )
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
