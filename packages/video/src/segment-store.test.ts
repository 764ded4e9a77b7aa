/** Segments in a storage: reused only if they are complete and have the same key. */
import { EncodedPacket } from 'mediabunny'
import { expect, it } from 'vitest'
import type { Segment } from './segment.ts'
import { framesIn, KEY_FILE, openSegments } from './segment-store.ts'
import { memoryStorage } from './storage/memory-storage.ts'
import type { ClipStorage } from './storage/storage.ts'

/** A segment of two streams; its number plus one is its frame count. */
const segment = (number: number): Segment => ({
  info: { frames: number + 1, last: number, end: number + 0.5, repeated: 0, width: 6, height: 4 },
  streams: [number, number + 100].map((value) => ({
    packets: [new EncodedPacket(Uint8Array.of(value, 1, 2), 'key', number, 0.5)],
    decoderConfig: { codec: `codec ${value % 100}`, codedWidth: 6, codedHeight: 4 },
  })),
  state: Uint8Array.of(number, 7),
})

const filled = async (count: number, key = 'key'): Promise<ClipStorage> => {
  const storage = memoryStorage()
  const store = await openSegments(storage, key)
  for (let i = 0; i < count; i++) await store.add(segment(i))
  return storage
}

const firstBytes = async (packets: AsyncIterable<EncodedPacket>): Promise<number[]> => {
  const found: number[] = []
  for await (const { data } of packets) found.push(data[0])
  return found
}

it('resumes where the last run stopped', async () => {
  const storage = await filled(3)
  const store = await openSegments(storage, 'key')
  expect(store.emptied).toBe(false)
  expect(store.finished).toEqual([0, 1, 2].map((number) => segment(number).info))
  expect([...(await store.state())!]).toEqual([2, 7])
  await store.add(segment(3))
  expect(await firstBytes(store.packets(0, 4))).toEqual([0, 1, 2, 3])
  expect(await firstBytes(store.packets(1, 2))).toEqual([100, 101])
  expect(await store.decoderConfig(1)).toEqual({ codec: 'codec 0', codedWidth: 6, codedHeight: 4 })
  expect([...(await store.state())!]).toEqual([3, 7])
  expect(await framesIn(storage)).toBe(1 + 2 + 3 + 4)
})

it('keeps one state, the last', async () => {
  const storage = await filled(3)
  expect(await storage.size('000001.state')).toBeUndefined()
  expect(await storage.size('000002.state')).toBe(2)
})

it.each([1, 3, 4, 20, -1])('ignores a segment that was cut off after %d bytes', async (length) => {
  const storage = await filled(2)
  // As after a kill: the state is written, the segment only partly.
  const whole = (await storage.read('000001.segment'))!
  await storage.write('000000.state', [Uint8Array.of(0, 7)])
  await storage.write('000001.segment', [whole.slice(0, length)])
  const store = await openSegments(storage, 'key')
  expect(store.finished).toEqual([segment(0).info])
  expect([...(await store.state())!]).toEqual([0, 7])
  await store.add(segment(1))
  expect(await firstBytes(store.packets(0, 2))).toEqual([0, 1])
})

it('uses no segment without the state after it', async () => {
  const storage = await filled(2)
  await storage.remove('000001.state')
  expect((await openSegments(storage, 'key')).finished).toEqual([])
})

it('discards segments with another key, and says so', async () => {
  const storage = await filled(2, 'one')
  await storage.write('else', [Uint8Array.of(1)])
  const store = await openSegments(storage, 'two')
  expect([store.emptied, store.finished, await store.state()]).toEqual([true, [], undefined])
  expect([await storage.size('000000.segment'), await storage.size('else')]).toEqual([undefined, undefined])
  expect((await openSegments(storage, 'two')).emptied).toBe(false)
  // An empty storage loses nothing.
  expect((await openSegments(storage, 'three')).emptied).toBe(false)
  expect((await openSegments(memoryStorage(), 'one')).emptied).toBe(false)
})

it('distinguishes keys with a common beginning, of any text', async () => {
  const storage = await filled(1, 'a 語 🎞')
  expect((await openSegments(storage, 'a 語 🎞')).finished).toHaveLength(1)
  expect((await openSegments(storage, 'a 語 🎥')).finished).toHaveLength(0)
  const other = await filled(1, 'a')
  expect((await openSegments(other, 'ab')).finished).toHaveLength(0)
})

it('writes the key first', async () => {
  const storage = memoryStorage()
  const names: string[] = []
  const write: ClipStorage['write'] = async (name, parts) => {
    names.push(name)
    await storage.write(name, parts)
  }
  await (await openSegments({ ...storage, write }, 'key')).add(segment(0))
  expect(names).toEqual([KEY_FILE, '000000.state', '000000.segment'])
})

it('reports damage when it reads a segment', async () => {
  const storage = await filled(2)
  const store = await openSegments(storage, 'key')
  await storage.remove('000001.segment')
  await expect(firstBytes(store.packets(0, 2))).rejects.toMatchObject({ code: 'not-found' })
  await storage.write('000000.segment', [Uint8Array.of(1, 2, 3, 4, 5)])
  await expect(firstBytes(store.packets(0, 1))).rejects.toMatchObject({ code: 'bad-file' })
  await expect(store.decoderConfig(0)).rejects.toMatchObject({ code: 'not-found' })
})
