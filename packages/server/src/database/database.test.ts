/** The embedded database as a process: killed, opened twice, damaged. What was acknowledged must still be there. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from './database.ts'

const folder = mkdtempSync(join(tmpdir(), 'animegan-database-'))
const told: string[] = []
let database: Database
beforeAll(async () => {
  database = await openDatabase({ folder }, (line) => told.push(line))
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

describe('the embedded database', () => {
  it('keeps every acknowledged row when its process is killed again and again', async () => {
    await database.query('create table kept (n int primary key)')
    const acknowledged: number[] = []
    for (let n = 0, kill = 0; kill < 3; n++) {
      // Killed in the middle of a statement, and between two.
      if (n % 40 === 39) {
        kill++
        process.kill(database.pid as number, 'SIGKILL')
        await expect.poll(() => database.answers(), { timeout: 60_000, interval: 100 }).toBe(true)
      }
      await database.query('insert into kept values ($1)', [n]).then(
        () => acknowledged.push(n),
        () => {},
      )
    }
    const { rows } = await database.query<{ n: number }>('select n from kept')
    const kept = new Set(rows.map(({ n }) => n))
    expect(acknowledged.filter((n) => !kept.has(n))).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(90)
    expect(told).toContain('the database process ended and is started again')
  })

  it('rolls a transaction back when it fails, for later statements of the same pool too', async () => {
    const failing = database.transaction(async (query) => {
      await query('insert into kept values (-1)')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await database.query('select 1 from kept where n = -1')).toMatchObject({ rows: [] })
  })

  it('refuses a second server of the folder in one line', async () => {
    await expect(openDatabase({ folder }, () => {})).rejects.toMatchObject({
      code: 'busy',
      message: `${folder}: is already in use by process ${process.pid}: wait for it or end it`,
    })
  })

  it('sets a damaged folder aside, begins a new one and says both', async () => {
    await database.close()
    for (const name of ['pg_control']) writeFileSync(join(folder, 'data', 'global', name), Buffer.alloc(8192, 7))
    told.length = 0
    database = await openDatabase({ folder }, (line) => told.push(line))
    expect(await database.query('select 1 as one')).toMatchObject({ rows: [{ one: 1 }] })
    const aside = readdirSync(folder).find((name) => name.startsWith('data.damaged-'))
    expect(aside).toBeDefined()
    expect(told).toEqual([`the database in ${folder} is damaged and was set aside as ${aside}: a new one is begun`])
  })
})

it('says in one line when no database answers at an address', async () => {
  const opening = openDatabase({ url: 'postgres://nobody@127.0.0.1:9/none' }, () => {})
  await expect(opening).rejects.toThrow(/^--database: expected a Postgres that answers: .*ECONNREFUSED/)
})
