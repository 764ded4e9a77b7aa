/** Adding styles from a registry on a local server, well-behaved and not, and what `styles` prints about them. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { compactFeatures, Workplace } from '../testing.ts'

const fixture = (name: string): Buffer =>
  gunzipSync(readFileSync(new URL(`../../../models/fixtures/${name}.gz`, import.meta.url)))
const weights = fixture('pytorch-v2.pt')
const others = fixture('pytorch-v2-ptran.pt')

/** The same hash as `git hash-object`. */
const gitBlobId = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')

let server: Server
let base: string
let asked: string[] = []
/** The server's answers by path; changed within a test. */
let answers: Record<string, (response: ServerResponse, request: IncomingMessage) => void> = {}

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url!)
    const answer = answers[request.url!]
    if (answer) answer(response, request)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

let at: Workplace
beforeEach(() => {
  at = new Workplace()
  asked = []
  answers = { '/w.pt': (response) => response.end(weights) }
})
afterEach(() => at.remove())

const entry = (file: Record<string, unknown>, over: Record<string, unknown> = {}) => ({
  name: 'test-style',
  title: 'A test',
  architecture: 'animegan-v2',
  licence: 'MIT',
  licenceUrl: 'https://example.org/licence',
  attribution: 'somebody',
  options: { resize: 'align_corners' },
  files: [file],
  ...over,
})
const registry = (...styles: unknown[]): Record<string, string> => {
  writeFileSync(at.path('registry.json'), JSON.stringify({ format: 'animegan-registry/1', styles }))
  return { ANIMEGAN_REGISTRY: at.path('registry.json') }
}
const added = (): string => at.path('.cache/styles/test-style.safetensors')
const add = (env: Record<string, string>, ...flags: string[]) =>
  at.run(['styles', 'add', 'test-style', '--accept-licence', ...flags], { env })

describe('styles add', () => {
  it('shows the licence, verifies and caches, and the style can be used by name', async () => {
    const env = registry(entry({ url: `${base}/w.pt`, size: weights.length, gitBlob: gitBlobId(weights) }))
    const { code, stderr } = await add(env)
    expect(stderr).toContain('licence  MIT')
    expect(stderr).toContain('known; the download is checked against it')
    expect(code).toBe(0)
    expect(existsSync(added())).toBe(true)
    await at.picture('a.png')
    expect((await at.run(['a.png', '-s', 'test-style'], { env })).code).toBe(0)
    const { stdout } = await at.run(['styles'], { env })
    expect(stdout.toString()).toMatch(/test-style +A test +animegan-v2 +MIT +added/)
    const info = (await at.run(['styles', 'info', 'test-style'], { env })).stdout.toString()
    for (const words of ['A test', 'somebody', 'align_corners', `${base}/w.pt`]) expect(info).toContain(words)
    expect((await at.run(['styles', 'list'], { env })).stdout).toEqual(stdout)
    asked = []
    expect((await add(env)).stderr).toContain('is already installed')
    expect(asked).toEqual([])
    expect((await at.run(['styles', 'remove', 'test-style'], { env })).code).toBe(0)
    expect(existsSync(added())).toBe(false)
  })

  it('also adds perception networks, separate from styles', async () => {
    const vgg = Buffer.from(compactFeatures())
    answers['/vgg.pth'] = (response) => response.end(vgg)
    const facts = { name: 'test-vgg', kind: 'features', architecture: 'vgg19-compact' }
    const env = registry(
      entry({ url: `${base}/vgg.pth`, size: vgg.length, gitBlob: gitBlobId(vgg) }, facts),
      entry({ url: `${base}/w.pt` }, { ...facts, name: 'no-vgg' }),
    )
    const get = (name: string) => at.run(['styles', 'add', name, '--accept-licence'], { env })
    const train = () =>
      at.run(['train', '--style', '.', '--photos', '.', '-o', 'run', '--features', 'test-vgg'], { env })
    expect((await train()).stderr).toContain('not installed; get it with: animegan styles add test-vgg')
    expect((await get('test-vgg')).code).toBe(0)
    expect((await get('test-vgg')).stderr).toContain('is already installed (added)')
    expect((await at.run(['styles'], { env })).stdout.toString()).toMatch(/test-vgg .* vgg19-compact +MIT +added/)
    // The network is found, and the next problem is reported: a folder without pictures.
    expect((await train()).stderr).toContain(`run: ${at.folder}: expected pictures`)
    const wrong = await get('no-vgg')
    expect(wrong.stderr).toMatch(/w\.pt: weights: expected the weights of VGG-19, compact VGG-19 or percept, found/)
    expect(wrong.code).toBe(1)
  })

  it('asks for agreement, and downloads nothing without a terminal', async () => {
    const { code, stderr } = await at.run(['styles', 'add', 'test-style'], {
      env: registry(entry({ url: `${base}/w.pt` })),
    })
    expect(code).toBe(2)
    expect(stderr).toContain('expected --accept-licence or a terminal to ask on')
    expect(asked).toEqual([])
  })

  it('records the hash at a first download without one, and refuses a different file later', async () => {
    const env = registry(entry({ url: `${base}/w.pt` }))
    const first = await add(env)
    expect(first.stderr).toContain('recorded at this first download')
    expect(first.code).toBe(0)
    answers['/w.pt'] = (response) => response.end(others)
    const before = readFileSync(added())
    const second = await add(env, '--force')
    expect(second.code).toBe(1)
    expect(second.stderr).toContain('expected sha256 (recorded at the first download)')
    expect(readFileSync(added()).equals(before)).toBe(true)
  })

  it.each<[string, (response: ServerResponse) => void, string, Record<string, unknown>]>([
    ['a different file', (response) => response.end(others), 'expected git blob', { gitBlob: gitBlobId(weights) }],
    ['another size', (response) => response.end(weights.subarray(1)), 'expected size', { size: weights.length }],
    ['more than the size', (response) => response.end(weights), 'expected at most 10 bytes', { size: 10 }],
    [
      'a connection that breaks',
      (response) => {
        response.writeHead(200, { 'content-length': weights.length })
        response.write(weights.subarray(0, 1000), () => response.destroy())
      },
      '/w.pt: ',
      {},
    ],
    ['no such file', (response) => response.writeHead(404).end(), 'the server answered 404', {}],
    [
      'a redirect to another host without https',
      (response) => response.writeHead(302, { location: 'http://example.invalid/w.pt' }).end(),
      '/w.pt: ',
      {},
    ],
    ['no weights', (response) => response.end('<html>not weights</html>'), '/w.pt: weights: expected', {}],
  ])('refuses %s', async (_what, answer, words, file) => {
    answers['/w.pt'] = answer
    const { code, stderr } = await add(registry(entry({ url: `${base}/w.pt`, ...file })))
    expect(code).toBe(1)
    expect(stderr.trim().split('\n').at(-1)).toContain(words)
    expect(existsSync(added())).toBe(false)
  })

  it('lists the known names', async () => {
    const { code, stderr } = await at.run(['styles', 'add', 'test-stile'], {
      env: registry(entry({ url: `${base}/w.pt` })),
    })
    expect(code).toBe(2)
    expect(stderr).toContain("expected one of test-style, found 'test-stile'; did you mean test-style?")
  })
})
