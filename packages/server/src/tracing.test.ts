/** Traces as a collector receives them, over OTLP on HTTP; the collector is a few lines here. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openTracing } from './tracing.ts'

let collector: Server
/** Bodies of the requests: JSON, or protocol buffers, in which names and attributes stand as they are. */
const received: string[] = []
beforeAll(async () => {
  collector = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      received.push(`${request.url} ${Buffer.concat(parts).toString('latin1')}`)
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => {
    collector.listen(0, '127.0.0.1', resolve)
  })
})
afterAll(() => collector.close())

it('records nothing, and loads nothing, where no collector is named', async () => {
  const tracing = await openTracing({})
  expect(tracing.start('request', undefined).parent).toBeUndefined()
  await tracing.close()
})

it('sends spans of one trace: a request below its client’s, and a task below the request', async () => {
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint)
  const tracing = await openTracing()
  const trace = '0123456789abcdef0123456789abcdef'
  const request = tracing.start('request', `00-${trace}-0123456789abcdef-01`)
  expect(request.parent).toMatch(new RegExp(`^00-${trace}-(?!0123456789abcdef)[0-9a-f]{16}-01$`))
  const task = tracing.start('task', request.parent)
  expect(task.parent).toContain(trace)
  task.end('draw picture', { 'animegan.style': 'sora', 'animegan.attempt': 1 }, true)
  request.end('POST /v1/jobs', { 'http.response.status_code': 202 }, false)
  expect(tracing.start('request', 'nonsense').parent).not.toContain(trace)
  await tracing.close()
  vi.unstubAllEnvs()
  const all = received.join('\n')
  expect(all).toMatch(/^\/v1\/traces /)
  for (const word of ['animegan', 'draw picture', 'POST /v1/jobs', 'animegan.style', 'sora', trace]) {
    expect(all).toContain(word)
  }
})
