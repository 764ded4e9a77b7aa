/**
 * The files of deploy/: their commands have only options that exist, and the autoscaler's question can be asked. The
 * chart itself is rendered where Helm is installed.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { openDatabase } from '../packages/server/src/database/database.ts'
import { openQueue } from '../packages/server/src/queue/queue.ts'
import { hasPostgres, testDatabase } from '../packages/server/src/testing.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const read = (path: string): string => readFileSync(`${root}deploy/${path}`, 'utf8')
const optionsOf = (command: string): string => {
  const bin = `${root}packages/cli/bin/animegan.js`
  return execFileSync(process.execPath, [bin, command, '--help'], { encoding: 'utf8' })
}
/** Expects a command line of options that the command has. */
const expectKnown = (words: readonly string[]): void => {
  const [command, ...rest] = words
  const flags = rest.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0])
  expect(flags.length, command).toBeGreaterThan(0)
  for (const flag of flags) expect(optionsOf(command)).toContain(`${flag} `)
}

it('compose: every command is one that animegan has', () => {
  const { services } = parse(read('compose.yaml'))
  for (const name of ['api', 'worker']) expectKnown(services[name].command)
  expect(Object.keys(services)).toEqual(['database', 'api', 'worker'])
})

it('the image: its command is one that animegan has', () => {
  const [, words] = /^CMD (.*)$/m.exec(read('Dockerfile')) as RegExpExecArray
  expectKnown(JSON.parse(words))
})

it.skipIf(!hasPostgres)('the autoscaler asks for the cost of what waits', async () => {
  const [, query] = /query: >-\n((?: {10}.*\n)+)/.exec(read('chart/templates/worker.yaml')) as RegExpExecArray
  const server = await testDatabase()
  const database = await openDatabase(server.place, () => {})
  const queue = await openQueue(database)
  try {
    await database.query(
      `insert into pgboss.job (name, data) values ('pictures', '{"cost": 1.5}'), ('previews', '{"cost": 0.25}')`,
    )
    expect((await database.query<{ coalesce: number }>(query)).rows).toEqual([{ coalesce: 1.75 }])
  } finally {
    await queue.close()
    await database.close()
    await server.close()
  }
})

const helm = spawnSync('helm', ['version']).status === 0
it.skipIf(!helm)(`the chart renders${helm ? '' : ' (skipped: Helm is not installed)'}`, () => {
  const text = execFileSync('helm', ['template', 'x', `${root}deploy/chart`, '--set', 'ingress.host=a.example'], {
    encoding: 'utf8',
  })
  const documents = parseAllDocuments(text).map((document) => document.toJS())
  expect(documents.map(({ kind }) => kind).sort()).toEqual([
    'Deployment',
    'Deployment',
    'Ingress',
    'ScaledObject',
    'Service',
    'TriggerAuthentication',
  ])
  const deployments = documents.filter(({ kind }) => kind === 'Deployment')
  for (const { spec } of deployments) expectKnown(spec.template.spec.containers[0].args)
  const { triggers } = documents.find(({ kind }) => kind === 'ScaledObject').spec
  expect(triggers[0].metadata.targetQueryValue).toBe('10')
})
