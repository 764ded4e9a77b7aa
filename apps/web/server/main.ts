/** `npm run web -- --port N --host H`: builds the page if needed and serves it. */
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { buildPage, pageFolder } from './build-page.ts'
import { pageServer } from './page-server.ts'

const usage = 'usage: npm run web -- [--port N] [--host ADDRESS]'

const fail = (message: string): never => {
  process.stderr.write(`${message}\n${usage}\n`)
  process.exit(2)
}

const readArguments = (): { port: number; host: string } => {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string' }, host: { type: 'string' } } })
    const port = Number(values.port ?? 8080)
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      return fail(`--port: expected a number from 0 to 65535, found '${values.port}'`)
    }
    return { port, host: values.host ?? '127.0.0.1' }
  } catch (error) {
    return fail((error as Error).message)
  }
}

const { port, host } = readArguments()
if (await buildPage()) process.stderr.write('built the page\n')
const server = pageServer({ folder: pageFolder })
server.on('error', (error: NodeJS.ErrnoException) => {
  const why = error.code === 'EADDRINUSE' ? 'the port is taken; choose another with --port' : error.message
  process.stderr.write(`cannot serve on ${host}:${port}: ${why}\n`)
  process.exit(1)
})
server.listen(port, host, () => {
  const { port: given } = server.address() as AddressInfo
  process.stdout.write(`http://${host}:${given}/\n`)
})
