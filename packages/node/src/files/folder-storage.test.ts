/** A clip's files in a folder: what every storage keeps to, and what only folders have. */
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

it('makes its folder with the first file, and removes it with the last', async () => {
  const storage = await openFolderStorage(join(at, 'parts'))
  expect(existsSync(storage.folder)).toBe(false)
  await storage.write('a', [Uint8Array.of(1)])
  expect(await readdir(storage.folder)).toEqual(['a'])
  await storage.clear()
  expect(existsSync(storage.folder)).toBe(false)
})

it('finds what another left there', async () => {
  const first = await openFolderStorage(join(at, 'parts'))
  await first.write(KEY_FILE, [Uint8Array.of(1)])
  await first.write('a', [Uint8Array.of(2)])
  await first.close()
  expect(await (await openFolderStorage(join(at, 'parts'))).read('a')).toEqual(Uint8Array.of(2))
})

it('leaves a folder alone that no clip left there', async () => {
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

it('gives a result its own path when it is whole, not before, and the target of a link in place of the link', async () => {
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

it.skipIf(!existsSync('/dev/full'))('says that the disk is full (skipped where there is no /dev/full)', async () => {
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
