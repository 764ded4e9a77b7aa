/** Locks held by this process and by others, running or ended. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { takeLock } from './lock.ts'
import { pendingFiles, removePending } from './whole-file.ts'

let at: string
let path: string
beforeEach(() => {
  at = mkdtempSync(join(tmpdir(), 'animegan-node-'))
  path = join(at, 'lock')
})
afterEach(() => rmSync(at, { recursive: true }))

it('is held by one process until released', async () => {
  const free = await takeLock(path)
  await expect(takeLock(path)).rejects.toMatchObject({
    code: 'busy',
    message: `is already being made by process ${process.pid}: wait for it or end it`,
  })
  await free()
  expect(existsSync(path)).toBe(false)
  await (await takeLock(path))()
})

it('is removed on Ctrl-C', async () => {
  await takeLock(path)
  removePending()
  expect(existsSync(path)).toBe(false)
  expect(pendingFiles.size).toBe(0)
})

it.each([
  ['ended', (own: object) => ({ ...own, pid: spawnSync(process.execPath, ['-e', '']).pid })],
  ['was another one with the same number', (own: object) => ({ ...own, started: '1' })],
  ['ran on another machine', (own: object) => ({ ...own, host: 'elsewhere' })],
  ['wrote half of it', () => undefined],
])('is taken over if the process %s', async (_, change) => {
  const free = await takeLock(path)
  const own = JSON.parse(readFileSync(path, 'utf8'))
  await free()
  writeFileSync(path, JSON.stringify(change(own)) ?? '{"pid":')
  await (await takeLock(path))()
  expect(existsSync(path)).toBe(false)
})
