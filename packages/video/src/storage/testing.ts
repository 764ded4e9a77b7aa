/** The contract of a clip storage, as tests that all adapters must pass. */
import { describe, expect, it } from 'vitest'
import type { ClipStorage } from './storage.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const all = async (storage: ClipStorage, name: string): Promise<number[] | undefined> => {
  const found = await storage.read(name)
  return found && [...found]
}

/**
 * Describes an adapter.
 *
 * @param open opens an empty storage at a test's first call, and the same one at later calls
 */
export const describeStorage = (what: string, open: () => Promise<ClipStorage>): void => {
  describe(`${what} fulfils the contract of a storage`, () => {
    it('returns what was written, whole or a slice, and undefined for a missing file', async () => {
      const storage = await open()
      await storage.write('a.b', [bytes(1, 2), bytes(), bytes(3, 4, 5)])
      await storage.write('empty', [])
      expect(await storage.size('a.b')).toBe(5)
      expect(await all(storage, 'a.b')).toEqual([1, 2, 3, 4, 5])
      const slice = async (start?: number, end?: number) => [...(await storage.read('a.b', start, end))!]
      expect(await slice(0, 2)).toEqual([1, 2])
      expect(await slice(1, 4)).toEqual([2, 3, 4])
      expect(await slice(3)).toEqual([4, 5])
      expect(await slice(3, 100)).toEqual([4, 5])
      expect([await storage.size('empty'), await all(storage, 'empty')]).toEqual([0, []])
      expect([await storage.size('c'), await storage.read('c')]).toEqual([undefined, undefined])
      await storage.close()
    })

    it('keeps a copy of the bytes, not the given array', async () => {
      const storage = await open()
      const given = bytes(1, 2, 3)
      await storage.write('a', [given])
      const file = await storage.create('b')
      await file.write(given, 0)
      given.fill(9)
      await file.close()
      expect([await all(storage, 'a'), await all(storage, 'b')]).toEqual([
        [1, 2, 3],
        [1, 2, 3],
      ])
      await storage.close()
    })

    it('replaces a file, with nothing left of a longer one', async () => {
      const storage = await open()
      await storage.write('a', [bytes(1, 2, 3)])
      await storage.write('a', [bytes(4)])
      expect(await all(storage, 'a')).toEqual([4])
      const file = await storage.create('a')
      await file.write(bytes(5, 6), 0)
      await file.close()
      expect(await all(storage, 'a')).toEqual([5, 6])
      const shorter = await storage.create('a')
      await shorter.write(bytes(7), 0)
      await shorter.close()
      expect(await all(storage, 'a')).toEqual([7])
      await storage.close()
    })

    it('writes a file at any position, overwrites, and fills gaps with zeros', async () => {
      const storage = await open()
      const file = await storage.create('a')
      await file.write(bytes(1, 2, 3), 4)
      await file.write(bytes(8), 5)
      await file.write(bytes(9), 0)
      await file.write(new Uint8Array(200_000).fill(7), 100_000)
      await file.close()
      const found = (await storage.read('a'))!
      expect([...found.subarray(0, 8)]).toEqual([9, 0, 0, 0, 1, 8, 3, 0])
      expect([found.length, found[99_999], found[100_000], found[299_999]]).toEqual([300_000, 0, 7, 7])
      await storage.close()
    })

    it('leaves nothing of a discarded file', async () => {
      const storage = await open()
      const file = await storage.create('a')
      await file.write(bytes(1), 0)
      await file.discard()
      expect([await storage.size('a'), await storage.read('a')]).toEqual([undefined, undefined])
      await storage.close()
    })

    it('removes one file, existing or not, or all, and can be written to again', async () => {
      const storage = await open()
      await storage.write('a', [bytes(1)])
      await storage.write('b', [bytes(2)])
      await storage.remove('a')
      await storage.remove('a')
      expect([await storage.size('a'), await all(storage, 'b')]).toEqual([undefined, [2]])
      await storage.clear()
      await storage.clear()
      expect(await storage.read('b')).toBeUndefined()
      await storage.write('c', [bytes(3)])
      const file = await storage.create('d')
      await file.close()
      expect([await all(storage, 'c'), await all(storage, 'd')]).toEqual([[3], []])
      await storage.close()
    })
  })
}
