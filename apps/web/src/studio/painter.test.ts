/** The page's style on its engine: kept, fetched, set up again. The engines are core's, on native ONNX Runtime. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { AnimeganError, type Engine, type Picture } from '@animegan/core'
import { writeStyle } from '@animegan/models'
import * as node from 'onnxruntime-node'
import sharp from 'sharp'
import { beforeEach, expect, it, vi } from 'vitest'
import { localEngine, randomStyle, testPicture } from '../../../../packages/core/src/testing.ts'
import { problemOf } from './problem.ts'

let started = 0
let loaded = 0
let failure: Error | undefined

vi.mock('../../../../packages/browser/src/engine/browser-engine.ts', () => ({
  browserEngine: async ({ backend }: { backend: string }) => {
    started++
    const engine: Engine = localEngine(node)
    const load: Engine['load'] = async (model) => {
      loaded++
      const session = await engine.load(model)
      return {
        ...session,
        run: async (feeds) => {
          const error = failure
          failure = undefined
          if (error) throw error
          return session.run(feeds)
        },
      }
    }
    return { ...engine, load, backend }
  },
}))

const weights = new URL('../../../../packages/models/weights/', import.meta.url)
const fetched: string[] = []
let offline = false
vi.stubGlobal('fetch', async (url: string | URL) => {
  const name = String(url).replace(/^.*\//, '')
  fetched.push(name)
  if (offline) throw new TypeError('no connection')
  const bytes = existsSync(new URL(name, weights))
    ? await readFile(new URL(name, weights))
    : writeStyle(randomStyle('live'))
  return new Response(bytes as Uint8Array<ArrayBuffer>)
})
vi.stubGlobal('navigator', { deviceMemory: 4 })

const { Painter } = await import('./painter.ts')

const picture = testPicture(64, 48)
const bytes = writeStyle(randomStyle('live')) as Uint8Array<ArrayBuffer>
const task = (style: { id: string; bytes: Uint8Array<ArrayBuffer> } | { id: string; url: string; size: number }) => ({
  style,
  backend: 'wasm' as const,
  signal: new AbortController().signal,
  onProgress: () => {},
})
const own = task({ id: 'own', bytes })
const built = task({ id: 'built', url: 'https://example.org/built.safetensors', size: bytes.length })

beforeEach(() => {
  started = 0
  loaded = 0
  fetched.length = 0
  offline = false
})

it('keeps engine and style from picture to picture, and fetches a style once', async () => {
  const painter = new Painter()
  const animators = new Set<unknown>()
  for (let i = 0; i < 2; i++) await painter.attempt(built, async ({ animator }) => animators.add(animator))
  await painter.prepare(built)
  expect([started, animators.size, fetched]).toEqual([1, 1, ['built.safetensors']])
  const { result } = await painter.attempt(own, async ({ animator }) => animator.picture(picture, { faces: 'off' }))
  expect([result.picture.width, started]).toEqual([64, 1])
})

it('preparing loads the network, so that the picture need not wait for it', async () => {
  const painter = new Painter()
  await painter.prepare(own)
  expect(loaded).toBe(1)
  await painter.attempt(own, async ({ animator }) => animator.picture(picture, { faces: 'off' }))
  expect(loaded).toBe(1)
})

it('does not close a style in use, whatever is prepared next', async () => {
  const painter = new Painter()
  const { result } = await painter.attempt(own, async ({ animator }) => {
    await painter.prepare(built)
    return animator.picture(picture, { faces: 'off' })
  })
  expect(result.picture.width).toBe(64)
  expect(fetched).toEqual([])
})

it('sets up the style again on a new engine', async () => {
  const painter = new Painter()
  failure = new AnimeganError('engine-failed', 'std::bad_alloc')
  const drawn = await painter.attempt(built, ({ animator }) => animator.picture(picture, { faces: 'off' }))
  expect(drawn.recovered).toBe('memory')
  expect([started, fetched]).toEqual([2, ['built.safetensors']])
})

it('identifies a file that is not a style, a failure of the engine, and a lost connection', async () => {
  const painter = new Painter()
  const problem = (given: typeof own): Promise<string> =>
    painter
      .attempt(given, ({ animator }) => animator.picture(picture, { faces: 'off' }))
      .then(
        () => 'none',
        (error) => problemOf(error).code,
      )
  expect(await problem(task({ id: 'bad', bytes: new Uint8Array(20) }))).toBe('style')
  failure = new AnimeganError('engine-failed', 'an operator nobody knows')
  expect(await problem(own)).toBe('engine')
  offline = true
  expect(await problem(built)).toBe('offline')
  offline = false
  expect(await problem(built)).toBe('none')
})

/** Two portraits of the example, side by side. */
const people = async (): Promise<Picture> => {
  const { data, info } = await sharp(new URL('../../../../examples/people.jpg', import.meta.url).pathname)
    .extract({ left: 0, top: 0, width: 380, height: 190 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: 3, data }
}

it('finds faces once the networks can be fetched', async () => {
  const painter = new Painter()
  const two = await people()
  const find = () => painter.attempt(own, ({ animator }) => animator.findFaces(two))
  offline = true
  await expect(find().catch((error) => problemOf(error).code)).resolves.toBe('offline')
  offline = false
  expect((await find()).result).toHaveLength(2)
})
