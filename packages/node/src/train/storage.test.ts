/** The storage of a run, in a folder and (as tests have it) in memory: one contract. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { memoryStorage } from '../../../train/src/testing.ts'
import { folderStorage } from './storage.ts'

const place = mkdtempSync(join(tmpdir(), 'animegan-storage-'))
afterAll(() => rmSync(place, { recursive: true }))

const bytes = (text: string) => new Uint8Array(Buffer.from(text))
const text = (found: Uint8Array | undefined) => found && Buffer.from(found).toString()

describe.each([
  ['a folder', folderStorage(join(place, 'run'), writeFile)],
  ['memory', memoryStorage()],
])('%s', (_, storage) => {
  it('has nothing at first', async () => {
    expect([await storage.read('a'), await storage.read('in/a'), await storage.list('in')]).toEqual([
      undefined,
      undefined,
      [],
    ])
  })

  it('gives back what was written last, and what was added', async () => {
    await storage.write('a', bytes('one'))
    await storage.write('a', bytes('two'))
    await storage.append('a', bytes(', three'))
    await storage.append('log/b', bytes('new'))
    expect([text(await storage.read('a')), text(await storage.read('log/b'))]).toEqual(['two, three', 'new'])
  })

  it('lists the names of a folder in order, and forgets what is removed', async () => {
    for (const name of ['in/b', 'in/a', 'in/c']) await storage.write(name, bytes(name))
    await storage.remove('in/b')
    expect(await storage.list('in')).toEqual(['in/a', 'in/c'])
    expect(await storage.read('in/b')).toBeUndefined()
  })
})

it('a folder is made when something is first written; what cannot be written or read is told', async () => {
  const storage = folderStorage(join(place, 'later'), writeFile)
  await storage.read('a')
  await storage.list('in')
  expect(readdirSync(place)).not.toContain('later')
  await storage.write('a', bytes('a'))
  expect(await storage.read('a/b')).toBeUndefined()
  await expect(storage.write('a/b', bytes('b'))).rejects.toMatchObject({
    code: expect.stringMatching(/EEXIST|ENOTDIR/),
  })
  await storage.write('c/d', bytes('d'))
  await expect(storage.read('c')).rejects.toMatchObject({ code: 'EISDIR' })
})
