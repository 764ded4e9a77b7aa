/** One contract for every store: a folder, and an S3 store of its own process (s3rver). */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
// @ts-expect-error: the package has no types
import S3rver from 's3rver'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../testing.ts'
import type { Blobs } from './blobs.ts'
import { openBlobs } from './open-blobs.ts'

const folder = temporaryFolder()
const store = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory: join(folder.path, 's3'),
  configureBuckets: [{ name: 'pictures', configs: [] }],
})
beforeAll(async () => {
  mkdirSync(join(folder.path, 's3'))
  const { port } = await store.run()
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'S3RVER',
    AWS_SECRET_ACCESS_KEY: 'S3RVER',
  })
})
afterAll(async () => {
  await store.close()
  folder.remove()
})

const file = (text: string): string => {
  const path = join(folder.path, 'upload')
  writeFileSync(path, text)
  return path
}
const read = async (blobs: Blobs, id: string): Promise<string | undefined> => {
  const found = await blobs.open(id, 'input')
  return found && (await buffer(found.stream)).toString()
}

describe.each([
  ['a folder', () => join(folder.path, 'blobs')],
  ['an S3 store', () => 's3://pictures/some/prefix'],
])('%s', (_, place) => {
  const id = '0123-job'

  it('takes a file, gives it back with its size, and replaces it', async () => {
    const blobs = await openBlobs(place())
    await blobs.put(id, 'input', file('one'))
    expect(readdirSync(folder.path)).not.toContain('upload')
    expect(await read(blobs, id)).toBe('one')
    await blobs.put(id, 'input', file('second'))
    const found = (await blobs.open(id, 'input'))!
    expect(found.size).toBe(6)
    expect((await buffer(found.stream)).toString()).toBe('second')
    expect(await blobs.withFile(id, 'input', async (path) => readFileSync(path, 'utf8'))).toBe('second')
  })

  it('says what is not there', async () => {
    const blobs = await openBlobs(place())
    expect(await blobs.open('none', 'result')).toBeUndefined()
    await expect(blobs.withFile('none', 'result', async () => 1)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('removes some blobs or all of a job, and no others', async () => {
    const blobs = await openBlobs(place())
    for (const each of [id, 'other'])
      for (const name of ['input', 'result'] as const) await blobs.put(each, name, file('x'))
    await blobs.remove(id, ['result'])
    expect(await blobs.open(id, 'result')).toBeUndefined()
    expect(await read(blobs, id)).toBe('x')
    await blobs.remove(id)
    await blobs.remove(id)
    expect(await read(blobs, id)).toBeUndefined()
    expect(await read(blobs, 'other')).toBe('x')
  })
})

it('refuses an address that is none', async () => {
  await expect(openBlobs('s3:pictures')).rejects.toThrow(
    "--blobs: expected s3://BUCKET or s3://BUCKET/PREFIX, found 's3:pictures'",
  )
})
