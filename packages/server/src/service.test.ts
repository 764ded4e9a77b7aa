/** The service as clients see it: over HTTP, with the styles, networks and processes that it runs with. */
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ffmpeg, hasJudges, probe, timesOf } from '../../video/src/testing.ts'
import { type ServeOptions, type Service, serve } from './service.ts'
import { hostileUploads, type TestDatabase, temporaryFolder, testDatabase } from './testing.ts'

const folder = temporaryFolder()
let database: TestDatabase
let service: Service
const options = (): ServeOptions => ({
  host: '127.0.0.1',
  port: 0,
  state: folder.path,
  database: 'url' in database.place ? database.place.url : undefined,
  workers: 1,
  threads: 1,
  memory: 2048,
  maxWait: 600,
  quota: 1000,
  keep: 3600,
  maxBytes: 2_000_000,
  maxPixels: 4_000_000,
  maxSeconds: 20,
  proxies: 0,
  offers: false,
  version: '0.0.0',
  tell: () => {},
})
let photo: Buffer
beforeAll(async () => {
  database = await testDatabase()
  service = await serve(options())
  const example = fileURLToPath(new URL('../../../examples/street.jpg', import.meta.url))
  photo = await sharp(example)
    .resize(320)
    .withExif({ IFD0: { Artist: 'somebody' } })
    .jpeg()
    .toBuffer()
})
afterAll(async () => {
  await service.close(0)
  await database.close()
  folder.remove()
})

interface Job {
  readonly id: string
  readonly state: string
  readonly estimatedSeconds: number
  readonly result: { readonly bytes: number }
  readonly links: Readonly<Record<string, string>>
}
const post = (body: Buffer | FormData, query = '', headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${service.url}/v1/jobs${query}`, { method: 'POST', body: body as BodyInit, headers })
const get = (path: string): Promise<Response> => fetch(service.url + path)
const sent = async (...args: Parameters<typeof post>): Promise<Job> => {
  const response = await post(...args)
  expect(response.status, await response.clone().text()).toBe(202)
  return (await response.json()) as Job
}
const ended = async (id: string): Promise<Job> => {
  let job = {} as Job
  await expect
    .poll(
      async () => {
        job = (await (await get(`/v1/jobs/${id}`)).json()) as Job
        return job.state
      },
      { timeout: 120_000, interval: 200 },
    )
    .not.toMatch(/queued|working/)
  return job
}
const flat = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#808080' } })
    .png()
    .toBuffer()
/** The ids for which anything is kept. */
const kept = (): string[] =>
  !existsSync(join(folder.path, 'blobs'))
    ? []
    : readdirSync(join(folder.path, 'blobs')).flatMap((start) => readdirSync(join(folder.path, 'blobs', start)))
/** The files that are kept for jobs. */
const stored = (id: string): string[] => {
  try {
    return readdirSync(join(folder.path, 'blobs', id.slice(0, 2), id))
  } catch {
    return []
  }
}

describe('a picture', () => {
  it('is drawn: one request sends it, the links lead to its preview and result, and it leaves no input', async () => {
    const response = await post(photo, '?faces=off&format=png')
    expect(response.status).toBe(202)
    const job = (await response.json()) as Job
    expect(response.headers.get('location')).toBe(`/v1/jobs/${job.id}`)
    expect(job).toMatchObject({ state: 'queued', links: { self: `/v1/jobs/${job.id}` } })
    expect(job.estimatedSeconds).toBeGreaterThan(0)
    const done = await ended(job.id)
    expect(done).toMatchObject({ state: 'done', place: 0, progress: 1, result: { width: 320, format: 'png' } })
    const result = await get(done.links.result)
    expect(result.headers.get('content-type')).toBe('image/png')
    const bytes = Buffer.from(await result.arrayBuffer())
    expect(bytes.length).toBe(done.result.bytes)
    const [drawn, original] = await Promise.all([bytes, photo].map((each) => sharp(each).raw().toBuffer()))
    expect(drawn.length).toBe(original.length)
    expect(drawn.equals(original)).toBe(false)
    const preview = Buffer.from(await (await get(done.links.preview)).arrayBuffer())
    expect(await sharp(preview).metadata()).toMatchObject({ format: 'webp', width: 256 })
    expect(stored(job.id).sort()).toEqual(['preview', 'result'])
  })

  it('is sent as a form, too, and keeps its metadata only on request', async () => {
    const form = new FormData()
    form.set('metadata', 'keep')
    form.set('faces', 'off')
    form.set('picture', new Blob([new Uint8Array(photo)]), 'photo.jpg')
    const [kept, stripped] = [await sent(form), await sent(photo, '?faces=off')]
    const exifOf = async ({ id }: Job) => {
      const done = await ended(id)
      return (await sharp(Buffer.from(await (await get(done.links.result)).arrayBuffer())).metadata()).exif
    }
    expect((await exifOf(kept))?.toString('latin1')).toContain('somebody')
    expect(await exifOf(stripped)).toBeUndefined()
  })

  it('sent again under its Idempotency-Key is the same job', async () => {
    const key = randomUUID()
    const first = await sent(photo, '?faces=off', { 'Idempotency-Key': key })
    const second = await sent(photo, '?faces=off', { 'Idempotency-Key': key })
    expect([first.id, second.id]).toEqual([key, key])
    await fetch(`${service.url}/v1/jobs/${key}`, { method: 'DELETE' })
  })

  it('is gone at once when it is deleted, in any state', async () => {
    const { id } = await sent(photo, '?faces=off')
    expect((await fetch(`${service.url}/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect(stored(id)).toEqual([])
    expect((await get(`/v1/jobs/${id}`)).status).toBe(404)
    const done = await ended((await sent(photo, '?faces=off')).id)
    await fetch(`${service.url}/v1/jobs/${done.id}`, { method: 'DELETE' })
    expect((await get(done.links.result)).status).toBe(404)
    expect(stored(done.id)).toEqual([])
  })

  it('tells of itself by events until it is done', async () => {
    const { links } = await sent(photo, '?faces=off')
    const text = await (await get(links.events)).text()
    const names = [...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)
    expect(names.at(-1)).toBe('done')
    expect(names).toContain('preview')
    const last = JSON.parse(text.trim().split('data: ').at(-1) as string)
    expect((await get(last.links.result)).status).toBe(200)
  })
})

/** What a bad upload is answered with. */
const refused = async (response: Response, status: number, type: string) => {
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  const document = (await response.json()) as Record<string, unknown>
  expect(document).toMatchObject({ type: `urn:animegan:problem:${type}`, status })
  expect(document.detail).not.toContain('\n')
  expect(response.status).toBe(status)
}

describe.skipIf(!hasJudges)('a clip (skipped without ffmpeg and ffprobe)', () => {
  let clip: Buffer
  beforeAll(() => {
    const path = join(folder.path, 'clip.mp4')
    const source = ['-f', 'lavfi', '-i', 'testsrc2=size=288x216:rate=4', '-f', 'lavfi', '-i', 'sine=330', '-t', '4']
    ffmpeg(...source, '-pix_fmt', 'yuv420p', '-g', '8', '-metadata', 'title=secret', path)
    clip = readFileSync(path)
  })

  it('is drawn in parts, with its sound, without its tags, and leaves nothing but preview and result', async () => {
    const before = kept()
    const done = await ended((await sent(clip, '?faces=off')).id)
    expect(done).toMatchObject({ state: 'done', progress: 1 })
    expect(done.result).toMatchObject({ width: 288, height: 216, frames: 16, seconds: 4, format: 'mp4' })
    const result = await get(done.links.result)
    expect(result.headers.get('content-type')).toBe('video/mp4')
    const path = join(folder.path, 'made.mp4')
    writeFileSync(path, Buffer.from(await result.arrayBuffer()))
    const { video, audio, tags } = probe(path)
    expect([video.codec_name, audio.length, tags.title]).toEqual(['h264', 1, undefined])
    expect(timesOf(path)).toEqual(timesOf(join(folder.path, 'clip.mp4')))
    const preview = Buffer.from(await (await get(done.links.preview)).arrayBuffer())
    expect(await sharp(preview).metadata()).toMatchObject({ format: 'webp', width: 256 })
    expect(stored(done.id).sort()).toEqual(['preview', 'result'])
    expect(kept().sort()).toEqual([...before, done.id].sort())
  })

  it('is drawn in a part of its time, as another format, with its tags and without sound', async () => {
    const query = '?faces=off&start=1&end=3&format=mov&sound=off&metadata=keep'
    const done = await ended((await sent(clip, query)).id)
    expect(done.result).toMatchObject({ frames: 8, seconds: 2, format: 'mov' })
    const path = join(folder.path, 'made.mov')
    writeFileSync(path, Buffer.from(await (await get(done.links.result)).arrayBuffer()))
    const { video, audio, tags } = probe(path)
    expect([video.codec_name, audio.length, tags.title]).toEqual(['h264', 0, 'secret'])
  })

  it('without its end is drawn as far as it goes, and says so', async () => {
    const path = join(folder.path, 'front.mp4')
    ffmpeg('-i', join(folder.path, 'clip.mp4'), '-c', 'copy', '-movflags', '+faststart', path)
    const whole = readFileSync(path)
    const done = await ended((await sent(whole.subarray(0, Math.floor(0.7 * whole.length)), '?faces=off')).id)
    expect(done).toMatchObject({ state: 'done', result: { incomplete: expect.stringMatching(/\d of its 16 frames/) } })
    expect(done.result).toMatchObject({ frames: expect.any(Number) })
  })

  it('is refused where it is too long, and so is what does not go together', async () => {
    const long = join(folder.path, 'long.mp4')
    ffmpeg('-f', 'lavfi', '-i', 'color=size=16x16:rate=1', '-t', '25', '-pix_fmt', 'yuv420p', long)
    await refused(await post(readFileSync(long)), 422, 'too-long')
    await refused(await post(clip, '?format=png'), 400, 'bad-request')
    await refused(await post(photo, '?format=mp4'), 400, 'bad-request')
    await refused(await post(photo, '?start=1'), 400, 'bad-request')
    await refused(await post(clip, '?start=10'), 400, 'bad-request')
    await refused(await post(Buffer.from('#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/a.ts\n')), 422, 'not-a-picture')
    await refused(await post(clip.subarray(0, 200)), 422, 'not-a-picture')
  })
})

describe('an address of a result', () => {
  it('works only as it was signed, and as long', async () => {
    const { links } = await ended((await sent(photo, '?faces=off')).id)
    const tampered = [
      links.result.replace(/expires=\d+/, 'expires=9999999999'),
      links.result.replace('/result', '/preview'),
      links.result.replace(/signature=./, 'signature=_'),
    ]
    for (const path of tampered) expect((await get(path)).status, path).toBe(403)
    expect((await get(links.result.split('?')[0])).status).toBe(400)
  })
})

describe('bad input', () => {
  const many = async (): Promise<Buffer> => {
    // A PNG of a few bytes that claims a hundred thousand pixels a side.
    const png = await flat(8, 8)
    png.writeUInt32BE(100_000, 16)
    png.writeUInt32BE(100_000, 20)
    return png
  }
  it.each([
    ['nothing', async () => Buffer.alloc(0), 400, 'bad-request'],
    ['text', async () => Buffer.from('not a picture'), 422, 'not-a-picture'],
    ['a header only', async () => photo.subarray(0, 30), 422, 'not-a-picture'],
    ['too many bytes', async () => Buffer.alloc(2_000_001), 413, 'too-large'],
    ['too many pixels', () => flat(2001, 2000), 422, 'too-many-pixels'],
    ['a bomb', many, 422, 'too-many-pixels'],
    ['a clip', async () => Buffer.from('\0\0\0\x20ftypisom\0\0\0\0isomiso2avc1mp41', 'latin1'), 422, 'not-a-picture'],
  ])('%s gets a problem in one line, and nothing is stored', async (_, make, status, type) => {
    const before = readdirSync(join(folder.path, 'blobs')).length
    await refused(await post(await make()), status, type)
    expect(readdirSync(join(folder.path, 'blobs')).length).toBe(before)
    expect(readdirSync(join(folder.path, 'uploads'))).toEqual([])
  })

  it('a picture without its end fails, or is drawn as far as it goes, and the next is drawn', async () => {
    const png = await flat(300, 300)
    const cut = await ended((await sent(png.subarray(0, 80), '?faces=off')).id)
    expect(cut).toMatchObject({ state: 'failed', problem: { type: 'urn:animegan:problem:not-a-picture' } })
    expect((await get(`/v1/jobs/${cut.id}`)).status).toBe(200)
    expect((await ended((await sent(photo, '?faces=off')).id)).state).toBe('done')
  })

  it('in 60 kinds is drawn, or fails in one line; memory stays, and the next picture is drawn', async () => {
    const before = process.memoryUsage().rss
    const ids: string[] = []
    for (const upload of await hostileUploads(60)) {
      const response = await post(upload, '?faces=off')
      expect([202, 400, 413, 422]).toContain(response.status)
      const { id, detail = '' } = (await response.json()) as { id: string; detail?: string }
      if (id) ids.push(id)
      expect(detail).not.toContain('\n')
    }
    const next = await ended((await sent(photo, '?faces=off')).id)
    expect(next.state).toBe('done')
    for (const id of ids) expect((await ended(id)).state).toMatch(/done|failed/)
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6)
  })

  it.each([
    ['?style=none', 'style: expected one of cel, '],
    ['?strength=2', 'strength'],
    ['?colour=red', 'colour: there is no such option'],
    ['?style=/etc/passwd', 'style'],
  ])('%s is refused', async (query, word) => {
    const response = await post(photo, query)
    expect(((await response.clone().json()) as { detail: string }).detail).toContain(word)
    await refused(response, 400, 'bad-request')
  })

  it('an unknown job, a bad id, a bad key and an unknown address', async () => {
    await refused(await get(`/v1/jobs/${randomUUID()}`), 404, 'not-found')
    await refused(await get('/v1/jobs/7'), 400, 'bad-request')
    await refused(await post(photo, '', { 'Idempotency-Key': 'x' }), 400, 'bad-request')
    await refused(await get('/v1/none'), 404, 'not-found')
  })

  it('a request that lies about its length or ends early leaves nothing', async () => {
    const { port, hostname } = new URL(service.url)
    const socket = createConnection(Number(port), hostname)
    socket.write(`POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n`)
    socket.write(photo.subarray(0, 1000))
    await new Promise((resolve) => setTimeout(resolve, 500))
    socket.destroy()
    await expect.poll(() => readdirSync(join(folder.path, 'uploads')), { timeout: 10_000 }).toEqual([])
  })
})

describe('what it says of itself', () => {
  it('is a description of every address, made from what checks requests', async () => {
    const api = (await (await get('/openapi.json')).json()) as {
      openapi: string
      paths: Record<string, { post: { parameters: { name: string }[] } }>
    }
    expect(api.openapi).toBe('3.1.0')
    expect(Object.keys(api.paths).sort()).toEqual([
      '/v1/jobs',
      '/v1/jobs/{id}',
      '/v1/jobs/{id}/events',
      '/v1/jobs/{id}/preview',
      '/v1/jobs/{id}/result',
      '/v1/load',
      '/v1/styles',
    ])
    const names = api.paths['/v1/jobs'].post.parameters.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['style', 'strength', 'eyeColour', 'metadata', 'idempotency-key']))
  })

  it('is its load, its styles, its health and its counts', async () => {
    expect(await (await get('/v1/load')).json()).toMatchObject({ admits: true, workers: 1, maxWaitSeconds: 600 })
    expect(await (await get('/v1/styles')).json()).toContainEqual(expect.objectContaining({ name: 'sora' }))
    expect((await get('/healthz')).status).toBe(200)
    expect((await get('/readyz')).status).toBe(200)
    const metrics = await (await get('/metrics')).text()
    expect(metrics).toMatch(/^animegan_workers 1$/m)
    expect(metrics).toMatch(/^animegan_jobs_total\{outcome="admitted"\} \d+$/m)
    expect(metrics).not.toContain('127.0.0.1')
  })
})
