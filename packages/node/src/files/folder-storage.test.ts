/** A clip's files in a folder: the contract of every storage, and what only folders have. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KEY_FILE } from '@animegan/video'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { describeStorage } from '../../../video/src/storage/testing.ts'
import { openFolderStorage } from './folder-storage.ts'

let at: string
beforeEach(() => {
  at = mkdtempSync(join(tmpdir(), 'animegan-node-'))
})
afterEach(() => rmSync(at, { recursive: true }))

describeStorage('a folder', () => openFolderStorage(join(at, 'parts')))

it('creates its folder with the first file, and removes it with the last', async () => {
  const storage = await openFolderStorage(join(at, 'parts'))
  expect(existsSync(storage.folder)).toBe(false)
  await storage.write('a', [Uint8Array.of(1)])
  expect(await readdir(storage.folder)).toEqual(['a'])
  await storage.clear()
  expect(existsSync(storage.folder)).toBe(false)
})

it('finds files left by an earlier storage', async () => {
  const first = await openFolderStorage(join(at, 'parts'))
  await first.write(KEY_FILE, [Uint8Array.of(1)])
  await first.write('a', [Uint8Array.of(2)])
  await first.close()
  expect(await (await openFolderStorage(join(at, 'parts'))).read('a')).toEqual(Uint8Array.of(2))
})

it("does not touch a folder that is not a clip's", async () => {
  mkdirSync(join(at, 'empty'))
  await openFolderStorage(join(at, 'empty'))
  mkdirSync(join(at, 'mine'))
  writeFileSync(join(at, 'mine', 'a.txt'), 'mine')
  await expect(openFolderStorage(join(at, 'mine'))).rejects.toMatchObject({
    code: 'already-exists',
    message: `${join(at, 'mine')} is in the way: expected no such folder`,
  })
  expect(readFileSync(join(at, 'mine', 'a.txt'), 'utf8')).toBe('mine')
})

it("puts a result at its path only once complete, and replaces a link's target, not the link", async () => {
  const storage = await openFolderStorage(join(at, 'parts'))
  writeFileSync(join(at, 'old.mp4'), 'old')
  symlinkSync('old.mp4', join(at, 'link.mp4'))
  const file = await storage.createAt(join(at, 'link.mp4'))
  await file.write(Buffer.from('new'), 0)
  expect(readFileSync(join(at, 'old.mp4'), 'utf8')).toBe('old')
  await file.close()
  expect(readFileSync(join(at, 'old.mp4'), 'utf8')).toBe('new')
  expect(lstatSync(join(at, 'link.mp4')).isSymbolicLink()).toBe(true)
  expect(await readdir(storage.folder)).toEqual([])
  const other = await storage.createAt(join(at, 'old.mp4'))
  await other.discard()
  expect(readFileSync(join(at, 'old.mp4'), 'utf8')).toBe('new')
})

it.skipIf(!existsSync('/dev/full'))('reports a full disk (skipped without /dev/full)', async () => {
  const storage = await openFolderStorage(join(at, 'parts'))
  await storage.write(KEY_FILE, [])
  symlinkSync('/dev/full', join(storage.folder, 'full'))
  const file = await storage.create('full')
  await expect(file.write(new Uint8Array(10), 0)).rejects.toMatchObject({
    code: 'disk-full',
    message: 'the disk is full',
  })
  await file.discard()
})
