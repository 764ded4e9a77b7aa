/** The storage of a run, in a folder and in memory (used by tests): the same contract. */
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
  it('is empty at first', async () => {
    expect([await storage.read('a'), await storage.read('in/a'), await storage.list('in')]).toEqual([
      undefined,
      undefined,
      [],
    ])
  })

  it('returns what was written last, and what was appended', async () => {
    await storage.write('a', bytes('one'))
    await storage.write('a', bytes('two'))
    await storage.append('a', bytes(', three'))
    await storage.append('log/b', bytes('new'))
    expect([text(await storage.read('a')), text(await storage.read('log/b'))]).toEqual(['two, three', 'new'])
  })

  it('lists the names in a folder in order, without removed ones', async () => {
    for (const name of ['in/b', 'in/a', 'in/c']) await storage.write(name, bytes(name))
    await storage.remove('in/b')
    expect(await storage.list('in')).toEqual(['in/a', 'in/c'])
    expect(await storage.read('in/b')).toBeUndefined()
  })
})

it('the folder is created with the first write; read and write failures are reported', async () => {
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
